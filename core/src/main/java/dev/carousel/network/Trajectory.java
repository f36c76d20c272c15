package dev.carousel.network;

import dev.carousel.cell.Cell;
import dev.carousel.kernel.Step;
import dev.carousel.layer.Buffers;
import dev.carousel.network.WorkSharing.Share;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.SequenceBatch;

/**
 * What the forward pass of one recurrent layer in one direction leaves for the backward pass: the columns and the states
 * of all steps.
 *
 * <p>Slot t of h and c is the state after step t, and slot T the initial state, so that the first T slots of h are the
 * output [T, N, H] as it stands. Where no backward pass will follow, only the output is kept: the columns of the steps that
 * are worked on at once, and one c and one m, written over at each step. Buffers grow to the largest shape seen.
 */
final class Trajectory {

    private static final float[] EMPTY = {};

    private final Cell cell;
    private final int H;
    private final int P;

    /** How many numbers of a sequence's state there are apart from h. */
    final int S;

    private final boolean reverse;
    private final boolean trains;
    private boolean keeps;
    private final boolean twoBlocks;
    private final boolean mixesCell;
    private final boolean apart;

    /** How many steps of the columns there is room for: T, or those worked on at once. */
    private int columnSteps;

    /** Whether every step has its own c and m. */
    private boolean everyStep;

    /** All rows and units of the batch. */
    private Share all = new Share(0, 0, 0, 0);

    /** T, the steps of the last forward pass. */
    int T;

    /** N, its sequences. */
    int N;

    /** The columns of the steps [T, N, m H]: input products, then gates, then the gradients of the pre-activations. */
    float[] a = EMPTY;

    /** The hidden states, by slot [T + 1, N, P]; P is H unless the layer has a projection. */
    float[] h = EMPTY;

    /** What the recurrent products read in the place of h: the same, unless some of it is dropped. */
    float[] hRead = EMPTY;

    /** What a projection or zoneout turns into h, by slot [T, N, H], of a layer that has either. */
    float[] u = EMPTY;

    /** All of the state but h, by slot [T + 1, N, S]: c of an LSTM, and of any cell its parts side by side in a row. */
    float[] c = EMPTY;

    /** What zoneout turns into c, by slot, of a layer that has it; else the same as c. */
    float[] cNew = EMPTY;

    /** What the second block of a cell multiplies [T, N, H], of a cell that has two. */
    float[] m = EMPTY;

    /** The recurrent products of the step under way [N, k H]. */
    float[] g = EMPTY;

    /**
     * Nothing yet.
     *
     * @param trains whether backward passes will follow, so that all has to be kept
     */
    Trajectory(LayerSpec.Recurrent spec, boolean reverse, boolean trains) {
        this.cell = spec.cell();
        this.H = spec.hiddenSize();
        this.P = spec.stateSize();
        this.S = LayerParts.besideH(spec);
        this.reverse = reverse;
        this.trains = trains;
        this.keeps = trains;
        this.twoBlocks = cell.blocks().size() > 1;
        boolean zoneout = spec.regularisation().zoneout();
        this.mixesCell = zoneout && LayerParts.onlyCellState(spec);
        this.apart = P != H || zoneout;
    }

    /** Whether the following passes keep all steps, where backward passes may follow. */
    void keeps(boolean keeps) {
        this.keeps = trains && keeps;
    }

    /**
     * Makes room for a batch and puts its initial state into its slot.
     *
     * @param stepsAtOnce how many steps' columns are worked on before the next
     */
    void begin(SequenceBatch x, int stepsAtOnce, State initial, int part) {
        T = x.steps();
        N = x.batchSize();
        columnSteps = keeps ? T : Math.min(T, stepsAtOnce);
        everyStep = keeps || x.ragged();
        long slots = everyStep ? T + 1L : 1;
        a = Buffers.atLeast(a, (long) columnSteps * N * stride());
        g = Buffers.atLeast(g, (long) N * cell.gates() * H);
        h = Buffers.atLeast(h, (T + 1L) * N * P);
        hRead = h;
        u = Buffers.atLeast(u, apart ? slots * N * H : 0);
        c = Buffers.atLeast(c, slots * N * S);
        cNew = mixesCell ? Buffers.atLeast(cNew, slots * N * S) : c;
        m = Buffers.atLeast(m, twoBlocks ? slots * N * H : 0);
        initial.readH(part, h, hSlot(T));
        initial.readBesideH(part, c, cSlot(T));
        if (all.rows() != N) {
            all = new Share(0, N, 0, H);
        }
    }

