package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/**
 * The minimal gated unit, one step of it: one gate forgets and resets.
 *
 * <pre>{@code
 * f = σ(Wf x + bf + Rf h')                 how much of h' is replaced
 * n = tanh(Wn x + bn + Rn (f ⊙ h'))        candidate
 * h = (1 - f) ⊙ h' + f ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D], R [2H, H], b [1, 2H], the blocks f n. The derivation stands in
 * {@code docs/math/mgu.md}.
 *
 * <p>Source: G.-B. Zhou, J. Wu, C.-L. Zhang and Z.-H. Zhou, "Minimal gated unit for recurrent neural networks" (2016).
 */
record MguReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat Rf = R.rowBlock(0, 2);
        Mat Rn = R.rowBlock(1, 2);
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed()).plusRow(weights.get("bW"));
        Mat f = a.columnBlock(0, 2).plus(hPrev.product(Rf.transposed())).logistic();
        Mat p = f.times(hPrev);
        Mat n = a.columnBlock(1, 2).plus(p.product(Rn.transposed())).tanh();
        Mat h = f.oneMinus().times(hPrev).plus(f.times(n));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dn = dh.times(f);
            Mat dan = dn.times(n.times(n).oneMinus());
            Mat dp = dan.product(Rn);
            Mat df = dh.times(n.minus(hPrev)).plus(dp.times(hPrev));
            Mat daf = df.times(f).times(f.oneMinus());
            Mat da = Mat.beside(daf, dan);

            Mat dx = da.product(W);
            Mat dhPrev = dh.times(f.oneMinus()).plus(dp.times(f)).plus(daf.product(Rf));
            Mat dW = da.transposed().product(x);
            Mat dR = Mat.above(daf.transposed().product(hPrev), dan.transposed().product(p));
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx, Mats.of("h", dhPrev), Mats.of("W", dW).with("R", dR).with("bW", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(2, D, H, false);
    }

    @Override
    public String name() {
        return "MGU";
    }
}
