package dev.carousel.cell;

import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Optional;

/** A cell of the library whose scalar equations, one unit at a time, stand in its file, and whose fast kernel is elsewhere. */
interface AcceleratedCell extends ElementwiseCell {

    /** The fast kernel of this cell, if there is one. */
    Optional<CellKernel> kernel(CellKernels kernels);

    @Override
    default void forward(Kernels kernels, int block, Step step) {
        Optional<CellKernel> fast = kernel(kernels.cells());
        if (fast.isPresent()) {
            fast.get().forward(block, step);
        } else {
            ElementwiseCell.super.forward(kernels, block, step);
        }
    }

    @Override
    default void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        Optional<CellKernel> fast = kernel(kernels.cells());
        if (fast.isPresent()) {
            fast.get().backward(block, step, gradient);
        } else {
            ElementwiseCell.super.backward(kernels, block, step, gradient);
        }
    }

    /** σ(a) = 1 / (1 + e⁻ᵃ), in double, rounded once. */
    static float logistic(float a) {
        return (float) (1 / (1 + Math.exp(-a)));
    }
}
