package dev.carousel.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.CtcLoss.Unfit;
import dev.carousel.reference.LossReference;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.CtcCase;
import dev.carousel.reference.sequence.CtcReference;
import dev.carousel.reference.sequence.GoldenLabels;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** CTC in float32 against PyTorch and its reference. */
class CtcLossTest {

    private static BatchLoss batchLoss(CtcLoss loss) {
        return BatchLoss.of(loss, Kernels.scalar().rows(), Team.single());
    }

    private static Sequence floats(Seq y) {
        float[] data = new float[y.values().length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) y.values()[i];
        }
        return Sequence.of(data, y.steps(), y.batchSize(), y.size()).withLengths(y.lengths());
    }

    private static Sequence random(int T, int V, double spread, long seed, int... lengths) {
        Random random = new Random(seed);
        Sequence y = Sequence.zeros(T, lengths.length, V);
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = (float) (spread * random.nextGaussian());
        }
        return y.withLengths(lengths);
    }

    private static Seq doubles(Sequence y) {
        double[] values = new double[y.steps() * y.batchSize() * y.size()];
        Arrays.setAll(values, i -> y.data()[i]);
        int[] lengths = new int[y.batchSize()];
        Arrays.setAll(lengths, y::length);
        return Seq.over(y.steps(), y.batchSize(), y.size(), values, lengths);
    }

    /** Compares with the reference; the mean over those that fit. */
    private static void assertEqualsReference(String what, Sequence y, int[][] labels, int blank) {
        LossReference.Loss expected = CtcReference.loss(doubles(y), labels, blank);
        BatchLoss loss = batchLoss(new CtcLoss(blank, Unfit.REFUSE));
        Sequence dY = Sequence.of(new float[y.data().length], y.steps(), y.batchSize(), y.size());
        Arrays.fill(dY.data(), 7);
        double mean = loss.evaluate(y, Target.of(Tokens.ofBatchFirst(labels)), dY);
        int N = labels.length;
        assertThat(mean).as(what).isCloseTo(expected.value() / N, within(1e-5 * Math.max(1, expected.value() / N)));
        for (int i = 0; i < dY.data().length; i++) {
            assertThat((double) dY.data()[i])
                    .as(what + ", dY[" + i + "]")
                    .isCloseTo(expected.dY().values()[i] / N, within(1e-4 / N));
        }
        assertThat(loss.evaluate(y, Target.of(Tokens.ofBatchFirst(labels))))
                .as(what)
                .isEqualTo(mean);
    }

    @Test
    void lossAndGradientEqualPyTorch() {
        GoldenLabels golden = GoldenLabels.read("ctc");
        Sequence y = floats(golden.sequences("logits"));
        Target target = Target.of(Tokens.ofBatchFirst(golden.lists("targets")));
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        BatchLoss loss = batchLoss(new CtcLoss());
        loss.evaluate(y, target, dY);
        assertThat(loss.sum()).isCloseTo(Arrays.stream(golden.data("loss")).sum(), within(1e-5));
        assertThat(loss.count()).isEqualTo(4);
        assertThat(loss.weight()).isEqualTo(4);
        double[] expected = golden.data("d_logits");
        for (int i = 0; i < expected.length; i++) {
            assertThat(4.0 * dY.data()[i]).as("dY[" + i + "]").isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void tinyCasesEqualTheReference() {
        Random random = new Random(4);
        int fit = 0;
        for (int i = 0; i < 10_000; i++) {
            CtcCase one = CtcCase.draw(random, 5, 4);
            int[][] labels = {one.labels()};
            Sequence y = one.sequence();
            if (CtcLoss.stepsNeeded(Tokens.ofBatchFirst(labels), 0) <= y.steps()) {
                assertEqualsReference("case " + i + ", " + one, y, labels, one.blank());
                fit++;
            } else {
                assertThatThrownBy(() -> batchLoss(new CtcLoss(one.blank(), Unfit.REFUSE))
                                .evaluate(y, Target.of(Tokens.ofBatchFirst(labels))))
                        .hasMessageContaining("need");
            }
        }
        assertThat(fit).isBetween(5000, 9900);
    }

    @Test
    void raggedBatchesOfLongSequencesEqualTheReference() {
        int[] lengths = {120, 80, 41, 1, 7};
        int[][] labels = new int[5][];
        Random random = new Random(6);
        for (int n = 0; n < 5; n++) {
            // Each has a repeated label where it can; the last but one has none at all.
            labels[n] = random.ints(Math.max(0, lengths[n] / 3 - 1), 1, 12).toArray();
            if (labels[n].length > 1) {
                labels[n][1] = labels[n][0];
            }
        }
        for (double spread : new double[] {0.1, 1, 10, 60}) {
            assertEqualsReference("spread " + spread, random(120, 12, spread, 1, lengths), labels, 0);
        }
    }

    @Test
    void networkThatIsVeryWrongLosesNoNumber() {
        // 300 steps that are sure of the blank by 50 nats: the 20 labels cost 50 nats each, far below what a double
        // holds.
        Sequence y = Sequence.zeros(300, 2, 5);
        for (int row = 0; row < 600; row++) {
            y.data()[row * 5] = 50;
        }
        int[] labels = new int[20];
        Arrays.setAll(labels, i -> 1 + i % 4);
        assertEqualsReference("sure of the blank", y, new int[][] {labels, {}}, 0);
        // Sure of the wrong label, by scores whose exponential a float does not hold.
        for (int row = 0; row < 600; row++) {
            y.data()[row * 5 + 4] = 200 + row % 7;
        }
        assertEqualsReference("sure of a label", y, new int[][] {labels, {1, 1, 1}}, 0);
        Sequence far = Sequence.of(new float[] {1000, -1000, 0, 0, 1000, -1000}, 3, 1, 2);
        assertEqualsReference("far apart", far, new int[][] {{1, 1}}, 0);
    }

    @Test
    void wrongInTheMiddleAloneLosesNoNumber() {
        // Sure of label 4 for 100 steps, then of the blank: forward and backward sums meet where both are tiny.
        Sequence y = Sequence.zeros(200, 1, 5);
        for (int t = 0; t < 200; t++) {
            y.set(t, 0, t < 100 ? 4 : 0, 40);
        }
        int[] labels = new int[60];
        Arrays.setAll(labels, i -> 1 + i % 3);
        assertEqualsReference("two halves", y, new int[][] {labels}, 0);
    }

    @Test
    void labelsThatDoNotFitAreRefusedSkippedOrCountedByOption() {
        Sequence y = random(4, 3, 1, 2, 4, 2, 3);
        Target target = Target.of(Tokens.ofBatchFirst(new int[][] {{1, 2}, {1, 1}, {2}}));
        assertThatThrownBy(() -> batchLoss(new CtcLoss()).evaluate(y, target))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("2 labels of sequence 1", "need 3 steps", "output has 2");

        Sequence dY = Sequence.zeros(4, 3, 3);
        Arrays.fill(dY.data(), Float.NaN);
        BatchLoss skipping = batchLoss(new CtcLoss().withUnfit(Unfit.SKIP));
        double skipped = skipping.evaluate(y, target, dY);
        assertThat(skipping.count()).isEqualTo(2);
        assertThat(dY.data()).doesNotContain(Float.NaN);
        double others = CtcReference.loss(doubles(y).alone(0), new int[][] {{1, 2}}, 0)
                        .value()
                + CtcReference.loss(doubles(y).alone(2), new int[][] {{2}}, 0).value();
        assertThat(skipped).isCloseTo(others / 2, within(1e-5));
        for (int t = 0; t < 4; t++) {
            assertThat(new float[] {dY.get(t, 1, 0), dY.get(t, 1, 1), dY.get(t, 1, 2)})
                    .containsOnly(0);
        }

        Arrays.fill(dY.data(), Float.NaN);
        BatchLoss counting = batchLoss(new CtcLoss().withUnfit(Unfit.ZERO));
        assertThat(counting.evaluate(y, target, dY)).isCloseTo(others / 3, within(1e-5));
        assertThat(counting.count()).isEqualTo(3);
        assertThat(dY.data()).doesNotContain(Float.NaN);

        Target none = Target.of(Tokens.ofBatchFirst(new int[][] {{1, 1, 1, 1}, {1, 1}, {2, 2, 2}}));
        assertThat(skipping.evaluate(y, none, dY)).isZero();
        assertThat(skipping.count()).isZero();
        assertThat(dY.data()).containsOnly(0);
    }

    @Test
    void threadsChangeNoBit() {
        int N = 13;
        int[] lengths = new int[N];
        int[][] labels = new int[N][];
        Random random = new Random(7);
        for (int n = 0; n < N; n++) {
            lengths[n] = 30 + random.nextInt(70);
            labels[n] = random.ints(random.nextInt(15), 1, 20).toArray();
        }
        Sequence y = random(100, 20, 2, 3, lengths);
        Target target = Target.of(Tokens.ofBatchFirst(labels));
        Sequence one = Sequence.zeros(100, N, 20);
        double alone = batchLoss(new CtcLoss()).evaluate(y, target, one);
        for (int threads : new int[] {2, 3, 5}) {
            try (Team team = Team.of(threads)) {
                Sequence many = Sequence.zeros(100, N, 20);
                BatchLoss loss = BatchLoss.of(new CtcLoss(), Kernels.scalar().rows(), team);
                assertThat(loss.evaluate(y, target, many)).isEqualTo(alone);
                assertThat(many.data()).containsExactly(one.data());
            }
        }
    }

    @Test
    void nothingIsAllocatedInTheSteadyState() {
        Sequence y = random(12, 6, 1, 5, 12, 9);
        Target target = Target.of(Tokens.ofBatchFirst(new int[][] {{1, 2, 3}, {5, 5}}));
        Sequence dY = Sequence.zeros(12, 2, 6);
        BatchLoss loss = batchLoss(new CtcLoss());
        Allocation.assertNone(() -> loss.evaluate(y, target, dY));
        Allocation.assertNone(() -> loss.evaluate(y, target));
    }

    @Test
    void scoreThatIsNotANumberGivesALossThatIsNone() {
        Sequence y = random(5, 3, 1, 5, 5);
        y.data()[4] = Float.NaN;
        Target target = Target.of(Tokens.ofBatchFirst(new int[][] {{1}}));
        assertThat(batchLoss(new CtcLoss()).evaluate(y, target)).isNaN();
        assertThat(batchLoss(new CtcLoss()).evaluate(y, target, Sequence.zeros(5, 1, 3)))
                .isNaN();
    }

    @Test
    void whatDoesNotFitIsNamed() {
        Sequence y = random(5, 3, 1, 5, 5);
        BatchLoss loss = batchLoss(new CtcLoss());
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Tokens.ofBatchFirst(new int[][] {{1, 3}}))))
                .hasMessageContainingAll("label 1 of sequence 0", "class 3", "3 classes");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Tokens.ofBatchFirst(new int[][] {{1, 0}}))))
                .hasMessageContaining("the blank, which is no label");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Tokens.ofBatchFirst(new int[][] {{1}, {1}}))))
                .hasMessageContaining("labels of 2 sequences");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Sequence.zeros(5, 1, 3))))
                .hasMessageContaining("class for each step");
        Tokens labels = Tokens.of(new int[] {1}, 1, 1);
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(labels).withMask(labels)))
                .hasMessageContaining("no mask");
        assertThatThrownBy(() -> batchLoss(new CtcLoss(3, Unfit.SKIP)).evaluate(y, Target.of(labels)))
                .hasMessageContaining("blank is class 3");
        assertThatThrownBy(() -> new CtcLoss(-1, Unfit.SKIP)).hasMessageContaining("at least 0");
        assertThatThrownBy(
                        () -> new CtcLoss().requireFits(NetworkSpec.of(Dense.head(2, 3), new Parameterless.Softmax(3))))
                .hasMessageContaining("softmax is part of this loss");
        assertThatThrownBy(() -> new CtcLoss().row(new LossRow())).hasMessageContaining("whole sequences");
    }
}
