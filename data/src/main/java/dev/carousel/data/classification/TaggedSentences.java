package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Sentences whose words have tags, in columns as those of CoNLL: a line for each word, a blank line after each sentence.
 *
 * <pre>{@code
 * -DOCSTART- O            left out, as are comments
 *
 * Bob B-PER
 * said O
 *
 * TaggedSentences sentences = TaggedSentences.read(Path.of("words.conll"), Optional.empty());
 * WordVocabulary words = sentences.select(training).words(10_000, 2);
 * LabelledSequences ids = sentences.by(words);                         // an id and a class for each word
 * }</pre>
 *
 * <p>Columns are separated by tabs or blanks. The first is the word and the last the tag; in {@code .conllu} files the second and
 * the fourth. A word that is rare, or was never seen, is read by its characters: by its shape and its last three, such as
 * {@code <Xx-son>} for Johnson, or by its shape alone, where these are frequent. Immutable.
 */
public final class TaggedSentences implements TextSource {

    private static final int ENDING = 3;
    private static final int SHORTEST_WITH_ENDING = 5;

    /** The column of the tag in .conllu files, from 1: the universal part of speech. */
    private static final String UNIVERSAL_TAG = "4";

    /** Words of a sentence, with their tags, which are empty where the file has none. */
    private record Sentence(int line, List<String> words, List<String> tags) {}

    private final Provenance.Data source;
    private final Path file;
    private final List<String> classes;
    private final List<Sentence> sentences;

    private TaggedSentences(Provenance.Data source, Path file, List<String> classes, List<Sentence> sentences) {
        this.source = source;
        this.file = file;
        this.classes = classes;
        this.sentences = List.copyOf(sentences);
    }

    /** Whether a file is one of these by its name; {@code .txt} and {@code .tsv} are where steps have classes. */
    static boolean reads(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Stream.of(".conll", ".conllu", ".iob", ".bio", ".txt", ".tsv").anyMatch(name::endsWith);
    }

    /**
     * Reads a file with tags.
     *
     * @param column the number of the column of tags, from 1; by itself the last one
     * @throws DataException with the line, if a word has no tag or another number of columns than the first one
     */
    public static TaggedSentences read(Path file, Optional<String> column) {
        return read(file, column, TagDecoding.EACH);
    }

    /**
     * Reads a file with tags of a scheme.
     *
     * @param column the number of the column of tags, from 1; by itself the last one
     * @param decoding its scheme, if it has one, is what the tags must follow; where it says so, others are repaired
     * @throws DataException with the line, if a word has no tag or another number of columns than the first one, or if its tag
     *     breaks the scheme and is not to be repaired
     */
    public static TaggedSentences read(Path file, Optional<String> column, TagDecoding decoding) {
        return new Reading(file, column, Optional.of(decoding)).read();
    }

    /** Reads a file to be tagged, in columns, of which the tags are left out, or a word in each line. */
    static TaggedSentences readUntagged(Path file, Optional<String> column) {
        return new Reading(file, column, Optional.empty()).read();
    }

    /** A file while it is read. */
    private static final class Reading {

        private final Path file;
        private final Optional<TagDecoding> tagging;
        private final boolean universal;
        private final Optional<String> column;
        private final List<Sentence> sentences = new ArrayList<>();
        private List<String> words = new ArrayList<>();
        private List<String> tags = new ArrayList<>();
        private List<Integer> numbers = new ArrayList<>();
        private int columns;

        Reading(Path file, Optional<String> column, Optional<TagDecoding> tagging) {
            this.file = file;
            this.tagging = tagging;
            this.universal =
                    String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".conllu");
            this.column = universal ? column.or(() -> Optional.of(UNIVERSAL_TAG)) : column;
        }

