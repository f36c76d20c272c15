package dev.carousel.cli.text;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.classification.TextSource;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextFiles;
import dev.carousel.data.text.TextUnits;
import picocli.CommandLine.Option;

/** What texts are cut into: a network reads an id for each character, byte or word. */
public final class UnitOptions {

    private static final int MOST_WORDS = 1_000_000;

    @Role(value = MEASURE, why = "the loss is that of one unit")
    @Option(
            order = -100,
            names = "--by",
            paramLabel = "UNIT",
            defaultValue = "characters",
            description = "What texts are split into: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    Unit by = Unit.characters;

    @Role(value = MEASURE, why = "rarer words are one unknown word, which is easy to predict")
    @Option(
            order = -100,
            names = "--vocabulary",
            paramLabel = "N",
            defaultValue = "10000",
            description = "By words: at most this many words, the most frequent ones, have their own id; the others are"
                    + " one unknown word (default: ${DEFAULT-VALUE}).")
    int vocabulary;

    @Role(value = MEASURE, why = "rarer words are one unknown word, which is easy to predict")
    @Option(
            order = -100,
            names = "--min-count",
            paramLabel = "N",
            defaultValue = "2",
            description = "By words: how often a word must occur in the training part to have an id (default:"
                    + " ${DEFAULT-VALUE}).")
    int minCount;

    /** What a text is cut into, as it is typed. */
    enum Unit {
        characters,
        bytes,
        words
    }

    /** Refuses what makes no sense. */
    public void require(Subcommand command) {
        command.requireAtLeast("--vocabulary", 1, vocabulary);
        command.requireAtMost("--vocabulary", MOST_WORDS, vocabulary);
        command.requireAtLeast("--min-count", 1, minCount);
    }

    /** Whether texts are cut into words. */
    boolean byWords() {
        return by == Unit.words;
    }

    /**
     * One text.
     *
     * @param share its first part, which is learned from
     */
    TextData cut(TextFiles files, double share) {
        return switch (by) {
            case characters -> files.byCharacters();
            case bytes -> files.byBytes();
            case words -> files.byWords(share, vocabulary, minCount);
        };
    }

    /** The units of texts that are learned from. */
    public TextUnits of(TextSource training) {
        if (training.wordsAlone()) {
            return training.words(vocabulary, minCount);
        }
        return switch (by) {
            case characters -> training.characters();
            case bytes -> ByteUnits.INSTANCE;
            case words -> training.words(vocabulary, minCount);
        };
    }
}
