package dev.carousel.reference;

import java.util.random.RandomGenerator;

/**
 * A dense head: the same affine map at every valid step.
 *
 * <pre>{@code
 * y = W x + b
 * dx = dy W,  dW = Σ dyᵀ x,  db = Σ dy          sums over steps and sequences
 * }</pre>
 *
 * <p>Shapes: x [T, N, D], y [T, N, O], {@code weight} [O, D], {@code bias} [1, O]. At a padded step y is 0. No state.
 */
final class DenseLayer implements LayerReference {

    private final Mat W;
    private final Mat b;

    /**
     * A head of the given weights, which it shares.
     *
     * @throws IllegalArgumentException if the bias is not one row with a number for each row of the weight
     */
    DenseLayer(Mat weight, Mat bias) {
        if (bias.rows() != 1 || bias.columns() != weight.rows()) {
            throw new IllegalArgumentException("DenseLayer: the weight is " + weight.shape()
                    + ", so the bias must be [1, " + weight.rows() + "], but it is " + bias.shape() + ".");
        }
        this.W = weight;
        this.b = bias;
    }

    /** A head whose weights and biases are independent normal numbers of the given deviation: for checks. */
    static DenseLayer random(int inputSize, int outputSize, double deviation, RandomGenerator random) {
        return new DenseLayer(
                Mat.normal(outputSize, inputSize, deviation, random), Mat.normal(1, outputSize, deviation, random));
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, outputSize());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(t, live, x.rows(t, live).product(W.transposed()).plusRow(b));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, inputSize());
        Mat dW = Mat.zeros(W.rows(), W.columns());
        Mat db = Mat.zeros(1, b.columns());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            Mat dy = dY.rows(t, live);
            dX.put(t, live, dy.product(W));
            dW = dW.plus(dy.transposed().product(x.rows(t, live)));
            db = db.plus(dy.sumOfRows());
        }
        return new Gradients(dX, Mats.empty(), Mats.of("weight", dW).with("bias", db));
    }

    @Override
    public String name() {
        return "dense";
    }

    @Override
    public Mats weights() {
        return Mats.of("weight", W).with("bias", b);
    }

    @Override
    public int inputSize() {
        return W.columns();
    }

    @Override
    public int outputSize() {
        return W.rows();
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
