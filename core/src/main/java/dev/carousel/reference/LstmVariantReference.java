package dev.carousel.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The long short-term memory with everything that other programs add to it, one step of it.
 *
 * <pre>{@code
 * ai = Wi x + bWi + Ri h' + bRi + pi ⊙ c'        i = φ[ai]        [a] = a, but at least -clip and at most clip
 * af = Wf x + bWf + Rf h' + bRf + pf ⊙ c'        f = φ[af]        or, coupled, f = 1 - i
 * ag = Wg x + bWg + Rg h' + bRg                  g = χ[ag]
 * c  = f ⊙ c' + i ⊙ g
 * ao = Wo x + bWo + Ro h' + bRo + po ⊙ c         o = φ[ao]        this peephole sees the new c
 * u  = o ⊙ ψ(c)
 * h  = u                                         or, with a projection, h = Whr u
 * }</pre>
 *
 * <p>Shapes: as in {@link LstmReference}; p [1, 3H] holds pi, po and pf in ONNX' order; with a projection to P numbers Whr
 * [P, H], h [N, P] and R [4H, P]. With φ the logistic function, χ and ψ tanh, no peepholes, no coupling, no clip and no
 * projection it is {@link LstmReference}. ONNX's LSTM is all of it but the projection, PyTorch's has only the projection.
 *
 * <p>The derivation stands in {@code docs/math/lstm.md}. Immutable and free of state.
 *
 * <p>Source: F. Gers and J. Schmidhuber, "Recurrent nets that time and count", IJCNN 2000 (peepholes); K. Greff et al.,
 * "LSTM: a search space odyssey", IEEE TNNLS 28 (2017) (coupled gates); H. Sak, A. Senior and F. Beaufays, "Long short-term
 * memory recurrent neural network architectures for large scale acoustic modeling", Interspeech 2014 (projection).
 *
 * @param gate φ
 * @param candidate χ
 * @param output ψ
 * @param peepholes whether there are pi, po and pf
 * @param coupled whether f = 1 - i
 * @param clip the bound of the pre-activations, infinite for none
 * @param projectionSize P, 0 for no projection
 */
record LstmVariantReference(
        ActivationReference gate,
        ActivationReference candidate,
        ActivationReference output,
        boolean peepholes,
        boolean coupled,
        double clip,
        int projectionSize)
        implements CellReference {

    private static final double NO_CLIP = Double.POSITIVE_INFINITY;

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat R = weights.get("R");
        Mat bW = weights.get("bW");
        Mat bR = weights.get("bR");
        Mat hPrev = previous.get("h");
        Mat cPrev = previous.get("c");
        Mat p = peepholes ? weights.get("p") : Mat.zeros(1, 3 * cPrev.columns());
        Mat pi = p.columnBlock(0, 3);
        Mat po = p.columnBlock(1, 3);
        Mat pf = p.columnBlock(2, 3);

        // Forward
        Mat a = x.product(W.transposed())
                .plusRow(bW)
                .plus(hPrev.product(R.transposed()).plusRow(bR));
        Mat ai = a.columnBlock(0, 4).plus(cPrev.timesRow(pi));
        Mat af = a.columnBlock(1, 4).plus(cPrev.timesRow(pf));
        Mat ag = a.columnBlock(2, 4);
        Mat i = gate.of(ai, clip);
        Mat f = coupled ? i.oneMinus() : gate.of(af, clip);
        Mat g = candidate.of(ag, clip);
        Mat c = f.times(cPrev).plus(i.times(g));
        Mat ao = a.columnBlock(3, 4).plus(c.timesRow(po));
        Mat o = gate.of(ao, clip);
        Mat s = output.of(c, NO_CLIP);
        Mat u = o.times(s);
        Mat h = projectionSize > 0 ? u.product(weights.get("Whr").transposed()) : u;

        // Backward
        return new Step(Mats.of("h", h).with("c", c), dState -> {
            Mat dh = dState.get("h");
            Mat dcNext = dState.get("c");

            Mat du = projectionSize > 0 ? dh.product(weights.get("Whr")) : dh;
            Mat dao = du.times(s).times(gate.slope(ao, clip));
            Mat dc = dcNext.plus(du.times(o).times(output.slope(c, NO_CLIP))).plus(dao.timesRow(po));
            Mat di = dc.times(coupled ? g.minus(cPrev) : g);
            Mat df = coupled ? dc.times(0) : dc.times(cPrev);
            Mat dai = di.times(gate.slope(ai, clip));
            Mat daf = df.times(gate.slope(af, clip));
            Mat dag = dc.times(i).times(candidate.slope(ag, clip));
            Mat dcPrev = dc.times(f).plus(dai.timesRow(pi)).plus(daf.timesRow(pf));

            Mat da = Mat.beside(dai, daf, dag, dao);
            Mat dx = da.product(W);
            Mat dhPrev = da.product(R);
            Mat db = da.sumOfRows();
            Mats dWeights = Mats.of("W", da.transposed().product(x))
                    .with("R", da.transposed().product(hPrev))
                    .with("bW", db)
                    .with("bR", db);
            if (peepholes) {
                Mat dp = Mat.beside(dai.times(cPrev), dao.times(c), daf.times(cPrev));
                dWeights = dWeights.with("p", dp.sumOfRows());
            }
            if (projectionSize > 0) {
                dWeights = dWeights.with("Whr", dh.transposed().product(u));
            }
            return new StepGradients(dx, Mats.of("h", dhPrev).with("c", dcPrev), dWeights);
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        List<WeightSpec> weights = new ArrayList<>(CellReference.gateWeights(4, D, H));
        weights.set(1, new WeightSpec("R", "weight_hh", 4 * H, stateSize(H)));
        if (peepholes) {
            weights.add(new WeightSpec("p", "weight_ph", 1, 3 * H));
        }
        if (projectionSize > 0) {
            weights.add(new WeightSpec("Whr", "weight_hr", projectionSize, H));
        }
        return weights;
    }

    private int stateSize(int H) {
        return projectionSize > 0 ? projectionSize : H;
    }

    @Override
    public Map<String, Integer> state(int H) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("h", stateSize(H));
        sizes.put("c", H);
        return sizes;
    }

    @Override
    public String name() {
        List<String> parts = new ArrayList<>();
        if (!(gate.equals(ActivationReference.LOGISTIC)
                && candidate.equals(ActivationReference.TANH)
                && output.equals(ActivationReference.TANH))) {
            parts.add(gate + " " + candidate + " " + output);
        }
        if (peepholes) {
            parts.add("peepholes");
        }
        if (coupled) {
            parts.add("f = 1 - i");
        }
        if (clip < NO_CLIP) {
            parts.add("clip " + clip);
        }
        if (projectionSize > 0) {
            parts.add("projection to " + projectionSize);
        }
        return "LSTM [" + String.join("; ", parts) + "]";
    }
}
