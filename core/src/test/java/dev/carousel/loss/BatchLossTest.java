package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which steps count, what their mean is, and that nothing else leaves a trace. */
class BatchLossTest {

    private static final float JUNK = 77;

    private static BatchLoss batchLoss(Loss loss) {
        return BatchLoss.of(loss, Kernels.scalar().rows(), Team.single());
    }

    /** Which of the T x N steps get a gradient; y = 1, the target 0, and dY full of junk before. */
    private static boolean[] counted(Steps steps, Sequence y, Target target) {
        Arrays.fill(y.data(), 1);
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        Arrays.fill(dY.data(), JUNK);
        BatchLoss loss = batchLoss(new MeanSquaredError(steps));
        double mean = loss.evaluate(y, target, dY);
        boolean[] counted = new boolean[y.steps() * y.batchSize()];
        int rows = 0;
        for (int i = 0; i < counted.length; i++) {
            counted[i] = dY.data()[i * y.size()] != 0;
            rows += counted[i] ? 1 : 0;
        }
        assertThat(mean).isEqualTo(rows == 0 ? 0 : 1);
        assertThat(loss.count()).isEqualTo((long) rows * y.size());
        float gradient = 2f / (rows * y.size());
        for (float d : dY.data()) {
            assertThat(d).isIn(0f, gradient);
        }
        return counted;
    }

    private static boolean[] bits(int... bits) {
        boolean[] flags = new boolean[bits.length];
        for (int i = 0; i < bits.length; i++) {
            flags[i] = bits[i] == 1;
        }
        return flags;
    }

    @Test
    void everyStepMeansEveryValidStep() {
        Sequence y = Sequence.zeros(3, 2, 2);
        Sequence target = Sequence.zeros(3, 2, 2);
        assertThat(counted(Steps.EVERY, y, Target.of(target))).isEqualTo(bits(1, 1, 1, 1, 1, 1));
        assertThat(counted(Steps.EVERY, y.withLengths(3, 1), Target.of(target))).isEqualTo(bits(1, 1, 1, 0, 1, 0));
        assertThat(counted(Steps.EVERY, y, Target.of(target.withLengths(0, 2)))).isEqualTo(bits(0, 1, 0, 1, 0, 0));
    }

    @Test
    void lastStepsAreCountedFromTheEndOfEachSequence() {
        Sequence y = Sequence.zeros(4, 3, 1).withLengths(4, 2, 1);
        Target target = Target.of(Sequence.zeros(4, 3, 1));
        assertThat(counted(Steps.LAST, y, target)).isEqualTo(bits(0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0));
        assertThat(counted(Steps.last(2), y, target)).isEqualTo(bits(0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0));
    }

    @Test
    void rightClassesOfShorterBatchesAreInTheBufferOfTheLongest() {
        BatchLoss loss = batchLoss(new SoftmaxCrossEntropy());
        int[] room = loss.rightClasses(Target.of(Tokens.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2)))
                .ids();
        Tokens mask = Tokens.of(new int[] {0, Tokens.IGNORED}, 1, 2);
        Tokens shorter =
                loss.rightClasses(Target.of(Tokens.of(new int[] {7, 8}, 1, 2)).withMask(mask));
        assertThat(shorter.ids()).isSameAs(room);
        assertThat(shorter.copy().ids()).containsExactly(7, Tokens.IGNORED);
        Tokens other = loss.rightClasses(Target.of(Tokens.of(new int[] {9, 8, 7, 6}, 1, 4)));
        assertThat(other.ids()).isSameAs(room);
        assertThat(other.copy().ids()).containsExactly(9, 8, 7, 6);
        assertThat(loss.rightClasses(Target.of(Tokens.of(new int[] {1, 2, 3, 4, 5, 6, 7}, 7, 1)))
                        .copy()
                        .ids())
                .containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void shortFormEqualsTheLongOne() {
        Sequence y = Sequence.zeros(2, 2, 1);
        y.set(1, 0, 0, 3);
        Target target = Target.of(Sequence.zeros(2, 2, 1));
        double mean = BatchLoss.of(new MeanSquaredError()).evaluate(y, target);
        assertThat(mean)
                .isEqualTo(batchLoss(new MeanSquaredError()).evaluate(y, target))
                .isEqualTo(9.0 / 4);
    }

