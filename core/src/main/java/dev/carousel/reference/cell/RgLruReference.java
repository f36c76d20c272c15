package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/**
 * The real-gated linear recurrent unit, one step of it: each unit forgets at its own rate, which a gate slows down.
 *
 * <pre>{@code
 * r = σ(Wr x + br)                                 recurrence gate
 * i = σ(Wi x + bi)                                 input gate
 * ln a = -8 softplus(Λ) ⊙ r
 * h = a ⊙ h' + √(1 - a²) ⊙ i ⊙ s                   s is x if D = H, else Ws x
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D] with the blocks r i, or [3H, D] with r i s; b [1, 2H], the blocks r i; Λ, called
 * {@code weight_a} in files, [1, H]. The paper has D = H and leaves it to a layer below to see to that; that a cell may do it by
 * itself is ours. The derivation stands in {@code docs/math/rglru.md}.
 *
 * <p>Source: S. De et al., "Griffin: mixing gated linear recurrences with local attention for efficient language models"
 * (2024), section 2.4.
 */
record RgLruReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat lambda = weights.get("lambda");
        Mat hPrev = previous.get("h");
        boolean copies = x.columns() == hPrev.columns();
        int k = copies ? 2 : 3;

        // Forward
        Mat p = x.product(W.transposed());
        Mat r = p.columnBlock(0, k).plusRow(weights.get("bW").columnBlock(0, 2)).logistic();
        Mat i = p.columnBlock(1, k).plusRow(weights.get("bW").columnBlock(1, 2)).logistic();
        Mat s = copies ? x : p.columnBlock(2, k);
        Mat rate = lambda.map(v -> -8 * softplus(v));
        Mat a = r.timesRow(rate).map(Math::exp);
        Mat q = r.timesRow(rate).map(v -> Math.sqrt(-Math.expm1(2 * v)));
        Mat h = a.times(hPrev).plus(q.times(i).times(s));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dq = dh.times(i).times(s);
            Mat da = dh.times(hPrev).minus(dq.times(a).dividedBy(q));
            Mat dLogA = da.times(a);
            Mat dr = dLogA.timesRow(rate);
            Mat dar = dr.times(r).times(r.oneMinus());
            Mat di = dh.times(q).times(s);
            Mat dai = di.times(i).times(i.oneMinus());
            Mat ds = dh.times(q).times(i);
            Mat dp = copies ? Mat.beside(dar, dai) : Mat.beside(dar, dai, ds);

            Mat dx = copies ? dp.product(W).plus(ds) : dp.product(W);
            Mat dhPrev = dh.times(a);
            Mat dW = dp.transposed().product(x);
            Mat dRate = dLogA.times(r).sumOfRows();
            Mat dLambda = dRate.times(-8).times(lambda.logistic());
            Mat db = Mat.beside(dar, dai).sumOfRows();
            return new StepGradients(
                    dx, Mats.of("h", dhPrev), Mats.of("W", dW).with("bW", db).with("lambda", dLambda));
        });
    }

    /** ln(1 + eᵛ), without an overflow of eᵛ. */
    private static double softplus(double v) {
        return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(
                new WeightSpec("W", "weight_ih", (D == H ? 2 : 3) * H, D),
                new WeightSpec("bW", "bias_ih", 1, 2 * H),
                new WeightSpec("lambda", "weight_a", 1, H));
    }

    @Override
    public String name() {
        return "RG-LRU";
    }
}
