package dev.carousel.cli.task;

import java.util.Optional;

/** The answers of a model to the lines of an input, one by one as they come; of each task its own. */
public interface LineAnswers {

    /** The names of the columns of its CSV lines, as they are known when the first line has come. */
    String header();

    /**
     * Waits for the next line and answers to it.
     *
     * @param json whether the answer is an object of JSON, else a line of CSV
     * @return none at the end of the input
     * @throws dev.carousel.data.DataException if the line cannot be used; nothing is remembered of it, and the next can be
     *     asked for
     */
    Optional<String> next(boolean json);
}
