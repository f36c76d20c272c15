package dev.carousel.cli.command;

/** What another value of an option changes. */
public enum Changes {
    /** The trained model; two of them can be compared by their losses on what is held out. */
    RESULT,
    /** What the loss on what is held out means: its units, or what is held out. Losses are then of different things. */
    MEASURE,
    /** Only how the command runs and what it writes next to the model, of which no byte changes. */
    RUN
}
