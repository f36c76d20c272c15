package dev.carousel.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BinaryAdditionTest {

    @Test
    void theLeastSignificantBitComesFirst() {
        BinaryAddition addition = new BinaryAddition(3);
        Sequence x = Sequence.zeros(4, 2, 2);
        Sequence y = Sequence.zeros(4, 2, 1);
        Arrays.fill(x.data(), 9);
        addition.write(3, 5, 1, x, y);
        assertThat(column(x, 1, 0)).containsExactly(1, 1, 0, 0);
        assertThat(column(x, 1, 1)).containsExactly(1, 0, 1, 0);
        assertThat(column(y, 1, 0)).containsExactly(0, 0, 0, 1);
        assertThat(x.get(0, 0, 0)).isEqualTo(9);
        assertThat(addition.number(y, 1, 0.5f)).isEqualTo(8);
    }

    private static float[] column(Sequence x, int n, int d) {
        float[] column = new float[x.steps()];
        for (int t = 0; t < column.length; t++) {
            column[t] = x.get(t, n, d);
        }
        return column;
    }

    @Test
    void allPairsComeOnceInOrder() {
        BinaryAddition addition = new BinaryAddition(3);
        assertThat(addition.pairs()).isEqualTo(64);
        Sequence x = Sequence.zeros(4, 16, 2);
        Sequence y = Sequence.zeros(4, 16, 1);
        Sequence operand = Sequence.zeros(4, 16, 1);
        Set<Long> seen = new HashSet<>();
        for (int first = 0; first < 64; first += 16) {
            addition.fillInOrder(first, x, y);
            for (int n = 0; n < 16; n++) {
                long a = operand(addition, x, operand, n, 0);
                long b = operand(addition, x, operand, n, 1);
                assertThat(addition.number(y, n, 0.5f)).isEqualTo(a + b);
                assertThat(a * 8 + b).isEqualTo(first + n);
                seen.add(a * 8 + b);
            }
        }
        assertThat(seen).hasSize(64);
    }

    private static long operand(BinaryAddition addition, Sequence x, Sequence scratch, int n, int d) {
        for (int t = 0; t < x.steps(); t++) {
            scratch.set(t, n, 0, x.get(t, n, d));
        }
        return addition.number(scratch, n, 0.5f);
    }

    @Test
    void randomPairsCoverAllAndAddUp() {
        BinaryAddition addition = new BinaryAddition(2);
        Sequence x = Sequence.zeros(3, 500, 2);
        Sequence y = Sequence.zeros(3, 500, 1);
        Sequence operand = Sequence.zeros(3, 500, 1);
        addition.fillRandom(new SplittableRandom(7), x, y);
        Set<Long> seen = new HashSet<>();
        for (int n = 0; n < 500; n++) {
            long a = operand(addition, x, operand, n, 0);
            long b = operand(addition, x, operand, n, 1);
            assertThat(addition.number(y, n, 0.5f)).isEqualTo(a + b);
            seen.add(a * 4 + b);
        }
        assertThat(seen).hasSize(16);
    }

    @Test
    void thirtyBitsFit() {
        BinaryAddition addition = new BinaryAddition(30);
        Sequence x = Sequence.zeros(31, 1, 2);
        Sequence y = Sequence.zeros(31, 1, 1);
        int largest = (1 << 30) - 1;
        addition.write(largest, largest, 0, x, y);
        assertThat(addition.number(y, 0, 0.5f)).isEqualTo(2L * largest);
        addition.fillInOrder(addition.pairs() - 1, x, y);
        assertThat(addition.number(y, 0, 0.5f)).isEqualTo(2L * largest);
    }

    @Test
    void aSumIsRightIfAllItsBitsAre() {
        BinaryAddition addition = new BinaryAddition(2);
        Sequence x = Sequence.zeros(3, 16, 2);
        Sequence y = Sequence.zeros(3, 16, 1);
        addition.fillInOrder(0, x, y);
        Sequence scores = Sequence.zeros(3, 16, 1);
        for (int i = 0; i < scores.data().length; i++) {
            scores.data()[i] = y.data()[i] * 2 - 1;
        }
        assertThat(addition.correct(scores, 0, y)).isEqualTo(16);
        scores.set(2, 5, 0, -scores.get(2, 5, 0));
        assertThat(addition.correct(scores, 0, y)).isEqualTo(15);
        Arrays.fill(scores.data(), Float.NaN);
        assertThat(addition.correct(scores, 0, y)).isZero();
    }

    @Test
    void wrongSizesAreRefused() {
        BinaryAddition addition = new BinaryAddition(3);
        Sequence y = Sequence.zeros(4, 2, 1);
        assertThatThrownBy(() -> new BinaryAddition(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BinaryAddition(31)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> addition.write(8, 0, 0, Sequence.zeros(4, 2, 2), y))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> addition.fillInOrder(63, Sequence.zeros(4, 2, 2), y))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> addition.fillInOrder(0, Sequence.zeros(3, 2, 2), y))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> addition.correct(Sequence.zeros(4, 3, 1), 0, y))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
