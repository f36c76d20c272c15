package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of a recurrent layer's weights, from the columns' gradients of all steps at once.
 *
 * <pre>{@code
 * dW += Σ_t da[t]ᵀ x[t]      dR += Σ_t da[t]ᵀ h[t-1]      dbW, dbR += Σ_t da[t]
 * }</pre>
 *
 * <p>Cut among threads by columns of da, which are rows of W and of R. With ids for input, dW sums the columns of the steps
 * that have the id; nothing is multiplied by the zeros of a one-hot vector.
 */
final class WeightGradients {

    /** Columns are cut at multiples of this, so that product kernels see whole tiles. */
    private static final int TILE = 24;

    private static final float[] EMPTY = {};

    /** Gate columns that are consecutive rows of W. */
    private record Run(int column, int row, int size) {}

    private final List<Block> blocks;
    private final int D;
    private final int H;
    private final int gateCols;
    private final Run[] inputRuns;
    private final boolean reverse;
    private final RecurrentWeights weights;
    private final Kernels kernels;
    private float[] dTable = EMPTY;

    WeightGradients(LayerSpec.Recurrent spec, int layer, boolean reverse, RecurrentWeights weights, Kernels kernels) {
        this.blocks = spec.cell().blocks();
        this.D = spec.inputSize(layer);
        this.H = spec.hiddenSize();
        this.gateCols = spec.cell().gates() * H;
        this.inputRuns = inputRuns(spec.cell(), H);
        this.reverse = reverse;
        this.weights = weights;
        this.kernels = kernels;
    }

    private static Run[] inputRuns(Cell cell, int H) {
        List<Run> runs = new ArrayList<>();
        for (int gate = 0; gate < cell.gates(); gate++) {
            int column = cell.inputColumn(gate) * H;
            Run last = runs.isEmpty() ? new Run(-1, -1, 0) : runs.get(runs.size() - 1);
            if (last.column() + last.size() == column && last.row() + last.size() == gate * H) {
                runs.set(runs.size() - 1, new Run(last.column(), last.row(), last.size() + H));
            } else {
                runs.add(new Run(column, gate * H, H));
            }
        }
        return runs.toArray(Run[]::new);
    }

    /** Makes room; to be called before the threads begin. */
    void begin() {
        dTable = Buffers.atLeast(dTable, weights.oneHot() ? (long) D * gateCols : 0);
    }

    /** Adds one thread's part. */
    void add(int part, int parts, SequenceBatch x, Trajectory trajectory, Parameters gradient) {
        int from = Team.cut(gateCols, TILE, part, parts);
        int to = Team.cut(gateCols, TILE, part + 1, parts);
        for (Run run : inputRuns) {
            int col = Math.max(from, run.column());
            int cols = Math.min(to, run.column() + run.size()) - col;
            if (cols > 0) {
                addInput(x, trajectory, col, cols, run.row() + col - run.column(), gradient.values());
            }
        }
        for (int i = 0; i < blocks.size(); i++) {
            int size = blocks.get(i).gates() * H;
            int first = Team.cut(size, TILE, part, parts);
            addRecurrent(i, trajectory, first, Team.cut(size, TILE, part + 1, parts) - first, gradient.values());
        }
    }

    private void addInput(SequenceBatch x, Trajectory trajectory, int col, int cols, int row, float[] gradient) {
        int rows = trajectory.T * trajectory.N;
        int stride = trajectory.stride();
        float[] da = trajectory.a;
        int at = weights.w().offset() + row * D;
        kernels.rows()
                .addColumnSums(
                        rows, cols, da, col, stride, gradient, weights.bW().offset() + row);
        if (x instanceof Tokens tokens) {
            addLookedUp(tokens.ids(), trajectory, col, cols, gradient, at);
        } else {
            float[] data = ((Sequence) x).data();
            kernels.products().addTransposedProduct(rows, da, col, stride, cols, data, 0, D, D, gradient, at, D);
        }
    }

    /** One-hot input: row v of the table's gradient sums the columns of all steps with id v; dW is its transpose. */
    private void addLookedUp(int[] ids, Trajectory trajectory, int col, int cols, float[] gradient, int at) {
        for (int v = 0; v < D; v++) {
            Arrays.fill(dTable, v * gateCols + col, v * gateCols + col + cols, 0);
        }
        for (int row = 0; row < trajectory.T * trajectory.N; row++) {
            int to = weights.row(ids[row]) * gateCols + col;
            kernels.rows().addColumnSums(1, cols, trajectory.a, row * trajectory.stride() + col, 0, dTable, to);
        }
        for (int j = 0; j < cols; j++) {
            for (int v = 0; v < D; v++) {
                gradient[at + j * D + v] += dTable[v * gateCols + col + j];
            }
        }
    }

    private void addRecurrent(int block, Trajectory trajectory, int first, int cols, float[] gradient) {
        int T = trajectory.T;
        int N = trajectory.N;
        int stride = trajectory.stride();
        float[] da = trajectory.a;
        float[] h = trajectory.h;
        int col = blocks.get(block).firstColumn() * H + first;
        int row = blocks.get(block).firstGate() * H + first;
        int at = weights.r().offset() + row * H;
        Products products = kernels.products();
        kernels.rows()
                .addColumnSums(
                        T * N, cols, da, col, stride, gradient, weights.bR().offset() + row);
        if (block > 0) {
            products.addTransposedProduct(T * N, da, col, stride, cols, trajectory.m, 0, H, H, gradient, at, H);
        } else if (reverse) {
            int afterFirst = trajectory.slot(1);
            products.addTransposedProduct(T * N, da, col, stride, cols, h, afterFirst, H, H, gradient, at, H);
        } else if (T > 0) {
            int initial = trajectory.slot(T);
            int second = N * stride + col;
            products.addTransposedProduct(N, da, col, stride, cols, h, initial, H, H, gradient, at, H);
            products.addTransposedProduct((T - 1) * N, da, second, stride, cols, h, 0, H, H, gradient, at, H);
        }
    }
}
