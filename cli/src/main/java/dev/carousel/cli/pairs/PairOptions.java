package dev.carousel.cli.pairs;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.MODEL;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.train.SplitSeedOption;
import dev.carousel.data.pairs.PairSpec;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.spec.Attention;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What pairs are cut into, and how a network learns to write one side for the other. */
final class PairOptions {

    @Role(value = MEASURE, why = "it decides what a unit is")
    @Option(
            order = -100,
            names = "--by",
            paramLabel = "UNIT",
            defaultValue = "characters",
            description = "What texts are cut into: ${COMPLETION-CANDIDATES}; words are separated by blanks (default:"
                    + " ${DEFAULT-VALUE}).")
    Unit by = Unit.characters;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--longest",
            paramLabel = "N",
            defaultValue = "400",
            description = "The most characters (words) of an input or an output; a longer one in the file is an error"
                    + " (default: ${DEFAULT-VALUE}).")
    int longest;

    @Role(RESULT)
    @Option(
            order = -90,
            names = "--attention",
            paramLabel = "HOW",
            defaultValue = "general",
            description = "How the decoder looks at the input: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})."
                    + " dot and general compare by a product, general after a linear map; additive by a layer of tanh"
                    + " units.")
    Look attention = Look.general;

    @Role(RESULT)
    @Option(
            order = -90,
            names = "--attention-size",
            paramLabel = "N",
            defaultValue = "0",
            description = "For --attention additive: how many tanh units; 0 for as many as --hidden (default:"
                    + " ${DEFAULT-VALUE}).")
    int attentionSize;

    @Role(RESULT)
    @Option(
            order = -90,
            names = "--direction",
            paramLabel = "HOW",
            description = "How the input is read: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). both: half of"
                    + " --hidden in each direction.")
    Way direction = Way.both;

    @Role(RESULT)
    @Option(
            order = -90,
            names = "--embedding",
            paramLabel = "SIZE",
            defaultValue = "0",
            description =
                    "Size of the learned vector of each character (word); 0 for one-hot input (default: ${DEFAULT-VALUE}).")
    int embedding;

    @Role(MODEL)
    @Option(
            order = -85,
            names = "--beam",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How many beginnings of a text are followed in writing it; 1 writes the most probable character"
                            + " (word) at each step (default: ${DEFAULT-VALUE}).")
    int beam;

    @Role(MODEL)
    @Option(
            order = -85,
            names = "--length-power",
            paramLabel = "POWER",
            defaultValue = "1",
            description = "Of texts of different lengths the one with the best ln p / length^POWER is taken: 0 favours"
                    + " short ones, 1 compares means (default: ${DEFAULT-VALUE}).")
    double lengthPower;

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -75,
            names = "--validation",
            paramLabel = "SHARE",
            description =
                    "Share of the pairs that is held out to judge each epoch, drawn by --split-seed so that no input is on"
                            + " both sides; 0 to train on all (default: ${DEFAULT-VALUE}).")
    double validation;

    @Mixin
    SplitSeedOption splitSeed = new SplitSeedOption();

    /** What texts are cut into, as it is typed. */
    enum Unit {
        characters,
        words
    }

    /** The scores of the attention, as they are typed. */
    enum Look {
        general,
        dot,
        additive,
        none
    }

    /** The directions, as they are typed. */
    enum Way {
        both,
        forward
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command) {
        command.requireAtLeast("--longest", 1, longest);
        command.requireAtLeast("--attention-size", 0, attentionSize);
        command.requireAtLeast("--embedding", 0, embedding);
        command.requireAtLeast("--beam", 1, beam);
        if (attentionSize > 0 && attention != Look.additive) {
            throw command.mistake("--attention-size is " + attentionSize + " but --attention is " + attention
                    + ", which has no units of its own; additive has.");
        }
        if (!(lengthPower >= 0 && lengthPower < Double.POSITIVE_INFINITY)) {
            throw command.mistake("--length-power is " + lengthPower + " but must be a number of at least 0.");
        }
        if (!(validation >= 0 && validation < 1)) {
            throw command.mistake("--validation is " + validation + " but must be at least 0 and below 1.");
        }
    }

    Alphabet.By unit() {
        return Alphabet.By.valueOf(by.name().toUpperCase(Locale.ROOT));
    }

    PairSpec.Search search() {
        return new PairSpec.Search(beam, lengthPower);
    }

    /** The attention, for a decoder of so many units. */
    Attention attention(int hidden) {
        return switch (attention) {
            case general -> Attention.general();
            case dot -> Attention.dot();
            case additive -> Attention.additive(attentionSize == 0 ? hidden : attentionSize);
            case none -> Attention.none();
        };
    }
}
