package dev.carousel.data.transcription;

import dev.carousel.data.DataException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * What texts are written in: characters, or words with a blank between. Label {@link #BLANK} stands for none; unit i has the
 * label i + 1. An immutable value.
 *
 * <pre>{@code
 * Alphabet letters = Alphabet.of(List.of("abba", "cab"), Alphabet.By.CHARACTERS);    // a, b, c
 * letters.encode("cab");                                                           // 3 1 2
 * letters.decode(3, 1, 2);                                                         // "cab"
 * }</pre>
 *
 * @param units each once
 * @param by what a unit is
 */
public record Alphabet(List<String> units, By by) {

    /** The label of no unit. */
    public static final int BLANK = 0;

    /** What texts are cut into. */
    public enum By {
        /** Characters: code points. */
        CHARACTERS,
        /** Words: what stands between blanks, such as the names of notes or sounds. */
        WORDS
    }

    /** Takes a copy and checks that each unit is there once. */
    public Alphabet {
        units = List.copyOf(units);
        if (units.isEmpty() || units.stream().distinct().count() < units.size() || units.contains("")) {
            throw new IllegalArgumentException(
                    "An alphabet needs one unit at least, each once and none of them empty, but has " + units + ".");
        }
    }

    /**
     * All units of some texts, in the order of their characters.
     *
     * @throws DataException if all texts are empty
     */
    public static Alphabet of(Collection<String> texts, By by) {
        TreeSet<String> units = new TreeSet<>();
        texts.forEach(text -> units.addAll(cut(text, by)));
        if (units.isEmpty()) {
            throw new DataException("All texts are empty, so there is nothing to learn to write.");
        }
        return new Alphabet(List.copyOf(units), by);
    }

    /** The units of a text, in their order, whether or not an alphabet has them. */
    public static List<String> cut(String text, By by) {
        return by == By.CHARACTERS
                ? text.codePoints().mapToObj(Character::toString).toList()
                : Arrays.stream(text.strip().split("\\s+", -1))
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    /** How many labels there are, the blank counted. */
    public int size() {
        return units.size() + 1;
    }

    /**
     * The labels of a text.
     *
     * @throws DataException if a unit of it is none of these
     */
    public int[] encode(String text) {
        return cut(text, by).stream()
                .mapToInt(unit -> {
                    int place = units.indexOf(unit);
                    if (place < 0) {
                        throw new DataException(
                                DataException.Kind.UNKNOWN_UNIT,
                                "'" + unit + "' is none of the " + units.size()
                                        + (by == By.CHARACTERS ? " characters" : " words")
                                        + " that the training texts are written in: "
                                        + (units.size() <= 60 ? units : units.subList(0, 60) + " and so on")
                                        + ". Train with it, or leave it out of the text.");
                    }
                    return place + 1;
                })
                .toArray();
    }

    /** The text of some labels, none of them the blank. */
    public String decode(int... labels) {
        List<String> written =
                Arrays.stream(labels).mapToObj(label -> units.get(label - 1)).toList();
        return String.join(by == By.CHARACTERS ? "" : " ", written);
    }
}
