package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.train.Windows;
import dev.carousel.train.Windows.Tail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A text as ids of its characters, bytes or words, split into a training part and a held-out part.
 *
 * <pre>{@code
 * TextData text = TextData.read(Path.of("shakespeare.txt"));
 * Windows training = text.training(0.9).windows(50, 100, Tail.DROP);      // the first 90 %, 50 streams side by side
 * Windows heldOut = text.heldOut(0.9).windows(50, 100, Tail.KEEP);
 * }</pre>
 *
 * <p>Several files, bytes and words: {@link TextFiles}. Immutable but for the array of {@link #ids}, which is not
 * copied and must only be read.
 */
public final class TextData {

    private static final int[] NOWHERE = {};

    private final String source;
    private final List<Provenance.Data> files;
    private final TextUnits units;
    private final int[] ids;

    /** The text itself and where its words begin, where a word may have no id that could tell; else empty. */
    private final String text;

    private final int[] starts;

    private TextData(
            String source, List<Provenance.Data> files, TextUnits units, int[] ids, String text, int[] starts) {
        this.source = source;
        this.files = List.copyOf(files);
        this.units = units;
        this.ids = ids;
        this.text = text;
        this.starts = starts;
    }

    static TextData ofIds(String source, List<Provenance.Data> files, TextUnits units, int[] ids) {
        return new TextData(source, files, units, ids, "", NOWHERE);
    }

    static TextData ofWords(
            String source,
            List<Provenance.Data> files,
            WordVocabulary words,
            String text,
            WordVocabulary.Pieces pieces) {
        return new TextData(source, files, words, words.encode(pieces), text, pieces.starts());
    }

    /**
     * Reads a text by its characters, each with an id.
     *
     * @param file a text in UTF-8, with or without a byte order mark; line ends are characters like any other
     * @throws DataException if the file is missing, empty or not UTF-8, with the offset of the first wrong byte
     */
    public static TextData read(Path file) {
        Objects.requireNonNull(file, "TextData: the file to read is null");
        return TextFiles.read(List.of(file)).byCharacters();
    }

    /**
     * Reads a text as a model reads it.
     *
     * @param file as in {@link #read(Path)}
     * @throws DataException also if the text has a character that the model does not have
     */
    public static TextData read(Path file, TextUnits units) {
        Objects.requireNonNull(file, "TextData: the file to read is null");
        Objects.requireNonNull(units, "TextData: units are null; leave them out for the characters of the file");
        return TextFiles.read(List.of(file)).with(units);
    }

    /** The text of a string, by its characters. */
    public static TextData of(String source, String text) {
        Objects.requireNonNull(source, "TextData: source is null");
        Objects.requireNonNull(text, "TextData: text is null");
        Vocabulary vocabulary = Vocabulary.of(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ofIds(source, List.of(Provenance.Data.of(source, bytes)), vocabulary, vocabulary.encode(text));
    }

    /** Where it came from, as messages call it. */
    public String source() {
        return source;
    }

    /** The files it came from, by which a model names the data it was trained on. */
    public List<Provenance.Data> files() {
        return files;
    }

    /** What it is cut into, and what the ids mean. */
    public TextUnits units() {
        return units;
    }

    /** The ids of the text, not a copy. */
    public int[] ids() {
        return ids;
    }

    /** How many characters, bytes or words the text has. */
    public int length() {
        return ids.length;
    }

    /** The first part of the text, for training: floor(length * share) units. */
    public Part training(double share) {
        return new Part(this, 0, cut(ids.length, share));
    }

    /** The rest of the text, held out. */
    public Part heldOut(double share) {
        return new Part(this, cut(ids.length, share), ids.length);
    }

    /** The whole text. */
    public Part whole() {
        return new Part(this, 0, ids.length);
    }

    /**
     * The whole text to learn from, in streams that are read side by side; the rest that fills no window is left out.
     *
     * @param streams N, how many streams
     * @param window T, the steps of a window of truncated backpropagation through time
     * @throws DataException if the text is too short, with the length it would need
     */
    public Windows windows(int streams, int window) {
        return whole().windows(streams, window, Tail.DROP);
    }

    /**
     * What a network that was trained on all of this text is as a file: itself, its units and the files of the text, by which
     * commands know it again. Nothing is held out of it.
     *
     * @throws IllegalArgumentException if the network does not read and give the ids of this text
     */
    public Model model(Network network) {
        Objects.requireNonNull(network, "TextData: network is null");
        int V = units.size();
        if (!network.spec().readsIds()
                || network.spec().inputSize() != V
                || network.spec().outputSize() != V) {
            throw new IllegalArgumentException("The network reads "
                    + network.spec().inputSize()
                    + (network.spec().readsIds() ? " kinds of id" : " numbers") + " a step and gives "
                    + network.spec().outputSize() + " numbers, but the text has " + V + " kinds of " + units.name()
                    + ", so both must be " + V + ". Was it made for another text?");
        }
        Provenance provenance = Provenance.of(network.kernels().name());
        for (Provenance.Data file : files) {
            provenance = provenance.withData(file);
        }
        return Model.of(network, TextTask.of(units, 1, 1), provenance);
    }

    static int cut(int length, double share) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("The share for training must lie between 0 and 1 but is " + share + ".");
        }
        return (int) (length * share);
    }

    /**
     * A part of a text.
     *
     * @param text the text
     * @param from its first unit
     * @param to the unit after its last one
     */
    public record Part(TextData text, int from, int to) {

        /** Checks that it lies in the text. */
        public Part {
            if (from < 0 || to < from || to > text.length()) {
                throw new IllegalArgumentException("The " + text.units.name() + "s " + from + " to " + to
                        + " do not lie in a text of " + text.length() + ".");
            }
        }

        /** How many units it has. */
        public int length() {
            return to - from;
        }

        /** The ids, a copy. */
        public int[] ids() {
            return Arrays.copyOfRange(text.ids, from, to);
        }

        /** How many characters it has, whatever it is cut into. */
        public long characters() {
            if (text.starts.length > 0) {
                String part = text.text.substring(start(from), start(to));
                return part.codePointCount(0, part.length());
            }
            long count = 0;
            for (int i = from; i < to; i++) {
                count += text.units.characters(text.ids[i]);
            }
            return count;
        }

        /** How many bytes it has in UTF-8. */
        public long bytes() {
            if (text.starts.length > 0) {
                return text.text.substring(start(from), start(to)).getBytes(StandardCharsets.UTF_8).length;
            }
            long count = 0;
            for (int i = from; i < to; i++) {
                count += text.units.bytes(text.ids[i]);
            }
            return count;
        }

        private int start(int unit) {
            return unit < text.starts.length ? text.starts[unit] : text.text.length();
        }

        /** How many of its units have no id. */
        public int unknown() {
            int unknown = text.units.unknownId();
            int count = 0;
            for (int i = from; i < to; i++) {
                count += text.ids[i] == unknown ? 1 : 0;
            }
            return count;
        }

        /**
         * The part as windows of truncated backpropagation through time, in streams that are read side by side, as
         * {@link Windows#ofText}.
         *
         * @param streams how many streams; to keep the tail of a part with fewer units, fewer
         * @param window the steps of a window
         * @param tail what happens to an incomplete last window
         * @throws DataException if it is too short, with the length it would need
         */
        public Windows windows(int streams, int window, Tail tail) {
            if (streams < 1 || window < 1) {
                throw new IllegalArgumentException(
                        "Windows of " + window + " steps of " + streams + " streams: both must be at least 1.");
            }
            String units = text.units.name() + "s";
            if (tail == Tail.KEEP) {
                if (length() < 2) {
                    throw new DataException(text.source + ": expected at least 2 " + units
                            + " to judge the network by but found " + length()
                            + ". Take a longer text, or hold out a larger part of it.");
                }
                return Windows.ofText(ids(), Math.min(streams, length() - 1), window, tail);
            }
            if ((length() - 1) / streams < window) {
                throw new DataException(text.source + ": expected at least " + ((long) window * streams + 1) + " "
                        + units
                        + " to learn from for " + streams + " streams of a window of " + window + " steps, but found "
                        + length() + ". Take a smaller batch or window, or a longer text.");
            }
            return Windows.ofText(ids(), streams, window, tail);
        }
    }

    @Override
    public String toString() {
        return "TextData[" + source + ", " + ids.length + " " + units.name() + "s, " + units.size() + " different]";
    }
}
