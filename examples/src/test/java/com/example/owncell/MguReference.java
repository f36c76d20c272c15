package com.example.owncell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;
import java.util.Map;

/** The same in double, to be judged by. */
public record MguReference() implements CellReference {
    @Override
    public String name() {
        return "MGU";
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(
                new WeightSpec("W", "weight_ih", 2 * H, D),
                new WeightSpec("R", "weight_hh", 2 * H, H),
                new WeightSpec("b", "bias_ih", 1, 2 * H));
    }

    @Override
    public Map<String, Integer> state(int H) {
        return Map.of("h", H);
    }

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W"), h = previous.get("h");
        Mat Rf = weights.get("R").rowBlock(0, 2), Rn = weights.get("R").rowBlock(1, 2);
        Mat a = x.product(W.transposed()).plusRow(weights.get("b"));
        Mat f = a.columnBlock(0, 2).plus(h.product(Rf.transposed())).logistic();
        Mat m = f.times(h);
        Mat n = a.columnBlock(1, 2).plus(m.product(Rn.transposed())).tanh();
        return new Step(Mats.of("h", f.oneMinus().times(h).plus(f.times(n))), dState -> {
            Mat dh = dState.get("h");
            Mat dan = dh.times(f).times(n.times(n).oneMinus());
            Mat dm = dan.product(Rn);
            Mat daf = dh.times(n.minus(h)).plus(dm.times(h)).times(f).times(f.oneMinus());
            Mat da = Mat.beside(daf, dan);
            Mat dPrev = dh.times(f.oneMinus()).plus(dm.times(f)).plus(daf.product(Rf));
            Mat dR = Mat.above(daf.transposed().product(h), dan.transposed().product(m));
            Mats dWeights =
                    Mats.of("W", da.transposed().product(x)).with("R", dR).with("b", da.sumOfRows());
            return new StepGradients(da.product(W), Mats.of("h", dPrev), dWeights);
        });
    }
}
