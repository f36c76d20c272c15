package dev.carousel.data.classification;

import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;

/**
 * Texts with classes, of which it is not settled yet what a network reads of them: what is held out has no say in a vocabulary.
 *
 * <pre>{@code
 * TextUnits words = texts.select(training).words(10_000, 2);
 * LabelledSequences ids = texts.by(words);
 * }</pre>
 */
public sealed interface TextSource permits TextFolders, TaggedSentences {

    /** How many texts there are. */
    int count();

    /** The sequences with their classes, whose steps do not say anything yet. */
    LabelledSequences outline();

    /** Some of the texts, in this order: those to learn from, to make a vocabulary of. */
    TextSource select(int... which);

    /** The characters that are frequent enough to be learned. */
    Vocabulary characters();

    /**
     * The frequent words.
     *
     * @param maximum how many words get their own id at most
     * @param minimumCount how often a word must occur to have one
     */
    WordVocabulary words(int maximum, int minimumCount);

    /** Whether words alone are read. */
    default boolean wordsAlone() {
        return false;
    }

    /** The texts as ids. */
    LabelledSequences by(TextUnits units);
}
