package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.file.FileText;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Texts as ids for a classifier, to which no text is wrong: what has no id of its own has one in common with all such. Words
 * have id 0 for it, characters one more than they are, and no byte is without.
 */
final class TextIds {

    private TextIds() {}

    /** How many ids there are. */
    static int kinds(TextUnits units) {
        return units.size() + (units instanceof Vocabulary ? 1 : 0);
    }

    /** The id of a character: its place, or one more for all that have none. */
    static int id(Vocabulary characters, int codePoint) {
        int id = characters.id(codePoint);
        return id < 0 ? characters.size() : id;
    }

    /** The ids of a text. */
    static int[] of(TextUnits units, String text) {
        return units instanceof Vocabulary characters
                ? text.codePoints().map(codePoint -> id(characters, codePoint)).toArray()
                : units.encode(text);
    }

    /**
     * The ids of what a file holds.
     *
     * @param longest of longer ones only this many characters, bytes or words are taken, from the beginning
     * @throws DataException if it is not UTF-8, where bytes alone would not do, or holds no text
     */
    static int[] of(TextUnits units, Path file, byte[] content, int longest) {
        if (units instanceof ByteUnits) {
            return ByteUnits.encode(Arrays.copyOf(content, Math.min(longest, content.length)));
        }
        int[] ids = of(units, text(file, content));
        return ids.length <= longest ? ids : Arrays.copyOf(ids, longest);
    }

    /**
     * The text of what a file holds.
     *
     * @throws DataException if it is not UTF-8 or holds no text
     */
    static String text(Path file, byte[] content) {
        String text = FileText.decode(file.toString(), content);
        if (text.isEmpty()) {
            throw new DataException(file + ": the file holds a byte order mark and no text.");
        }
        return text;
    }
}
