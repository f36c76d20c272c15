package dev.carousel.spec;

/**
 * Which layers of a stack add their input to their output: y = layer(x) + x, before the next layer reads it.
 *
 * <p>Dropout after a layer applies to layer(x) only. Source: He et al., "Deep Residual Learning" (2016); between
 * recurrent layers: Wu et al., "Google's Neural Machine Translation System" (2016), section 3.1.
 */
public enum Residual {
    /** None. */
    NONE,
    /** All but the first, which may read another size than it gives. */
    BEYOND_FIRST,
    /** All; the stack's input has the size of its output. */
    ALL
}
