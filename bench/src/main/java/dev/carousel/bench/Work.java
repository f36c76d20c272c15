package dev.carousel.bench;

/** What a layer does. */
public enum Work {
    /** All steps forward, from the fresh state. */
    INFER,
    /** All steps forward, then backward for a given gradient of the output into x, W, R and the biases. */
    TRAIN,
    /** Forward from the state that the last time ended with. */
    STEP
}