        TaggedSentences read() {
            try (SourceLines lines = SourceLines.open(file)) {
                for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                    add(line.get().strip(), lines.number());
                }
                end();
                if (sentences.isEmpty()) {
                    throw new DataException(file + ": expected a word in each line but found none.");
                }
                TreeSet<String> classes = new TreeSet<>();
                sentences.forEach(one -> classes.addAll(one.tags()));
                return new TaggedSentences(lines.source(), file, List.copyOf(classes), sentences);
            }
        }

        private void add(String line, int number) {
            if (line.isEmpty() || line.startsWith("-DOCSTART-")) {
                end();
                return;
            }
            List<String> fields = Arrays.asList(line.split(line.indexOf('\t') >= 0 ? "\t" : "\\s+", -1));
            if (isComment(line, fields)) {
                return;
            }
            columns = columns == 0 ? fields.size() : columns;
            if (fields.size() != columns) {
                throw wrong(
                        number,
                        "expected " + columns + " columns as in the lines before but found " + fields.size()
                                + ". Is a tag missing, or a blank inside a word? Then separate the columns by tabs.");
            }
            if (universal && fields.get(0).matches("[0-9]+[.-][0-9]+")) {
                // What several words are written as, or a word that is not written.
                return;
            }
            numbers.add(number);
            words.add(fields.get(universal ? 1 : 0));
            if (tagging.isPresent()) {
                tags.add(fields.get(tagColumn(number)));
            }
        }

        /**
         * A comment begins with # and a blank and stands before the first word of a sentence; among its words such a line is
         * one of them if it has their columns. What begins with # and no blank, such as #rnn, is always a word.
         */
        private boolean isComment(String line, List<String> fields) {
            boolean marked = line.equals("#") || line.startsWith("# ");
            return universal ? line.startsWith("#") : marked && (words.isEmpty() || fields.size() != columns);
        }

        private int tagColumn(int number) {
            int at = columns - 1;
            if (column.isPresent()) {
                at = column.get().matches("[0-9]{1,4}") ? Integer.parseInt(column.get()) - 1 : -1;
            }
            if (columns < 2 || at < 1 || at >= columns) {
                throw wrong(
                        number,
                        "expected a word and its tag in columns, separated by blanks or tabs, "
                                + (column.isPresent() ? "the tag in column " + column.get() : "the tag in the last one")
                                + ", but found " + columns + (columns == 1 ? " column." : " columns.")
                                + " A label is the number of a column, from 2 on.");
            }
            return at;
        }

        private void end() {
            if (!words.isEmpty()) {
                sentences.add(new Sentence(numbers.get(0), words, inScheme()));
                words = new ArrayList<>();
                tags = new ArrayList<>();
                numbers = new ArrayList<>();
            }
        }

        /** The tags of the sentence, which follow the scheme if there is one. */
        private List<String> inScheme() {
            Optional<TagScheme> scheme = tagging.flatMap(TagDecoding::scheme);
            if (scheme.isEmpty()) {
                return tags;
            }
            if (tagging.get().repaired()) {
                for (int t = 0; t < tags.size(); t++) {
                    if (!TagScheme.BIOES.has(tags.get(t))) {
                        throw wrong(
                                numbers.get(t),
                                "expected a tag of an entity, O or B-, I-, E-, S- and a type, but found '" + tags.get(t)
                                        + "'. Is it the column of other tags?");
                    }
                }
                return scheme.get().repaired(tags);
            }
            scheme.get().broken(tags).ifPresent(broken -> {
                throw wrong(
                        numbers.get(broken.word()),
                        "the tags break the scheme " + scheme.get().text() + ": " + broken.what()
                                + " Is it another scheme, or the column of other tags? A model that was trained with --repair-tags"
                                + " repairs them, so that they mark the same entities.");
            });
            return tags;
        }

        private DataException wrong(int line, String message) {
            return new DataException(DataException.Kind.MALFORMED, file + ", line " + line + ": " + message)
                    .atLine(line);
        }
    }

    /** The id of a word: its own, or that of its shape and ending, or of its shape, or 0. */
    static int id(WordVocabulary words, String word) {
        int own = words.id(word);
        if (own > 0) {
            return own;
        }
        int ending = words.id(ending(word));
        return ending > 0 ? ending : words.id(shape(word));
    }

    /** The ids of the words and marks of a text. */
    static int[] ids(WordVocabulary words, String text) {
        return WordVocabulary.pieces(text).stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .mapToInt(word -> id(words, word))
                .toArray();
    }

    private static String shape(String word) {
        return "<" + kind(word) + ">";
    }

    private static String ending(String word) {
        boolean has = word.length() >= SHORTEST_WITH_ENDING && Character.isLetter(word.codePointBefore(word.length()));
        return has
                ? "<" + kind(word) + "-"
                        + word.substring(word.length() - ENDING).toLowerCase(Locale.ROOT) + ">"
                : shape(word);
    }

    /** Digits, capitals, small letters: 0, XX, Xx, xX, x; a hyphen among letters; a mark. */
    private static String kind(String word) {
        if (word.codePoints().anyMatch(Character::isDigit)) {
            return word.codePoints().anyMatch(Character::isLetter) ? "x0" : "0";
        }
        if (word.codePoints().noneMatch(Character::isLetter)) {
            return ".";
        }
        boolean small = word.codePoints().anyMatch(Character::isLowerCase);
        boolean capital = word.codePoints().anyMatch(Character::isUpperCase);
        boolean begins = Character.isUpperCase(word.codePointAt(0));
        String letters = !capital ? "x" : !small ? "XX" : begins ? "Xx" : "xX";
        return word.indexOf('-') > 0 ? letters + "-" + letters : letters;
    }

    @Override
    public boolean wordsAlone() {
        return true;
    }

    @Override
    public int count() {
        return sentences.size();
    }

    @Override
    public LabelledSequences outline() {
        return of(1, word -> 0);
    }

    @Override
    public TaggedSentences select(int... which) {
        return new TaggedSentences(
                source,
                file,
                classes,
                Arrays.stream(which).mapToObj(sentences::get).toList());
    }

    /**
     * Words have tags and not characters, so there is none.
     *
     * @throws DataException always
     */
    @Override
    public Vocabulary characters() {
        throw new DataException(file + ": its words have tags and not their characters; they are read by words.");
    }

    @Override
    public WordVocabulary words(int maximum, int minimumCount) {
        Map<String, Integer> counts = new HashMap<>();
        sentences.forEach(one -> one.words().forEach(word -> counts.merge(word, 1, Integer::sum)));
        try {
            return WordVocabulary.of(
                    sentences.stream()
                            .flatMap(one -> one.words().stream())
                            .flatMap(word -> counts.getOrDefault(word, 0) >= minimumCount
                                    ? Stream.of(word)
                                    : Stream.of(ending(word), shape(word)).distinct()),
                    maximum,
                    minimumCount);
        } catch (DataException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public LabelledSequences by(TextUnits units) {
        if (units instanceof WordVocabulary words) {
            return of(words.size(), word -> id(words, word));
        }
        throw new DataException(file + ": its words have tags, but the model reads " + units.name()
                + "s. Is it the file of another model?");
    }

    private interface Id {
        int of(String word);
    }

    private LabelledSequences of(int kinds, Id id) {
        List<Item> items = new ArrayList<>();
        for (Sentence one : sentences) {
            int[] ids = one.words().stream().mapToInt(id::of).toArray();
            int[] labels = new int[ids.length];
            Arrays.fill(labels, LabelledSequences.UNLABELLED);
            for (int t = 0; t < one.tags().size(); t++) {
                labels[t] = classes.indexOf(one.tags().get(t));
            }
            items.add(new Item(
                    String.valueOf(items.size() + 1),
                    file + ", line " + one.line() + " ('" + Numbers.shortened(String.join(" ", one.words())) + "')",
                    new float[0],
                    ids,
                    labels));
        }
        return LabelledSequences.ofIds(source, kinds, true, classes, items);
    }
}
