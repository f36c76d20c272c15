package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/**
 * The minimal LSTM, one step of it: its gates see the input alone, and share one whole between them.
 *
 * <pre>{@code
 * f = σ(Wf x + bf)                                 forget gate
 * i = σ(Wi x + bi)                                 input gate
 * n = Wn x + bn                                    candidate
 * h = f / (f + i) ⊙ h' + i / (f + i) ⊙ n
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [3H, D], b [1, 3H], the blocks f i n. The derivation stands in
 * {@code docs/math/minlstm.md}.
 *
 * <p>Source: L. Feng, F. Tung, M. O. Ahmed, Y. Bengio and H. Hajimirsadeghi, "Were RNNs all we needed?" (2024), section 3.2.
 */
record MinLstmReference() implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed()).plusRow(weights.get("bW"));
        Mat f = a.columnBlock(0, 3).logistic();
        Mat i = a.columnBlock(1, 3).logistic();
        Mat n = a.columnBlock(2, 3);
        Mat s = f.plus(i);
        Mat v = i.dividedBy(s);
        Mat h = v.oneMinus().times(hPrev).plus(v.times(n));

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat dv = dh.times(n.minus(hPrev));
            Mat di = dv.times(f).dividedBy(s.times(s));
            Mat df = dv.times(i).dividedBy(s.times(s)).times(-1);
            Mat daf = df.times(f).times(f.oneMinus());
            Mat dai = di.times(i).times(i.oneMinus());
            Mat dn = dh.times(v);
            Mat da = Mat.beside(daf, dai, dn);

            Mat dx = da.product(W);
            Mat dhPrev = dh.times(v.oneMinus());
            Mat dW = da.transposed().product(x);
            Mat db = da.sumOfRows();
            return new StepGradients(dx, Mats.of("h", dhPrev), Mats.of("W", dW).with("bW", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(new WeightSpec("W", "weight_ih", 3 * H, D), new WeightSpec("bW", "bias_ih", 1, 3 * H));
    }

    @Override
    public String name() {
        return "minLSTM";
    }
}
