package dev.carousel.network;

import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerSpec;

/**
 * Dropout of what the recurrent products of one layer in one direction read: the same numbers of a sequence at all its
 * steps.
 *
 * <pre>{@code
 * hr = m ⊙ h'          R hr in the place of R h', and of a second block R (m ⊙ v) in the place of R v
 * dh' = m ⊙ dhr
 * }</pre>
 *
 * <p>Where the cell's equations read h' past the products, as a GRU's z ⊙ h', it is whole. Source: Gal and Ghahramani, "A
 * Theoretically Grounded Application of Dropout in Recurrent Neural Networks" (2016), section 4, with one mask for all
 * gates.
 */
final class RecurrentDropout extends Stage {

    private static final float[] EMPTY = {};

    private final Trajectory trajectory;
    private final float share;
    private final int part;
    private final int P;
    private boolean active;
    private float[] mask = EMPTY;
    private float[] hr = EMPTY;

    RecurrentDropout(Trajectory trajectory, LayerSpec.Recurrent spec, int part) {
        this.trajectory = trajectory;
        this.share = spec.regularisation().recurrentDropout();
        this.part = part;
        this.P = spec.stateSize();
    }

    /** A pass begins, and the trajectory has its initial state. */
    @Override
    void begin(Noise noise) {
        active = noise.on();
        if (!active) {
            return;
        }
        int size = trajectory.N * P;
        mask = Buffers.atLeast(mask, size);
        hr = Buffers.atLeast(hr, (trajectory.T + 1L) * size);
        Noise.fill(noise.source(Noise.Kind.RECURRENT, part), 0, size, share, Noise.kept(share), mask, 0);
        int initial = trajectory.hSlot(trajectory.T);
        for (int i = 0; i < size; i++) {
            hr[initial + i] = trajectory.h[initial + i] * mask[i];
        }
        trajectory.hRead = hr;
    }

    /** After h of step t is there: what the next step's product reads. */
    @Override
    void forward(int t, Share share) {
        int units = Math.min(share.units(), P);
        for (int n = share.firstRow(); n < share.endRow() && active; n++) {
            int unit = n * P + share.firstUnit();
            int at = trajectory.hSlot(t) + unit;
            for (int j = 0; j < units; j++) {
                hr[at + j] = trajectory.h[at + j] * mask[unit + j];
            }
        }
    }

    /** What a second block's product reads; a layer with a second block has P = H. */
    @Override
    void betweenBlocks(int t, Share share) {
        drop(trajectory.m, trajectory.cellSlot(t), share);
    }

    @Override
    void mirrored(float[] numbers, Share share) {
        drop(numbers, 0, share);
    }

    /** Multiplies by m what a product reads or the gradient of it, [N, P], in place. */
    private void drop(float[] numbers, int at, Share share) {
        int units = Math.min(share.units(), P);
        for (int n = share.firstRow(); n < share.endRow() && active; n++) {
            int unit = n * P + share.firstUnit();
            for (int j = 0; j < units; j++) {
                numbers[at + unit + j] *= mask[unit + j];
            }
        }
    }
}
