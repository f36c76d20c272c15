package dev.carousel.network;

import dev.carousel.kernel.StepGradient;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * The sequences of a ragged batch that take no part in a step, having ended before it (or, in reverse, not begun).
 *
 * <p>Kernels work on all rows alike. What they wrote for these rows is put right afterwards: forward, the state stands
 * still; backward, its gradients pass by and the gradients of the columns are 0. Rows of other sequences are not touched, so
 * that each thread does this for its own.
 */
final class EndedSequences {

    private static final float[] EMPTY = {};

    private final Trajectory trajectory;
    private final int H;
    private final int P;
    private final boolean hasCellState;
    private float[] kept = EMPTY;

    EndedSequences(Trajectory trajectory, LayerSpec.Recurrent spec) {
        this.trajectory = trajectory;
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.hasCellState = spec.cell().hasCellState();
    }

    /** Makes room for the backward pass of a batch. */
    void begin(SequenceBatch x) {
        kept = Buffers.atLeast(kept, x.ragged() ? 3L * x.batchSize() * H : 0);
    }

    /** After the equations of step t: the state is that of the step before. */
    void standStill(SequenceBatch x, int t, Share share) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int hFrom = trajectory.hSlotBefore(t) + n * P;
                System.arraycopy(trajectory.h, hFrom, trajectory.h, trajectory.hSlot(t) + n * P, P);
                if (hasCellState) {
                    int from = trajectory.slotBefore(t) + n * H;
                    int to = trajectory.slot(t) + n * H;
                    System.arraycopy(trajectory.c, from, trajectory.c, to, H);
                }
            }
        }
    }

    /** Before the gradients of step t: remembers those of the state, dh [N, P] and what d points at. */
    void keep(SequenceBatch x, int t, Share share, float[] dh, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                System.arraycopy(dh, n * P, kept, 3 * n * H, P);
                System.arraycopy(d.direct, n * H, kept, (3 * n + 1) * H, H);
                if (hasCellState) {
                    System.arraycopy(d.dc, n * H, kept, (3 * n + 2) * H, H);
                }
            }
        }
    }

    /** Between the gradients of a block and its product: the gradients of the columns are 0. */
    void clearColumns(SequenceBatch x, int t, Share share) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                int at = trajectory.columnsAt(t, n);
                Arrays.fill(trajectory.a, at, at + trajectory.stride(), 0);
            }
        }
    }

    /** After the gradients of step t: those of the state are what they were. */
    void restore(SequenceBatch x, int t, Share share, float[] dh, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            if (t >= x.length(n)) {
                System.arraycopy(kept, 3 * n * H, dh, n * P, P);
                System.arraycopy(kept, (3 * n + 1) * H, d.direct, n * H, H);
                if (hasCellState) {
                    System.arraycopy(kept, (3 * n + 2) * H, d.dc, n * H, H);
                }
            }
        }
    }
}
