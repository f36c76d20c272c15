package dev.carousel.check;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.ForwardReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The equations of {@link OddCell} in double. */
record OddReference() implements ForwardReference {

    @Override
    public String name() {
        return "odd";
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        List<WeightSpec> weights = new ArrayList<>(CellReference.gateWeights(2, D, H));
        weights.add(new WeightSpec("gain", "gain", 1, H + 2));
        weights.add(new WeightSpec("mix", "mix", 3, H));
        return weights;
    }

    @Override
    public Map<String, Integer> state(int H) {
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put("h", H);
        parts.put("s", H + 2);
        parts.put("m", 3);
        return parts;
    }

    @Override
    public Mats next(Mats weights, Mat x, Mats previous) {
        Mat hPrev = previous.get("h");
        int H = hPrev.columns();
        Mat a = x.product(weights.get("W").transposed())
                .plusRow(weights.get("bW"))
                .plus(hPrev.product(weights.get("R").transposed()))
                .plusRow(weights.get("bR"));
        Mat z = a.columnBlock(0, 2).tanh();
        Mat o = a.columnBlock(1, 2).logistic();
        Mat q = z.product(weights.get("mix").transposed());
        Mat m = previous.get("m")
                .map(value -> Math.exp(value - 1))
                .plus(q.map(Math::exp))
                .map(Math::log);
        Mat s = previous.get("s").timesRow(weights.get("gain")).plus(columns(z, H + 2, j -> (j + 1) % H));
        Mat h = o.times(columns(s, H, j -> j + 2).tanh())
                .plus(columns(m, H, j -> j % 3).tanh().times(0.125))
                .plus(hPrev.times(0.25));
        return Mats.of("h", h).with("s", s).with("m", m);
    }

    private interface Choice {
        int of(int column);
    }

    /** A matrix whose column j is the chosen one of another. */
    private static Mat columns(Mat from, int count, Choice choice) {
        Mat to = Mat.zeros(from.rows(), count);
        for (int r = 0; r < from.rows(); r++) {
            for (int j = 0; j < count; j++) {
                to.values()[r * count + j] = from.values()[r * from.columns() + choice.of(j)];
            }
        }
        return to;
    }
}
