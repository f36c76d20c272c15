package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.train.SmoothingOption;
import dev.carousel.cli.train.SplitSeedOption;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.spec.Direction;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is particular to training on sequences with classes; each command has its own defaults. */
final class ClassifyOptions {

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--direction",
            paramLabel = "HOW",
            description = "How sequences are read: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). A network that"
                    + " reads both ways cannot follow a stream.")
    Way direction = Way.both;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--scaling",
            paramLabel = "BY",
            description =
                    "How numbers are scaled: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). robust: by median"
                            + " and middle spread of the training part, large numbers as their logarithm; standard: by"
                            + " mean and standard deviation of the training part; sequence: by those of each sequence.")
    Scale scaling = Scale.robust;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--input-dropout",
            paramLabel = "SHARE",
            description =
                    "Share of the numbers of each step that training drops, from 0 to below 1, so that the network does"
                            + " not depend on a few of them; not for texts (default: ${DEFAULT-VALUE}; where a step has a"
                            + " single number 0.1).")
    float inputDropout;

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--embedding",
            paramLabel = "N",
            defaultValue = "0",
            description = "For texts: size of the learned vector of each character (byte, word), 0 for one-hot"
                    + " (default: ${DEFAULT-VALUE}).")
    int embedding;

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -75,
            names = "--validation",
            paramLabel = "SHARE",
            description =
                    "Share of the sequences that is held out to judge each epoch, drawn by --split-seed, the same share"
                            + " of each class; 0 to train on all (default: ${DEFAULT-VALUE}).")
    double validation;

    @Mixin
    SplitSeedOption splitSeed = new SplitSeedOption();

    @Mixin
    ClassWeightsOption weights = new ClassWeightsOption();

    @Mixin
    SmoothingOption smoothing = new SmoothingOption();

    /** The directions, as they are typed. */
    enum Way {
        both,
        forward
    }

    /** The scalings, as they are typed. */
    enum Scale {
        robust,
        standard,
        sequence,
        none
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command) {
        command.requireAtLeast("--embedding", 0, embedding);
        requireShare(command, "--input-dropout", inputDropout);
        requireShare(command, "--validation", validation);
        smoothing.require(command);
    }

    /** Refuses what changes the loss of single steps, where an option makes it one of whole sequences. */
    void requireNoWeightsIf(Subcommand command, boolean set, String option) {
        if (set && weights.weights != ClassWeightsOption.Weights.none) {
            throw command.mistake("--class-weights weighs single steps, but the loss of " + option
                    + " is one of whole sequences. Leave one of them out.");
        }
        if (set && smoothing.smooths()) {
            throw command.mistake("--label-smoothing is for single steps, but the loss of " + option
                    + " is one of whole sequences. Leave one of them out.");
        }
    }

    private static void requireShare(Subcommand command, String option, double share) {
        if (!(share >= 0 && share < 1)) {
            throw command.mistake(option + " is " + share + " but must be at least 0 and below 1.");
        }
    }

    Direction networkDirection() {
        return direction == Way.both ? Direction.BOTH : Direction.FORWARD;
    }

    SequenceScaling.Kind scalingKind() {
        return SequenceScaling.Kind.valueOf(scaling.name().toUpperCase(Locale.ROOT));
    }
}
