package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.StepGradient;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * The projection of a recurrent layer at work: h = W_hr u, where u is what the cell's equations call h.
 *
 * <pre>{@code
 * h[t]  = u[t] W_hrᵀ        u [T, N, H], h [T, N, P], W_hr [P, H]
 * s[t]  = dY[t] + dh[t]     the whole gradient of h[t], kept for all steps
 * du[t] = s[t] W_hr         dW_hr += Σ_t s[t]ᵀ u[t]
 * }</pre>
 *
 * <p>Source: Sak, Senior and Beaufays, "Long Short-Term Memory Recurrent Neural Network Architectures for Large Scale
 * Acoustic Modeling" (2014), section 2, without its non-recurrent part; PyTorch's {@code proj_size}.
 */
final class Projection extends Stage {

    private static final float[] EMPTY = {};

    /** W_hr [P, H], packed. */
    static final class Weights {
        private final Slice slice;
        private final PackedMatrix forward;
        private final PackedMatrix back;

        Weights(Slice slice, Kernels kernels, boolean backward) {
            this.slice = slice;
            forward = kernels.products().packed(slice.cols(), slice.rows());
            back = kernels.products().packed(slice.rows(), backward ? slice.cols() : 0);
        }

        void packForward(float[] values) {
            forward.fillTransposed(0, slice.rows(), values, slice.offset());
        }

        void packBackward(float[] values) {
            back.fill(0, slice.rows(), values, slice.offset());
        }
    }

    private final Weights weights;
    private final Kernels kernels;
    private final Trajectory trajectory;
    private final int P;
    private final int H;
    private final float[] zeros;
    private float[] s = EMPTY;
    private float[] du = EMPTY;
    private float[] noGradient = EMPTY;
    private SequenceBatch batch = Sequence.zeros(0, 0, 0);
    private float[] dY = EMPTY;
    private int dYStride;
    private float[] dh = EMPTY;

    Projection(Weights weights, Kernels kernels, Trajectory trajectory) {
        this.weights = weights;
        this.kernels = kernels;
        this.trajectory = trajectory;
        this.P = weights.slice.rows();
        this.H = weights.slice.cols();
        this.zeros = new float[H];
    }

    /** h of step t, for the rows of one thread. */
    @Override
    void forward(int t, Share share) {
        int from = trajectory.cellSlot(t) + share.firstRow() * H;
        int to = trajectory.hSlot(t) + share.firstRow() * P;
        kernels.products().multiply(share.rows(), trajectory.u, from, H, weights.forward, zeros, trajectory.h, to, P);
    }

    @Override
    void beginBackward(SequenceBatch x, Chain chain) {
        s = Buffers.atLeast(s, (long) trajectory.T * trajectory.N * P);
        du = Buffers.atLeast(du, (long) trajectory.N * H);
        noGradient = Buffers.atLeast(noGradient, (long) trajectory.N * H);
        batch = x;
        dY = chain.dY;
        dYStride = chain.dYStride;
        dh = chain.dh;
        chain.dY = du;
        chain.dYStride = H;
        // The way from the step after is part of s.
        chain.dh = noGradient;
    }

    /** s and du of step t, for the rows of one thread; 0 for sequences that have ended. */
    @Override
    int before(int t, Share share, int at, StepGradient d) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            boolean counts = t < batch.length(n);
            int to = trajectory.hSlot(t) + n * P;
            int from = at + (n - share.firstRow()) * dYStride;
            for (int j = 0; j < P; j++) {
                s[to + j] = counts ? dY[from + j] + dh[n * P + j] : 0;
            }
        }
        int from = trajectory.hSlot(t) + share.firstRow() * P;
        int to = share.firstRow() * H;
        kernels.products().multiply(share.rows(), s, from, P, weights.back, 0, H, zeros, du, to, H);
        return to;
    }

    /** Adds one thread's part of the gradient of W_hr, cut by its rows. */
    @Override
    void addWeightGradient(int part, int parts, Parameters gradient) {
        int from = Team.cut(P, part, parts);
        int rows = Team.cut(P, part + 1, parts) - from;
        int all = trajectory.T * trajectory.N;
        int at = weights.slice.offset() + from * H;
        kernels.products().addTransposedProduct(all, s, from, P, rows, trajectory.u, 0, H, H, gradient.values(), at, H);
    }
}
