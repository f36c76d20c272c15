package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LSTM with exponential gates, one step of it: c is divided by n, the sum of what went into it, and both are kept within
 * reach by a common scale e^m.
 *
 * <pre>{@code
 * a = W x + b + R h'                       in blocks i f g o
 * m = max(ln σ(af) + m', ai)               the scale
 * i = exp(ai - m)                          input gate
 * f = exp(ln σ(af) + m' - m)               forget gate
 * c = f ⊙ c' + i ⊙ tanh(ag)
 * n = f ⊙ n' + i
 * h = σ(ao) ⊙ c / n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h, c, n and m [N, H], W [4H, D], R [4H, H], b [1, 4H]. A fresh m is -∞, and n is above 0 after any
 * step. h does not depend on m, so that a loss that reads h alone sends nothing back into it: what is added to dm here is then 0
 * but for rounding. The derivation stands in {@code docs/math/slstm.md}.
 *
 * <p>Source: M. Beck et al., "xLSTM: extended long short-term memory", NeurIPS 2024, section 2.2, with one head.
 */
record SlstmReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat hPrev = previous.get("h");
        Mat cPrev = previous.get("c");
        Mat nPrev = previous.get("n");
        Mat mPrev = previous.get("m");

        // Forward
        Mat a = x.product(W.transposed()).plusRow(weights.get("bW")).plus(hPrev.product(R.transposed()));
        Mat ai = a.columnBlock(0, 4);
        Mat af = a.columnBlock(1, 4);
        Mat g = a.columnBlock(2, 4).tanh();
        Mat o = a.columnBlock(3, 4).logistic();
        Mat kept = af.map(SlstmReference::logLogistic).plus(mPrev);
        Mat m = kept.max(ai);
        Mat i = ai.minus(m).map(Math::exp);
        Mat f = kept.minus(m).map(Math::exp);
        Mat c = f.times(cPrev).plus(i.times(g));
        Mat n = f.times(nPrev).plus(i);
        Mat h = o.times(c).dividedBy(n);

        // Backward
        return new Step(Mats.of("h", h).with("c", c).with("n", n).with("m", m), dState -> {
            Mat dh = dState.get("h");

            Mat do_ = dh.times(c).dividedBy(n);
            Mat dc = dState.get("c").plus(dh.times(o).dividedBy(n));
            Mat dn = dState.get("n").minus(dh.times(h).dividedBy(n));
            Mat dm = dState.get("m").minus(dc.times(c)).minus(dn.times(n));
            Mat fromKept = kept.minus(ai).map(p -> p >= 0 ? 1 : 0);
            Mat dKept = f.times(dc.times(cPrev).plus(dn.times(nPrev))).plus(dm.times(fromKept));
            Mat dai = i.times(dc.times(g).plus(dn)).plus(dm.times(fromKept.oneMinus()));
            Mat daf = dKept.times(af.logistic().oneMinus());
            Mat dag = dc.times(i).times(g.times(g).oneMinus());
            Mat dao = do_.times(o).times(o.oneMinus());
            Mat da = Mat.beside(dai, daf, dag, dao);

            Mat dx = da.product(W);
            Mat dhPrev = da.product(R);
            Mat dW = da.transposed().product(x);
            Mat dR = da.transposed().product(hPrev);
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev)
                            .with("c", dc.times(f))
                            .with("n", dn.times(f))
                            .with("m", dKept),
                    Mats.of("W", dW).with("R", dR).with("bW", db));
        });
    }

    /** ln σ(a), without the overflow of e⁻ᵃ. */
    private static double logLogistic(double a) {
        return Math.min(a, 0) - Math.log1p(Math.exp(-Math.abs(a)));
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(4, D, H, false);
    }

    @Override
    public Map<String, Integer> state(int H) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("h", H);
        sizes.put("c", H);
        sizes.put("n", H);
        sizes.put("m", H);
        return sizes;
    }

    /** A state as steps leave it: n is above 0. */
    @Override
    public Mats reachable(Mats state) {
        return state.with("n", state.get("n").map(p -> 0.5 + Math.abs(p)));
    }

    @Override
    public String name() {
        return "sLSTM";
    }
}
