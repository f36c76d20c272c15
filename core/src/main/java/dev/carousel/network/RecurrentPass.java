package dev.carousel.network;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import dev.carousel.kernel.Team;
import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
 * {@link WorkSharing}; what happens to sequences shorter than the batch, in {@link EndedSequences}.
 */
final class RecurrentPass {

    private static final float[] EMPTY = {};

    private final LayerSpec.Recurrent spec;
    private final Cell cell;
    private final List<Block> blocks;
    private final int calls;
    private final Kernels kernels;
    private final Products products;
    private final RecurrentWeights weights;
    private final WeightGradients weightGradients;
    private final Trajectory trajectory;
    private final EndedSequences ended;
    private final Team team;
    private final boolean reverse;
    private final int H;
    private final int P;
    private final InputProducts inputs;
    private final Stage[] withoutEnded;
    private final Stage[] withEnded;
    private final Stage.Chain chain = new Stage.Chain();
    private final boolean stagesKeep;
    private final int gateCols;
    private final float[] zeros;

    private Stage[] stages;
    private WorkSharing schedule;
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
        this.calls = Math.max(1, blocks.size());
        this.kernels = kernels;
        this.products = kernels.products();
        this.weights = weights;
        this.team = team;
        this.reverse = reverse;
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.gateCols = cell.gates() * H;
        this.zeros = new float[H];
        this.weightGradients = new WeightGradients(spec, layer, reverse, weights, kernels);
        this.trajectory = new Trajectory(spec, reverse, weights.backward());
        this.ended = new EndedSequences(trajectory, spec);
        this.inputs = new InputProducts(spec, layer, weights, products, trajectory);
        List<Stage> around = stages(spec, part);
        this.withoutEnded = around.stream().filter(stage -> stage != ended).toArray(Stage[]::new);
        this.withEnded = around.toArray(new Stage[0]);
        this.stages = withoutEnded;
        this.stagesKeep = around.stream().anyMatch(Stage::keeps);
        this.schedule = WorkSharing.of(spec, products, x, 1);
        this.steps = new Step[team.threads()];
        this.stepGradients = new StepGradient[team.threads()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new Step();
            stepGradients[i] = new StepGradient();
        }
    }

    /** What is around the cell's step, in the order in which h comes by. */
    private List<Stage> stages(LayerSpec.Recurrent spec, int part) {
        List<Stage> around = new ArrayList<>();
        Regularisation noise = spec.regularisation();
        weights.projection().ifPresent(w -> around.add(new Projection(w, kernels, trajectory)));
        if (noise.zoneout()) {
            around.add(new Zoneout(trajectory, spec, part));
        }
        around.add(ended);
        if (noise.recurrentDropout() > 0) {
            around.add(new RecurrentDropout(trajectory, spec, part));
        }
        return around;
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
     * @param part this layer and direction, among the parts of the state
     */
    void forward(SequenceBatch x, State state, int part, Noise noise) {
        this.x = x;
        if (!schedule.isFor(x)) {
            schedule = WorkSharing.of(spec, products, x, team.threads());
        }
        inputs.begin(x);
        trajectory.begin(x, schedule.stepsAtOnce(), state, part);
        ended.of(x);
        stages = x.ragged() ? withEnded : withoutEnded;
        for (Stage stage : stages) {
            stage.begin(noise);
        }
        run(forwardTask, schedule.stepsTogether());
        trajectory.end(state, part);
    }

    /** The trajectory of h, whose first T slots are the output [T, N, P]; beyond a sequence's length it stands still. */
    float[] h() {
        return trajectory.h;
    }

    /** Some steps at once, for the rows or the units of one thread: their input products, then each step. */
    private void forwardSteps(int part, int parts) {
        Share share = schedule.share(part);
        Step step = steps[part];
        trajectory.pointAt(step, share, weights.own());
        for (int s = 0; s < x.steps() && share.rows() > 0; s += schedule.stepsAtOnce()) {
            int end = Math.min(x.steps(), s + schedule.stepsAtOnce());
            inputs.forward(s, end, share, schedule.columnsAtOnce());
            int single = scans(share) ? Math.max(s, 1) : end;
            for (int now = s; now < Math.min(single, end); now++) {
                forwardStep(now, share, step);
            }
            if (single < end) {
                scan(single, end, share, step);
            }
        }
    }

    /**
     * Whether some steps may be one call: h of a step is then h' of the next where it stands, so that there must be whole vectors of
     * units and all rows, which follow each other in time.
     */
    private boolean scans(Share share) {
        return cell.scans()
                && !reverse
                && stages.length == 0
                && share.rows() == x.batchSize()
                && H % products.columnUnit() == 0;
    }

    /** The cell's equations of the steps from {@code from}, above 0, to before {@code end}, all at once. */
    private void scan(int from, int end, Share share, Step step) {
        trajectory.moveTo(step, from, share);
        step.rows = (end - from) * share.rows();
        cell.forward(kernels, 0, step);
        step.rows = share.rows();
    }

    /** g = bR + h' Rᵀ and the cell's equations. */
    private void forwardStep(int s, Share share, Step step) {
        int t = trajectory.step(s);
        trajectory.moveTo(step, t, share);
        for (int i = 0; i < calls; i++) {
            if (i < blocks.size() && schedule.byUnits() && s + i > 0) {
                team.meet();
            }
            if (i < blocks.size()) {
                recurrentProduct(i, t, share);
            }
            cell.forward(kernels, i, step);
            for (int k = 0; k < stages.length && i + 1 < calls; k++) {
                stages[k].betweenBlocks(t, share);
            }
        }
        for (Stage stage : stages) {
            stage.forward(t, share);
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
     * @param dState in: the gradient of the final state, out: of the initial state, of the part given to
     *     {@link #forward}
     */
    void backward(Sequence dY, int column, State dState, int part, Parameters gradient) {
        this.dY = dY;
        this.dYColumn = column;
        this.gradient = gradient;
        int size = x.batchSize() * H;
        int hSize = x.batchSize() * P;
        dh = Buffers.atLeast(dh, hSize);
        direct = Buffers.atLeast(direct, size);
        dc = Buffers.atLeast(dc, (long) x.batchSize() * trajectory.S);
        dm = Buffers.atLeast(dm, blocks.size() > 1 ? size : 0);
        ended.beginBackward(dh);
        weightGradients.begin(trajectory);
        chain.dY = dY.data();
        chain.dYStride = dY.size();
        chain.dh = dh;
        for (int k = stages.length - 1; k >= 0; k--) {
            stages[k].beginBackward(x, chain);
        }
        Arrays.fill(direct, 0, size, 0);
        dState.readH(part, dh, 0);
        dState.readBesideH(part, dc, 0);

        run(backwardTask, schedule.gradientsTogether());

        int hAt = dState.hAt(part);
        for (int i = 0; i < hSize; i++) {
            float sum = dh[i] + direct[i];
            // -0 + 0 is 0: what goes past the cell, of which there is none here, has always been added, and the bits
            // stay.
            dState.values()[hAt + i] = stagesKeep ? sum : sum + 0;
        }
        for (Stage stage : stages) {
            stage.addKept(dState.values(), hAt, hSize);
        }
        dState.writeBesideH(part, dc, 0);
    }

    /**
     * From the last steps to the first, some at once: each step for the rows or the units of one thread, then its columns of
     * the weights' gradients, from the rows of all threads.
     */
    private void backwardSteps(int part, int parts) {
        Share share = schedule.share(part);
        trajectory.pointAt(steps[part], share, weights.own());
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
        weightGradients.addOwn(part, parts, steps[part], trajectory, gradient.values());
        for (Stage stage : stages) {
            stage.addWeightGradient(part, parts, gradient);
        }
    }

    /** The cell's gradients and dh' = da R. */
    private void backwardStep(int s, Share share, Step step, StepGradient d) {
        int t = trajectory.step(s);
        trajectory.moveTo(step, t, share);
        int at = dY.offset(t, share.firstRow()) + dYColumn + share.firstUnit();
        for (int k = stages.length - 1; k >= 0; k--) {
            at = stages[k].before(t, share, at, d);
        }
        d.dYAt = at;
        for (int i = calls - 1; i >= 0; i--) {
            cell.backward(kernels, i, step, d);
            for (Stage stage : stages) {
                stage.columns(t, share);
            }
            if (i < blocks.size() && schedule.byUnits()) {
                team.meet();
            }
            mirrorProduct(i, t, share);
            for (Stage stage : stages) {
                stage.mirrored(i == 0 ? dh : dm, share);
            }
        }
        for (Stage stage : stages) {
            stage.after(t, share, d);
        }
    }

    private void pointAt(StepGradient d, Share share) {
        int rowAndUnit = share.firstRow() * H + share.firstUnit();
        d.dY = chain.dY;
        d.dYStride = chain.dYStride;
        d.dh = chain.dh;
        d.dhAt = rowAndUnit;
        d.direct = direct;
        d.directAt = rowAndUnit;
        d.dc = dc;
        d.dcAt = share.firstRow() * trajectory.S + share.firstUnit();
        d.dm = dm;
        d.dmAt = rowAndUnit;
    }

    /** dh' = da R for the first block, dm = da R for a second. */
    private void mirrorProduct(int block, int t, Share share) {
        if (blocks.isEmpty()) {
            // No product reads h', so that nothing comes back from the step after but past the products.
            for (int n = share.firstRow(); n < share.endRow(); n++) {
                int at = n * P + share.firstUnit();
                Arrays.fill(dh, at, at + Math.min(share.units(), P), 0);
            }
            return;
        }
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
