package dev.carousel.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.CrfLoss;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.Tape;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Seq;
import dev.carousel.reference.sequence.CrfScoresLayer;
import dev.carousel.reference.sequence.GoldenLabels;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transitions, starts and ends as parameters of a network, against the golden file. */
class CrfScoresTest {

    private static final CrfScores LAYER = CrfScores.of(3);

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    private static void assertClose(String what, float[] found, double[] expected, double factor) {
        assertThat(found).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i] * factor).as(what + "[" + i + "]").isCloseTo(expected[i], within(1e-4));
        }
    }

    @Test
    void lossAndGradientsOfParametersEqualTheGoldenFile() {
        GoldenLabels golden = GoldenLabels.read("crf");
        Parameters parameters = NetworkSpec.of(LAYER).zeroParameters();
        parameters.set(LAYER.transitions(), floats(golden.data("transitions")));
        parameters.set(LAYER.start(), floats(golden.data("start")));
        parameters.set(LAYER.end(), floats(golden.data("end")));
        Network network = Network.of(NetworkSpec.of(LAYER), parameters, Kernels.scalar());
        Seq e = golden.sequences("emissions");
        Sequence x =
                Sequence.of(floats(e.values()), e.steps(), e.batchSize(), 3).withLengths(e.lengths());
        Tape tape = network.tape(Team.single());
        Sequence y = tape.forward(x, network.freshState(e.batchSize()));

        BatchLoss loss = BatchLoss.of(new CrfLoss(3), Kernels.scalar().rows(), Team.single());
        Sequence dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        int[][] tags = golden.lists("tags");
        double mean = loss.evaluate(y, Target.of(Tokens.ofBatchFirst(tags)), dY);
        assertThat(3 * mean).isCloseTo(Arrays.stream(golden.data("loss")).sum(), within(1e-5));

        Parameters gradient = parameters.zerosLike();
        tape.backward(dY, gradient);
        // The engine's loss is a mean, that of the file a sum.
        assertClose("dA", gradient.get(LAYER.transitions()), golden.data("d_transitions"), 3);
        assertClose("dstart", gradient.get(LAYER.start()), golden.data("d_start"), 3);
        assertClose("dend", gradient.get(LAYER.end()), golden.data("d_end"), 3);
        assertClose("de", tape.inputGradient().data(), golden.data("d_emissions"), 3);
        int[][] best = golden.lists("best");
        for (int n = 0; n < best.length; n++) {
            assertThat(new CrfDecoder(new CrfLoss(3)).best(y, n)).containsExactly(best[n]);
        }
    }

    @Test
    void parametersBeginAtZeroAndSizesMustFit() {
        Network network = Network.initialised(
                NetworkSpec.of(Dense.head(2, 3), LAYER), Initialisation.orthogonal(), new Random(1));
        assertThat(network.parameters().get(LAYER.transitions())).hasSize(9).containsOnly(0);
        assertThat(network.parameters().get(LAYER.start())).hasSize(3).containsOnly(0);
        assertThat(network.parameters().get(LAYER.end())).hasSize(3).containsOnly(0);
        assertThat(LAYER.outputSize()).isEqualTo(CrfLoss.outputSize(3)).isEqualTo(18);
        assertThatThrownBy(() -> CrfScores.of(0)).hasMessageContaining("tags is 0");
        assertThatThrownBy(() -> CrfScores.of(10_001)).hasMessageContaining("at most 10000");
        assertThatThrownBy(() -> new CrfScoresLayer(Mat.zeros(2, 3), Mat.zeros(1, 3), Mat.zeros(1, 3)))
                .hasMessageContaining("[3, 3]");
    }
}
