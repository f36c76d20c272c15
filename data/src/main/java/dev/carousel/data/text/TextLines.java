package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.data.file.FileText;
import dev.carousel.kernel.OneThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of a text as they arrive, such as from standard input: a line is available as soon as its end was read,
 * regardless of what follows.
 *
 * <pre>{@code
 * TextLines lines = TextLines.of("standard input", System.in);
 * for (Optional<TextLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
 *     line.get().number();                     // 1, 2, 3, ...
 * }
 * }</pre>
 *
 * <p>The text is UTF-8, with or without a byte order mark; a line ends with a line feed, or a carriage return before one.
 * After an error of one line the next can be read.
 */
public final class TextLines {

    /** Longer lines are no rows; they are skipped, not kept. */
    private static final int LONGEST = 1 << 20;

    private static final int BUFFER = 1 << 16;

    private final String source;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long number;
    private final OneThread one = new OneThread("TextLines");

    /**
     * One line.
     *
     * @param number counted from 1
     * @param text without its end
     */
    public record Line(long number, String text) {}

    private TextLines(String source, InputStream in) {
        this.source = source;
        this.in = in;
    }

    /**
     * The lines of a text.
     *
     * @param source what messages call it
     * @param in its bytes; not closed
     */
    public static TextLines of(String source, InputStream in) {
        return new TextLines(source, in);
    }

    /** What messages call the text. */
    public String source() {
        return source;
    }

    /** Where a line stands, for messages. */
    public String place(long line) {
        return source + ", line " + line;
    }

    /**
     * That a line cannot be used.
     *
     * @param why what was expected, what was found, the likely cause
     */
    public DataException refused(long line, DataException.Kind kind, String why) {
        return new DataException(kind, place(line) + ": " + why).atLine(line);
    }

    /** What is said against what a line holds, with the line. */
    public DataException refused(long line, DataException why) {
        return new DataException(place(line) + ": " + why.getMessage(), why).atLine(line);
    }

    /** The number of the line that came last; 0 before the first. */
    public long number() {
        return number;
    }

    /**
     * Waits for the next line.
     *
     * @return none at the end of the text
     * @throws DataException if the line is no UTF-8, holds a zero character or is longer than a million bytes
     * @throws UncheckedIOException if the text cannot be read any further
     */
    public Optional<Line> next() {
        return one.alone(this::read);
    }

    private Optional<Line> read() {
        ByteArrayOutputStream longer = new ByteArrayOutputStream(0);
        boolean began = false;
        while (fill()) {
            began = true;
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            if (longer.size() <= LONGEST) {
                longer.write(buffer, from, at - from);
            }
            if (at < end) {
                at++;
                return Optional.of(line(longer.toByteArray()));
            }
        }
        return began ? Optional.of(line(longer.toByteArray())) : Optional.empty();
    }

    /** Whether there is a byte in the buffer; waits for one. */
    private boolean fill() {
        try {
            while (at == end) {
                int count = in.read(buffer, 0, buffer.length);
                if (count < 0) {
                    return false;
                }
                at = 0;
                end = count;
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Line line(byte[] bytes) {
        number++;
        if (bytes.length > LONGEST) {
            throw refused(
                    number,
                    DataException.Kind.TOO_LARGE,
                    "expected a line of at most " + LONGEST + " bytes but found a longer one. Is it a text of lines?");
        }
        int from = number == 1 && FileText.startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        int to = bytes.length > from && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw refused(
                        number,
                        DataException.Kind.MALFORMED,
                        "expected text but found a zero character. The input is probably binary, or UTF-16.");
            }
            return new Line(number, text);
        } catch (CharacterCodingException e) {
            throw refused(
                    number,
                    DataException.Kind.MALFORMED,
                    "expected UTF-8 text but found other bytes. "
                            + FileText.encodingCause(Arrays.copyOfRange(bytes, from, to)));
        }
    }
}
