package dev.carousel.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.CrfLoss;
import dev.carousel.loss.Target;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.CrfReference;
import dev.carousel.reference.sequence.CrfReference.Gradients;
import dev.carousel.reference.sequence.GoldenLabels;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The CRF of the engine and its decoder against the golden file, the reference and every path. */
class CrfLossTest {

    private static BatchLoss batchLoss(CrfLoss loss, Team team) {
        return BatchLoss.of(loss, Kernels.scalar().rows(), team);
    }

    /** The outputs of a network whose transitions are the same at every step. */
    private static Sequence outputs(Seq e, CrfReference crf) {
        int K = e.size();
        CrfLoss at = new CrfLoss(K);
        Sequence y = Sequence.zeros(e.steps(), e.batchSize(), CrfLoss.outputSize(K));
        for (int t = 0; t < e.steps(); t++) {
            for (int n = 0; n < e.batchSize(); n++) {
                for (int j = 0; j < K; j++) {
                    y.set(t, n, j, (float) e.get(t, n, j));
                    y.set(t, n, at.start(j), (float) crf.start()[j]);
                    y.set(t, n, at.end(j), (float) crf.end()[j]);
                    for (int i = 0; i < K; i++) {
                        y.set(t, n, at.transition(i, j), (float) crf.transitions()[i * K + j]);
                    }
                }
            }
        }
        return y.withLengths(e.lengths());
    }

    private static double sum(Sequence dY, int d) {
        double sum = 0;
        for (int row = 0; row < dY.steps() * dY.batchSize(); row++) {
            sum += dY.data()[row * dY.size() + d];
        }
        return sum;
    }

    private static void assertEquals(String what, Gradients expected, Sequence dY, int K, int N, double tolerance) {
        CrfLoss at = new CrfLoss(K);
        for (int row = 0; row < dY.steps() * dY.batchSize(); row++) {
            for (int j = 0; j < K; j++) {
                assertThat(N * (double) dY.data()[row * dY.size() + j])
                        .as(what)
                        .isCloseTo(expected.loss().dY().values()[row * K + j], within(tolerance));
            }
        }
        for (int j = 0; j < K; j++) {
            assertThat(N * sum(dY, at.start(j))).as(what).isCloseTo(expected.dStart()[j], within(tolerance));
            assertThat(N * sum(dY, at.end(j))).as(what).isCloseTo(expected.dEnd()[j], within(tolerance));
            for (int i = 0; i < K; i++) {
                assertThat(N * sum(dY, at.transition(i, j)))
                        .as(what)
                        .isCloseTo(expected.dTransitions()[i * K + j], within(tolerance));
            }
        }
    }

    @Test
    void lossGradientsAndBestPathEqualTheGoldenFile() {
        GoldenLabels golden = GoldenLabels.read("crf");
        CrfReference crf = new CrfReference(golden.data("transitions"), golden.data("start"), golden.data("end"));
        Sequence y = outputs(golden.sequences("emissions"), crf);
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        Arrays.fill(dY.data(), 7);
        BatchLoss loss = batchLoss(new CrfLoss(3), Team.single());
        int[][] tags = golden.lists("tags");
        double mean = loss.evaluate(y, Target.of(Tokens.ofBatchFirst(tags)), dY);
        double expected = Arrays.stream(golden.data("loss")).sum();
        assertThat(3 * mean).isCloseTo(expected, within(1e-5));
        assertEquals("golden", crf.loss(golden.sequences("emissions"), tags), dY, 3, 3, 1e-5);
        int[][] best = golden.lists("best");
        for (int n = 0; n < 3; n++) {
            assertThat(new CrfDecoder(new CrfLoss(3)).best(y, n)).containsExactly(best[n]);
        }
    }

    @Test
    void tinyCasesEqualTheSumOverEveryPath() {
        Random random = new Random(6);
        for (int c = 0; c < 10_000; c++) {
            int T = 1 + random.nextInt(4);
            int K = 1 + random.nextInt(3);
            double spread = new double[] {0.1, 1, 10, 50}[random.nextInt(4)];
            CrfLoss crf = new CrfLoss(K);
            // Transitions of their own at every step.
            Sequence y = Sequence.zeros(T, 1, CrfLoss.outputSize(K));
            for (int i = 0; i < y.data().length; i++) {
                y.data()[i] = (float) (spread * random.nextGaussian());
            }
            Tokens tags = Tokens.ignored(T, 1);
            for (int t = 0; t < T; t++) {
                tags.set(t, 0, random.nextInt(4) == 0 ? Tokens.IGNORED : random.nextInt(K));
            }
            assertEqualsEnumeration("case " + c, crf, y, tags);
        }
    }

    private static double score(CrfLoss crf, Sequence y, int[] path) {
        int T = path.length;
        double score = y.get(0, 0, crf.start(path[0])) + (double) y.get(T - 1, 0, crf.end(path[T - 1]));
        for (int t = 0; t < T; t++) {
            score += y.get(t, 0, path[t]);
            score += t == 0 ? 0 : y.get(t, 0, crf.transition(path[t - 1], path[t]));
        }
        return score;
    }

