package dev.carousel.network;

import dev.carousel.spec.Slice;

/**
 * The recurrent weights of one layer in one direction, with some of them dropped for a batch.
 *
 * <pre>{@code
 * R~ = M ⊙ R        forward and backward multiply with R~
 * dR = M ⊙ dR~      summed over all steps first, since M is the same at each
 * }</pre>
 *
 * <p>Source: Merity, Keskar and Socher, "Regularizing and Optimizing LSTM Language Models" (2018), after Wan et al.,
 * "Regularization of Neural Networks using DropConnect" (2013).
 */
final class WeightDropout {

    private final Slice r;
    private final float share;
    private final int part;
    private final float[] dropped;
    private final float[] sums;
    private boolean active;
    private long source;

    /**
     * Of one matrix.
     *
     * @param part the part of the network's state that it is for
     */
    WeightDropout(Slice r, float share, int part) {
        this.r = r;
        this.share = share;
        this.part = part;
        this.dropped = new float[r.size()];
        this.sums = new float[r.size()];
    }

    /** A pass with this noise begins. */
    void begin(Noise noise) {
        active = noise.on();
        source = active ? noise.source(Noise.Kind.WEIGHT, part) : 0;
    }

    /** Whether anything is dropped in this pass. */
    boolean active() {
        return active;
    }

    /** R~, of which there are the rows that {@link #drop} was asked for since the pass began. */
    float[] dropped() {
        return dropped;
    }

    /** Makes some rows of R~. */
    void drop(float[] values, int row, int rows) {
        int at = row * r.cols();
        Noise.multiply(source, at, rows * r.cols(), share, Noise.kept(share), values, r.offset() + at, dropped, at);
    }

    /** dR~, which begins at 0. */
    float[] sums() {
        return sums;
    }

    /** Adds some rows of M ⊙ dR~ to the gradient. */
    void addTo(float[] gradient, int row, int rows) {
        int at = row * r.cols();
        int count = rows * r.cols();
        Noise.multiply(source, at, count, share, Noise.kept(share), sums, at, sums, at);
        for (int i = at; i < at + count; i++) {
            gradient[r.offset() + i] += sums[i];
        }
    }
}
