package dev.carousel.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A text as ids of its characters, cut into a part for training and a part held out.
 *
 * <pre>{@code
 * TextData text = TextData.read(Path.of("shakespeare.txt"));
 * TextStreams training = text.training(0.9).streams(50);      // the first 90 %, 50 streams
 * TextStreams heldOut = text.heldOut(0.9).streams(50);
 * }</pre>
 *
 * <p>Immutable but for the array of {@link #ids}, which is not copied and is to be read only.
 */
public final class TextData {

    private final String source;
    private final String sha256;
    private final Vocabulary vocabulary;
    private final int[] ids;

    private TextData(String source, String sha256, Vocabulary vocabulary, int[] ids) {
        this.source = source;
        this.sha256 = sha256;
        this.vocabulary = vocabulary;
        this.ids = ids;
    }

    /**
     * Reads a text with a vocabulary of its own characters.
     *
     * @param file a text in UTF-8, with or without a byte order mark; line ends are characters like any other
     * @throws DataException if the file is missing, empty or not UTF-8, with the offset of the first wrong byte
     */
    public static TextData read(Path file) {
        byte[] bytes = FileText.bytes(file);
        String text = requireText(file, FileText.decode(file.toString(), bytes));
        Vocabulary vocabulary = Vocabulary.of(text);
        return new TextData(file.toString(), FileText.sha256(bytes), vocabulary, vocabulary.encode(text));
    }

    /**
     * Reads a text with the vocabulary of a model.
     *
     * @param file as in {@link #read(Path)}
     * @param vocabulary has every character of the text
     * @throws DataException also if the text has a character that the vocabulary has not
     */
    public static TextData read(Path file, Vocabulary vocabulary) {
        byte[] bytes = FileText.bytes(file);
        String text = requireText(file, FileText.decode(file.toString(), bytes));
        try {
            return new TextData(file.toString(), FileText.sha256(bytes), vocabulary, vocabulary.encode(text));
        } catch (DataException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    private static String requireText(Path file, String text) {
        if (text.isEmpty()) {
            throw new DataException(file + ": the file holds a byte order mark and no text.");
        }
        return text;
    }

    /** The text of a string. */
    public static TextData of(String source, String text) {
        Vocabulary vocabulary = Vocabulary.of(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new TextData(source, FileText.sha256(bytes), vocabulary, vocabulary.encode(text));
    }

    /** The file it came from, as messages call it. */
    public String source() {
        return source;
    }

    /** The SHA-256 of the file in hexadecimal digits, by which a model names the data it was trained on. */
    public String sha256() {
        return sha256;
    }

    /** The characters and their ids. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The ids of the text, not a copy. */
    public int[] ids() {
        return ids;
    }

    /** How many characters the text has. */
    public int length() {
        return ids.length;
    }

    /** The first part of the text, for training: floor(length * share) characters. */
    public Part training(double share) {
        return new Part(this, 0, cut(share));
    }

    /** The rest of the text, held out. */
    public Part heldOut(double share) {
        return new Part(this, cut(share), ids.length);
    }

    /** The whole text. */
    public Part whole() {
        return new Part(this, 0, ids.length);
    }

    private int cut(double share) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("The share for training must lie between 0 and 1 but is " + share + ".");
        }
        return (int) (ids.length * share);
    }

    /**
     * A part of a text.
     *
     * @param text the text
     * @param from its first character
     * @param to the character after its last one
     */
    public record Part(TextData text, int from, int to) {

        /** Checks that it lies in the text. */
        public Part {
            if (from < 0 || to < from || to > text.length()) {
                throw new IllegalArgumentException(
                        "Characters " + from + " to " + to + " do not lie in a text of " + text.length() + ".");
            }
        }

        /** How many characters it has. */
        public int length() {
            return to - from;
        }

        /**
         * Cuts it into streams that are read side by side.
         *
         * @param batchSize how many streams
         * @throws DataException if it is too short to give each stream a step
         */
        public TextStreams streams(int batchSize) {
            return TextStreams.of(this, batchSize);
        }
    }

    @Override
    public String toString() {
        return "TextData[" + source + ", " + ids.length + " characters, " + vocabulary.size() + " different]";
    }
}
