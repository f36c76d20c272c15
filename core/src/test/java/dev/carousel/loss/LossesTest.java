package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each loss against PyTorch, its formula and central differences. */
class LossesTest {

    private static final GoldenLines GOLDEN = GoldenLines.read("/loss/losses.txt");

    // As in losses.py: T = 2, N = 2, O = 3.
    private static final float[] SCORES = {0.3f, -1.2f, 2.5f, 1, 0.4f, -0.6f, -3, 0.1f, 0.2f, 12, -7, 0.9f};
    private static final float[] VALUES = {0.1f, 0, 2, 1.5f, 0.4f, -1, 1, -2, 0.7f, 8, 1, 0};
    private static final float[] LABELS = {1, 0, 1, 0.25f, 0, 1, 1, 0.5f, 0, 0, 1, 0};

    private static BatchLoss batchLoss(Loss loss) {
        return BatchLoss.of(loss, Kernels.scalar().rows(), Team.single());
    }

    private static void assertEqualsPyTorch(String name, Loss loss, Target target) {
        double[] golden = GOLDEN.one(name);
        Sequence dY = Sequence.zeros(2, 2, 3);
        double mean = batchLoss(loss).evaluate(Sequence.of(SCORES, 2, 2, 3), target, dY);
        assertThat(mean).isCloseTo(golden[0], within(1e-6 * golden[0]));
        for (int i = 0; i < 12; i++) {
            assertThat((double) dY.data()[i]).as(name + " dY[" + i + "]").isCloseTo(golden[i + 1], within(1e-7));
        }
    }

    @Test
    void softmaxCrossEntropyEqualsPyTorch() {
        assertEqualsPyTorch("softmax", new SoftmaxCrossEntropy(), Target.of(Tokens.of(new int[] {2, 1, 0, 1}, 2, 2)));
    }

    @Test
    void softmaxCrossEntropyLeavesOutIgnoredClassesAsPyTorchDoes() {
        Tokens classes = Tokens.of(new int[] {2, Tokens.IGNORED, 0, 1}, 2, 2);
        assertEqualsPyTorch("softmax ignoring row 1", new SoftmaxCrossEntropy(), Target.of(classes));
    }

    @Test
    void squaredErrorEqualsPyTorch() {
        assertEqualsPyTorch("squared", new MeanSquaredError(), Target.of(Sequence.of(VALUES, 2, 2, 3)));
    }

    @Test
    void absoluteErrorEqualsPyTorchAndIsFlatWhereEqual() {
        assertEqualsPyTorch("absolute", new MeanAbsoluteError(), Target.of(Sequence.of(VALUES, 2, 2, 3)));
    }

    @Test
    void logisticCrossEntropyEqualsPyTorch() {
        assertEqualsPyTorch("logistic", new LogisticCrossEntropy(), Target.of(Sequence.of(LABELS, 2, 2, 3)));
    }

    @Test
    void smoothingAndWeightsEqualPyTorchAloneAndTogether() {
        Target classes = Target.of(Tokens.of(new int[] {2, 1, 0, 1}, 2, 2));
        List<Double> weights = List.of(0.5, 3.0, 0.25);
        assertEqualsPyTorch("softmax smoothed", new SoftmaxCrossEntropy().withSmoothing(0.2), classes);
        assertEqualsPyTorch("softmax weighted", new SoftmaxCrossEntropy().withWeights(weights), classes);
        assertEqualsPyTorch(
                "softmax smoothed, weighted, ignoring row 1",
                new SoftmaxCrossEntropy().withSmoothing(0.2).withWeights(weights),
                Target.of(Tokens.of(new int[] {2, Tokens.IGNORED, 0, 1}, 2, 2)));
    }

    @Test
    void pinballEqualsPyTorch() {
        Sequence target = Sequence.of(new float[] {VALUES[0], VALUES[3], VALUES[6], VALUES[9]}, 2, 2, 1);
        assertEqualsPyTorch("pinball", new Pinball(List.of(0.1, 0.5, 0.9)), Target.of(target));
    }