    /** Copies the final state out. */
    void end(State state, int part) {
        int last = T == 0 ? T : reverse ? 0 : T - 1;
        state.writeH(part, h, hSlot(last));
        state.writeBesideH(part, c, cSlot(last));
    }

    /** m H, from one row of {@link #a} to the next. */
    int stride() {
        return cell.columns() * H;
    }

    /** Which step is the s-th to be taken. */
    int step(int s) {
        return reverse ? T - 1 - s : s;
    }

    /** Where what has H numbers a sequence begins after step t. */
    int slot(int t) {
        return t * N * H;
    }

    /** As {@link #slot}, for m and u, of which there may be but one for all steps. */
    int cellSlot(int t) {
        return everyStep ? slot(t) : 0;
    }

    /** Where what lies apart from h begins after step t; there may be but one for all steps. */
    int cSlot(int t) {
        return everyStep ? t * N * S : 0;
    }

    /** Where what has H numbers a sequence begins before step t. */
    int slotBefore(int t) {
        return slot(before(t));
    }

    /** Where h after step t begins. */
    int hSlot(int t) {
        return t * N * P;
    }

    /** Where h before step t begins. */
    int hSlotBefore(int t) {
        return hSlot(before(t));
    }

    /** The slot of the state before step t. */
    int before(int t) {
        return reverse ? t + 1 : t == 0 ? T : t - 1;
    }

    /** Where the columns of a row of step t begin; those of steps that are worked on at once follow each other. */
    int columnsAt(int t, int row) {
        int step = columnSteps == T ? t : Math.floorMod(reverse ? t - T : t, columnSteps);
        return (step * N + row) * stride();
    }

    /**
     * Points a kernel at the arrays of the pass that has begun, for one thread.
     *
     * <p>Once a pass and not once a step: each time a reference is stored, the collector notes the place in a table, and two
     * threads whose places lie near each other there would take its line from each other at every step. For the same reason
     * what is the same as in the pass before is not stored again.
     *
     * @param own the weights that the cell's equations read, all of them
     */
    void pointAt(Step step, Share share, float[] own) {
        step.pAt = share.firstUnit();
        step.rows = share.rows();
        step.hiddenSize = H;
        step.units = share.units();
        step.aStride = stride();
        step.gStride = cell.gates() * H;
        step.gAt = share.firstRow() * step.gStride + share.firstUnit();
        step.cStride = S;
        float[] to = apart ? u : h;
        float[] before = P == H ? h : EMPTY; // a cell with a projection reads no h'
        if (step.p != own || step.a != a || step.g != g || step.h != to || step.hPrev != before) {
            step.p = own;
            step.a = a;
            step.g = g;
            step.h = to;
            step.hPrev = before;
        }
        if (step.c != cNew || step.cPrev != c || step.m != m) {
            step.c = cNew;
            step.cPrev = c;
            step.m = m;
        }
    }

    /** Moves a kernel that points at the arrays to one thread's share of step t. */
    void moveTo(Step step, int t, Share share) {
        int rowAndUnit = share.firstRow() * H + share.firstUnit();
        step.aAt = columnsAt(t, share.firstRow()) + share.firstUnit();
        step.hAt = (apart ? cellSlot(t) : slot(t)) + rowAndUnit;
        step.hPrevAt = slotBefore(t) + rowAndUnit;
        int c = share.firstRow() * S + share.firstUnit();
        step.cAt = cSlot(t) + c;
        step.cPrevAt = cSlot(before(t)) + c;
        step.mAt = cellSlot(t) + rowAndUnit;
    }

    /** All rows and units of the batch. */
    Share all() {
        return all;
    }
}
