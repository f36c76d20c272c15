package dev.carousel.spec;

/**
 * The direction of time in which a recurrent layer reads a sequence; its output is always in the order of the input.
 */
public enum Direction {
    /** From the first step to the last. */
    FORWARD,
    /** From the last step of each sequence to the first. */
    BACKWARD,
    /** One set of units forward and another backward, whose outputs are merged as {@link Merge} says. */
    BOTH
}
