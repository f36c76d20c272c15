package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.model.Task;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Words and marks of a text, the frequent ones each with its own id, all others with id 0.
 *
 * <p>A space belongs to the word after it, so that joining the words gives back the text:
 *
 * <pre>{@code
 * WordVocabulary.pieces("The cat, the hat.\n");      // "The" " cat" "," " the" " hat" "." "\n"
 * WordVocabulary words = WordVocabulary.of(text, 10_000, 2);
 * words.decode(words.encode(text));                  // the text, with " <unknown>" for rare words
 * }</pre>
 */
public final class WordVocabulary implements TextUnits {

    /** What a word without an id is written as. */
    public static final String UNKNOWN = "<unknown>";

    /** A word with its apostrophes and hyphens, or a mark, each with the blank before it, or white space. */
    private static final Pattern PIECE = Pattern.compile(
            " ?[\\p{L}\\p{M}\\p{N}]++(?:['\u2019-][\\p{L}\\p{M}\\p{N}]++)*+" + "| ?[^\\s\\p{L}\\p{M}\\p{N}]|\\s");

    private static final int MOST = 1_000_000;

    private final List<String> words;
    private final Map<String, Integer> ids;

    private WordVocabulary(List<String> words) {
        this.words = words;
        this.ids = new HashMap<>();
        for (int id = 0; id < words.size(); id++) {
            ids.put(words.get(id), id);
        }
    }

    /**
     * The frequent words of a text, the most frequent first.
     *
     * @param maximum how many words get their own id at most
     * @param minimumCount how often a word must occur to have one
     * @throws DataException if none does
     */
    public static WordVocabulary of(String text, int maximum, int minimumCount) {
        Pieces pieces = Pieces.of(text);
        return of(pieces, pieces.ids().length, maximum, minimumCount);
    }

    /** The frequent words among the first so many. */
    public static WordVocabulary of(Pieces pieces, int length, int maximum, int minimumCount) {
        int[] counts = new int[pieces.different().size()];
        for (int i = 0; i < length; i++) {
            counts[pieces.ids()[i]]++;
        }
        return of(pieces.different(), counts, maximum, minimumCount);
    }

    /** The frequent ones of these words and marks, the most frequent first. */
    public static WordVocabulary of(Stream<String> pieces, int maximum, int minimumCount) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        pieces.forEach(piece -> counts.merge(piece, 1, Integer::sum));
        return of(
                List.copyOf(counts.keySet()),
                counts.values().stream().mapToInt(Integer::intValue).toArray(),
                maximum,
                minimumCount);
    }

    private static WordVocabulary of(List<String> different, int[] counts, int maximum, int minimumCount) {
        if (maximum < 1 || maximum > MOST || minimumCount < 1) {
            throw new IllegalArgumentException("A vocabulary of " + maximum + " words that occur " + minimumCount
                    + " times: expected 1 to " + MOST + " words and a count of at least 1.");
        }
        List<String> words = new ArrayList<>(List.of(UNKNOWN));
        IntStream.range(0, counts.length)
                .filter(id -> counts[id] >= minimumCount)
                .boxed()
                // Of equals, what comes first in the text.
                .sorted(Comparator.comparingInt(id -> -counts[id]))
                .limit(maximum)
                .forEach(id -> words.add(different.get(id)));
        if (words.size() == 1) {
            throw new DataException("None of the " + counts.length + " different words occurs " + minimumCount
                    + " times in the " + IntStream.of(counts).sum()
                    + " words to learn from. Ask for a smaller count.");
        }
        return new WordVocabulary(List.copyOf(words));
    }

    /** A text cut into words, equal ones with one number, in the order of their first occurrence. */
    public record Pieces(int[] ids, int[] starts, List<String> different) {

        static Pieces of(String text) {
            Map<String, Integer> known = new LinkedHashMap<>();
            int[] ids = new int[Math.max(16, text.length() / 4)];
            int[] starts = new int[ids.length];
            int count = 0;
            Matcher matcher = PIECE.matcher(text);
            while (matcher.find()) {
                if (count == ids.length) {
                    ids = Arrays.copyOf(ids, 2 * count);
                    starts = Arrays.copyOf(starts, 2 * count);
                }
                starts[count] = matcher.start();
                String piece = matcher.group();
                Integer id = known.putIfAbsent(piece, known.size());
                ids[count++] = id == null ? known.size() - 1 : id;
            }
            return new Pieces(Arrays.copyOf(ids, count), Arrays.copyOf(starts, count), List.copyOf(known.keySet()));
        }
    }

    /** The words and marks of a text, which put together are the text. */
    public static List<String> pieces(String text) {
        return PIECE.matcher(text).results().map(MatchResult::group).toList();
    }

    /** The ids of what was cut already. */
    int[] encode(Pieces pieces) {
        int[] own = pieces.different().stream().mapToInt(this::id).toArray();
        return Arrays.stream(pieces.ids()).map(id -> own[id]).toArray();
    }

    /** The id of a word with the blank before it, if there is one; 0 where it has none of its own. */
    public int id(String word) {
        return ids.getOrDefault(word, 0);
    }

    /** The word of an id, with the blank before it. */
    public String word(int id) {
        if (id < 0 || id >= words.size()) {
            throw new IllegalArgumentException("Id " + id + " must lie between 0 and " + (words.size() - 1) + ".");
        }
        return id == 0 ? " " + UNKNOWN : words.get(id);
    }

    /** The words that have their own id, the most frequent first. */
    public List<String> words() {
        return words.subList(1, words.size());
    }

    @Override
    public String name() {
        return "word";
    }

    @Override
    public int size() {
        return words.size();
    }

    @Override
    public int[] encode(String text) {
        return encode(Pieces.of(text));
    }

    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(word(id));
        }
        return text.toString();
    }

    @Override
    public int characters(int id) {
        String word = word(id);
        return word.codePointCount(0, word.length());
    }

    @Override
    public int bytes(int id) {
        return word(id).getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public int unknownId() {
        return 0;
    }

    @Override
    public Task addTo(Task task) {
        return task.with(UnitKinds.UNITS, UnitKinds.WORDS).withTexts(UnitKinds.WORDS, words());
    }

    /**
     * Back from {@link #words}.
     *
     * @throws DataException if there is none, or one stands twice
     */
    public static WordVocabulary fromTexts(List<String> words) {
        List<String> all = new ArrayList<>(List.of(UNKNOWN));
        all.addAll(words);
        WordVocabulary vocabulary = new WordVocabulary(List.copyOf(all));
        if (words.isEmpty() || vocabulary.ids.size() != all.size()) {
            throw new DataException("The model's metadata: expected words, each once, but found " + words.size()
                    + " of which " + (vocabulary.ids.size() - 1) + " differ. Is the metadata damaged?");
        }
        return vocabulary;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WordVocabulary vocabulary && words.equals(vocabulary.words);
    }

    @Override
    public int hashCode() {
        return words.hashCode();
    }

    @Override
    public String toString() {
        return "WordVocabulary[" + size() + "]";
    }
}
