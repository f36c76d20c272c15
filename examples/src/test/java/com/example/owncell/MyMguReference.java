package com.example.owncell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.ForwardReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/** The same in double, to be judged by. */
public record MyMguReference() implements ForwardReference {
    @Override
    public String name() {
        return "my MGU";
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return CellReference.gateWeights(2, D, H, false);
    }

    @Override
    public Mats next(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W").transposed(), R = weights.get("R"), h = previous.get("h");
        Mat Rf = R.rowBlock(0, 2).transposed(), Rn = R.rowBlock(1, 2).transposed();
        Mat a = x.product(W).plusRow(weights.get("bW"));
        Mat f = a.columnBlock(0, 2).plus(h.product(Rf)).logistic();
        Mat n = a.columnBlock(1, 2).plus(f.times(h).product(Rn)).tanh();
        return Mats.of("h", f.oneMinus().times(h).plus(f.times(n)));
    }
}
