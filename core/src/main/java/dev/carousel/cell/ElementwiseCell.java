package dev.carousel.cell;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * A cell whose equations are written for one unit: apart from the products, a unit reads only its own numbers. The
 * usual way to write your own cell; {@link Cell} is for equations that need whole rows or kernels.
 *
 * <pre>{@code
 * public void forward(int block, Unit u) {                       // h = tanh(W x + bW + R h' + bR)
 *     u.a(0, (float) Math.tanh(u.a(0) + u.g(0)));
 *     u.h(u.a(0));
 * }
 *
 * public void backward(int block, Unit u) {
 *     u.a(0, u.dh() * (1 - u.a(0) * u.a(0)));
 * }
 * }</pre>
 *
 * <p>Each part of the state has H numbers. Threads may share the units of a row.
 */
public interface ElementwiseCell extends Cell {

    @Override
    default boolean unitByUnit() {
        return true;
    }

    /**
     * The equations of one unit after the product of one block; writes its gates, and in the last block its state.
     *
     * @param block which of {@link #blocks()} has just been multiplied
     */
    void forward(int block, Unit unit);

    /**
     * The gradients of one unit, before the mirrored product of one block; blocks come in reverse order. See
     * {@link Cell#backward} for what may be written.
     *
     * @param block which of {@link #blocks()} is undone
     */
    void backward(int block, Unit unit);

    @Override
    default void forward(Kernels kernels, int block, Step step) {
        Unit unit = new Unit(step);
        for (int row = 0; row < step.rows; row++) {
            for (int j = 0; j < step.units; j++) {
                unit.moveTo(row, j);
                forward(block, unit);
            }
        }
    }

    @Override
    default void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        Unit unit = new Unit(step, gradient);
        for (int row = 0; row < step.rows; row++) {
            for (int j = 0; j < step.units; j++) {
                unit.moveTo(row, j);
                backward(block, unit);
            }
        }
    }
}
