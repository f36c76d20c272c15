package dev.carousel.reference;

import java.util.List;
import java.util.Map;

/**
 * The gated recurrent unit, one step of it, with the reset gate after or before the recurrent product.
 *
 * <pre>{@code
 * r = σ(Wr x + bWr + Rr h' + bRr)                    reset gate
 * z = σ(Wz x + bWz + Rz h' + bRz)                    update gate: how much of h' stays
 * n = tanh(Wn x + bWn + r ⊙ (Rn h' + bRn))           candidate, reset AFTER the product
 * n = tanh(Wn x + bWn + Rn (r ⊙ h') + bRn)           candidate, reset BEFORE the product
 * h = (1 - z) ⊙ n + z ⊙ h'
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [3H, D], R [3H, H], bW and bR [1, 3H], the gates in the order r z n. A sequence is a
 * row, so W x is written x Wᵀ. The output of the step is h. AFTER is PyTorch's {@code nn.GRU}, Keras' GRU with
 * {@code reset_after=True} and ONNX' {@code linear_before_reset=1}; BEFORE is the paper's form, Keras' with
 * {@code reset_after=False} and ONNX' default. Where a text writes h = u ⊙ (n - h') + h', its u is 1 - z.
 *
 * <p>The derivation stands in {@code docs/math/gru.md}. Immutable and free of state.
 *
 * <p>Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014, section 2.3
 * (reset before the product); the form with the reset after it is cuDNN's.
 *
 * @param reset where the reset gate acts
 */
public record GruReference(Reset reset) implements CellReference {

    /**
     * The cell with other activations and a clip.
     *
     * @param reset where the reset gate acts
     * @param gate φ of r and z
     * @param candidate χ of n
     * @param clip the bound of the pre-activations, infinite for none
     */
    public static CellReference variant(
            Reset reset, ActivationReference gate, ActivationReference candidate, double clip) {
        return new GruVariantReference(reset, gate, candidate, clip);
    }

    /** Where the reset gate acts. */
    public enum Reset {
        /** r ⊙ (Rn h' + bRn): the product is taken first. */
        AFTER_PRODUCT,
        /** Rn (r ⊙ h') + bRn: the state is reset first. */
        BEFORE_PRODUCT
    }

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        return reset == Reset.AFTER_PRODUCT
                ? resetAfter(weights, x, previous.get("h"))
                : resetBefore(weights, x, previous.get("h"));
    }

    private static Step resetAfter(Mats weights, Mat x, Mat hPrev) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat bW = weights.get("bW");
        Mat bR = weights.get("bR");

        // Forward
        Mat aW = x.product(W.transposed()).plusRow(bW);
        Mat aR = hPrev.product(R.transposed()).plusRow(bR);
        Mat r = aW.columnBlock(0, 3).plus(aR.columnBlock(0, 3)).logistic();
        Mat z = aW.columnBlock(1, 3).plus(aR.columnBlock(1, 3)).logistic();
        Mat q = aR.columnBlock(2, 3);
        Mat n = aW.columnBlock(2, 3).plus(r.times(q)).tanh();
        Mat h = z.oneMinus().times(n).plus(z.times(hPrev));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dz = dh.times(hPrev.minus(n));
            Mat dn = dh.times(z.oneMinus());
            Mat dan = dn.times(n.times(n).oneMinus());
            Mat dr = dan.times(q);
            Mat dq = dan.times(r);
            Mat dar = dr.times(r).times(r.oneMinus());
            Mat daz = dz.times(z).times(z.oneMinus());
            Mat daW = Mat.beside(dar, daz, dan);
            Mat daR = Mat.beside(dar, daz, dq);

            Mat dx = daW.product(W);
            Mat dhPrev = dh.times(z).plus(daR.product(R));
            Mat dW = daW.transposed().product(x);
            Mat dR = daR.transposed().product(hPrev);
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev),
                    Mats.of("W", dW).with("R", dR).with("bW", daW.sumOfRows()).with("bR", daR.sumOfRows()));
        });
    }

    private static Step resetBefore(Mats weights, Mat x, Mat hPrev) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat bW = weights.get("bW");
        Mat bR = weights.get("bR");
        Mat Rr = R.rowBlock(0, 3);
        Mat Rz = R.rowBlock(1, 3);
        Mat Rn = R.rowBlock(2, 3);

        // Forward
        Mat a = x.product(W.transposed()).plusRow(bW).plusRow(bR);
        Mat r = a.columnBlock(0, 3).plus(hPrev.product(Rr.transposed())).logistic();
        Mat z = a.columnBlock(1, 3).plus(hPrev.product(Rz.transposed())).logistic();
        Mat p = r.times(hPrev);
        Mat n = a.columnBlock(2, 3).plus(p.product(Rn.transposed())).tanh();
        Mat h = z.oneMinus().times(n).plus(z.times(hPrev));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dz = dh.times(hPrev.minus(n));
            Mat dn = dh.times(z.oneMinus());
            Mat dan = dn.times(n.times(n).oneMinus());
            Mat dp = dan.product(Rn);
            Mat dr = dp.times(hPrev);
            Mat dar = dr.times(r).times(r.oneMinus());
            Mat daz = dz.times(z).times(z.oneMinus());
            Mat da = Mat.beside(dar, daz, dan);

            Mat dx = da.product(W);
            Mat dhPrev = dh.times(z).plus(dp.times(r)).plus(dar.product(Rr)).plus(daz.product(Rz));
            Mat dW = da.transposed().product(x);
            Mat dR = Mat.above(
                    dar.transposed().product(hPrev),
                    daz.transposed().product(hPrev),
                    dan.transposed().product(p));
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev),
                    Mats.of("W", dW).with("R", dR).with("bW", db).with("bR", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(3, D, H);
    }

    @Override
    public Map<String, Integer> state(int H) {
        return Map.of("h", H);
    }

    @Override
    public String name() {
        return reset == Reset.AFTER_PRODUCT ? "GRU reset after product" : "GRU reset before product";
    }
}
