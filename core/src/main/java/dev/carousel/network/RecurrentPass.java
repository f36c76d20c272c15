package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One recurrent layer in one direction at work: all T steps of a batch, forward and backward.
 *
 * <pre>{@code
 * forward    all steps at once   a[t] = bW + x[t] Wᵀ
 *            step by step        g = bR + h[t-1] Rᵀ, then the cell's equations turn a[t] and g into gates
 * backward   step by step        the cell's gradients turn gates into da[t], then dh[t-1] = da[t] R
 *            all steps at once   dW += Σ da[t]ᵀ x[t]    dR += Σ da[t]ᵀ h[t-1]    db += Σ da[t]    dx[t] = da[t] W
 * }</pre>
 *
 * <p>How the steps are cut among threads stands in {@link Schedule}; the weight gradients are cut by rows of the weights.
 * No sum is ever cut.
 *
 * <p>Slot t of the trajectories h and c is the state after step t, and slot T the initial state, so that the first T
 * slots are the output [T, N, H] as it stands.
 */
final class RecurrentPass {

    /** Columns are cut among threads at multiples of this, so that product kernels see whole tiles. */
    private static final int TILE = 8;

    private static final float[] EMPTY = {};

    private final Cell cell;
    private final List<Block> blocks;
    private final Kernels kernels;
    private final Products products;
    private final RecurrentWeights weights;
    private final Team team;
    private final boolean reverse;
    private final int D;
    private final int H;
    private final int gateCols;
    private final int stride;
    private final List<Run> inputRuns;
    private final float[] zeros;

    private Schedule schedule = Schedule.ALONE;
    private int T;
    private int N;
    private SequenceBatch x = Sequence.zeros(0, 0, 0);
    private float[] a = EMPTY;
    private float[] h = EMPTY;
    private float[] c = EMPTY;
    private float[] m = EMPTY;
    private float[] g = EMPTY;
    private float[] dh = EMPTY;
    private float[] direct = EMPTY;
    private float[] dc = EMPTY;
    private float[] dm = EMPTY;
    private float[] kept = EMPTY;
    private float[] dTable = EMPTY;

    private Sequence dY = Sequence.zeros(0, 0, 0);
    private int dYColumn;
    private Parameters gradient;
    private float[] dX = EMPTY;

    // Tasks are made once: a pass in the steady state allocates nothing.
    private final Team.Task inputTask = this::inputRows;
    private final Team.Task forwardTask = this::forwardSteps;
    private final Team.Task backwardTask = this::backwardSteps;
    private final Team.Task weightTask = this::weightGradients;
    private final Team.Task inputGradientTask = this::inputGradients;
    private final Step[] steps;
    private final StepGradient[] stepGradients;

    RecurrentPass(
            LayerSpec.Recurrent spec,
            int layer,
            boolean reverse,
            RecurrentWeights weights,
            Kernels kernels,
            Team team) {
        this.cell = spec.cell();
        this.blocks = cell.blocks();
        this.kernels = kernels;
        this.products = kernels.products();
        this.weights = weights;
        this.team = team;
        this.reverse = reverse;
        this.D = spec.inputSize(layer);
        this.H = spec.hiddenSize();
        this.gateCols = cell.gates() * H;
        this.stride = cell.columns() * H;
        this.zeros = new float[H];
        this.inputRuns = inputRuns(cell, H);
        this.gradient = new Parameters.Layout().zeros();
        this.steps = new Step[team.threads()];
        this.stepGradients = new StepGradient[team.threads()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new Step();
            stepGradients[i] = new StepGradient();
        }
    }
    // ---- forward

    /**
     * Runs all steps from the initial state in {@code initial} and leaves the final state there.
     *
     * @param hAt where h of this layer and direction begins in the state
     * @param cAt where c begins, of a cell that has one
     */
    void forward(SequenceBatch x, float[] initial, int hAt, int cAt) {
        this.x = x;
        T = x.steps();
        N = x.batchSize();
        long cells = (long) T * N;
        a = Buffers.atLeast(a, cells * stride);
        h = Buffers.atLeast(h, (cells + N) * H);
        c = Buffers.atLeast(c, cell.hasCellState() ? (cells + N) * H : 0);
        g = Buffers.atLeast(g, (long) N * gateCols);
        m = Buffers.atLeast(m, blocks.size() > 1 ? cells * H : 0);
        System.arraycopy(initial, hAt, h, slot(T), N * H);
        if (cell.hasCellState()) {
            System.arraycopy(initial, cAt, c, slot(T), N * H);
        }

        schedule = Schedule.of(cell, products, x, H, team.threads());
        if (!schedule.byUnits()) {
            run(inputTask);
        }
        run(forwardTask);

        int last = T == 0 ? slot(T) : slot(reverse ? 0 : T - 1);
        System.arraycopy(h, last, initial, hAt, N * H);
        if (cell.hasCellState()) {
            System.arraycopy(c, last, initial, cAt, N * H);
        }
    }

