package dev.carousel.cli;

import dev.carousel.loss.Loss;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.train.EarlyStopping;
import dev.carousel.train.TrainingPlan;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a network is trained; each command has its own defaults. */
final class TrainingOptions {

    private static final int MOST_SEQUENCES = 1_000_000;

    @Option(
            order = -70,
            names = "--epochs",
            paramLabel = "N",
            description = "How often the training data is read (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
            order = -70,
            names = "--batch",
            paramLabel = "N",
            description = "Sequences that are read side by side (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(
            order = -70,
            names = "--rate",
            paramLabel = "RATE",
            description = "Learning rate of Adam (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            order = -70,
            names = "--schedule",
            paramLabel = "HOW",
            description = "What becomes of the rate: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}; cosine falls"
                    + " to 0 at the end).")
    Course schedule = Course.constant;

    @Option(
            order = -70,
            names = "--clip",
            paramLabel = "NORM",
            description = "The gradient's largest norm; 0 for none (default: ${DEFAULT-VALUE}).")
    double clip;

    @Option(
            order = -70,
            names = "--keep",
            paramLabel = "WHICH",
            defaultValue = "best",
            description = "Which epoch's weights the model has, ${COMPLETION-CANDIDATES}; the best is the one with the"
                    + " least loss on what is held out (default: ${DEFAULT-VALUE}).")
    Keep keep = Keep.best;

    @Option(
            order = -70,
            names = "--patience",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description =
                    "End after so many epochs in a row that were no better on what is held out than the best before;"
                            + " 0 for never (default: ${DEFAULT-VALUE}).")
    int patience;

    /** Which epoch's weights are kept, as it is typed. */
    enum Keep {
        best,
        last
    }

    /** The names of the schedules, as they are typed. */
    enum Course {
        constant,
        cosine
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command) {
        command.requireAtLeast("--epochs", 1, epochs);
        command.requireAtLeast("--batch", 1, batch);
        command.requireAtMost("--batch", MOST_SEQUENCES, batch);
        command.requirePositive("--rate", rate);
        command.requireAtLeast("--patience", 0, patience);
        if (!(clip >= 0 && Double.isFinite(clip))) {
            throw command.mistake("--clip is " + clip + " but must be a number of at least 0.");
        }
    }

    /** The plan for a loss. */
    TrainingPlan plan(Loss loss, long seed) {
        return TrainingPlan.of(loss)
                .withOptimiser(new Adam(rate))
                .withSchedule(schedule == Course.cosine ? Schedule.cosine(0) : Schedule.CONSTANT)
                .withClipping(clip == 0 ? Clipping.NONE : Clipping.byNorm(clip))
                .withEpochs(epochs)
                .withKeepBest(keepsBest())
                .withSeed(seed);
    }

    /** Whether the model is that of the best epoch. */
    boolean keepsBest() {
        return keep == Keep.best;
    }

    /** What ends the training early, if anything does. */
    Optional<EarlyStopping> earlyStopping() {
        return patience == 0 ? Optional.empty() : Optional.of(EarlyStopping.after(patience));
    }
}
