package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradients of a recurrent layer's weights, from the columns' gradients of many steps at once.
 *
 * <pre>{@code
 * dW += Σ_t da[t]ᵀ x[t]      dR += Σ_t da[t]ᵀ h[t-1]      dbW, dbR += Σ_t da[t]
 * }</pre>
 *
 * <p>Added for some steps at a time, while their da is still in some cache. Cut among threads by columns of da, which are
 * rows of W and of R. With ids for input, dW sums the columns of the steps that have the id; nothing is multiplied by the
 * zeros of a one-hot vector.
 */
final class WeightGradients {

    /** Columns are cut at multiples of this, so that product kernels see whole tiles. */
    private static final int TILE = 24;

    /** How many floats a line of the cache holds. */
    private static final int LINE = 16;

    private static final float[] EMPTY = {};

    /** Gate columns that are consecutive rows of W, or of R. */
    private record Run(int column, int row, int size) {}

    private final Cell cell;
    private final List<Block> blocks;
    private final int D;
    private final int H;
    private final int P;
    private final int gateCols;
    private final int firstBiasRow;
    private final int ownColumn;
    private final int ownAt;
    private final int ownSize;
    private final Run[] inputRuns;
    private final Run[] recurrentRuns;
    private final boolean reverse;
    private final RecurrentWeights weights;
    private final Kernels kernels;
    private float[] dTable = EMPTY;
    private float[] sums = EMPTY;

    WeightGradients(LayerSpec.Recurrent spec, int layer, boolean reverse, RecurrentWeights weights, Kernels kernels) {
        this.cell = spec.cell();
        this.blocks = cell.blocks();
        this.D = spec.inputSize(layer);
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.gateCols = weights.inputGates() * H;
        this.firstBiasRow = cell.firstBiasGate() * H;
        this.ownColumn = cell.ownColumn() * H;
        this.ownAt = weights.ownAt().orElse(-1);
        this.ownSize = weights.ownSize();
        this.inputRuns = inputRuns(cell, weights.inputGates(), H);
        this.recurrentRuns = blocks.stream()
                .map(block -> new Run(block.firstColumn() * H, block.firstGate() * H, block.gates() * H))
                .toArray(Run[]::new);
        this.reverse = reverse;
        this.weights = weights;
        this.kernels = kernels;
    }

