package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/**
 * The minimal GRU, one step of it: its gates see the input alone, so that h is linear in h'.
 *
 * <pre>{@code
 * u = σ(Wu x + bu)                 how much of h' is replaced
 * n = Wn x + bn                    candidate
 * h = (1 - u) ⊙ h' + u ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [2H, D], b [1, 2H], the blocks u n. The derivation stands in {@code docs/math/mingru.md}.
 *
 * <p>Source: L. Feng, F. Tung, M. O. Ahmed, Y. Bengio and H. Hajimirsadeghi, "Were RNNs all we needed?" (2024), section 3.1.
 */
record MinGruReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed()).plusRow(weights.get("bW"));
        Mat u = a.columnBlock(0, 2).logistic();
        Mat n = a.columnBlock(1, 2);
        Mat h = u.oneMinus().times(hPrev).plus(u.times(n));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat du = dh.times(n.minus(hPrev));
            Mat dau = du.times(u).times(u.oneMinus());
            Mat dn = dh.times(u);
            Mat da = Mat.beside(dau, dn);

            Mat dx = da.product(W);
            Mat dhPrev = dh.times(u.oneMinus());
            Mat dW = da.transposed().product(x);
            Mat db = da.sumOfRows();
            return new StepGradients(dx, Mats.of("h", dhPrev), Mats.of("W", dW).with("bW", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(new WeightSpec("W", "weight_ih", 2 * H, D), new WeightSpec("bW", "bias_ih", 1, 2 * H));
    }

    @Override
    public String name() {
        return "minGRU";
    }
}
