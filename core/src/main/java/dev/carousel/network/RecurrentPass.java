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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One recurrent layer in one direction at work: all T steps of a batch, forward and backward.
 *
 * <pre>{@code
 * forward    some steps at once  a[t] = bW + x[t] Wᵀ
 *            step by step        g = bR + h[t-1] Rᵀ, then the cell's equations turn a[t] and g into gates
 * backward   step by step        the cell's gradients turn gates into da[t], then dh[t-1] = da[t] R
 *            some steps at once  the gradients of the weights ({@link WeightGradients})
 *            all steps at once   dx[t] = da[t] W
 * }</pre>
 *
 * <p>What is kept from forward to backward is the {@link Trajectory}; how the steps are cut among threads stands in
 * {@link Schedule}; what becomes of sequences shorter than the batch, in {@link EndedSequences}.
 */
final class RecurrentPass {

    private static final float[] EMPTY = {};

    private final LayerSpec.Recurrent spec;
    private final Cell cell;
    private final List<Block> blocks;
    private final Kernels kernels;
    private final Products products;
    private final RecurrentWeights weights;
    private final WeightGradients weightGradients;
    private final Trajectory trajectory;
    private final EndedSequences ended;
    private final Team team;
    private final int H;
    private final int P;
    private final InputProducts inputs;
    private final Optional<Projection> projection;
    private final Optional<Zoneout> zoneout;
    private final Optional<RecurrentDropout> dropout;
    private final int gateCols;
    private final float[] zeros;

    private Schedule schedule;
    private SequenceBatch x = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private int dYColumn;
    private float[] dh = EMPTY;
    private float[] direct = EMPTY;
    private float[] dc = EMPTY;
    private float[] dm = EMPTY;
    private Parameters gradient = new Parameters.Layout().zeros();

    // Tasks and cursors are made once: a pass in the steady state allocates nothing.
    private final Team.Task forwardTask = this::forwardSteps;
    private final Team.Task backwardTask = this::backwardSteps;
    private final Step[] steps;
    private final StepGradient[] stepGradients;

    RecurrentPass(
            LayerSpec.Recurrent spec,
            int layer,
            boolean reverse,
            RecurrentWeights weights,
            Kernels kernels,
            Team team,
            int part) {
        this.spec = spec;
        this.cell = spec.cell();
        this.blocks = cell.blocks();
        this.kernels = kernels;
        this.products = kernels.products();
        this.weights = weights;
        this.team = team;
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.gateCols = cell.gates() * H;
        this.zeros = new float[H];
        this.weightGradients = new WeightGradients(spec, layer, reverse, weights, kernels);
        this.trajectory = new Trajectory(spec, reverse, weights.backward());
        this.ended = new EndedSequences(trajectory, spec);
        this.inputs = new InputProducts(spec, layer, weights, products, trajectory);
        Regularisation noise = spec.regularisation();
        this.zoneout = noise.zoneout() ? Optional.of(new Zoneout(trajectory, spec, part)) : Optional.empty();
        this.dropout = noise.recurrentDropout() > 0
                ? Optional.of(new RecurrentDropout(trajectory, spec, part))
                : Optional.empty();
        this.projection = weights.projection().map(w -> new Projection(w, kernels, trajectory));
        this.schedule = Schedule.of(spec, products, x, 1);
        this.steps = new Step[team.threads()];
        this.stepGradients = new StepGradient[team.threads()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new Step();
            stepGradients[i] = new StepGradient();
        }
    }

    private void run(Team.Task task, boolean together) {
        if (together) {
            team.run(task);
        } else {
            task.run(0, 1);
        }
    }

    // ---- forward

    /** Whether the following forward passes keep what backward passes need, where there may be any. */
    void keeps(boolean keeps) {
        trajectory.keeps(keeps);
    }

    /**
     * Runs all steps from the initial state in {@code state} and leaves the final state there.
     *
     * @param hAt where h of this layer and direction begins in the state
     * @param cAt where c begins, of a cell that has one
     */
    void forward(SequenceBatch x, float[] state, int hAt, int cAt, Noise noise) {
        this.x = x;
        if (!schedule.isFor(x)) {
            schedule = Schedule.of(spec, products, x, team.threads());
        }
        inputs.begin(x);
        trajectory.begin(x, schedule.stepsAtOnce(), state, hAt, cAt);
        if (zoneout.isPresent()) {
            zoneout.get().begin(noise);
        }
        if (dropout.isPresent()) {
            dropout.get().begin(noise);
        }
        run(forwardTask, schedule.stepsTogether());
        trajectory.end(state, hAt, cAt);
    }