    private static void assertEqualsEnumeration(String what, CrfLoss crf, Sequence y, Tokens tags) {
        int T = y.steps();
        int K = crf.tags();
        int paths = (int) Math.pow(K, T);
        double best = Double.NEGATIVE_INFINITY;
        double[] scores = new double[paths];
        for (int p = 0; p < paths; p++) {
            scores[p] = score(crf, y, path(p, T, K));
            best = Math.max(best, scores[p]);
        }
        double all = 0;
        double known = 0;
        double[][] marginals = new double[T][K];
        for (int p = 0; p < paths; p++) {
            double weight = Math.exp(scores[p] - best);
            all += weight;
            boolean fits = true;
            int[] path = path(p, T, K);
            for (int t = 0; t < T; t++) {
                marginals[t][path[t]] += weight;
                fits &= tags.get(t, 0) == Tokens.IGNORED || tags.get(t, 0) == path[t];
            }
            known += fits ? weight : 0;
        }
        BatchLoss loss = batchLoss(crf, Team.single());
        Sequence dY = Sequence.zeros(T, 1, y.size());
        double mean = loss.evaluate(y, Target.of(tags), dY);
        boolean counts = Arrays.stream(tags.ids()).anyMatch(tag -> tag != Tokens.IGNORED);
        assertThat(loss.count()).as(what).isEqualTo(counts ? 1 : 0);
        // exp of what is 700 below the best is 0 in the enumeration.
        if (counts && known > 0) {
            double expected = Math.log(all / known);
            assertThat(mean).as(what).isCloseTo(expected, within(1e-9 * Math.max(1, expected)));
        }
        double[][] found = crf.marginals(y, 0);
        for (int t = 0; t < T; t++) {
            for (int k = 0; k < K; k++) {
                assertThat(found[t][k]).as(what).isCloseTo(marginals[t][k] / all, within(1e-9));
            }
        }
        assertThat(score(crf, y, new CrfDecoder(crf).best(y, 0))).as(what).isCloseTo(best, within(1e-9));
    }

    private static int[] path(int which, int T, int K) {
        int[] path = new int[T];
        for (int t = 0; t < T; t++) {
            path[t] = which % K;
            which /= K;
        }
        return path;
    }

    @Test
    void gradientEqualsCentralDifferencesWithUnknownTags() {
        Random random = new Random(7);
        CrfLoss crf = new CrfLoss(3);
        Sequence y = Sequence.zeros(4, 3, CrfLoss.outputSize(3)).withLengths(4, 2, 3);
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = random.nextInt(-2000, 2000) / 1024f;
        }
        Tokens tags = Tokens.of(new int[] {0, -1, 2, 1, -1, -1, -1, 9, 0, 2, 9, 9}, 4, 3);
        BatchLoss loss = batchLoss(crf, Team.single());
        Sequence dY = Sequence.zeros(4, 3, y.size());
        loss.evaluate(y, Target.of(tags), dY);
        assertThat(loss.count()).isEqualTo(2);
        float h = 1 / 4096f;
        for (int i = 0; i < y.data().length; i++) {
            float was = y.data()[i];
            y.data()[i] = was + h;
            double above = loss.evaluate(y, Target.of(tags));
            y.data()[i] = was - h;
            double below = loss.evaluate(y, Target.of(tags));
            y.data()[i] = was;
            assertThat((double) dY.data()[i]).as("dY[" + i + "]").isCloseTo((above - below) / (2 * h), within(1e-6));
        }
    }

    @Test
    void threadsChangeNoBitAndNothingIsAllocated() {
        Random random = new Random(8);
        Sequence y = Sequence.zeros(30, 9, CrfLoss.outputSize(4));
        int[] ids = random.ints(30 * 9, 0, 4).toArray();
        for (int i = 0; i < y.data().length; i++) {
            y.data()[i] = (float) random.nextGaussian();
        }
        Target target = Target.of(Tokens.of(ids, 30, 9));
        Sequence one = Sequence.zeros(30, 9, y.size());
        double alone = batchLoss(new CrfLoss(4), Team.single()).evaluate(y, target, one);
        try (Team team = Team.of(3)) {
            Sequence many = Sequence.zeros(30, 9, y.size());
            assertThat(batchLoss(new CrfLoss(4), team).evaluate(y, target, many))
                    .isEqualTo(alone);
            assertThat(many.data()).containsExactly(one.data());
        }
        Sequence small = Sequence.zeros(3, 1, CrfLoss.outputSize(2));
        Sequence dSmall = Sequence.zeros(3, 1, small.size());
        Target tags = Target.of(Tokens.of(new int[] {1, 0, 1}, 3, 1));
        BatchLoss loss = batchLoss(new CrfLoss(2), Team.single());
        Allocation.assertNone(() -> loss.evaluate(small, tags, dSmall));
    }

    @Test
    void whatDoesNotFitIsNamed() {
        BatchLoss loss = batchLoss(new CrfLoss(2), Team.single());
        Sequence y = Sequence.zeros(3, 1, 10);
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Tokens.of(new int[] {0, 2, 0}, 3, 1))))
                .hasMessageContainingAll("step 1 of sequence 0", "tag 2", "there are 2");
        assertThatThrownBy(() -> loss.evaluate(y, Target.of(Tokens.of(new int[] {0}, 1, 1))))
                .hasMessageContaining("equal steps");
        Sequence wide = Sequence.zeros(3, 1, 11);
        assertThatThrownBy(() -> loss.evaluate(wide, Target.of(Tokens.of(new int[] {0, 1, 0}, 3, 1))))
                .hasMessageContaining("2 tags need 10 scores");
        assertThatThrownBy(() -> new CrfDecoder(new CrfLoss(2)).best(wide, 0)).hasMessageContaining("10 scores");
        assertThatThrownBy(() -> new CrfLoss(2).requireFits(NetworkSpec.of(Dense.head(3, 2))))
                .hasMessageContaining("2 tags need 10 scores");
        assertThatThrownBy(() -> new CrfLoss(0)).hasMessageContaining("0 tags");
        y.data()[0] = Float.NaN;
        assertThatThrownBy(() -> new CrfDecoder(new CrfLoss(2)).best(y, 0)).hasMessageContaining("not a number");
        assertThat(loss.evaluate(y, Target.of(Tokens.of(new int[] {0, 1, 0}, 3, 1))))
                .isNaN();
    }
}
