package dev.carousel.cli;

import dev.carousel.loss.Loss;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.train.TrainingPlan;
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
                .withSeed(seed);
    }
}
