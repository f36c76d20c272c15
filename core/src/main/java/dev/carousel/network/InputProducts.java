package dev.carousel.network;

import dev.carousel.cell.Cell;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;

/**
 * The products of one recurrent layer in one direction that need not wait for any step: with its input, and their mirror.
 *
 * <pre>{@code
 * a[t] = bW + x[t] Wᵀ        of ids, rows of a table
 * dx[t] = da[t] W
 * }</pre>
 */
final class InputProducts {

    private static final float[] EMPTY = {};

    private final Cell cell;
    private final Products products;
    private final RecurrentWeights weights;
    private final Trajectory trajectory;
    private final int D;
    private final int H;
    private final int inputGates;
    private final int gateCols;
    private final boolean copies;
    private final float[] zeroInput;
    private final Team.Task gradientTask = this::gradients;

    private SequenceBatch x = Sequence.zeros(0, 0, 0);
    private float[] dX = EMPTY;
    private boolean addToGradient;

    InputProducts(LayerSpec.Recurrent spec, int layer, RecurrentWeights weights, Products products, Trajectory to) {
        this.cell = spec.cell();
        this.products = products;
        this.weights = weights;
        this.trajectory = to;
        this.D = spec.inputSize(layer);
        this.H = spec.hiddenSize();
        this.inputGates = weights.inputGates();
        this.gateCols = inputGates * H;
        this.copies = inputGates < cell.gates();
        this.zeroInput = new float[D];
    }

    /** A forward pass over this batch begins. */
    void begin(SequenceBatch x) {
        this.x = x;
    }

    /** a = bW + x Wᵀ of the steps from the s-th to before the end-th, for the columns of one thread's units. */
    void forward(int s, int end, Share share, int columnsAtOnce) {
        if (share.units() == H) {
            columns(s, end, share, 0, gateCols, columnsAtOnce);
        } else {
            for (int gate = 0; gate < inputGates; gate++) {
                columns(s, end, share, gate * H + share.firstUnit(), share.units(), columnsAtOnce);
            }
        }
        for (int now = s; now < end && copies; now++) {
            copy(trajectory.step(now), share);
        }
    }

    /** x itself where W has no rows for the last gate, for the rows and units of one thread. */
    private void copy(int t, Share share) {
        for (int n = share.firstRow(); n < share.endRow(); n++) {
            int to = trajectory.columnsAt(t, n) + gateCols + share.firstUnit();
            int row = t * x.batchSize() + n;
            if (x instanceof Tokens tokens) {
                Arrays.fill(trajectory.a, to, to + share.units(), 0);
                int unit = weights.row(tokens.ids()[row]) - share.firstUnit();
                if (unit >= 0 && unit < share.units()) {
                    trajectory.a[to + unit] = 1;
                }
            } else {
                float[] data = ((Sequence) x).data();
                System.arraycopy(data, row * D + share.firstUnit(), trajectory.a, to, share.units());
            }
        }
    }

    /** A few columns for all these steps, then the next: so that each part of W is read once for all of them. */
    private void columns(int s, int end, Share share, int firstCol, int cols, int atOnce) {
        int N = x.batchSize();
        int first = Math.min(trajectory.step(s), trajectory.step(end - 1));
        if (share.rows() == N) {
            product(first, 0, (end - s) * N, firstCol, cols);
            return;
        }
        for (int col = firstCol; col < firstCol + cols; col += atOnce) {
            for (int t = first; t < first + end - s; t++) {
                product(t, share.firstRow(), share.rows(), col, Math.min(atOnce, firstCol + cols - col));
            }
        }
    }

    /** Some columns of a = bW + x Wᵀ, for some rows from a row of step t on. */
    private void product(int t, int firstRow, int rows, int col, int cols) {
        int stride = trajectory.stride();
        int to = trajectory.columnsAt(t, firstRow);
        int from = t * x.batchSize() + firstRow;
        float[] a = trajectory.a;
        if (x instanceof Tokens tokens) {
            for (int row = 0; row < rows; row++) {
                int id = weights.row(tokens.ids()[from + row]);
                System.arraycopy(weights.table(), id * gateCols + col, a, to + row * stride + col, cols);
            }
        } else {
            float[] data = ((Sequence) x).data();
            products.multiply(rows, data, from * D, D, weights.input(), col, cols, weights.bias(), a, to, stride);
        }
    }

    /**
     * What each thread does for dX = da W of the last backward pass.
     *
     * @param dX [T * N, D], overwritten or added to
     * @param add whether it is added to, by a second direction
     */
    Team.Task gradient(float[] dX, boolean add) {
        this.dX = dX;
        this.addToGradient = add;
        return gradientTask;
    }

    private void gradients(int part, int parts) {
        int all = x.steps() * x.batchSize();
        int stride = trajectory.stride();
        int from = Team.cut(all, part, parts);
        int rows = Team.cut(all, part + 1, parts) - from;
        PackedMatrix w = weights.inputBack();
        if (addToGradient) {
            products.multiplyAdd(rows, trajectory.a, from * stride, stride, w, dX, from * D, D);
        } else {
            products.multiply(rows, trajectory.a, from * stride, stride, w, zeroInput, dX, from * D, D);
        }
        for (int row = from; row < from + rows && copies; row++) {
            for (int j = 0; j < D; j++) {
                dX[row * D + j] += trajectory.a[row * stride + gateCols + j];
            }
        }
    }
}
