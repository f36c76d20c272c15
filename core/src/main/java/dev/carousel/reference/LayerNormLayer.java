package dev.carousel.reference;

import java.util.Arrays;

/**
 * Layer normalisation of each valid step; at a padded step y is 0. No state.
 *
 * <pre>{@code
 * n = (x - μ) / s,  s = √(σ² + ε)         μ, σ² over the D numbers of x
 * y = g ⊙ n + b
 * dn = g ⊙ dy,  dx = (dn - mean(dn) - n ⊙ mean(dn ⊙ n)) / s
 * dg = Σ dy ⊙ n,  db = Σ dy               sums over steps and sequences
 * }</pre>
 *
 * <p>Shapes: x and y [T, N, D], {@code weight} (g) and {@code bias} (b) [1, D]. Source: J. L. Ba, J. R. Kiros and G. E. Hinton,
 * "Layer normalization" (2016).
 */
final class LayerNormLayer implements LayerReference {

    private final Mat g;
    private final Mat b;
    private final double epsilon;

    /**
     * A layer of the given weights, which it shares.
     *
     * @throws IllegalArgumentException if gain and bias are not rows of one length
     */
    LayerNormLayer(Mat gain, Mat bias, double epsilon) {
        if (gain.rows() != 1 || !gain.shape().equals(bias.shape())) {
            throw new IllegalArgumentException("LayerNormLayer: gain and bias must be rows of one length but are "
                    + gain.shape() + " and " + bias.shape() + ".");
        }
        this.g = gain;
        this.b = bias;
        this.epsilon = epsilon;
    }

    /** A row's mean in all its places. */
    private static Mat mean(Mat x) {
        int D = x.columns();
        double[] shares = new double[D * D];
        Arrays.fill(shares, 1.0 / D);
        return x.product(Mat.over(D, D, shares));
    }

    /** 1 / s, in all places of each row. */
    private Mat inverse(Mat x) {
        Mat centred = x.minus(mean(x));
        return mean(centred.times(centred)).map(variance -> 1 / Math.sqrt(variance + epsilon));
    }

    private Mat normalised(Mat x) {
        return x.minus(mean(x)).times(inverse(x));
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, x.size());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(t, live, normalised(x.rows(t, live)).timesRow(g).plusRow(b));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, x.size());
        Mat dg = Mat.zeros(1, g.columns());
        Mat db = Mat.zeros(1, b.columns());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            Mat dy = dY.rows(t, live);
            Mat n = normalised(x.rows(t, live));
            Mat dn = dy.timesRow(g);
            Mat through = dn.minus(mean(dn)).minus(n.times(mean(dn.times(n))));
            dX.put(t, live, through.times(inverse(x.rows(t, live))));
            dg = dg.plus(dy.times(n).sumOfRows());
            db = db.plus(dy.sumOfRows());
        }
        return new Gradients(dX, Mats.empty(), Mats.of("weight", dg).with("bias", db));
    }

    @Override
    public String name() {
        return "layer normalisation";
    }

    @Override
    public Mats weights() {
        return Mats.of("weight", g).with("bias", b);
    }

    @Override
    public int inputSize() {
        return g.columns();
    }

    @Override
    public int outputSize() {
        return g.columns();
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