    @Test
    void pinballIsLeastAtTheQuantile() {
        int count = 1000;
        SplittableRandom random = new SplittableRandom(5);
        Sequence target = Sequence.zeros(1, count, 1);
        for (int n = 0; n < count; n++) {
            target.set(0, n, 0, (float) random.nextDouble());
        }
        double[] sums = new double[3];
        for (int i = 0; i < 3; i++) {
            Sequence y = Sequence.zeros(1, count, 1);
            Arrays.fill(y.data(), 0.7f + 0.1f * i);
            sums[i] = batchLoss(new Pinball(List.of(0.8))).evaluate(y, Target.of(target));
        }
        assertThat(sums[1]).isLessThan(sums[0]).isLessThan(sums[2]);
    }

    @Test
    void anEvenQuantileOfEachTargetIsHalfTheAbsoluteError() {
        Sequence y = Sequence.of(SCORES, 2, 2, 3);
        Target target = Target.of(Sequence.of(VALUES, 2, 2, 3));
        double half = batchLoss(new Pinball(List.of(0.5))).evaluate(y, target);
        assertThat(2 * half).isEqualTo(batchLoss(new MeanAbsoluteError()).evaluate(y, target));
    }

    @Test
    void stepsOfClassesWithoutWeightDoNotCount() {
        Sequence y = Sequence.of(SCORES, 2, 2, 3);
        Target all = Target.of(Tokens.of(new int[] {2, 1, 0, 1}, 2, 2));
        Target withoutOnes = Target.of(Tokens.of(new int[] {2, Tokens.IGNORED, 0, Tokens.IGNORED}, 2, 2));
        BatchLoss weighted = batchLoss(new SoftmaxCrossEntropy().withWeights(List.of(1.0, 0.0, 1.0)));
        assertThat(weighted.evaluate(y, all))
                .isEqualTo(batchLoss(new SoftmaxCrossEntropy()).evaluate(y, withoutOnes));
        assertThat(weighted.count()).isEqualTo(2);
        Target ones = Target.of(Tokens.of(new int[] {1, 1, 1, 1}, 2, 2));
        assertThat(weighted.evaluate(y, ones)).isZero();
        assertThat(weighted.count()).isZero();
    }

    @Test
    void balancedWeightsMakeEveryClassWeighTheSame() {
        List<Double> weights = SoftmaxCrossEntropy.balancedWeights(List.of(90, 10, 0));
        assertThat(weights.get(0) * 90).isCloseTo(weights.get(1) * 10, within(1e-12));
        assertThat(weights.get(2)).isZero();
        assertThat(SoftmaxCrossEntropy.balancedWeights(List.of(4, 4))).containsExactly(1.0, 1.0);
        assertThatThrownBy(() -> SoftmaxCrossEntropy.balancedWeights(List.of(0, 0)))
                .hasMessageContaining("at least one must occur");
    }

