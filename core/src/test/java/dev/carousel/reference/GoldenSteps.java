package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Cells against numbers computed elsewhere, {@code batched_lstm.json} and {@code single_steps.json}: the claims, which the
 * reference and the engine each have to stand.
 */
abstract class GoldenSteps {

    private static final int[] IFOG_TO_IFGO = {0, 1, 3, 2};
    private static final int[] RZN = {0, 1, 2};

    private final Golden batched = Golden.read("batched_lstm.json");
    private final Golden single = Golden.read("single_steps.json");

    /**
     * A layer of a cell's usual form, forward in time.
     *
     * @param kind {@code lstm}, {@code gru} or {@code rnn}
     * @param weights W, R, bW and bR; the layer's states are to be called h and c
     */
    abstract LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights);

    /** How far a number may be from the golden one. */
    abstract double tolerance();

    private void assertClose(String what, Mat actual, Mat expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.values()).as(what).containsExactly(expected.values(), within(tolerance()));
    }

    private void assertClose(String what, Seq actual, Seq expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.values()).as(what).containsExactly(expected.values(), within(tolerance()));
    }

    private static Mats weights(Mat W, Mat R, Mat bW) {
        return Mats.of("W", W).with("R", R).with("bW", bW).with("bR", Mat.zeros(1, bW.columns()));
    }

    /** The stacked [1 + D + H, 4H] of the batched LSTM as our W, R and bW. */
    private static Mats batchedWeights(Mat stacked) {
        return weights(
                Golden.gates(stacked, 1, 11, IFOG_TO_IFGO),
                Golden.gates(stacked, 11, 15, IFOG_TO_IFGO),
                Golden.gates(stacked, 0, 1, IFOG_TO_IFGO).transposed());
    }

    private Run batchedRun() {
        return layer("lstm", 10, 4, batchedWeights(batched.mat("W")))
                .forward(batched.seq("X"), state(batched.mat("h0"), batched.mat("c0")));
    }

    private static Mats state(Mat h, Mat c) {
        return Mats.of("h", h).with("c", c);
    }

    @Test
    void batchedLstmForwardEqualsGolden() {
        Run run = batchedRun();
        assertClose("H", run.y(), batched.seq("H"));
        assertClose("hn", run.last().get("h"), batched.mat("hn"));
        assertClose("cn", run.last().get("c"), batched.mat("cn"));
    }

    @Test
    void batchedLstmBackwardEqualsGolden() {
        Gradients d = batchedRun().backward(batched.seq("dH"), state(Mat.zeros(3, 4), Mat.zeros(3, 4)));
        assertBatchedGradients(d, "");
    }

    @Test
    void batchedLstmBackwardWithCarriedGradientsEqualsGolden() {
        Gradients d = batchedRun().backward(batched.seq("dH"), state(batched.mat("dhn"), batched.mat("dcn")));
        assertBatchedGradients(d, "_carried");
    }

    private void assertBatchedGradients(Gradients d, String suffix) {
        assertClose("dX", d.dX(), batched.seq("dX" + suffix));
        assertClose("dh0", d.dInitial().get("h"), batched.mat("dh0" + suffix));
        assertClose("dc0", d.dInitial().get("c"), batched.mat("dc0" + suffix));
        Mats dW = batchedWeights(batched.mat("dW" + suffix));
        assertClose("dW", d.dWeights().get("W"), dW.get("W"));
        assertClose("dR", d.dWeights().get("R"), dW.get("R"));
        assertClose("dbW", d.dWeights().get("bW"), dW.get("bW"));
        assertClose("dbR", d.dWeights().get("bR"), dW.get("bW"));
    }

    /** One step of a layer on the file's x, and the gradients of the sum of the new h. */
    private Run step(String kind, Mats weights, Mats initial) {
        Seq x = Seq.over(1, 1, 10, single.numbers("x"));
        return layer(kind, 10, 4, weights).forward(x, initial);
    }

    private static Gradients ofSum(Run run) {
        Seq dY = Seq.zerosLike(run.y(), 4);
        Arrays.fill(dY.values(), 1);
        return run.backward(dY, run.last().zerosLike());
    }

    @Test
    void rnnStepEqualsGolden() {
        Mat W = single.mat("rnn_W");
        Mats weights = weights(Golden.gates(W, 0, 10, 0), Golden.gates(W, 10, 14, 0), single.mat("rnn_b"));
        Run run = step("rnn", weights, Mats.of("h", single.mat("h")));
        Gradients d = ofSum(run);
        Mat dW = single.mat("rnn_dW");

        assertClose("h", run.last().get("h"), single.mat("rnn_h"));
        assertClose("dW", d.dWeights().get("W"), Golden.gates(dW, 0, 10, 0));
        assertClose("dR", d.dWeights().get("R"), Golden.gates(dW, 10, 14, 0));
        assertClose("dbW", d.dWeights().get("bW"), single.mat("rnn_db"));
    }

    @Test
    void lstmStepEqualsGolden() {
        Mat W = single.mat("lstm_W");
        Mats weights = weights(
                Golden.gates(W, 0, 10, IFOG_TO_IFGO),
                Golden.gates(W, 10, 14, IFOG_TO_IFGO),
                Golden.gates(single.mat("lstm_b"), 0, 1, IFOG_TO_IFGO).transposed());
        Run run = step("lstm", weights, state(single.mat("h"), single.mat("c")));
        Gradients d = ofSum(run);
        Mat dW = single.mat("lstm_dW");

        assertClose("h", run.last().get("h"), single.mat("lstm_h"));
        assertClose("c", run.last().get("c"), single.mat("lstm_c"));
        assertClose("dW", d.dWeights().get("W"), Golden.gates(dW, 0, 10, IFOG_TO_IFGO));
        assertClose("dR", d.dWeights().get("R"), Golden.gates(dW, 10, 14, IFOG_TO_IFGO));
        assertClose(
                "dbW",
                d.dWeights().get("bW"),
                Golden.gates(single.mat("lstm_db"), 0, 1, IFOG_TO_IFGO).transposed());
    }

    /** Their update gate is u = 1 - z, so the rows of gate z change their sign, in weights and in gradients. */
    private static Mat negateZ(Mat gateRows) {
        return Mat.above(gateRows.rowBlock(0, 3), gateRows.rowBlock(1, 3).times(-1), gateRows.rowBlock(2, 3));
    }

    private Mats gru(String d) {
        return Mats.of("W", negateZ(Golden.gates(single.mat("gru_" + d + "Wx"), 0, 10, RZN)))
                .with("R", negateZ(Golden.gates(single.mat("gru_" + d + "Wh"), 0, 4, RZN)))
                .with(
                        "bW",
                        negateZ(Golden.gates(single.mat("gru_" + d + "bx"), 0, 1, RZN))
                                .transposed())
                .with(
                        "bR",
                        negateZ(Golden.gates(single.mat("gru_" + d + "bh"), 0, 1, RZN))
                                .transposed());
    }

    @Test
    void gruStepEqualsGolden() {
        Run run = step("gru", gru(""), Mats.of("h", single.mat("h")));
        Gradients d = ofSum(run);
        Mats expected = gru("d");

        assertClose("h", run.last().get("h"), single.mat("gru_h"));
        for (String name : expected.names()) {
            assertClose("d" + name, d.dWeights().get(name), expected.get(name));
        }
    }
}