    /** The trajectory of h, whose first T slots are the output [T, N, P]; beyond a sequence's length it stands still. */
    float[] h() {
        return trajectory.h;
    }

    /** Some steps at once, for the rows or the units of one thread: their input products, then each step. */
    private void forwardSteps(int part, int parts) {
        Share share = schedule.share(part);
        Step step = steps[part];
        trajectory.pointAt(step, share);
        step.p = weights.peepholes();
        step.pAt = share.firstUnit();
        for (int s = 0; s < x.steps() && share.rows() > 0; s += schedule.stepsAtOnce()) {
            int end = Math.min(x.steps(), s + schedule.stepsAtOnce());
            inputs.forward(s, end, share, schedule.columnsAtOnce());
            for (int now = s; now < end; now++) {
                forwardStep(now, share, step);
            }
        }
    }

    /** g = bR + h' Rᵀ and the cell's equations. */
    private void forwardStep(int s, Share share, Step step) {
        int t = trajectory.step(s);
        trajectory.moveTo(step, t, share);
        for (int i = 0; i < blocks.size(); i++) {
            if (schedule.byUnits() && s + i > 0) {
                team.meet();
            }
            recurrentProduct(i, t, share);
            cell.forward(kernels, i, step);
            if (dropout.isPresent() && i + 1 < blocks.size()) {
                dropout.get().drop(trajectory.m, trajectory.cellSlot(t), share);
            }
        }
        if (projection.isPresent()) {
            projection.get().forward(t, share);
        }
        if (zoneout.isPresent()) {
            zoneout.get().forward(t, share);
        }
        if (x.ragged()) {
            ended.standStill(x, t, share);
        }
        if (dropout.isPresent()) {
            dropout.get().forward(t, share);
        }
    }

    /** The block's part of g = bR + h' Rᵀ, or with m for h'. */
    private void recurrentProduct(int i, int t, Share share) {
        Block block = blocks.get(i);
        float[] operand = i == 0 ? trajectory.hRead : trajectory.m;
        float[] g = trajectory.g;
        int width = i == 0 ? P : H;
        int from = (i == 0 ? trajectory.hSlotBefore(t) : trajectory.cellSlot(t)) + share.firstRow() * width;
        int to = share.firstRow() * gateCols + block.firstGate() * H;
        PackedMatrix r = weights.recurrent(i);
        float[] bias = weights.recurrentBias(i);
        if (share.units() == H) {
            products.multiply(share.rows(), operand, from, width, r, bias, g, to, gateCols);
        } else {
            for (int gate = 0; gate < block.gates(); gate++) {
                int col = gate * H + share.firstUnit();
                products.multiply(share.rows(), operand, from, width, r, col, share.units(), bias, g, to, gateCols);
            }
        }
    }

    // ---- backward

    /**
     * Adds the gradients of W, R and the biases for the last forward pass.
     *
     * @param dY the gradient of the layer's output, of which this direction has P columns from {@code column}
     * @param dState in: the gradient of the final state, out: of the initial state, at the places given to
     *     {@link #forward}
     */
    void backward(Sequence dY, int column, float[] dState, int hAt, int cAt, Parameters gradient) {
        this.dY = dY;
        this.dYColumn = column;
        this.gradient = gradient;
        boolean hasCell = cell.hasCellState();
        int size = x.batchSize() * H;
        int hSize = x.batchSize() * P;
        dh = Buffers.atLeast(dh, hSize);
        direct = Buffers.atLeast(direct, size);
        dc = Buffers.atLeast(dc, hasCell ? size : 0);
        dm = Buffers.atLeast(dm, blocks.size() > 1 ? size : 0);
        ended.begin(x);
        weightGradients.begin(trajectory);
        projection.ifPresent(Projection::begin);
        zoneout.ifPresent(Zoneout::beginBackward);
        Arrays.fill(direct, 0, size, 0);
        System.arraycopy(dState, hAt, dh, 0, hSize);
        if (hasCell) {
            System.arraycopy(dState, cAt, dc, 0, size);
        }

        run(backwardTask, schedule.gradientsTogether());

        for (int i = 0; i < hSize; i++) {
            dState[hAt + i] =
                    dh[i] + direct[i] + (zoneout.isPresent() ? zoneout.get().kept()[i] : 0);
        }
        if (hasCell) {
            System.arraycopy(dc, 0, dState, cAt, size);
        }
    }

