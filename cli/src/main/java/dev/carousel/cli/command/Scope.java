package dev.carousel.cli.command;

/** Whose an option is where a command makes several trainings: from several seeds, or in a search. */
public enum Scope {
    /** Each training has it. */
    EVERY_TRAINING,
    /** It makes sense for one training alone, whose file the others would write over; with several it is refused. */
    ONE_TRAINING,
    /** The command has it, or says it anew for each of its trainings. */
    THE_COMMAND
}