    private static Run[] inputRuns(Cell cell, int gates, int H) {
        List<Run> runs = new ArrayList<>();
        for (int gate = 0; gate < gates; gate++) {
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
    void begin(Trajectory trajectory) {
        sums = Buffers.atLeast(sums, trajectory.stride());
        dTable = Buffers.atLeast(dTable, weights.oneHot() ? (long) D * gateCols : 0);
        Arrays.fill(sums, 0, trajectory.stride(), 0);
    }

    /** Clears one thread's part of the sums that are kept apart until {@link #end}. */
    void begin(int part, int parts) {
        if (weights.oneHot()) {
            clearTable(part, parts);
        }
        for (int i = 0; i < blocks.size() && weights.drops(); i++) {
            int first = firstRow(i, part, parts);
            Arrays.fill(weights.dropout().sums(), first * P, firstRow(i, part + 1, parts) * P, 0);
        }
    }

    /** Where one thread's rows of R begin, of those of a block. */
    private int firstRow(int block, int part, int parts) {
        return blocks.get(block).firstGate() * H + Team.cut(blocks.get(block).gates() * H, TILE, part, parts);
    }

    /**
     * Adds one thread's part for some steps.
     *
     * @param row where the rows of the first of these steps begin in da
     * @param end where those of the last of them end, exclusive
     */
    void add(int part, int parts, int row, int end, SequenceBatch x, Trajectory trajectory, float[] gradient) {
        int stride = trajectory.stride();
        int first = Team.cut(stride, TILE, part, parts);
        int cols = Team.cut(stride, TILE, part + 1, parts) - first;
        kernels.rows().addColumnSums(end - row, cols, trajectory.a, row * stride + first, stride, sums, first);
        addInput(part, parts, row, end, x, trajectory, gradient);
        for (int i = 0; i < blocks.size(); i++) {
            addRecurrent(
                    i,
                    part,
                    parts,
                    row,
                    end,
                    trajectory,
                    weights.drops() ? weights.dropout().sums() : gradient);
        }
    }

    /** Adds one thread's part of what takes all steps: the sums of the biases and of ids. */
    void end(int part, int parts, Trajectory trajectory, float[] gradient) {
        if (weights.oneHot()) {
            addTable(part, parts, gradient);
        }
        for (int i = 0; i < blocks.size() && weights.drops(); i++) {
            int row = firstRow(i, part, parts);
            weights.dropout().addTo(gradient, row, firstRow(i, part + 1, parts) - row);
        }
        int first = Team.cut(trajectory.stride(), TILE, part, parts);
        addBiases(first, Team.cut(trajectory.stride(), TILE, part + 1, parts), gradient);
    }

    /**
     * Adds one thread's part of the gradients of the weights that the cell's equations read, some units of all steps and rows; they
     * are added by the cell where they are no sums of columns.
     */
    void addOwn(int part, int parts, Step step, Trajectory trajectory, float[] gradient) {
        if (ownColumn >= 0 || ownAt < 0) {
            return;
        }
        trajectory.pointAt(step, trajectory.all(), weights.own());
        for (int t = 0; t < trajectory.T; t++) {
            trajectory.moveTo(step, t, trajectory.all());
            int from = Team.cut(H, part, parts);
            cell.addWeightGradients(from, Team.cut(H, part + 1, parts), step, gradient, ownAt);
        }
    }

    /** A column's sum is the gradient of one number of bW, of one of bR, of both, or of one of the cell's own weights. */
    private void addBiases(int from, int to, float[] gradient) {
        if (weights.bW().isPresent()) {
            Slice bias = weights.bW().get();
            for (Run run : inputRuns) {
                addSums(
                        from,
                        to,
                        run,
                        gradient,
                        bias.offset() - firstBiasRow,
                        firstBiasRow,
                        firstBiasRow + bias.size());
            }
        }
        if (weights.bR().isPresent()) {
            for (Run run : recurrentRuns) {
                Slice bias = weights.bR().get();
                addSums(from, to, run, gradient, bias.offset(), 0, bias.size());
            }
        }
        if (ownColumn >= 0 && ownAt >= 0) {
            int end = Math.min(to, ownColumn + ownSize);
            for (int col = Math.max(from, ownColumn); col < end; col++) {
                gradient[ownAt + col - ownColumn] += sums[col];
            }
        }
    }

    /** Of the columns of a run those whose rows have a number of the bias: from the first row to before the last. */
    private void addSums(int from, int to, Run run, float[] gradient, int biasAt, int firstRow, int endRow) {
        int rowAt = run.row() - run.column();
        int end = Math.min(Math.min(to, run.column() + run.size()), endRow - rowAt);
        for (int col = Math.max(Math.max(from, run.column()), firstRow - rowAt); col < end; col++) {
            gradient[biasAt + rowAt + col] += sums[col];
        }
    }

    private void addInput(int part, int parts, int row, int end, SequenceBatch x, Trajectory trajectory, float[] g) {
        int from = Team.cut(gateCols, TILE, part, parts);
        int to = Team.cut(gateCols, TILE, part + 1, parts);
        int stride = trajectory.stride();
        float[] da = trajectory.a;
        if (x instanceof Tokens tokens) {
            for (int i = row; i < end; i++) {
                int at = weights.row(tokens.ids()[i]) * gateCols + from;
                kernels.rows().addColumnSums(1, to - from, da, i * stride + from, stride, dTable, at);
            }
            return;
        }
        float[] data = ((Sequence) x).data();
        for (Run run : inputRuns) {
            int col = Math.max(from, run.column());
            int cols = Math.min(to, run.column() + run.size()) - col;
            if (cols > 0) {
                int aAt = row * stride + col;
                int gAt = weights.w().offset() + (run.row() + col - run.column()) * D;
                Products products = kernels.products();
                products.addTransposedProduct(end - row, da, aAt, stride, cols, data, row * D, D, D, g, gAt, D);
            }
        }
    }

    /** One-hot input: row v of the table's gradient sums the columns of all steps with id v. */
    private void clearTable(int part, int parts) {
        int from = Team.cut(gateCols, TILE, part, parts);
        int to = Team.cut(gateCols, TILE, part + 1, parts);
        for (int v = 0; v < D; v++) {
            Arrays.fill(dTable, v * gateCols + from, v * gateCols + to, 0);
        }
    }

    /** dW is the transpose of the table's gradient. A few columns at a time, whose lines stay in the first-level cache. */
    private void addTable(int part, int parts, float[] gradient) {
        int from = Team.cut(gateCols, TILE, part, parts);
        int to = Team.cut(gateCols, TILE, part + 1, parts);
        for (Run run : inputRuns) {
            int end = Math.min(to, run.column() + run.size());
            for (int col = Math.max(from, run.column()); col < end; col += LINE) {
                int gAt = weights.w().offset() + (run.row() + col - run.column()) * D;
                int cols = Math.min(LINE, end - col);
                for (int v = 0; v < D; v++) {
                    int tableAt = v * gateCols + col;
                    for (int j = 0; j < cols; j++) {
                        gradient[gAt + j * D + v] += dTable[tableAt + j];
                    }
                }
            }
        }
    }

    private void addRecurrent(
            int block, int part, int parts, int row, int end, Trajectory trajectory, float[] gradient) {
        int size = blocks.get(block).gates() * H;
        int first = Team.cut(size, TILE, part, parts);
        int cols = Team.cut(size, TILE, part + 1, parts) - first;
        int N = trajectory.N;
        int stride = trajectory.stride();
        float[] da = trajectory.a;
        int col = blocks.get(block).firstColumn() * H + first;
        int gAt = (weights.drops() ? 0 : weights.r().offset()) + firstRow(block, part, parts) * P;
        // A second block multiplies m [T, N, H]; a layer with a projection has none.
        Products products = kernels.products();
        // Rows of a step go with the states of the step before, which for the first step lie apart.
        int initial = block > 0 || reverse ? 0 : Math.max(0, Math.min(end, N) - row);
        if (initial > 0) {
            int hAt = trajectory.hSlot(trajectory.T) + row * P;
            int aAt = row * stride + col;
            products.addTransposedProduct(
                    initial, da, aAt, stride, cols, trajectory.hRead, hAt, P, P, gradient, gAt, P);
        }
        if (row + initial < end) {
            float[] operand = block > 0 ? trajectory.m : trajectory.hRead;
            int before = block > 0 ? 0 : reverse ? N : -N;
            int hAt = (row + initial + before) * P;
            int aAt = (row + initial) * stride + col;
            int depth = end - row - initial;
            products.addTransposedProduct(depth, da, aAt, stride, cols, operand, hAt, P, P, gradient, gAt, P);
        }
    }
}