    /**
     * From the last steps to the first, some at once: each step for the rows or the units of one thread, then its columns of
     * the weights' gradients, from the rows of all threads.
     */
    private void backwardSteps(int part, int parts) {
        Share share = schedule.share(part);
        trajectory.pointAt(steps[part], share);
        pointAt(stepGradients[part], share);
        weightGradients.begin(part, parts);
        int atOnce = schedule.gradientStepsAtOnce();
        for (int end = x.steps(); end > 0; end -= atOnce) {
            int begin = Math.max(0, end - atOnce);
            for (int s = end - 1; s >= begin && share.rows() > 0; s--) {
                backwardStep(s, share, steps[part], stepGradients[part]);
            }
            if (parts > 1) {
                team.meet();
            }
            int row = Math.min(trajectory.step(begin), trajectory.step(end - 1)) * x.batchSize();
            int rows = (end - begin) * x.batchSize();
            weightGradients.add(part, parts, row, row + rows, x, trajectory, gradient.values());
        }
        weightGradients.end(part, parts, trajectory, gradient.values());
        if (projection.isPresent()) {
            projection.get().addWeightGradient(part, parts, gradient);
        }
    }

    /** The cell's gradients and dh' = da R. */
    private void backwardStep(int s, Share share, Step step, StepGradient d) {
        int t = trajectory.step(s);
        trajectory.moveTo(step, t, share);
        int dYAt = dY.offset(t, share.firstRow()) + dYColumn + share.firstUnit();
        if (zoneout.isPresent()) {
            zoneout.get().before(x, t, share, dY.data(), dYAt, dY.size(), dh, d);
        }
        if (projection.isPresent()) {
            project(t, share, dYAt);
        } else if (zoneout.isEmpty()) {
            d.dYAt = dYAt;
        }
        if (x.ragged()) {
            ended.keep(x, t, share, dh, d);
        }
        for (int i = blocks.size() - 1; i >= 0; i--) {
            cell.backward(kernels, i, step, d);
            if (x.ragged()) {
                ended.clearColumns(x, t, share);
            }
            if (schedule.byUnits()) {
                team.meet();
            }
            mirrorProduct(i, t, share);
            if (dropout.isPresent()) {
                dropout.get().drop(i == 0 ? dh : dm, 0, share);
            }
        }
        if (x.ragged()) {
            ended.restore(x, t, share, dh, d);
        }
        if (zoneout.isPresent()) {
            zoneout.get().after(x, t, share, d);
        }
    }

    /** From the gradient of h to that of what the projection reads. */
    private void project(int t, Share share, int dYAt) {
        if (zoneout.isPresent()) {
            Zoneout z = zoneout.get();
            projection.get().backward(x, t, share, z.fresh(), share.firstRow() * P, P, z.zeros());
        } else {
            projection.get().backward(x, t, share, dY.data(), dYAt, dY.size(), dh);
        }
    }

    private void pointAt(StepGradient d, Share share) {
        int rowAndUnit = share.firstRow() * H + share.firstUnit();
        d.dY = dY.data();
        d.dYStride = dY.size();
        d.dh = dh;
        d.dhAt = rowAndUnit;
        if (projection.isPresent() || zoneout.isPresent()) {
            d.dY = projection.isPresent()
                    ? projection.get().du()
                    : zoneout.get().fresh();
            d.dYAt = rowAndUnit;
            d.dYStride = H;
            d.dh = projection.isPresent()
                    ? projection.get().noGradient()
                    : zoneout.get().zeros();
        }
        d.direct = direct;
        d.directAt = rowAndUnit;
        d.dc = dc;
        d.dcAt = rowAndUnit;
        d.dm = dm;
        d.dmAt = rowAndUnit;
    }

    /** dh' = da R for the first block, dm = da R for a second. */
    private void mirrorProduct(int block, int t, Share share) {
        int from = trajectory.columnsAt(t, share.firstRow()) + blocks.get(block).firstColumn() * H;
        int stride = trajectory.stride();
        PackedMatrix r = weights.recurrentBack(block);
        float[] target = block == 0 ? dh : dm;
        int width = block == 0 ? P : H;
        int to = share.firstRow() * width;
        int col = share.firstUnit();
        int cols = Math.min(share.units(), width);
        products.multiply(share.rows(), trajectory.a, from, stride, r, col, cols, zeros, target, to, width);
    }

    /**
     * dX = da W of the last backward pass.
     *
     * @param dX [T * N, D], overwritten or added to
     * @param add whether it is added to, by a second direction
     */
    void inputGradient(float[] dX, boolean add) {
        run(inputs.gradient(dX, add), schedule.gradientsTogether());
    }
}