    @Test
    void lossesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new SoftmaxCrossEntropy().withSmoothing(1)).hasMessageContaining("smoothing is 1.0");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy().withSmoothing(Double.NaN))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy().withWeights(List.of(1.0, -1.0)))
                .hasMessageContaining("at least 0");
        assertThatThrownBy(() -> new SoftmaxCrossEntropy().withWeights(List.of(0.0, 0.0)))
                .hasMessageContaining("not all 0");
        assertThatThrownBy(() -> new Pinball(List.of(10.0, 50.0))).hasMessageContaining("percentages");
        assertThatThrownBy(() -> new Pinball(List.of(0.9, 0.1))).hasMessageContaining("ascend");
        assertThatThrownBy(() -> new Pinball(List.of())).hasMessageContaining("1 quantile at least");
        Sequence y = Sequence.of(SCORES, 2, 2, 3);
        Target classes = Target.of(Tokens.of(new int[] {2, 1, 0, 1}, 2, 2));
        assertThatThrownBy(() -> batchLoss(new SoftmaxCrossEntropy().withWeights(List.of(1.0, 2.0)))
                        .evaluate(y, classes))
                .hasMessageContainingAll("2 weights", "3 classes");
        Target three = Target.of(Sequence.of(VALUES, 2, 2, 3));
        assertThatThrownBy(() -> batchLoss(new Pinball(List.of(0.1, 0.9))).evaluate(y, three))
                .hasMessageContainingAll("3 numbers a step", "3 targets of 2 quantiles", "6");
    }

    @Test
    void crossEntropiesStayFiniteAtExtremeScores() {
        Sequence y = Sequence.of(new float[] {1000, -1000}, 1, 1, 2);
        Sequence dY = Sequence.zeros(1, 1, 2);
        Target wrong = Target.of(Tokens.of(new int[] {1}, 1, 1));
        assertThat(batchLoss(new SoftmaxCrossEntropy()).evaluate(y, wrong, dY)).isEqualTo(2000);
        assertThat(dY.data()).containsExactly(1, -1);
        Target opposite = Target.of(Sequence.of(new float[] {0, 1}, 1, 1, 2));
        assertThat(batchLoss(new LogisticCrossEntropy()).evaluate(y, opposite, dY))
                .isEqualTo(1000);
        assertThat(dY.data()).containsExactly(0.5f, -0.5f);
    }

    @Test
    void nanScoreGivesNanLoss() {
        Sequence y = Sequence.of(new float[] {1, Float.NaN, 0}, 1, 1, 3);
        Target values = Target.of(Sequence.zeros(1, 1, 3));
        Target classes = Target.of(Tokens.of(new int[] {0}, 1, 1));
        assertThat(batchLoss(new SoftmaxCrossEntropy()).evaluate(y, classes)).isNaN();
        assertThat(batchLoss(new MeanSquaredError()).evaluate(y, values)).isNaN();
        assertThat(batchLoss(new MeanAbsoluteError()).evaluate(y, values)).isNaN();
        assertThat(batchLoss(new LogisticCrossEntropy()).evaluate(y, values)).isNaN();
        assertThat(batchLoss(new SoftmaxCrossEntropy().withSmoothing(0.1)).evaluate(y, classes))
                .isNaN();
        assertThat(batchLoss(new Pinball(List.of(0.5))).evaluate(y, values)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Integer.MAX_VALUE})
    void gradientsEqualCentralDifferences(int last) {
        Steps steps = new Steps(last);
        int T = 4;
        int N = 3;
        int O = 5;
        SplittableRandom random = new SplittableRandom(20 + last);
        Sequence y = Sequence.zeros(T, N, O);
        Sequence values = Sequence.zeros(T, N, O);
        Sequence labels = Sequence.zeros(T, N, O);
        Tokens classes = Tokens.ignored(T, N);
        for (int i = 0; i < T * N * O; i++) {
            y.data()[i] = random.nextInt(-2000, 2000) / 1024f;
            // Between the multiples of 1/1024, so that no central difference crosses the kink of the absolute error.
            values.data()[i] = random.nextInt(-20, 20) / 8f + 1 / 3000f;
            labels.data()[i] = random.nextInt(0, 3) / 2f;
        }
        for (int i = 0; i < T * N; i++) {
            classes.ids()[i] = random.nextInt(Tokens.IGNORED, O);
        }
        Sequence ragged = y.withLengths(4, 2, 3);
        Tokens mask = Tokens.of(new int[] {0, 0, -1, 0, 0, 0, -1, 0, 0, 0, -1, -1}, T, N);

        assertGradientEqualsDifferences(new SoftmaxCrossEntropy(steps), ragged, Target.of(classes));
        List<Double> weights = List.of(0.5, 3.0, 0.25, 1.0, 2.0);
        assertGradientEqualsDifferences(new SoftmaxCrossEntropy(steps, 0.3, weights), ragged, Target.of(classes));
        assertGradientEqualsDifferences(
                new SoftmaxCrossEntropy(steps, 0, weights),
                ragged,
                Target.of(classes).withMask(mask));
        assertGradientEqualsDifferences(new Pinball(List.of(0.5), steps), ragged, Target.of(values));
        Sequence one = Sequence.zeros(T, N, 1);
        for (int i = 0; i < T * N; i++) {
            one.data()[i] = values.data()[i * O];
        }
        assertGradientEqualsDifferences(
                new Pinball(List.of(0.05, 0.2, 0.5, 0.8, 0.95), steps),
                ragged,
                Target.of(one).withMask(mask));
        assertGradientEqualsDifferences(
                new MeanSquaredError(steps), ragged, Target.of(values).withMask(mask));
        assertGradientEqualsDifferences(new MeanAbsoluteError(steps), ragged, Target.of(values));
        assertGradientEqualsDifferences(
                new LogisticCrossEntropy(steps), ragged, Target.of(labels).withMask(mask));
    }

    private static void assertGradientEqualsDifferences(Loss loss, Sequence y, Target target) {
        BatchLoss batchLoss = batchLoss(loss);
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        batchLoss.evaluate(y, target, dY);
        assertThat(batchLoss.count()).as("something counts").isPositive();
        float h = 1 / 4096f;
        for (int i = 0; i < y.data().length; i++) {
            float was = y.data()[i];
            y.data()[i] = was + h;
            double above = batchLoss.evaluate(y, target);
            y.data()[i] = was - h;
            double below = batchLoss.evaluate(y, target);
            y.data()[i] = was;
            double difference = (above - below) / (2 * h);
            assertThat((double) dY.data()[i]).as(loss + " dY[" + i + "]").isCloseTo(difference, within(1e-6));
        }
    }

    @Test
    void targetsThatDoNotFitAreNamed() {
        Sequence y = Sequence.of(SCORES, 2, 2, 3);
        Target tooLarge = Target.of(Tokens.of(new int[] {0, 1, 3, 2}, 2, 2));
        assertThatThrownBy(() -> batchLoss(new SoftmaxCrossEntropy()).evaluate(y, tooLarge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("step 1 of sequence 0", "class 3", "3 classes");
        Target plusMinus = Target.of(Sequence.of(new float[] {0, 1, 1, 0, -1, 1, 1, 1, 1, 1, 1, 1}, 2, 2, 3));
        assertThatThrownBy(() -> batchLoss(new LogisticCrossEntropy()).evaluate(y, plusMinus))
                .hasMessageContainingAll("target 1 of step 0 of sequence 1", "-1.0", "between 0");
        Target narrow = Target.of(Sequence.zeros(2, 2, 2));
        assertThatThrownBy(() -> batchLoss(new MeanSquaredError()).evaluate(y, narrow))
                .hasMessageContainingAll("MeanSquaredError", "3 numbers", "target 2");
        assertThatThrownBy(() -> batchLoss(new MeanAbsoluteError()).evaluate(y, tooLarge))
                .hasMessageContaining("vector for each step");
        assertThatThrownBy(() -> batchLoss(new SoftmaxCrossEntropy()).evaluate(y, narrow))
                .hasMessageContaining("class for each step");
    }

    @Test
    void targetsOutOfRangeThatDoNotCountAreNoError() {
        Sequence y = Sequence.of(SCORES, 2, 2, 3).withLengths(2, 1);
        Target padded = Target.of(Tokens.of(new int[] {0, 1, 2, 99}, 2, 2).withLengths(2, 1));
        assertThat(batchLoss(new SoftmaxCrossEntropy()).evaluate(y, padded)).isPositive();
        float[] labels = {1, 0, 1, Float.NaN, 7, -1, 1, 0, 1, 0, 0, 0};
        Tokens mask = Tokens.of(new int[] {0, Tokens.IGNORED, 0, 0}, 2, 2);
        Target masked = Target.of(Sequence.of(labels, 2, 2, 3)).withMask(mask);
        assertThat(batchLoss(new LogisticCrossEntropy()).evaluate(y, masked)).isFinite();
    }
}
