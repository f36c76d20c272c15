package dev.carousel.cell;

/**
 * A gate that looks at the cell state: its pre-activation has the term p ⊙ c' or p ⊙ c.
 *
 * @param column the column block, in units of H, in which the backward pass leaves the gradient of the gate's pre-activation
 * @param newState whether it looks at c, the state after the step, rather than at c'
 */
public record Peephole(int column, boolean newState) {}