    /** The trajectory of h, whose first T slots are the output [T, N, H]; beyond a sequence's length it stands still. */
    float[] h() {
        return h;
    }

    private void run(Team.Task task) {
        if (schedule.together()) {
            team.run(task);
        } else {
            task.run(0, 1);
        }
    }

    /** a = bW + x Wᵀ, for some rows of all steps. */
    private void inputRows(int part, int parts) {
        int from = Team.cut(T * N, part, parts);
        int rows = Team.cut(T * N, part + 1, parts) - from;
        if (x instanceof Tokens tokens) {
            lookUp(tokens.ids(), from, rows, 0, gateCols);
        } else {
            inputProduct(from, rows, 0, gateCols);
        }
    }

    /** a = bW + x Wᵀ, for all rows and the units of one thread. */
    private void inputUnits(int firstUnit, int units) {
        for (int gate = 0; gate < cell.gates(); gate++) {
            if (x instanceof Tokens tokens) {
                lookUp(tokens.ids(), 0, T * N, gate * H + firstUnit, units);
            } else {
                inputProduct(0, T * N, gate * H + firstUnit, units);
            }
        }
    }

    private void lookUp(int[] ids, int from, int rows, int col, int cols) {
        for (int row = from; row < from + rows; row++) {
            int id = Math.max(ids[row], 0);
            System.arraycopy(weights.table(), id * gateCols + col, a, row * stride + col, cols);
        }
    }

    private void inputProduct(int from, int rows, int col, int cols) {
        float[] data = ((Sequence) x).data();
        products.multiply(
                rows, data, from * D, D, weights.input(), col, cols, weights.bias(), a, from * stride, stride);
    }

    /** g = bR + h' Rᵀ and the cell's equations, step by step, for the rows or the units of one thread. */
    private void forwardSteps(int part, int parts) {
        Share share = schedule.share(N, H, part, parts);
        if (schedule.byUnits()) {
            inputUnits(share.firstUnit(), share.units());
        }
        Step step = steps[part];
        for (int s = 0; s < T && share.rows() > 0; s++) {
            int t = reverse ? T - 1 - s : s;
            pointAt(step, t, share);
            for (int i = 0; i < blocks.size(); i++) {
                if (schedule.byUnits() && s + i > 0) {
                    team.meet();
                }
                recurrentProduct(i, t, share);
                cell.forward(kernels, i, step);
            }
            if (x.ragged()) {
                standStill(t, share.firstRow(), share.rows());
            }
        }
    }

    /** The block's part of g = bR + h' Rᵀ, or with m for h'. */
    private void recurrentProduct(int i, int t, Share share) {
        Block block = blocks.get(i);
        float[] operand = i == 0 ? h : m;
        int from = (i == 0 ? slotBefore(t) : slot(t)) + share.firstRow() * H;
        int to = share.firstRow() * gateCols + block.firstGate() * H;
        PackedMatrix r = weights.recurrent(i);
        float[] bias = weights.recurrentBias(i);
        if (share.units() == H) {
            products.multiply(share.rows(), operand, from, H, r, bias, g, to, gateCols);
        } else {
            for (int gate = 0; gate < block.gates(); gate++) {
                int col = gate * H + share.firstUnit();
                products.multiply(share.rows(), operand, from, H, r, col, share.units(), bias, g, to, gateCols);
            }
        }
    }

    private void pointAt(Step step, int t, Share share) {
        int rowAndUnit = share.firstRow() * H + share.firstUnit();
        step.rows = share.rows();
        step.hiddenSize = H;
        step.units = share.units();
        step.a = a;
        step.aAt = (t * N + share.firstRow()) * stride + share.firstUnit();
        step.aStride = stride;
        step.g = g;
        step.gAt = share.firstRow() * gateCols + share.firstUnit();
        step.gStride = gateCols;
        step.h = h;
        step.hAt = slot(t) + rowAndUnit;
        step.hPrev = h;
        step.hPrevAt = slotBefore(t) + rowAndUnit;
        step.c = c;
        step.cAt = step.hAt;
        step.cPrev = c;
        step.cPrevAt = step.hPrevAt;
        step.m = m;
        step.mAt = step.hAt;
    }

