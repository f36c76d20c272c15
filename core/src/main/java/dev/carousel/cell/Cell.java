package dev.carousel.cell;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.Map;

/**
 * A recurrent cell: what it computes from the products of one step, forward and backward.
 *
 * <p>The layer owns the products, the cell owns the equations. A layer writes W x + bW for all steps into the
 * <em>columns</em> a [T, N, m H]; step by step it computes the recurrent product of each {@link Block} into g [N, k H] and
 * calls {@link #forward}, and the cell turns a and g into gates, over a. In the backward pass the cell turns the gates into
 * the gradient of the columns, in place, and the layer does the mirror of each product.
 *
 * <p>Cells are immutable values without weights or state of their own.
 */
public interface Cell {

    /** The clip of a cell whose pre-activations are not limited. */
    float NO_CLIP = Float.POSITIVE_INFINITY;

    /** The name of the kind in files and commands: {@code rnn}, {@code lstm}, {@code gru}. */
    String kind();

    /** What tells variants of the kind apart, as names and values for files; {@link Cells#of} reads it back. */
    Map<String, String> variant();

    /** k, the number of gates: W is [kH, D] and R is [kH, H]. */
    int gates();

    /** Whether there is a cell state c beside the hidden state h. */
    boolean hasCellState();

    /** m, the number of column blocks of width H that a step works on; at least k. */
    default int columns() {
        return gates();
    }

    /** The column block that the input product of a gate goes to; together they are the blocks 0 to k - 1. */
    default int inputColumn(int gate) {
        return gate;
    }

    /** The recurrent products of a step, in order. The first multiplies h', a second one what the cell put into m. */
    default List<Block> blocks() {
        return List.of(new Block(0, gates(), 0));
    }

    /**
     * The peephole vectors of H weights each, in order: by each a gate looks at the cell state. The cell's equations apply
     * them, the layer sums their gradients.
     */
    default List<Peephole> peepholeWeights() {
        return List.of();
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
     * @param kernels does the work
     * @param block which of {@link #blocks()} is undone
     * @param step reads what {@link #forward} left; writes the gradient of the columns over {@code a}
     * @param gradient reads {@code dY, dh, direct, dc, dm}; writes {@code dc} (of c') and {@code direct} (the part of the
     *     gradient of h' that runs through no product)
     */
    void backward(Kernels kernels, int block, Step step, StepGradient gradient);
}
