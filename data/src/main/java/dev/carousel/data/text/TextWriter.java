package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Generates text with a text model: it reads a beginning, then draws a unit from what it predicts, reads it, and so on.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("text.safetensors"));
 * TextWriter writer = TextWriter.of(model.network().pack(), TextUnits.of(model.task()));
 * writer.read("ROMEO:");
 * String text = writer.write(500, Sampler.of(0.8), new SplittableRandom(1));
 * }</pre>
 *
 * <p>The same seed writes the same text. A unit that stands for what is unknown is never written. One thread at a time; the
 * network may be shared.
 */
public final class TextWriter {

    private static final int LONGEST_CHARACTER = 4;

    private final TextUnits units;
    private final Session session;
    private final float[] scores;

    /** Bytes of a character that is not complete yet, and what makes characters of them. */
    private final ByteBuffer partial = ByteBuffer.allocate(LONGEST_CHARACTER);

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    private TextWriter(PackedNetwork network, TextUnits units) {
        this.units = units;
        this.session = Session.of(network);
        this.scores = new float[units.size()];
    }

    /**
     * A writer that has read nothing yet.
     *
     * @param network reads and gives ids
     * @param units what these mean
     * @throws IllegalArgumentException if the network has another number of ids
     */
    public static TextWriter of(PackedNetwork network, TextUnits units) {
        if (!network.spec().readsIds()
                || network.spec().inputSize() != units.size()
                || network.spec().outputSize() != units.size()) {
            throw new IllegalArgumentException("TextWriter: the network reads "
                    + network.spec().inputSize()
                    + " and gives " + network.spec().outputSize() + " numbers a step but must read and give ids of "
                    + units.size() + " " + units.name() + "s. Are network and units of one model?");
        }
        return new TextWriter(network, units);
    }

    /**
     * Reads a text and writes nothing.
     *
     * @throws DataException if it has something that the model does not know; then nothing is read
     */
    public void read(String text) {
        for (int id : units.encode(text)) {
            session.step(id, scores);
        }
    }

    /** Reads the end of a line, or whatever has the first id where lines do not end: a beginning for want of a better. */
    public void begin() {
        boolean knowsLines = !(units instanceof Vocabulary vocabulary) || vocabulary.id('\n') >= 0;
        session.step(knowsLines ? units.encode("\n")[0] : 0, scores);
    }

    /**
     * Writes one unit.
     *
     * @return its text; where bytes are written, empty until a character is complete, and U+FFFD for bytes that are no UTF-8,
     *     which {@link #nextBytes} keeps
     */
    public String next(Sampler sampler, RandomGenerator random) {
        int id = nextId(sampler, random);
        return units instanceof ByteUnits ? completed(id) : units.decode(id);
    }

    /**
     * Writes one unit as bytes: those of its text in UTF-8, or the byte itself where bytes are written, whatever the encoding
     * of the text that they come from.
     *
     * @return at least one
     */
    public byte[] nextBytes(Sampler sampler, RandomGenerator random) {
        int id = nextId(sampler, random);
        return units instanceof ByteUnits
                ? ByteUnits.toBytes(id)
                : units.decode(id).getBytes(StandardCharsets.UTF_8);
    }

    private int nextId(Sampler sampler, RandomGenerator random) {
        if (units.unknownId() >= 0) {
            scores[units.unknownId()] = Float.NEGATIVE_INFINITY;
        }
        int id = sampler.choose(scores, random);
        session.step(id, scores);
        return id;
    }

    /** Writes this many units. */
    public String write(int count, Sampler sampler, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(next(sampler, random));
        }
        return text.toString();
    }

    private String completed(int id) {
        partial.put((byte) id).flip();
        CharBuffer text = CharBuffer.allocate(LONGEST_CHARACTER + 1);
        decoder.decode(partial, text, false);
        partial.compact();
        return text.flip().toString();
    }
}
