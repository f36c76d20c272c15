package dev.carousel.network;

import dev.carousel.kernel.StepGradient;
import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * The sequences of a ragged batch that take no part in a step, having ended before it (or, in reverse, not begun).
 *
 * <p>Kernels work on all rows alike. What they wrote for these rows is put right afterwards: forward, the state stands
 * still; backward, its gradients pass by and the gradients of the columns are 0. Rows of other sequences are not touched, so
 * that each thread does this for its own.
 */
final class EndedSequences extends Stage {

    private static final float[] EMPTY = {};

    private final Trajectory trajectory;
    private final int H;
    private final int P;
    private final int S;
    private float[] kept = EMPTY;
    private float[] dh = EMPTY;
    private SequenceBatch x = Sequence.zeros(0, 0, 0);

    EndedSequences(Trajectory trajectory, LayerSpec.Recurrent spec) {
        this.trajectory = trajectory;
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.S = trajectory.S;
    }

    /** The batch of the following passes. */
    void of(SequenceBatch batch) {
        x = batch;
    }

    /**
     * Makes room for a backward pass.
     *
     * @param dh the gradient of h from the product of the step after [N, P]
     */
    void beginBackward(float[] dh) {
        this.dh = dh;
        kept = Buffers.atLeast(kept, x.ragged() ? (2L * H + S) * x.batchSize() : 0);
    }

    /** After the equations of step t: the state is that of the step before. */
    @Override
    void forward(int t, Share share) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int hFrom = trajectory.hSlotBefore(t) + n * P;
                System.arraycopy(trajectory.h, hFrom, trajectory.h, trajectory.hSlot(t) + n * P, P);
                int from = trajectory.cSlot(trajectory.before(t)) + n * S;
                System.arraycopy(trajectory.c, from, trajectory.c, trajectory.cSlot(t) + n * S, S);
            }
        }
    }

    /** Before the gradients of step t: remembers those of the state, dh [N, P] and what d points at. */
    @Override
    int before(int t, Share share, int at, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int to = n * (2 * H + S);
                System.arraycopy(dh, n * P, kept, to, P);
                System.arraycopy(d.direct, n * H, kept, to + H, H);
                System.arraycopy(d.dc, n * S, kept, to + 2 * H, S);
            }
        }
        return at;
    }

    /** Between the gradients of a block and its product: the gradients of the columns are 0. */
    @Override
    void columns(int t, Share share) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int at = trajectory.columnsAt(t, n);
                Arrays.fill(trajectory.a, at, at + trajectory.stride(), 0);
            }
        }
    }

    /** After the gradients of step t: those of the state are what they were. */
    @Override
    void after(int t, Share share, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int at = n * (2 * H + S);
                System.arraycopy(kept, at, dh, n * P, P);
                System.arraycopy(kept, at + H, d.direct, n * H, H);
                System.arraycopy(kept, at + 2 * H, d.dc, n * S, S);
            }
        }
    }
}
