package dev.carousel.reference;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A layer without weights or state that does the same to each valid step: a function of the numbers of one step of one
 * sequence. At a padded step y is 0.
 *
 * <pre>{@code
 * elementwise   y = φ(x)                           dx = dy ⊙ φ'(x)
 * softmax       y = exp(x) / Σ exp(x)              dx = y ⊙ (dy - Σ dy ⊙ y)
 * logSoftmax    y = x - log Σ exp(x)               dx = dy - exp(y) Σ dy
 * }</pre>
 */
final class StepwiseLayer implements LayerReference {

    private final String name;
    private final int size;
    private final UnaryOperator<Mat> function;
    private final BinaryOperator<Mat> gradient;

    /** A function [N, D] to [N, D] and the gradient of its argument, from that argument and the gradient of its value. */
    private StepwiseLayer(String name, int size, UnaryOperator<Mat> function, BinaryOperator<Mat> gradient) {
        this.name = name;
        this.size = size;
        this.function = function;
        this.gradient = gradient;
    }

    /** φ of each number. */
    static StepwiseLayer elementwise(int size, ActivationReference phi) {
        double none = Double.POSITIVE_INFINITY;
        return new StepwiseLayer(phi.toString(), size, x -> phi.of(x, none), (x, dy) -> dy.times(phi.slope(x, none)));
    }

    /** The softmax over the numbers of a step. */
    static StepwiseLayer softmax(int size) {
        return new StepwiseLayer("softmax", size, StepwiseLayer::softmax, (x, dy) -> {
            Mat y = softmax(x);
            return y.times(dy.minus(sumOfColumns(dy.times(y))));
        });
    }

    /** The logarithm of the softmax over the numbers of a step. */
    static StepwiseLayer logSoftmax(int size) {
        return new StepwiseLayer(
                "log softmax",
                size,
                x -> softmax(x).map(Math::log),
                (x, dy) -> dy.minus(softmax(x).times(sumOfColumns(dy))));
    }

    private static Mat softmax(Mat x) {
        Mat e = x.map(Math::exp);
        Mat sums = sumOfColumns(e);
        return e.times(sums.map(sum -> 1 / sum));
    }

    /** Each row's sum in all its places. */
    private static Mat sumOfColumns(Mat x) {
        int D = x.columns();
        double[] ones = new double[D * D];
        Arrays.fill(ones, 1);
        return x.product(Mat.over(D, D, ones));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int inputSize() {
        return size;
    }

    @Override
    public int outputSize() {
        return size;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, size);
        for (int t = 0; t < x.steps(); t++) {
            y.put(t, x.live(t), function.apply(x.rows(t, x.live(t))));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> {
            Seq dX = Seq.zerosLike(x, size);
            for (int t = 0; t < x.steps(); t++) {
                int[] live = x.live(t);
                dX.put(t, live, gradient.apply(x.rows(t, live), dY.rows(t, live)));
            }
            return new Gradients(dX, Mats.empty(), Mats.empty());
        });
    }
}
