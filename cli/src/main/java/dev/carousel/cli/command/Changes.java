package dev.carousel.cli.command;

/** What another value of an option changes. */
public enum Changes {
    /** The trained network; two of them can be compared by their losses on what is held out. */
    RESULT,
    /**
     * The model file, but not the loss on what is held out, such as the threshold that is fitted after the training: two models
     * cannot be compared by their losses, which are equal.
     */
    MODEL,
    /** What the loss on what is held out means: its units, or what is held out. Losses are then of different things. */
    MEASURE,
    /** Only how the command runs and what it writes next to the model, of which no byte changes. */
    RUN
}