    /** Sequences that have ended (or, in reverse, not begun) at step t keep their state. */
    private void standStill(int t, int first, int rows) {
        for (int n = first; n < first + rows; n++) {
            if (t >= x.length(n)) {
                System.arraycopy(h, slotBefore(t) + n * H, h, slot(t) + n * H, H);
                if (cell.hasCellState()) {
                    System.arraycopy(c, slotBefore(t) + n * H, c, slot(t) + n * H, H);
                }
            }
        }
    }

    private int slot(int t) {
        return t * N * H;
    }

    private int slotBefore(int t) {
        return slot(reverse ? t + 1 : t == 0 ? T : t - 1);
    }

    // ---- backward

    /**
     * Adds the gradients of W, R and the biases for the last forward pass.
     *
     * @param dY the gradient of the layer's output, of which this direction has H columns from {@code column}
     * @param dState in: the gradient of the final state, out: of the initial state, at the places given to
     *     {@link #forward}
     */
    void backward(Sequence dY, int column, float[] dState, int hAt, int cAt, Parameters gradient) {
        this.dY = dY;
        this.dYColumn = column;
        this.gradient = gradient;
        boolean hasCell = cell.hasCellState();
        dh = Buffers.atLeast(dh, (long) N * H);
        dc = Buffers.atLeast(dc, hasCell ? (long) N * H : 0);
        dm = Buffers.atLeast(dm, blocks.size() > 1 ? (long) N * H : 0);
        dTable = Buffers.atLeast(dTable, weights.oneHot() ? (long) D * gateCols : 0);
        direct = Buffers.atLeast(direct, (long) N * H);
        kept = Buffers.atLeast(kept, x.ragged() ? 3L * N * H : 0);
        Arrays.fill(direct, 0, N * H, 0);
        System.arraycopy(dState, hAt, dh, 0, N * H);
        if (hasCell) {
            System.arraycopy(dState, cAt, dc, 0, N * H);
        }

        run(backwardTask);
        run(weightTask);

        for (int i = 0; i < N * H; i++) {
            dState[hAt + i] = dh[i] + direct[i];
        }
        if (hasCell) {
            System.arraycopy(dc, 0, dState, cAt, N * H);
        }
    }

    /** The cell's gradients and dh' = da R, from the last step to the first, for some rows of the batch. */
    private void backwardSteps(int part, int parts) {
        Share share = schedule.share(N, H, part, parts);
        Step step = steps[part];
        StepGradient d = stepGradients[part];
        pointAt(d, share);
        for (int s = T - 1; s >= 0 && share.rows() > 0; s--) {
            int t = reverse ? T - 1 - s : s;
            pointAt(step, t, share);
            d.dYAt = dY.offset(t, share.firstRow()) + dYColumn + share.firstUnit();
            if (x.ragged()) {
                keepEnded(t, share.firstRow(), share.rows());
            }
            for (int i = blocks.size() - 1; i >= 0; i--) {
                cell.backward(kernels, i, step, d);
                if (x.ragged()) {
                    clearEnded(t, share.firstRow(), share.rows());
                }
                if (schedule.byUnits()) {
                    team.meet();
                }
                mirrorProduct(i, t, share);
            }
            if (x.ragged()) {
                restoreEnded(t, share.firstRow(), share.rows());
            }
        }
    }

    private void pointAt(StepGradient d, Share share) {
        int rowAndUnit = share.firstRow() * H + share.firstUnit();
        d.dY = dY.data();
        d.dYStride = dY.size();
        d.dh = dh;
        d.dc = dc;
        d.dm = dm;
        d.direct = direct;
        d.dhAt = rowAndUnit;
        d.dcAt = rowAndUnit;
        d.dmAt = rowAndUnit;
        d.directAt = rowAndUnit;
    }

    /** dh' = da R for the first block, dm = da R for a second. */
    private void mirrorProduct(int block, int t, Share share) {
        int at = (t * N + share.firstRow()) * stride + blocks.get(block).firstColumn() * H;
        float[] target = block == 0 ? dh : dm;
        products.multiply(
                share.rows(),
                a,
                at,
                stride,
                weights.recurrentBack(block),
                share.firstUnit(),
                share.units(),
                zeros,
                target,
                share.firstRow() * H,
                H);
    }

    // A sequence that stands still at step t takes no part: its state's gradients pass by, and its columns' are 0.

    private void keepEnded(int t, int first, int rows) {
        for (int n = first; n < first + rows; n++) {
            if (t >= x.length(n)) {
                System.arraycopy(dh, n * H, kept, 3 * n * H, H);
                System.arraycopy(direct, n * H, kept, (3 * n + 1) * H, H);
                if (cell.hasCellState()) {
                    System.arraycopy(dc, n * H, kept, (3 * n + 2) * H, H);
                }
            }
        }
    }

