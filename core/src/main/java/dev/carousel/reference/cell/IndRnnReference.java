package dev.carousel.reference.cell;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.List;

/**
 * The independently recurrent network, one step of it: each unit remembers itself alone.
 *
 * <pre>{@code
 * h = φ(W x + u ⊙ h' + b)          φ is ReLU, or tanh
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [H, D], u [1, H], called {@code weight_hh} in files, b [1, H]. The derivation stands in
 * {@code docs/math/indrnn.md}.
 *
 * <p>Source: S. Li et al., "Independently recurrent neural network (IndRNN): building a longer and deeper RNN", CVPR 2018.
 *
 * @param relu whether φ is ReLU, or tanh
 */
record IndRnnReference(boolean relu) implements CellReference {

    @Override
    public Step forward(Mats weights, Mat x, Mats previous) {
        Mat W = weights.get("W");
        Mat u = weights.get("u");
        Mat b = weights.get("bW");
        Mat hPrev = previous.get("h");

        // Forward
        Mat a = x.product(W.transposed()).plus(hPrev.timesRow(u)).plusRow(b);
        Mat h = relu ? a.map(p -> Math.max(0, p)) : a.tanh();

        // Backward
        return new Step(Mats.of("h", h), dState -> {
            Mat dh = dState.get("h");

            Mat slope = relu ? h.map(p -> p > 0 ? 1 : 0) : h.times(h).oneMinus();
            Mat da = dh.times(slope);

            Mat dx = da.product(W);
            Mat dhPrev = da.timesRow(u);
            Mat dW = da.transposed().product(x);
            Mat du = da.times(hPrev).sumOfRows();
            Mat db = da.sumOfRows();
            return new StepGradients(
                    dx, Mats.of("h", dhPrev), Mats.of("W", dW).with("u", du).with("bW", db));
        });
    }

    @Override
    public List<WeightSpec> weights(int D, int H) {
        return List.of(
                new WeightSpec("W", "weight_ih", H, D),
                new WeightSpec("u", "weight_hh", 1, H),
                new WeightSpec("bW", "bias_ih", 1, H));
    }

    @Override
    public String name() {
        return relu ? "IndRNN" : "IndRNN tanh";
    }
}
