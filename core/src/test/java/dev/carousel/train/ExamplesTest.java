package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExamplesTest {

    private static final int M = 7;

    /** Example m: length 1 + m % 3 of 3 steps, x = 10 m + t, label m, its mask open where m is even. */
    private static Examples examples() {
        Sequence x = Sequence.zeros(3, M, 1);
        int[] lengths = new int[M];
        Tokens labels = Tokens.ignored(1, M);
        Tokens mask = Tokens.ignored(1, M);
        for (int m = 0; m < M; m++) {
            lengths[m] = 1 + m % 3;
            labels.set(0, m, m);
            mask.set(0, m, m % 2 == 0 ? 0 : Tokens.IGNORED);
            for (int t = 0; t < 3; t++) {
                x.set(t, m, 0, 10 * m + t);
            }
        }
        return Examples.of(x.withLengths(lengths), Target.of(labels).withMask(mask), 3);
    }

    /** The labels of an epoch in their order; checks that all that belongs to an example came with it. */
    private static List<Integer> labels(Examples examples) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Batch batch = examples.batch(i);
            assertThat(batch.carried()).isFalse();
            Sequence x = (Sequence) batch.input();
            for (int n = 0; n < x.batchSize(); n++) {
                int m = batch.target().classes().get(0, n);
                assertThat(x.get(2, n, 0)).isEqualTo(10 * m + 2);
                assertThat(x.length(n)).isEqualTo(1 + m % 3);
                assertThat(batch.target().counts(0, n)).isEqualTo(m % 2 == 0);
                labels.add(m);
            }
        }
        return labels;
    }

    @Test
    void unshuffledOrderIsThatOfTheDataAndTheLastBatchIsSmaller() {
        Examples examples = examples();
        assertThat(examples.size()).isEqualTo(3);
        assertThat(examples.batch(2).input().batchSize()).isEqualTo(1);
        assertThat(labels(examples)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void shufflingKeepsEachExampleTogetherAndLosesNone() {
        Examples examples = examples();
        examples.shuffle(new SplittableRandom(5));
        assertThat(labels(examples))
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6)
                .isNotEqualTo(List.of(0, 1, 2, 3, 4, 5, 6));
    }

    @Test
    void orderDependsOnTheGeneratorAloneNotOnEarlierEpochs() {
        Examples once = examples();
        once.shuffle(new SplittableRandom(5));
        Examples twice = examples();
        twice.shuffle(new SplittableRandom(4));
        twice.shuffle(new SplittableRandom(5));
        assertThat(labels(twice)).isEqualTo(labels(once));
    }

    @Test
    void everyOrderIsEquallyLikely() {
        Examples examples =
                Examples.of(Tokens.of(new int[] {0, 1, 2}, 1, 3), Target.of(Tokens.of(new int[] {0, 1, 2}, 1, 3)), 3);
        int[] counts = new int[27];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 6000; i++) {
            examples.shuffle(random);
            int[] ids = ((Tokens) examples.batch(0).input()).ids();
            counts[9 * ids[0] + 3 * ids[1] + ids[2]]++;
        }
        // Six orders, 1000 times each; five standard deviations are 144.
        for (int order : new int[] {5, 7, 11, 15, 19, 21}) {
            assertThat(counts[order]).isBetween(856, 1144);
        }
    }

    @Test
    void unequalCountsAreNamed() {
        Sequence x = Sequence.zeros(3, 4, 1);
        assertThatThrownBy(() -> Examples.of(x, Target.of(Tokens.ignored(1, 3)), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Sequence[3, 4, 1]", "Tokens[1, 3]");
        assertThatThrownBy(() -> Examples.of(x, Target.of(Tokens.ignored(1, 4)), 0))
                .hasMessageContaining("not 0");
        assertThatThrownBy(
                        () -> Examples.of(x, Target.of(Tokens.ignored(1, 4)), 2).batch(2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
