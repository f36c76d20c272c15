package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.loss.Loss;
import dev.carousel.optim.Adam;
import dev.carousel.optim.AdamW;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.RmsProp;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.train.Averaging;
import dev.carousel.train.EarlyStopping;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.UpdateRule;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How a network is trained; each command has its own defaults. */
public final class TrainingOptions {

    private static final int MOST_SEQUENCES = 1_000_000;
    private static final int MOST_EPOCHS = 200;
    private static final String MOMENTUM = "0.9";

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--epochs",
            paramLabel = "N",
            description = "How many times the training data is read (default: ${DEFAULT-VALUE}; to forecast from few"
                    + " rows, or classify few sequences of numbers, as many as make 600 updates, up to 200).")
    public int epochs;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--batch",
            paramLabel = "N",
            description = "Sequences that are read side by side, the batch size (default: ${DEFAULT-VALUE}).")
    public int batch;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--optimiser",
            paramLabel = "NAME",
            defaultValue = "adam",
            description = "How weights follow their gradient: ${COMPLETION-CANDIDATES}; sgd has a --momentum"
                    + " (default: ${DEFAULT-VALUE}).")
    Rule optimiser = Rule.adam;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--momentum",
            paramLabel = "SHARE",
            defaultValue = MOMENTUM,
            description =
                    "With --optimiser sgd: the share of the last update that the next one keeps, from 0 to below 1"
                            + " (default: ${DEFAULT-VALUE}).")
    double momentum;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--rate",
            paramLabel = "RATE",
            description = "Learning rate; with a schedule, the largest (default: ${DEFAULT-VALUE}).")
    double rate;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--weight-decay",
            paramLabel = "DECAY",
            defaultValue = "0",
            description =
                    "By what share of themselves, times the rate, an update shrinks the weights; Adam with it is AdamW"
                            + " (default: ${DEFAULT-VALUE}).")
    double weightDecay;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--schedule",
            paramLabel = "HOW",
            description =
                    "How the learning rate changes: ${COMPLETION-CANDIDATES}. cosine falls to 0 at the end; onecycle"
                            + " rises for three tenths of the training, then falls to 0; plateau falls when the"
                            + " held-out loss has stopped falling (default: ${DEFAULT-VALUE}).")
    Course schedule = Course.constant;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--warmup",
            paramLabel = "UPDATES",
            defaultValue = "0",
            description = "Updates in which the rate first rises from 0, before --schedule begins"
                    + " (default: ${DEFAULT-VALUE}).")
    int warmup;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--plateau-factor",
            paramLabel = "FACTOR",
            defaultValue = "0.5",
            description = "With --schedule plateau: what the rate is then multiplied by (default: ${DEFAULT-VALUE}).")
    double plateauFactor;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--plateau-patience",
            paramLabel = "EPOCHS",
            defaultValue = "2",
            description = "With --schedule plateau: after how many epochs in a row without improvement (default:"
                    + " ${DEFAULT-VALUE}).")
    int plateauPatience;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--clip",
            paramLabel = "NORM",
            description = "Gradient clipping: the largest norm; 0 for none (default: ${DEFAULT-VALUE}).")
    double clip;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--accumulate",
            paramLabel = "BATCHES",
            defaultValue = "1",
            description = "Batches whose gradients make one update: as if --batch were this many times as large, in the"
                    + " memory of one (default: ${DEFAULT-VALUE}).")
    int accumulate;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--average",
            paramLabel = "DECAY",
            defaultValue = "0",
            description =
                    "Evaluate and keep a running mean of the weights over the updates, which forgets at this rate:"
                            + " 0.999 looks back 1000 of them; 0 for none (default: ${DEFAULT-VALUE}).")
    double average;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--average-last",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description = "Evaluate and keep the mean of the weights after each of the last N epochs; 0 for none"
                    + " (default: ${DEFAULT-VALUE}).")
    int averageLast;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--average-after",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description =
                    "Evaluate and keep the mean of the weights over all updates from when the held-out loss is larger than the"
                            + " lowest before the last N epochs; with --optimiser sgd --momentum 0 this is NT-ASGD; 0 for none (default:"
                            + " ${DEFAULT-VALUE}).")
    int averageAfter;

    @Role(value = MEASURE, why = "the best epoch has the least loss of all, so it always wins over the last")
    @Option(
            order = -70,
            names = "--keep",
            paramLabel = "WHICH",
            defaultValue = "best",
            description = "Which epoch's weights the model has, ${COMPLETION-CANDIDATES}; the best is the one with the"
                    + " lowest held-out loss (default: ${DEFAULT-VALUE}).")
    Keep keep = Keep.best;

    @Role(RESULT)
    @Option(
            order = -70,
            names = "--patience",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description =
                    "Early stopping: end after N epochs in a row without a lower held-out loss than the best before; 0"
                            + " for never (default: ${DEFAULT-VALUE}).")
    int patience;

    /** Which epoch's weights are kept, as it is typed. */
    enum Keep {
        best,
        last
    }

    /** The names of the schedules, as they are typed. */
    enum Course {
        constant,
        cosine,
        onecycle,
        plateau
    }

    /** The names of the optimisers, as they are typed. */
    enum Rule {
        adam,
        sgd,
        rmsprop
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command) {
        command.requireAtLeast("--epochs", 1, epochs);
        command.requireAtLeast("--batch", 1, batch);
        command.requireAtMost("--batch", MOST_SEQUENCES, batch);
        command.requirePositive("--rate", rate);
        command.requireAtLeast("--patience", 0, patience);
        command.requireAtLeast("--warmup", 0, warmup);
        command.requireAtLeast("--accumulate", 1, accumulate);
        command.requireAtLeast("--average-last", 0, averageLast);
        command.requireAtLeast("--average-after", 0, averageAfter);
        if (!(momentum >= 0 && momentum < 1)) {
            throw command.mistake("--momentum is " + momentum + " but must be at least 0 and below 1.");
        }
        // The file that repeats a run has the default, too, so that it is given says nothing.
        if (optimiser != Rule.sgd && momentum != Double.parseDouble(MOMENTUM)) {
            throw command.mistake("--momentum is " + momentum + " but --optimiser is " + optimiser
                    + ", which has none of its own. Take --optimiser sgd, or leave it out.");
        }
        command.requireAtLeast("--plateau-patience", 1, plateauPatience);
        requireNotNegative(command, "--clip", clip);
        requireNotNegative(command, "--weight-decay", weightDecay);
        if (!(average >= 0 && average < 1)) {
            throw command.mistake("--average is " + average + " but must be at least 0 and below 1.");
        }
        requireOneMean(command);
        if (command.given("--epochs")) {
            requireTimeForMean(command);
        }
        if (!(plateauFactor > 0 && plateauFactor < 1)) {
            throw command.mistake("--plateau-factor is " + plateauFactor + " but must lie between 0 and 1.");
        }
    }

    private void requireOneMean(Subcommand command) {
        if (average > 0 && averageLast > 0) {
            throw command.mistake("--average and --average-last are both given; there is one mean: take one of them.");
        }
        if (averageAfter > 0 && (average > 0 || averageLast > 0)) {
            throw command.mistake((average > 0 ? "--average" : "--average-last")
                    + " and --average-after are both given; there is one mean: take one of them.");
        }
    }

    /** Refuses a mean that cannot begin before the last epoch ends. */
    void requireTimeForMean(Subcommand command) {
        if (averaging() instanceof Averaging.NonMonotonic mean && epochs < mean.leastEpochs()) {
            throw command.mistake("--average-after is " + averageAfter + " but --epochs is " + epochs
                    + ": the mean begins at the end of epoch " + (mean.leastEpochs() - 1)
                    + " at the earliest, so there must be at least " + mean.leastEpochs()
                    + " epochs. Train longer, or take a smaller number.");
        }
    }

    /** From when on the weights were a mean, where that is for the losses to decide; a sentence. */
    Optional<String> mean(TrainingResult trained) {
        if (!(averaging() instanceof Averaging.NonMonotonic rule)) {
            return Optional.empty();
        }
        double[] losses = trained.epochs().stream()
                .mapToDouble(EpochFigures::decidingLoss)
                .toArray();
        OptionalInt begins = rule.beginsAfter(losses);
        return Optional.of(
                begins.isPresent() && begins.getAsInt() < losses.length
                        ? "the mean of --average-after began after epoch " + begins.getAsInt()
                        : "note: the mean of --average-after never began, since the loss had not stopped falling before the"
                                + " last epoch; the weights are those of single updates");
    }

    private static void requireNotNegative(Subcommand command, String option, double found) {
        if (!(found >= 0 && Double.isFinite(found))) {
            throw command.mistake(option + " is " + found + " but must be a number of at least 0.");
        }
    }

    /**
     * Raises the number of epochs until there are so many updates, or {@link #MOST_EPOCHS}.
     *
     * @param batches of an epoch
     * @param updates at least so many, of {@link #accumulate} batches each
     * @return whether it was raised
     */
    boolean growEpochs(int batches, int updates) {
        long perEpoch = (batches + accumulate - 1L) / accumulate;
        long wanted = Math.min(MOST_EPOCHS, (updates + perEpoch - 1) / perEpoch);
        boolean raised = wanted > epochs;
        epochs = (int) Math.max(epochs, wanted);
        return raised;
    }

    /** The plan for a loss. */
    TrainingPlan plan(Loss loss, long seed) {
        UpdateRule rule = UpdateRule.DEFAULT
                .withOptimiser(optimiser())
                .withSchedule(warmup == 0 ? course() : Schedule.warmUp(warmup, course()))
                .withClipping(clip == 0 ? Clipping.NONE : Clipping.byNorm(clip))
                .withAccumulate(accumulate);
        return TrainingPlan.of(loss)
                .withRule(
                        schedule == Course.plateau
                                ? rule.withPlateau(new Plateau(plateauFactor, plateauPatience))
                                : rule)
                .withAveraging(averaging())
                .withEpochs(epochs)
                .withKeepBest(keepsBest())
                .withSeed(seed);
    }

    private Optimiser optimiser() {
        return switch (optimiser) {
            case adam -> weightDecay == 0 ? new Adam(rate) : new AdamW(rate).withWeightDecay(weightDecay);
            case sgd -> new Sgd(rate).withMomentum(momentum).withWeightDecay(weightDecay);
            case rmsprop -> new RmsProp(rate).withWeightDecay(weightDecay);
        };
    }

    private Schedule course() {
        return switch (schedule) {
            case cosine -> Schedule.cosine(0);
            case onecycle -> Schedule.oneCycle();
            case constant, plateau -> Schedule.CONSTANT;
        };
    }

    private Averaging averaging() {
        if (averageLast > 0) {
            return Averaging.lastEpochs(averageLast);
        }
        if (averageAfter > 0) {
            return Averaging.nonMonotonic(averageAfter);
        }
        return average == 0 ? Averaging.NONE : Averaging.exponential(average);
    }

    /** Whether the model is that of the best epoch. */
    public boolean keepsBest() {
        return keep == Keep.best;
    }

    /** What ends the training early, if anything does. */
    Optional<EarlyStopping> earlyStopping() {
        return patience == 0 ? Optional.empty() : Optional.of(EarlyStopping.after(patience));
    }
}
