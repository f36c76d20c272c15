package dev.carousel.reference;

import java.util.List;
import java.util.Map;

/**
 * The simple recurrent network with any activation and clipped pre-activations, one step of it.
 *
 * <pre>{@code
 * a = W x + bW + R h' + bR
 * h = φ[a]                     [a] = a, but at least -clip and at most clip
 * }</pre>
 *
 * <p>Shapes: as in {@link RnnReference}, which it is for φ = tanh, max(0, ·) or the logistic function and no clip. This is
 * ONNX's RNN.
 *
 * <p>The derivation stands in {@code docs/math/rnn.md}. Immutable and free of state.
 *
 * @param phi φ
 * @param clip the bound of the pre-activations, infinite for none
 */
record RnnVariantReference(ActivationReference phi, double clip) implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed())
                .plusRow(weights.get("bW"))
                .plus(hPrev.product(R.transposed()).plusRow(weights.get("bR")));
        Mat h = phi.of(a, clip);

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat da = dState.get("h").times(phi.slope(a, clip));

            Mat dW = da.transposed().product(x);
            Mat dR = da.transposed().product(hPrev);
            Mat db = da.sumOfRows();
            return new StepGradients(
                    da.product(W),
                    Mats.of("h", da.product(R)),
                    Mats.of("W", dW).with("R", dR).with("bW", db).with("bR", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(1, D, H);
    }

    @Override
    public Map<String, Integer> state(int H) {
        return Map.of("h", H);
    }

    @Override
    public String name() {
        return "RNN [" + phi + (clip < Double.POSITIVE_INFINITY ? "; clip " + clip : "") + "]";
    }
}
