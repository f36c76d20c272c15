package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The simple recurrent unit, one step of it: its gates see the input and their own unit's cell state.
 *
 * <pre>{@code
 * n = Wn x                                         candidate
 * f = σ(Wf x + vf ⊙ c' + bf)                       forget gate
 * r = σ(Wr x + vr ⊙ c' + br)                       how much of c is given out
 * c = f ⊙ c' + (1 - f) ⊙ n
 * h = r ⊙ c + (1 - r) ⊙ s                          s is x if D = H, else Ws x
 * }</pre>
 *
 * <p>Shapes: x [N, D], h and c [N, H], W [3H, D] with the blocks n f r, or [4H, D] with n f r s; v, called {@code weight_ch} in
 * files, and b [1, 2H], the blocks f r. The derivation stands in {@code docs/math/sru.md}.
 *
 * <p>Source: T. Lei, Y. Zhang, S. I. Wang, H. Dai and Y. Artzi, "Simple recurrent units for highly parallelizable recurrence",
 * EMNLP 2018, section 3.
 */
record SruReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat v = weights.get("v");
        Mat vf = v.columnBlock(0, 2);
        Mat vr = v.columnBlock(1, 2);
        Mat bf = weights.get("bW").columnBlock(0, 2);
        Mat br = weights.get("bW").columnBlock(1, 2);
        Mat cPrev = previous.get("c");
        boolean skips = x.columns() == cPrev.columns();
        int k = skips ? 3 : 4;

        // Forward
        Mat a = x.product(W.transposed());
        Mat n = a.columnBlock(0, k);
        Mat f = a.columnBlock(1, k).plus(cPrev.timesRow(vf)).plusRow(bf).logistic();
        Mat r = a.columnBlock(2, k).plus(cPrev.timesRow(vr)).plusRow(br).logistic();
        Mat s = skips ? x : a.columnBlock(3, k);
        Mat c = f.times(cPrev).plus(f.oneMinus().times(n));
        Mat h = r.times(c).plus(r.oneMinus().times(s));

        // Backward
        return new Step(Mats.of("h", h).with("c", c), dState -> {
            Mat dh = dState.get("h");

            Mat dr = dh.times(c.minus(s));
            Mat ds = dh.times(r.oneMinus());
            Mat dc = dState.get("c").plus(dh.times(r));
            Mat df = dc.times(cPrev.minus(n));
            Mat dn = dc.times(f.oneMinus());
            Mat daf = df.times(f).times(f.oneMinus());
            Mat dar = dr.times(r).times(r.oneMinus());
            Mat da = skips ? Mat.beside(dn, daf, dar) : Mat.beside(dn, daf, dar, ds);

            Mat dx = skips ? da.product(W).plus(ds) : da.product(W);
            Mat dcPrev = dc.times(f).plus(daf.timesRow(vf)).plus(dar.timesRow(vr));
            Mat dhPrev = Mat.zeros(dh.rows(), dh.columns());
            Mat dW = da.transposed().product(x);
            Mat dv = Mat.beside(daf.times(cPrev), dar.times(cPrev)).sumOfRows();
            Mat db = Mat.beside(daf, dar).sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev).with("c", dcPrev),
                    Mats.of("W", dW).with("v", dv).with("bW", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(
                new WeightSpec("W", "weight_ih", (D == H ? 3 : 4) * H, D),
                new WeightSpec("v", "weight_ch", 1, 2 * H),
                new WeightSpec("bW", "bias_ih", 1, 2 * H));
    }

    @Override
    public Map<String, Integer> state(int H) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("h", H);
        sizes.put("c", H);
        return sizes;
    }

    @Override
    public String name() {
        return "SRU";
    }
}
