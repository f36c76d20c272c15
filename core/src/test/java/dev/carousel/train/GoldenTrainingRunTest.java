package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.GoldenLines;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole loop against PyTorch: the run of training.py, loss by loss. */
class GoldenTrainingRunTest {

    private static final GoldenLines GOLDEN = GoldenLines.read("/train/training.txt");
    private static final int V = 5;
    private static final int H = 6;

    private static int[] text(int count, double phase) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = ((int) Math.abs(7 * Math.sin(0.37 * i * i + phase)) + i) % V;
        }
        return ids;
    }

    private static Network network() {
        NetworkSpec spec = NetworkSpec.of(new OneHot(V), Recurrent.lstm(V, H).withLayers(2), Dense.head(H, V));
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (0.4 * Math.sin(0.7 * i + 0.01 * i * i));
        }
        return Network.of(spec, parameters, Kernels.scalar());
    }

    @Test
    void truncatedBpttEqualsPyTorchLossByLoss() {
        int[] ids = text(100, 0.5);
        double[] goldenIds = GOLDEN.one("ids");
        assertThat(Arrays.stream(ids).limit(20).asDoubleStream().toArray()).isEqualTo(goldenIds);

        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        TrainingListener recorder = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                assertThat(items).isEqualTo(21);
                losses.add(loss);
                norms.add(gradientNorm);
            }
        };
        Network network = network();
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy())
                .withOptimiser(new Adam(0.03))
                .withSchedule(Schedule.cosine(0))
                .withClipping(Clipping.byNorm(0.25))
                .withEpochs(3);
        TrainingResult result = Trainer.of(network, plan, Team.single())
                .train(
                        Windows.ofText(ids, 3, 7, Windows.Tail.DROP),
                        Windows.ofText(text(40, 1.5), 3, 5, Windows.Tail.KEEP),
                        recorder);

        assertClose(losses, GOLDEN.all("losses"), 1e-5);
        assertClose(norms, GOLDEN.all("norms"), 1e-5);
        List<Double> heldOut = result.epochs().stream()
                .map(figures -> figures.heldOutLoss().getAsDouble())
                .toList();
        assertClose(heldOut, GOLDEN.all("held out"), 1e-5);
        assertClose(network.parameters().get("out.bias"), GOLDEN.one("out.bias"));
        float[] r = Arrays.copyOfRange(network.parameters().get("rnn.weight_hh_l0"), 3 * H, 4 * H);
        assertClose(r, GOLDEN.one("weight_hh_l0 row 3"));
    }

    private static void assertClose(List<Double> actual, List<double[]> golden, double tolerance) {
        double[] expected = golden.stream().flatMapToDouble(Arrays::stream).toArray();
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.get(i)).as("number " + i).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static void assertClose(float[] actual, double[] golden) {
        for (int i = 0; i < golden.length; i++) {
            assertThat((double) actual[i]).as("number " + i).isCloseTo(golden[i], within(1e-4));
        }
    }
}
