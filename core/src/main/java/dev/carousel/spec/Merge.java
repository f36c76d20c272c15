package dev.carousel.spec;

/** How the outputs of a recurrent layer's two directions are combined, f forward and b backward. */
public enum Merge {
    /** [f, b], side by side. Keras: concat. */
    CONCATENATE,
    /** f + b. Keras: sum. */
    SUM,
    /** f ⊙ b. Keras: mul. */
    PRODUCT,
    /** (f + b) / 2. Keras: ave. */
    AVERAGE
}
