package dev.carousel.cli.task;

import dev.carousel.cli.command.Figures;
import dev.carousel.data.DataException;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What {@code carousel predict} and {@code carousel evaluate} do with the models of one task. It has no state; the command
 * hands over its arguments, options and console with itself. {@link Tasks} lists all of them.
 */
public interface TaskCommands {

    /** The task, as {@link dev.carousel.model.Task#kind} of a model file names it. */
    String kind();

    /** Whether it answers to arrays too ({@code .npy}), where nobody asked for the network's bare outputs. */
    default boolean readsArrays() {
        return false;
    }

    /**
     * Answers to an input.
     *
     * @param command gives the input and the options, and takes notes and mistakes
     * @param network with the parameters of the model
     * @param figures receives what {@code --json} prints
     * @return the answer, line by line, as a rule CSV
     */
    List<String> predict(Predict command, Model model, Network network, Figures figures);

    /**
     * Judges a model on data and prints how good it is.
     *
     * @param command gives the data and the options, and takes what is printed
     * @param network with the parameters of the model
     * @param figures receives what {@code --json} prints
     */
    void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures);

    /** Whether it can be chosen that the state is carried from row to row. */
    default boolean carries() {
        return false;
    }

    /** Whether its models can learn from the rows that they follow. */
    default boolean learns() {
        return false;
    }

    /**
     * The rows that come with Carousel and are called so, where no file has that name.
     *
     * @param input what was typed
     */
    default Optional<InputStream> builtIn(String input) {
        return Optional.empty();
    }

    /**
     * Follows rows as they come.
     *
     * @param command gives the options, and takes notes
     * @param in the rows; not closed
     * @throws DataException if the task has none, or the model cannot follow them
     */
    default LineAnswers stream(Streaming command, Model model, InputStream in) {
        throw new DataException(
                DataException.Kind.UNSUITABLE_MODEL,
                model.name() + ": models for the task \"" + kind() + "\" have no rows to follow. Use 'predict'.");
    }
}
