package dev.carousel.cell;

/**
 * One recurrent product of a step: some gates of R, and where the gradients of their pre-activations will be.
 *
 * <p>Most cells have one block, all gates times h'. A GRU that resets before the product has two: r and z times h',
 * then n times r ⊙ h'.
 *
 * @param firstGate the first gate of R that takes part
 * @param gates how many gates take part
 * @param firstColumn the column block, in units of H, in which the backward pass leaves the gradient of the first of them
 */
public record Block(int firstGate, int gates, int firstColumn) {}
