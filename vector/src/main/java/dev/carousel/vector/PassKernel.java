package dev.carousel.vector;

import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * A cell's equations in {@link Pass}es over rows of whole vectors.
 *
 * @param forward the passes after each block's product
 * @param backward the passes that undo each
 */
record PassKernel(Pass[][] forward, Pass[][] backward) implements CellKernel {

    /** Of a cell whose equations have one part. */
    static PassKernel of(Pass[] forward, Pass[] backward) {
        return new PassKernel(new Pass[][] {forward}, new Pass[][] {backward});
    }

    @Override
    public void forward(int block, Step s) {
        PaddedStep.run(s, forward[block]);
    }

    @Override
    public void backward(int block, Step s, StepGradient d) {
        PaddedStep.run(s, d, backward[block]);
    }
}
