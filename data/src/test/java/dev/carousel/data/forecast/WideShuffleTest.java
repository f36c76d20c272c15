package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WideShuffleTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 15, 16, 17, 1000, 65_537})
    void eachThingIsAtOnePlace(int count) {
        WideShuffle shuffle = new WideShuffle(count, new SplittableRandom(1));
        int[] order = IntStream.range(0, count).map(shuffle::at).sorted().toArray();
        assertThat(order).isEqualTo(IntStream.range(0, count).toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 65_537})
    void theOrderIsMixedAndTheSeedDecidesIt(int count) {
        int[] one = IntStream.range(0, count)
                .map(new WideShuffle(count, new SplittableRandom(1))::at)
                .toArray();
        int[] same = IntStream.range(0, count)
                .map(new WideShuffle(count, new SplittableRandom(1))::at)
                .toArray();
        int[] other = IntStream.range(0, count)
                .map(new WideShuffle(count, new SplittableRandom(2))::at)
                .toArray();
        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
        long ascending =
                IntStream.range(1, count).filter(i -> one[i] > one[i - 1]).count();
        assertThat(ascending / (double) count).isBetween(0.45, 0.55);
        long stayed = IntStream.range(0, count).filter(i -> one[i] == i).count();
        assertThat(stayed).isLessThan(12);
    }
}
