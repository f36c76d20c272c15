package dev.carousel.reference;

/**
 * An affine map of each number of each valid step; at a padded step y is 0. No state.
 *
 * <pre>{@code
 * y = g ⊙ (x - m) + b
 * dx = g ⊙ dy,  dg = Σ dy ⊙ (x - m),  dm = -g ⊙ Σ dy,  db = Σ dy          sums over steps and sequences
 * }</pre>
 *
 * <p>Shapes: x and y [T, N, D], {@code weight} (g), {@code center} (m) and {@code bias} (b) [1, D].
 */
final class ElementwiseAffineLayer implements LayerReference {

    private final Mat g;
    private final Mat m;
    private final Mat b;

    /**
     * A layer of the given weights, which it shares.
     *
     * @throws IllegalArgumentException if they are not rows of one length
     */
    ElementwiseAffineLayer(Mat gain, Mat center, Mat bias) {
        boolean alike = gain.shape().equals(center.shape()) && gain.shape().equals(bias.shape());
        if (gain.rows() != 1 || !alike) {
            throw new IllegalArgumentException(
                    "ElementwiseAffineLayer: gain, center and bias must be rows of one length but are " + gain.shape()
                            + ", " + center.shape() + " and " + bias.shape() + ".");
        }
        this.g = gain;
        this.m = center;
        this.b = bias;
    }

    private Mat centred(Mat x) {
        return x.plusRow(m.times(-1));
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, x.size());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(t, live, centred(x.rows(t, live)).timesRow(g).plusRow(b));
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
            dX.put(t, live, dy.timesRow(g));
            dg = dg.plus(dy.times(centred(x.rows(t, live))).sumOfRows());
            db = db.plus(dy.sumOfRows());
        }
        Mat dm = db.times(g).times(-1);
        return new Gradients(
                dX, Mats.empty(), Mats.of("weight", dg).with("center", dm).with("bias", db));
    }

    @Override
    public String name() {
        return "affine map of each number";
    }

    @Override
    public Mats weights() {
        return Mats.of("weight", g).with("center", m).with("bias", b);
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
