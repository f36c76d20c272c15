package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.Map;

/**
 * A recurrent cell: its parts, and what it computes from the products of one step, forward and backward.
 *
 * <p>The layer owns the products, the cell owns the equations. A cell names its {@link #weights} and the parts of its
 * {@link #state}; what carries them (passes, states, sessions, files) goes through these lists and knows nothing of
 * cells. A layer writes W x + bW for all steps into the <em>columns</em> a [T, N, m H]; step by step it computes the
 * recurrent product of each {@link Block} into g [N, k H] and calls {@link #forward}, and the cell turns a and g into
 * gates, over a. In the backward pass the cell turns the gates into the gradient of the columns, in place, and the
 * layer computes the backward products.
 *
 * <p>Cells are immutable values, equal if they are of one kind and variant, and hold neither weights nor state. Your
 * own cell is made known to files by a {@link CellProvider}; an {@link ElementwiseCell} is the shortest way to write
 * it.
 */
public interface Cell {

    /** The clip of a cell whose pre-activations are not limited. */
    float NO_CLIP = Float.POSITIVE_INFINITY;

    /** The name of the kind in files and commands: {@code rnn}, {@code lstm}, {@code gru}. */
    String kind();

    /** What tells variants of the kind apart, as names and values for files; {@link Cells#of} reads it back. */
    default Map<String, String> variant() {
        return Map.of();
    }

    /** k, the number of gates: W is [kH, D] and R is [kH, H], or [kH, P] where h is a projection. */
    int gates();

    /**
     * The weights, in the order in which they lie in the parameters: W of role INPUT, and those of the others that the cell
     * has. Those of role OWN follow each other.
     *
     * @param D the size of the input
     * @param H the number of units
     * @param P the size of h: H unless it is a projection
     */
    default List<WeightPart> weights(int D, int H, int P) {
        int kH = Math.multiplyExact(gates(), H);
        List<WeightPart> all = List.of(
                WeightPart.of("weight_ih", Role.INPUT, kH, D),
                WeightPart.of("weight_hh", Role.RECURRENT, kH, P),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, kH),
                WeightPart.of("bias_hh", Role.RECURRENT_BIAS, kH));
        return recurrentBias() ? all : all.subList(0, 3);
    }

    /** Whether the usual {@link #weights} have a bias of the recurrent product next to that of the input product. */
    default boolean recurrentBias() {
        return true;
    }

    /** The parts of the state of one sequence, in order; the first is {@code h}, of H numbers. */
    default List<StatePart> state(int H) {
        return List.of(StatePart.h(H));
    }

    /** Whether its state has a part {@code c}. */
    default boolean hasCellState() {
        return state(1).stream().anyMatch(part -> part.name().equals("c"));
    }

    /**
     * Whether the equations of a unit read numbers of that unit alone, and go by {@code Step.units}, so that threads may share
     * a row between them; each other part of the state then has H numbers.
     */
    default boolean unitByUnit() {
        return false;
    }

    /** Whether h may be a projection of what the cell gives; its equations then must not read h'. */
    default boolean projects() {
        return false;
    }

    /**
     * Whether {@link #forward} may be given many steps at once, as so many rows in the order of time, where h' of a row is h of a
     * row before it in the same array: true of a cell without recurrent products whose equations read of the state h' alone, and
     * that only after all that does not wait for it. The gates of all these steps are then computed together, and what is left is a
     * scan.
     */
    default boolean scans() {
        return false;
    }

    /**
     * Whether a step reads h', by a product or by its equations; not that of an SRU, whose h is given out alone. Learning on a
     * stream then carries no gradient of h.
     */
    default boolean readsOutput() {
        return true;
    }

    /**
     * m, the number of column blocks of width H that a step works on; at least k. Those beyond k that no block names are the
     * cell's own room: what it leaves there stays until the step has been undone.
     */
    default int columns() {
        return gates();
    }

    /**
     * Which gate the first number of the bias of role INPUT_BIAS is for; it may be for some gates alone, that follow each other:
     * of the gates n f r s of an SRU for f and r.
     */
    default int firstBiasGate() {
        return 0;
    }

    /**
     * Whether a layer whose input has H numbers has no row of W for the last gate: its column, the last of those of input
     * products, is then the input itself. As the way past an SRU's gates.
     */
    default boolean copiesInput() {
        return false;
    }

    /**
     * The column block in which {@link #backward} leaves, one after the other, what a step adds to the gradients of the weights
     * of role OWN, so that these are the sums of columns; -1 where {@link #addWeightGradients} adds them.
     */
    default int ownColumn() {
        return -1;
    }

    /**
     * What a number of a weight starts from, where the cell's paper says so; NaN where {@link WeightPart#startingFrom} or the
     * network's initialisation decides.
     *
     * @param part one of {@link #weights}
     * @param H the number of units
     * @param i which of its numbers
     * @param share drawn evenly from 0 to below 1
     */
    default double start(WeightPart part, int H, int i, double share) {
        return Double.NaN;
    }

    /** The column block that the input product of a gate goes to; together they are the blocks 0 to k - 1. */
    default int inputColumn(int gate) {
        return gate;
    }

    /**
     * The recurrent products of a step, in order. The first multiplies h', a second one what the cell put into m. Of a cell
     * that has none, {@link #forward} and {@link #backward} are called once a step, as for a block 0.
     */
    default List<Block> blocks() {
        return List.of(new Block(0, gates(), 0));
    }

    /**
     * The equations of one step after the product of one block, for some rows of the batch.
     *
     * @param kernels does the work
     * @param block which of {@link #blocks()} has just been multiplied into {@code g}
     * @param step reads {@code a, g, hPrev, cPrev, p}; writes {@code a} (the gates), {@code c, h} and, between blocks, {@code m}
     */
    void forward(Kernels kernels, int block, Step step);

    /**
     * The gradients of one step, before the mirrored product of one block; blocks come in reverse order.
     *
     * <p>Of the step only {@code a} may be written: the gradients of the weights are taken from {@code a}, the states and
     * {@code m} afterwards, and {@code m} need not be what forward wrote, for dropout may have thinned it. When a block has been
     * undone, its columns must hold the gradients of its pre-activations, and those of the input products, block by block,
     * too. A cell that needs a number after it has been overwritten keeps it in a separate column ({@link #columns}).
     *
     * <p>Rows of sequences that have ended are computed too, and what comes of them is not used.
     *
     * @param kernels does the work
     * @param block which of {@link #blocks()} is undone
     * @param step reads what {@link #forward} left; writes the gradient of the columns over {@code a}
     * @param gradient reads {@code dY, dh, direct, dc, dm}; writes {@code dc} (of c') and {@code direct} (the part of the
     *     gradient of h' that runs through no product; a cell that has none leaves it, as it is 0 from the start)
     */
    void backward(Kernels kernels, int block, Step step, StepGradient gradient);

    /**
     * Adds the gradients of the weights of role OWN for one step, after all of the backward pass; steps come in the order of
     * time. Threads share the work by units: a number that belongs to no unit is added to where {@code from} is 0.
     *
     * @param from the first unit
     * @param to where the units end, exclusive
     * @param step of all rows and units: {@code a} as {@link #backward} left it, 0 in rows of sequences that have ended, so
     *     that whatever finite number is multiplied by it is not counted; and the states before and after the step
     * @param gradient added to
     * @param at where the gradient of the first of these weights begins
     */
    default void addWeightGradients(int from, int to, Step step, float[] gradient, int at) {
        // A cell has no weights of its own unless it says so.
    }
}
