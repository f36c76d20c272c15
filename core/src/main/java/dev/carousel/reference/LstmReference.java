package dev.carousel.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The long short-term memory, one step of it.
 *
 * <pre>{@code
 * i = σ(Wi x + bWi + Ri h' + bRi)          input gate
 * f = σ(Wf x + bWf + Rf h' + bRf)          forget gate
 * g = tanh(Wg x + bWg + Rg h' + bRg)       candidate
 * o = σ(Wo x + bWo + Ro h' + bRo)          output gate
 * c = f ⊙ c' + i ⊙ g                       cell state
 * h = o ⊙ tanh(c)                          hidden state; without the output tanh h = o ⊙ c
 * }</pre>
 *
 * <p>Shapes: x [N, D], h and c [N, H], W [4H, D], R [4H, H], bW and bR [1, 4H], the gates in the order i f g o. A
 * sequence is a row, so W x is written x Wᵀ, all four gates at once. The output of the step is h. PyTorch's
 * {@code nn.LSTM} has the same equations and order; Keras the same order under the names i f c o; ONNX the order
 * i o f c. h = o ⊙ c is a variant of its own, which none of them has.
 *
 * <p>The derivation stands in {@code docs/math/lstm.md}. Immutable and free of state.
 *
 * <p>Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997); the forget gate
 * from F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural Computation 12 (2000), section 3.
 *
 * @param outputTanh whether h is o ⊙ tanh(c), the usual form, or o ⊙ c
 */
public record LstmReference(boolean outputTanh) implements CellReference {

    /**
     * The cell with everything that other programs add to it.
     *
     * @param gate φ of i, f and o
     * @param candidate χ of g
     * @param output ψ of h = o ⊙ ψ(c)
     * @param peepholes whether gates see c, by the weights {@code p}
     * @param coupled whether f = 1 - i
     * @param clip the bound of the pre-activations, infinite for none
     * @param projectionSize P, to how many numbers h is brought; 0 for none
     */
    public static CellReference variant(
            ActivationReference gate,
            ActivationReference candidate,
            ActivationReference output,
            boolean peepholes,
            boolean coupled,
            double clip,
            int projectionSize) {
        return new LstmVariantReference(gate, candidate, output, peepholes, coupled, clip, projectionSize);
    }

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat bW = weights.get("bW");
        Mat bR = weights.get("bR");
        Mat hPrev = previous.get("h");
        Mat cPrev = previous.get("c");

        // Forward
        Mat a = x.product(W.transposed())
                .plusRow(bW)
                .plus(hPrev.product(R.transposed()).plusRow(bR));
        Mat i = a.columnBlock(0, 4).logistic();
        Mat f = a.columnBlock(1, 4).logistic();
        Mat g = a.columnBlock(2, 4).tanh();
        Mat o = a.columnBlock(3, 4).logistic();
        Mat c = f.times(cPrev).plus(i.times(g));
        Mat s = outputTanh ? c.tanh() : c;
        Mat h = o.times(s);

        // Backward
        return new Step(Mats.of("h", h).with("c", c), dState -> {
            Mat dh = dState.get("h");
            Mat dcNext = dState.get("c");

            Mat do_ = dh.times(s);
            Mat ds = dh.times(o);
            Mat dc = dcNext.plus(outputTanh ? ds.times(s.times(s).oneMinus()) : ds);
            Mat di = dc.times(g);
            Mat df = dc.times(cPrev);
            Mat dg = dc.times(i);
            Mat dcPrev = dc.times(f);

            Mat da = Mat.beside(
                    di.times(i).times(i.oneMinus()),
                    df.times(f).times(f.oneMinus()),
                    dg.times(g.times(g).oneMinus()),
                    do_.times(o).times(o.oneMinus()));

            Mat dx = da.product(W);
            Mat dhPrev = da.product(R);
            Mat dW = da.transposed().product(x);
            Mat dR = da.transposed().product(hPrev);
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev).with("c", dcPrev),
                    Mats.of("W", dW).with("R", dR).with("bW", db).with("bR", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(4, D, H);
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
        return outputTanh ? "LSTM" : "LSTM without output tanh";
    }
}
