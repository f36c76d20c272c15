package dev.carousel.reference;

import java.util.List;
import java.util.Map;

/**
 * The simple recurrent network, one step of it.
 *
 * <pre>{@code
 * h = φ(W x + bW + R h' + bR)          φ = tanh, max(0, ·) or 1 / (1 + exp(-·))
 * }</pre>
 *
 * <p>Shapes: x [N, D], h' and h [N, H], W [H, D], R [H, H], bW and bR [1, H]. A sequence is a row, so W x is written
 * x Wᵀ. The output of the step is h. With φ = tanh this is PyTorch's {@code nn.RNN} and Keras' {@code SimpleRNN}.
 *
 * <p>The derivation stands in {@code docs/math/rnn.md}. Immutable and free of state.
 *
 * <p>Source: J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).
 *
 * @param phi the nonlinearity φ
 */
public record RnnReference(Nonlinearity phi) implements CellReference {

    /**
     * The cell with any activation and a clip.
     *
     * @param phi φ
     * @param clip the bound of the pre-activation, infinite for none
     */
    public static CellReference variant(ActivationReference phi, double clip) {
        return new RnnVariantReference(phi, clip);
    }

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat bW = weights.get("bW");
        Mat bR = weights.get("bR");
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed())
                .plusRow(bW)
                .plus(hPrev.product(R.transposed()).plusRow(bR));
        Mat h = a.map(phi::value);

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat da = dh.times(h.map(phi::slope));

            Mat dx = da.product(W);
            Mat dhPrev = da.product(R);
            Mat dW = da.transposed().product(x);
            Mat dR = da.transposed().product(hPrev);
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev),
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
        return "RNN " + phi.label();
    }

    /** The function φ of an RNN, and its derivative as a function of its value: with h = φ(a), slope(h) = φ'(a). */
    public enum Nonlinearity {
        /** tanh a, slope 1 - h². */
        TANH("tanh") {
            @Override
            double value(double a) {
                return Math.tanh(a);
            }

            @Override
            double slope(double h) {
                return 1 - h * h;
            }
        },

        /** max(0, a), slope 1 where h is positive and 0 elsewhere (at a = 0 too, as in PyTorch). */
        RELU("ReLU") {
            @Override
            double value(double a) {
                return Math.max(0, a);
            }

            @Override
            double slope(double h) {
                return h > 0 ? 1 : 0;
            }
        },

        /** 1 / (1 + exp(-a)), slope h (1 - h). */
        LOGISTIC("logistic") {
            @Override
            double value(double a) {
                return 1 / (1 + Math.exp(-a));
            }

            @Override
            double slope(double h) {
                return h * (1 - h);
            }
        };

        private final String label;

        Nonlinearity(String label) {
            this.label = label;
        }

        /** The function's name in reports. */
        public String label() {
            return label;
        }

        abstract double value(double a);

        abstract double slope(double h);
    }
}
