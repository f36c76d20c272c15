package dev.carousel.kernel;

/**
 * The equations of one cell over the rows of one step, for a cell whose scalar equations stand in its own file of the package
 * {@code cell}. What is read and written is said there.
 */
public interface CellKernel {

    /**
     * The equations after the product of one block.
     *
     * @param block which of the cell's recurrent products has just been made; 0 of a cell without
     */
    void forward(int block, Step s);

    /**
     * The gradients of {@link #forward}, before the mirrored product of the block.
     *
     * @param block which of them is undone
     */
    void backward(int block, Step s, StepGradient d);
}
