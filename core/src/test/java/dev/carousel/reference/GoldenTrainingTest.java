package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Whole trainings against numbers computed elsewhere: one wrong gradient anywhere and they part within a few updates. */
class GoldenTrainingTest {

    /** w := w - rate dw, in place. */
    private static void descend(Mat w, Mat dw, double rate) {
        double[] values = w.values();
        Arrays.setAll(values, k -> values[k] - rate * dw.values()[k]);
    }

    @Test
    void sequenceMemorisationRepeatsAllLosses() {
        Golden golden = Golden.read("sequence_memorisation.json");
        int D = 50;
        int H = 100;
        // All four gates start from the same w [100, 150] over [x, h] and the same b.
        Mat wT = golden.mat("w").transposed();
        Mat w = Golden.gates(wT, 0, D, 0);
        Mat r = Golden.gates(wT, D, D + H, 0);
        Mat b = golden.mat("b");
        Mats weights = Mats.of("W", Mat.above(w, w, w, w))
                .with("R", Mat.above(r, r, r, r))
                .with("bW", Mat.beside(b, b, b, b))
                .with("bR", Mat.zeros(1, 4 * H));
        CellLayer layer = new CellLayer(new LstmReference(false), D, H, false, weights);
        Seq x = Seq.over(4, 1, D, golden.numbers("x"));
        double[] target = golden.numbers("y");
        double[] losses = golden.numbers("losses");

        double[] actual = new double[losses.length];
        for (int k = 0; k < losses.length; k++) {
            Run run = layer.forward(x, layer.zeroState(1));
            Seq dY = Seq.zerosLike(run.y(), H);
            for (int t = 0; t < 4; t++) {
                double error = run.y().get(t, 0, 0) - target[t];
                actual[k] += error * error;
                dY.values()[t * H] = 2 * error;
            }
            Gradients d = run.backward(dY, layer.zeroState(1));
            for (String name : new String[] {"W", "R", "bW"}) {
                descend(weights.get(name), d.dWeights().get(name), 0.1);
            }
        }

        for (int k = 0; k < losses.length; k++) {
            assertThat(actual[k]).as("loss %d", k).isCloseTo(losses[k], Percentage.withPercentage(1e-6));
        }
        assertThat(actual[99]).isCloseTo(2.6107635988e-06, Percentage.withPercentage(1e-6));
    }

    @Test
    void binaryAdditionRepeatsErrorsAndFinalWeights() {
        Golden golden = Golden.read("binary_addition.json");
        Mat W = golden.mat("W0").transposed();
        Mat R = golden.mat("Wh").transposed();
        Mat V = golden.mat("W1").transposed();
        CellLayer rnn = new CellLayer(
                new RnnReference(RnnReference.Nonlinearity.LOGISTIC),
                2,
                16,
                false,
                Mats.of("W", W).with("R", R).with("bW", Mat.zeros(1, 16)).with("bR", Mat.zeros(1, 16)));
        DenseLayer head = new DenseLayer(V, Mat.zeros(1, 1));
        int[] pairs =
                Arrays.stream(golden.numbers("pairs")).mapToInt(v -> (int) v).toArray();

        double[] errors = new double[10_000];
        for (int j = 0; j < errors.length; j++) {
            int a = pairs[2 * j];
            int b = pairs[2 * j + 1];
            double[] bits = IntStream.range(0, 16)
                    .mapToDouble(k -> ((k % 2 == 0 ? a : b) >> (k / 2)) & 1)
                    .toArray();
            Run hidden = rnn.forward(Seq.over(8, 1, 2, bits), rnn.zeroState(1));
            Run out = head.forward(hidden.y(), Mats.empty());
            Seq dLogit = Seq.zerosLike(out.y(), 1);
            for (int t = 0; t < 8; t++) {
                double y = 1 / (1 + Math.exp(-out.y().get(t, 0, 0)));
                double error = (((a + b) >> t) & 1) - y;
                errors[j] += Math.abs(error);
                dLogit.values()[t] = -error * y * (1 - y);
            }
            Gradients dHead = out.backward(dLogit, Mats.empty());
            Gradients d = hidden.backward(dHead.dX(), rnn.zeroState(1));
            descend(V, dHead.dWeights().get("weight"), 0.1);
            descend(W, d.dWeights().get("W"), 0.1);
            descend(R, d.dWeights().get("R"), 0.1);
        }

        assertThat(Arrays.copyOf(errors, 2000)).containsExactly(golden.numbers("errors"), within(1e-9));
        assertThat(W.transposed().values()).containsExactly(golden.numbers("W0_final"), within(1e-6));
        assertThat(R.transposed().values()).containsExactly(golden.numbers("Wh_final"), within(1e-6));
        assertThat(V.transposed().values()).containsExactly(golden.numbers("W1_final"), within(1e-6));
    }
}