    private void clearEnded(int t, int first, int rows) {
        for (int n = first; n < first + rows; n++) {
            if (t >= x.length(n)) {
                int at = (t * N + n) * stride;
                Arrays.fill(a, at, at + stride, 0);
            }
        }
    }

    private void restoreEnded(int t, int first, int rows) {
        for (int n = first; n < first + rows; n++) {
            if (t >= x.length(n)) {
                System.arraycopy(kept, 3 * n * H, dh, n * H, H);
                System.arraycopy(kept, (3 * n + 1) * H, direct, n * H, H);
                if (cell.hasCellState()) {
                    System.arraycopy(kept, (3 * n + 2) * H, dc, n * H, H);
                }
            }
        }
    }

    /** dW, dR and the gradients of the biases, for some of the columns, which are rows of W and of R. */
    private void weightGradients(int part, int parts) {
        int from = Team.cut(gateCols, TILE, part, parts);
        int to = Team.cut(gateCols, TILE, part + 1, parts);
        for (Run run : inputRuns) {
            int col = Math.max(from, run.column());
            int cols = Math.min(to, run.column() + run.size()) - col;
            if (cols > 0) {
                inputWeightGradient(col, cols, run.row() + col - run.column());
            }
        }
        for (int i = 0; i < blocks.size(); i++) {
            int size = blocks.get(i).gates() * H;
            int first = Team.cut(size, TILE, part, parts);
            recurrentWeightGradient(i, first, Team.cut(size, TILE, part + 1, parts) - first);
        }
    }

    private void inputWeightGradient(int col, int cols, int row) {
        float[] g = gradient.values();
        kernels.rows()
                .addColumnSums(T * N, cols, a, col, stride, g, weights.bW().offset() + row);
        int at = weights.w().offset() + row * D;
        if (x instanceof Sequence sequence) {
            products.addTransposedProduct(T * N, a, col, stride, cols, sequence.data(), 0, D, D, g, at, D);
        } else {
            lookedUpGradient(((Tokens) x).ids(), col, cols, g, at);
        }
    }

    /** One-hot input: row v of the table's gradient sums the columns of all steps with id v; dW is its transpose. */
    private void lookedUpGradient(int[] ids, int col, int cols, float[] g, int at) {
        for (int v = 0; v < D; v++) {
            Arrays.fill(dTable, v * gateCols + col, v * gateCols + col + cols, 0);
        }
        for (int row = 0; row < T * N; row++) {
            int to = Math.max(ids[row], 0) * gateCols + col;
            int from = row * stride + col;
            for (int j = 0; j < cols; j++) {
                dTable[to + j] += a[from + j];
            }
        }
        for (int j = 0; j < cols; j++) {
            for (int v = 0; v < D; v++) {
                g[at + j * D + v] += dTable[v * gateCols + col + j];
            }
        }
    }

    private void recurrentWeightGradient(int block, int first, int rows) {
        float[] g = gradient.values();
        int col = blocks.get(block).firstColumn() * H + first;
        int row = blocks.get(block).firstGate() * H + first;
        kernels.rows()
                .addColumnSums(T * N, rows, a, col, stride, g, weights.bR().offset() + row);
        int at = weights.r().offset() + row * H;
        if (block > 0) {
            products.addTransposedProduct(T * N, a, col, stride, rows, m, 0, H, H, g, at, H);
        } else if (reverse) {
            products.addTransposedProduct(T * N, a, col, stride, rows, h, slot(1), H, H, g, at, H);
        } else if (T > 0) {
            products.addTransposedProduct(N, a, col, stride, rows, h, slot(T), H, H, g, at, H);
            products.addTransposedProduct((T - 1) * N, a, N * stride + col, stride, rows, h, 0, H, H, g, at, H);
        }
    }

    /**
     * Adds dX = da W of the last backward pass to a matrix [T * N, D].
     *
     * @param dX at least T * N * D numbers
     */
    void addInputGradient(float[] dX) {
        this.dX = dX;
        run(inputGradientTask);
    }

    private void inputGradients(int part, int parts) {
        int from = Team.cut(T * N, part, parts);
        int rows = Team.cut(T * N, part + 1, parts) - from;
        products.multiplyAdd(rows, a, from * stride, stride, weights.inputBack(), dX, from * D, D);
    }

    /** Gate columns that are consecutive rows of W. */
    private record Run(int column, int row, int size) {}

    private static List<Run> inputRuns(Cell cell, int H) {
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
        return List.copyOf(runs);
    }
}
