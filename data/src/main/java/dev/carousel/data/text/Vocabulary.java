package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.model.Task;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The characters of a text, each with an id: Unicode code points in increasing order, ids from 0.
 *
 * <pre>{@code
 * Vocabulary v = Vocabulary.of("hello");     // e h l o
 * v.encode("hole");                          // [1, 3, 2, 0]
 * v.decode(1, 3, 2, 0);                      // "hole"
 * Vocabulary.fromText(v.toText());           // equal to v
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Vocabulary implements TextUnits {

    private final int[] codePoints;

    private Vocabulary(int[] codePoints) {
        this.codePoints = codePoints;
    }

    /**
     * The different characters of a text.
     *
     * @throws DataException if it is empty
     */
    public static Vocabulary of(String text) {
        if (text.isEmpty()) {
            throw new DataException("A vocabulary needs at least one character but the text is empty.");
        }
        BitSet present = new BitSet();
        text.codePoints().forEach(present::set);
        return new Vocabulary(present.stream().toArray());
    }

    @Override
    public String name() {
        return "character";
    }

    /** How many characters there are. */
    @Override
    public int size() {
        return codePoints.length;
    }

    /** The id of a character, or -1 if it has none. */
    public int id(int codePoint) {
        return Math.max(-1, Arrays.binarySearch(codePoints, codePoint));
    }

    /**
     * The character of an id.
     *
     * @throws IllegalArgumentException if there is no such id
     */
    public int codePoint(int id) {
        if (id < 0 || id >= codePoints.length) {
            throw new IllegalArgumentException("Id " + id + " must lie between 0 and " + (codePoints.length - 1) + ".");
        }
        return codePoints[id];
    }

    /**
     * The ids of a text, one a character.
     *
     * @throws DataException with the first character that is not in this vocabulary
     */
    @Override
    public int[] encode(String text) {
        int[] ids = text.codePoints().toArray();
        for (int i = 0; i < ids.length; i++) {
            int id = id(ids[i]);
            if (id < 0) {
                throw new DataException(
                        DataException.Kind.UNKNOWN_UNIT,
                        "Character " + (i + 1) + " of the text is " + shown(ids[i])
                                + ", which is not one of the " + size() + " characters of the vocabulary " + summary()
                                + ". The model has never read it: leave it out, or train one by bytes, which reads any text.");
            }
            ids[i] = id;
        }
        return ids;
    }

    /**
     * The text of ids.
     *
     * @throws IllegalArgumentException if there is no such id
     */
    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder(ids.length);
        for (int id : ids) {
            text.appendCodePoint(codePoint(id));
        }
        return text.toString();
    }

    @Override
    public int characters(int id) {
        codePoint(id);
        return 1;
    }

    @Override
    public int bytes(int id) {
        int codePoint = codePoint(id);
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    @Override
    public Task addTo(Task task) {
        return task.with(UnitKinds.VOCABULARY, toText());
    }

    /** All characters in the order of their ids, for the metadata of a model file. */
    public String toText() {
        return new String(codePoints, 0, codePoints.length);
    }

    /**
     * Back from {@link #toText}.
     *
     * @throws DataException if the characters are none or do not increase
     */
    public static Vocabulary fromText(String text) {
        Vocabulary vocabulary = of(text);
        if (!vocabulary.toText().equals(text)) {
            throw new DataException(
                    "The model's metadata: expected the vocabulary's characters in increasing order, each"
                            + " once, but found " + text.codePointCount(0, text.length()) + " characters of which "
                            + vocabulary.size() + " differ. Is the metadata damaged?");
        }
        return vocabulary;
    }

    private static String shown(int codePoint) {
        String code = String.format("U+%04X", codePoint);
        return Character.isISOControl(codePoint) ? code : "'" + Character.toString(codePoint) + "' (" + code + ")";
    }

    /** The visible characters, as far as a message has room for them. */
    private String summary() {
        int[] visible = Arrays.stream(codePoints)
                .filter(codePoint -> !Character.isISOControl(codePoint))
                .limit(100)
                .toArray();
        return "\"" + new String(visible, 0, visible.length) + "\"";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vocabulary vocabulary && Arrays.equals(codePoints, vocabulary.codePoints);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(codePoints);
    }

    @Override
    public String toString() {
        return "Vocabulary[" + size() + ", " + summary() + "]";
    }
}
