package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LSTM with layer normalisation of its products and of its cell state, one step of it.
 *
 * <pre>{@code
 * a = LN(W x; γW) + LN(R h'; γR) + b               in blocks i f g o
 * i, f, o = σ(ai), σ(af), σ(ao),   g = tanh(ag)
 * c = f ⊙ c' + i ⊙ g
 * h = o ⊙ tanh(LN(c; γc) + βc)
 *
 * LN(v; γ) = γ ⊙ v^,   v^ = (v - mean) / √(variance + 1e-5)        over all numbers of a row
 * }</pre>
 *
 * <p>Shapes: x [N, D], h and c [N, H], W [4H, D], R [4H, H], b, γW and γR, called {@code norm_ih} and {@code norm_hh} in files,
 * [1, 4H], γc and βc, {@code norm_c} and {@code norm_bias_c}, [1, H]. The derivation stands in {@code docs/math/lnlstm.md}.
 *
 * <p>Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization" (2016), equations 20 to 22.
 */
record LayerNormLstmReference() implements CellReference {

    private static final double EPSILON = 1e-5;

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat gammaW = weights.get("gammaW");
        Mat gammaR = weights.get("gammaR");
        Mat gammaC = weights.get("gammaC");
        Mat hPrev = previous.get("h");
        Mat cPrev = previous.get("c");

        // Forward
        Normalised w = Normalised.of(x.product(W.transposed()));
        Normalised r = Normalised.of(hPrev.product(R.transposed()));
        Mat a = w.value().timesRow(gammaW).plus(r.value().timesRow(gammaR)).plusRow(weights.get("bW"));
        Mat i = a.columnBlock(0, 4).logistic();
        Mat f = a.columnBlock(1, 4).logistic();
        Mat g = a.columnBlock(2, 4).tanh();
        Mat o = a.columnBlock(3, 4).logistic();
        Mat c = f.times(cPrev).plus(i.times(g));
        Normalised e = Normalised.of(c);
        Mat s = e.value().timesRow(gammaC).plusRow(weights.get("betaC")).tanh();
        Mat h = o.times(s);

        // Backward
        return new Step(Mats.of("h", h).with("c", c), dState -> {
            Mat dh = dState.get("h");

            Mat do_ = dh.times(s);
            Mat das = dh.times(o).times(s.times(s).oneMinus());
            Mat dc = dState.get("c").plus(e.backward(das.timesRow(gammaC)));
            Mat di = dc.times(g);
            Mat df = dc.times(cPrev);
            Mat dg = dc.times(i);
            Mat dcPrev = dc.times(f);
            Mat da = Mat.beside(
                    di.times(i).times(i.oneMinus()),
                    df.times(f).times(f.oneMinus()),
                    dg.times(g.times(g).oneMinus()),
                    do_.times(o).times(o.oneMinus()));
            Mat dw = w.backward(da.timesRow(gammaW));
            Mat dr = r.backward(da.timesRow(gammaR));

            Mat dx = dw.product(W);
            Mat dhPrev = dr.product(R);
            Mat dW = dw.transposed().product(x);
            Mat dR = dr.transposed().product(hPrev);
            Mat db = da.sumOfRows();
            Mat dGammaW = da.times(w.value()).sumOfRows();
            Mat dGammaR = da.times(r.value()).sumOfRows();
            Mat dGammaC = das.times(e.value()).sumOfRows();
            Mat dBetaC = das.sumOfRows();
            return new StepGradients(
                    dx,
                    Mats.of("h", dhPrev).with("c", dcPrev),
                    Mats.of("W", dW)
                            .with("R", dR)
                            .with("bW", db)
                            .with("gammaW", dGammaW)
                            .with("gammaR", dGammaR)
                            .with("gammaC", dGammaC)
                            .with("betaC", dBetaC));
        });
    }

    /**
     * Rows brought to mean 0 and variance 1.
     *
     * @param value v^
     * @param inverse 1 / √(variance + ε) of each row, in all its places
     */
    private record Normalised(Mat value, Mat inverse) {

        static Normalised of(Mat v) {
            Mat centred = v.minus(mean(v));
            Mat inverse = mean(centred.times(centred)).map(variance -> 1 / Math.sqrt(variance + EPSILON));
            return new Normalised(centred.times(inverse), inverse);
        }

        /** From the gradient of v^ to that of v. */
        Mat backward(Mat d) {
            return d.minus(mean(d)).minus(value.times(mean(d.times(value)))).times(inverse);
        }

        /** A row's mean in all its places. */
        private static Mat mean(Mat v) {
            int size = v.columns();
            double[] shares = new double[size * size];
            Arrays.fill(shares, 1.0 / size);
            return v.product(Mat.over(size, size, shares));
        }
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(
                new WeightSpec("W", "weight_ih", 4 * H, D),
                new WeightSpec("R", "weight_hh", 4 * H, H),
                new WeightSpec("bW", "bias_ih", 1, 4 * H),
                new WeightSpec("gammaW", "norm_ih", 1, 4 * H),
                new WeightSpec("gammaR", "norm_hh", 1, 4 * H),
                new WeightSpec("gammaC", "norm_c", 1, H),
                new WeightSpec("betaC", "norm_bias_c", 1, H));
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
        return "LSTM with layer normalisation";
    }
}