    @Test
    void maskedStepsDoNotCount() {
        Sequence y = Sequence.zeros(2, 2, 3).withLengths(2, 1);
        Tokens mask = Tokens.of(new int[] {Tokens.IGNORED, 5, 0, 0}, 2, 2);
        assertThat(counted(Steps.EVERY, y, Target.of(Sequence.zeros(2, 2, 3)).withMask(mask)))
                .isEqualTo(bits(0, 1, 1, 0));
    }

    @Test
    void batchWithoutAnyCountedStepHasNoLossAndNoGradient() {
        Target nothing = Target.of(Sequence.zeros(2, 1, 1)).withMask(Tokens.ignored(2, 1));
        assertThat(counted(Steps.EVERY, Sequence.zeros(2, 1, 1), nothing)).isEqualTo(bits(0, 0));
    }

    @Test
    void shortTargetAlignsWithTheEndOfEachSequence() {
        // T = 4, the last K = 2 steps count; sequence 1 ends after 3 steps.
        Sequence y = Sequence.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2, 1).withLengths(4, 3);
        Sequence shortTarget = Sequence.of(new float[] {0.5f, 0.25f, 9, 8}, 2, 2, 1);
        Sequence longTarget = Sequence.of(new float[] {-1, -1, -1, 0.25f, 0.5f, 8, 9, -1}, 4, 2, 1);
        Sequence dShort = Sequence.zeros(4, 2, 1);
        Sequence dLong = Sequence.zeros(4, 2, 1);
        BatchLoss loss = batchLoss(new MeanSquaredError(Steps.last(2)));
        double byShort = loss.evaluate(y, Target.of(shortTarget), dShort);
        double byLong = loss.evaluate(y, Target.of(longTarget), dLong);
        // Errors: 5 - 0.5, 4 - 0.25, 7 - 9, 6 - 8.
        assertThat(byShort).isEqualTo((4.5 * 4.5 + 3.75 * 3.75 + 4 + 4) / 4);
        assertThat(byLong).isEqualTo(byShort);
        assertThat(dShort.data()).containsExactly(0, 0, 0, 3.75f / 2, 4.5f / 2, -1, -1, 0);
        assertThat(dLong.data()).isEqualTo(dShort.data());
    }

    @Test
    void oneClassForEachSequenceIsATargetOfOneStep() {
        Sequence y = Sequence.of(new float[] {0, 0, 5, 5, 1, -1, 7, 7}, 2, 2, 2).withLengths(2, 1);
        Tokens label = Tokens.of(new int[] {0, 1}, 1, 2);
        double mean = batchLoss(new SoftmaxCrossEntropy(Steps.LAST)).evaluate(y, Target.of(label));
        assertThat(mean).isCloseTo((Math.log1p(Math.exp(-2)) + Math.log(2)) / 2, within(1e-12));
    }

    @Test
    void sumsAndCountsOfUnequalBatchesGiveTheMeanOfAll() {
        SplittableRandom random = new SplittableRandom(3);
        Sequence y = Sequence.zeros(7, 1, 2);
        Sequence target = Sequence.zeros(7, 1, 2);
        for (int i = 0; i < 14; i++) {
            y.data()[i] = random.nextFloat();
            target.data()[i] = random.nextFloat();
        }
        BatchLoss loss = batchLoss(new MeanAbsoluteError());
        double whole = loss.evaluate(y, Target.of(target));
        double sum = 0;
        long count = 0;
        for (int[] range : new int[][] {{0, 3}, {3, 4}, {4, 7}}) {
            float[] part = Arrays.copyOfRange(y.data(), range[0] * 2, range[1] * 2);
            float[] targetPart = Arrays.copyOfRange(target.data(), range[0] * 2, range[1] * 2);
            int steps = range[1] - range[0];
            loss.evaluate(Sequence.of(part, steps, 1, 2), Target.of(Sequence.of(targetPart, steps, 1, 2)));
            sum += loss.sum();
            count += loss.count();
        }
        assertThat(count).isEqualTo(14);
        assertThat(sum / count).isCloseTo(whole, within(1e-15));
    }

    @Test
    void lossWithoutGradientIsTheSameAndTouchesNoEarlierGradient() {
        Sequence y = Sequence.of(new float[] {1, 2, 3, 4}, 2, 1, 2);
        Target target = Target.of(Tokens.of(new int[] {1, 0}, 2, 1));
        Sequence dY = Sequence.zeros(2, 1, 2);
        BatchLoss loss = batchLoss(new SoftmaxCrossEntropy());
        double with = loss.evaluate(y, target, dY);
        float[] gradient = dY.data().clone();
        y.data()[0] = 9;
        loss.evaluate(y, target);
        y.data()[0] = 1;
        assertThat(loss.evaluate(y, target)).isEqualTo(with);
        assertThat(dY.data()).isEqualTo(gradient);
    }

    @Test
    void oneThreadEqualsManyBitForBit() {
        int T = 20;
        int N = 30;
        int O = 65;
        SplittableRandom random = new SplittableRandom(4);
        Sequence y = Sequence.zeros(T, N, O);
        for (int i = 0; i < T * N * O; i++) {
            y.data()[i] = (float) random.nextDouble(-5, 5);
        }
        Tokens classes = Tokens.ignored(T, N);
        for (int i = 0; i < T * N; i++) {
            classes.ids()[i] = random.nextInt(Tokens.IGNORED, O);
        }
        Sequence dOne = Sequence.zeros(T, N, O);
        double one = batchLoss(new SoftmaxCrossEntropy()).evaluate(y, Target.of(classes), dOne);
        for (int threads : new int[] {2, 3, 4}) {
            try (Team team = Team.of(threads)) {
                BatchLoss loss =
                        BatchLoss.of(new SoftmaxCrossEntropy(), Kernels.scalar().rows(), team);
                Sequence dMany = Sequence.zeros(T, N, O);
                assertThat(loss.evaluate(y, Target.of(classes), dMany)).isEqualTo(one);
                assertThat(dMany.data()).isEqualTo(dOne.data());
                assertThat(loss.evaluate(y, Target.of(classes))).isEqualTo(one);
            }
        }
    }

    @Test
    void evaluatingAgainAllocatesNothing() {
        Sequence y = Sequence.zeros(5, 4, 3);
        Sequence dY = Sequence.zeros(5, 4, 3);
        Target classes = Target.of(Tokens.of(new int[20], 5, 4));
        Target values = Target.of(Sequence.zeros(5, 4, 3));
        BatchLoss softmax = batchLoss(new SoftmaxCrossEntropy());
        BatchLoss logistic = batchLoss(new LogisticCrossEntropy());
        Allocation.assertNone(() -> {
            softmax.evaluate(y, classes, dY);
            softmax.evaluate(y, classes);
            logistic.evaluate(y, values, dY);
        });
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        BatchLoss loss = batchLoss(new MeanSquaredError());
        Sequence y = Sequence.zeros(3, 2, 1);
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Sequence.zeros(2, 2, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Sequence[3, 2, 1]", "Sequence[2, 2, 1]", "every step");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Sequence.zeros(3, 1, 1))))
                .hasMessageContaining("Sequence[3, 1, 1]");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Sequence.zeros(3, 2, 1)), Sequence.zeros(3, 2, 2)))
                .hasMessageContaining("dY is Sequence[3, 2, 2]");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Sequence.zeros(3, 2, 1)), y))
                .hasMessageContaining("share");
        assertThatThrownBy(() -> Target.of(Sequence.zeros(3, 2, 1)).withMask(Tokens.ignored(2, 2)))
                .hasMessageContaining("mask");
        assertThatThrownBy(() -> Steps.last(0)).hasMessageContaining("last 0");
    }
}
