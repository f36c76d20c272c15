package dev.carousel.reference;

import java.util.List;
import java.util.Map;

/**
 * The gated recurrent unit with any activations and clipped pre-activations, one step of it, with the reset gate after or
 * before the recurrent product.
 *
 * <pre>{@code
 * ar = Wr x + bWr + Rr h' + bRr                    r = φ[ar]        [a] = a, but at least -clip and at most clip
 * az = Wz x + bWz + Rz h' + bRz                    z = φ[az]
 * an = Wn x + bWn + r ⊙ (Rn h' + bRn)              n = χ[an]        reset AFTER the product
 * an = Wn x + bWn + Rn (r ⊙ h') + bRn                               reset BEFORE the product
 * h  = (1 - z) ⊙ n + z ⊙ h'
 * }</pre>
 *
 * <p>Shapes: as in {@link GruReference}, which it is with φ the logistic function, χ tanh and no clip. This is ONNX's GRU.
 *
 * <p>The derivation stands in {@code docs/math/gru.md}. Immutable and free of state.
 *
 * @param reset where the reset gate acts
 * @param gate φ
 * @param candidate χ
 * @param clip the bound of the pre-activations, infinite for none
 */
record GruVariantReference(
        GruReference.Reset reset, ActivationReference gate, ActivationReference candidate, double clip)
        implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat Rr = R.rowBlock(0, 3);
        Mat Rz = R.rowBlock(1, 3);
        Mat Rn = R.rowBlock(2, 3);
        Mat bR = weights.get("bR");
        Mat bRn = bR.columnBlock(2, 3);
        Mat hPrev = previous.get("h");
        boolean after = reset == GruReference.Reset.AFTER_PRODUCT;

        // Forward
        Mat aW = x.product(W.transposed()).plusRow(weights.get("bW"));
        Mat ar = aW.columnBlock(0, 3).plus(hPrev.product(Rr.transposed())).plusRow(bR.columnBlock(0, 3));
        Mat az = aW.columnBlock(1, 3).plus(hPrev.product(Rz.transposed())).plusRow(bR.columnBlock(1, 3));
        Mat r = gate.of(ar, clip);
        Mat z = gate.of(az, clip);
        Mat p = after ? hPrev : r.times(hPrev);
        Mat q = p.product(Rn.transposed()).plusRow(bRn);
        Mat an = aW.columnBlock(2, 3).plus(after ? r.times(q) : q);
        Mat n = candidate.of(an, clip);
        Mat h = z.oneMinus().times(n).plus(z.times(hPrev));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dan = dh.times(z.oneMinus()).times(candidate.slope(an, clip));
            Mat daz = dh.times(hPrev.minus(n)).times(gate.slope(az, clip));
            Mat dq = after ? dan.times(r) : dan;
            Mat dp = dq.product(Rn);
            Mat dr = after ? dan.times(q) : dp.times(hPrev);
            Mat dar = dr.times(gate.slope(ar, clip));

            Mat dx = Mat.beside(dar, daz, dan).product(W);
            Mat dhPrev = dh.times(z)
                    .plus(after ? dp : dp.times(r))
                    .plus(dar.product(Rr))
                    .plus(daz.product(Rz));
            Mat dR = Mat.above(
                    dar.transposed().product(hPrev),
                    daz.transposed().product(hPrev),
                    dq.transposed().product(p));
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev),
                    Mats.of("W", Mat.beside(dar, daz, dan).transposed().product(x))
                            .with("R", dR)
                            .with("bW", Mat.beside(dar, daz, dan).sumOfRows())
                            .with("bR", Mat.beside(dar, daz, dq).sumOfRows()));
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
        return new GruReference(reset).name() + " [" + gate + " " + candidate
                + (clip < Double.POSITIVE_INFINITY ? "; clip " + clip : "") + "]";
    }
}
