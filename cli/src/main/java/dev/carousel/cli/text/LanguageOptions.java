package dev.carousel.cli.text;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.text.LanguageModel;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Cutoffs;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import java.util.List;
import picocli.CommandLine.Option;

/** What stands before and behind the recurrent layers of a network that predicts text. */
public final class LanguageOptions {

    private static final String DIVISOR = "" + AdaptiveSoftmax.DIVISOR;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--embedding",
            paramLabel = "SIZE",
            defaultValue = "0",
            description =
                    "Size of the learned vector of each character, byte or word; 0 for one-hot input, with --tied for as"
                            + " many as --hidden (default: ${DEFAULT-VALUE}).")
    int embedding;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--tied",
            description = "The output layer uses the learned vectors of the input, which must be as large as --hidden.")
    boolean tied;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--softmax",
            paramLabel = "KIND",
            defaultValue = "full",
            description =
                    "How words are predicted, ${COMPLETION-CANDIDATES}: adaptive is fast for large vocabularies, since rare"
                            + " words have smaller weights that only they use (default: ${DEFAULT-VALUE}).")
    Softmax softmax = Softmax.full;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--cutoffs",
            paramLabel = "N",
            split = ",",
            description =
                    "With --softmax adaptive: how many frequent words have whole weights, and where each cluster of rarer ones"
                            + " but the last ends, such as 2000,10000 (default: what needs the least work by how often words occur).")
    List<Integer> cutoffs = List.of();

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--divisor",
            paramLabel = "N",
            defaultValue = DIVISOR,
            description =
                    "With --softmax adaptive: by how much weights become smaller from cluster to cluster (default:"
                            + " ${DEFAULT-VALUE}).")
    int divisor;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--word-dropout",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the kinds of word (character, byte) whose vectors training drops, anew for each batch; needs"
                            + " --embedding (default: ${DEFAULT-VALUE}).")
    float wordDropout;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--input-dropout",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the numbers of these vectors that training drops, with --variational the same at all steps; needs"
                            + " --embedding (default: ${DEFAULT-VALUE}).")
    float inputDropout;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--activation-penalty",
            paramLabel = "FACTOR",
            defaultValue = "0",
            description =
                    "Training adds this times the mean square of what the last recurrent layer gives, with --layer-norm"
                            + " before it is normalised, to the loss (activation regularisation) (default: ${DEFAULT-VALUE}).")
    float activationPenalty;

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--temporal-penalty",
            paramLabel = "FACTOR",
            defaultValue = "0",
            description =
                    "Training adds this times the mean square of how that changes from step to step (temporal activation"
                            + " regularisation) (default: ${DEFAULT-VALUE}).")
    float temporalPenalty;

    /** How the next word is predicted, as it is typed. */
    enum Softmax {
        full,
        adaptive
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command, RecurrentArchitecture recurrent, boolean words, boolean smooths) {
        command.requireAtLeast("--embedding", 0, embedding);
        command.requireAtLeast("--divisor", 1, divisor);
        requireShare(command, "--word-dropout", wordDropout);
        requireShare(command, "--input-dropout", inputDropout);
        requireFactor(command, "--activation-penalty", activationPenalty);
        requireFactor(command, "--temporal-penalty", temporalPenalty);
        if (tied && embedding != 0 && embedding != recurrent.hiddenSize()) {
            throw command.mistake(
                    "--tied uses the vectors of --embedding as weights of the output, so their size must be that of"
                            + " --hidden, " + recurrent.hiddenSize() + ", but --embedding is " + embedding
                            + ". Leave it out, or make both"
                            + " equal.");
        }
        if (size(recurrent) == 0 && (wordDropout > 0 || inputDropout > 0)) {
            throw command.mistake((wordDropout > 0 ? "--word-dropout" : "--input-dropout")
                    + " drops learned vectors, but --embedding is 0. Give it a size.");
        }
        if (softmax == Softmax.full && !cutoffs.isEmpty()) {
            throw command.mistake("--cutoffs are those of --softmax adaptive, but --softmax is full.");
        }
        // The file that repeats a run has the default, too, so that it is given says nothing.
        if (softmax == Softmax.full && divisor != AdaptiveSoftmax.DIVISOR) {
            throw command.mistake(
                    "--divisor is " + divisor
                            + ", which is for the clusters of --softmax adaptive, but --softmax is full. Add it, or leave it out.");
        }
        if (softmax == Softmax.adaptive) {
            requireAdaptive(command, words, smooths);
        }
    }

    private void requireAdaptive(Subcommand command, boolean words, boolean smooths) {
        if (!words) {
            throw command.mistake(
                    "--softmax adaptive is for words, numbered by how often they occur; of characters and bytes there are few."
                            + " Add --by words, or leave it out.");
        }
        if (tied) {
            throw command.mistake(
                    "--tied and --softmax adaptive are both given, but the rarer words of an adaptive softmax have"
                            + " smaller vectors than their embedding. Take one of the two.");
        }
        if (smooths) {
            throw command.mistake(
                    "--label-smoothing spreads a part over all words, whose probabilities --softmax adaptive leaves out"
                            + " to be fast. Take one of the two.");
        }
    }

    private static void requireShare(Subcommand command, String option, float share) {
        if (!(share >= 0 && share < 1)) {
            throw command.mistake(option + " is " + share + " but must be at least 0 and below 1.");
        }
    }

    private static void requireFactor(Subcommand command, String option, float factor) {
        if (!(factor >= 0 && factor < Float.POSITIVE_INFINITY)) {
            throw command.mistake(option + " is " + factor + " but must be a number of at least 0.");
        }
    }

    private int size(RecurrentArchitecture recurrent) {
        return tied ? recurrent.hiddenSize() : embedding;
    }

    /** The network for a text. */
    NetworkSpec network(Subcommand command, RecurrentArchitecture recurrent, TextData text, double share) {
        LanguageModel model = LanguageModel.of(recurrent)
                .withEmbedding(size(recurrent))
                .withTied(tied)
                .withWordDropout(wordDropout)
                .withInputDropout(inputDropout)
                .withPenalties(activationPenalty, temporalPenalty);
        int units = text.units().size();
        if (softmax == Softmax.adaptive) {
            model = model.withAdaptiveSoftmax(cutoffs(command, recurrent, text, share), divisor);
        }
        return model.network(units);
    }

    private List<Integer> cutoffs(Subcommand command, RecurrentArchitecture recurrent, TextData text, double share) {
        int units = text.units().size();
        try {
            if (!cutoffs.isEmpty()) {
                AdaptiveSoftmax.requireCutoffs("--cutoffs", cutoffs, units);
                return cutoffs;
            }
            long[] counts = new long[units];
            for (int id : text.training(share).ids()) {
                counts[id]++;
            }
            return Cutoffs.of(recurrent.hiddenSize(), divisor, counts);
        } catch (IllegalArgumentException e) {
            String words = text.units() instanceof WordVocabulary
                    ? " The vocabulary has " + units
                            + " words, the unknown one included; --vocabulary and --min-count decide."
                    : "";
            throw command.mistake("--softmax adaptive: " + e.getMessage() + words);
        }
    }
}
