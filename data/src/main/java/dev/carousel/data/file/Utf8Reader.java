package dev.carousel.data.file;

import dev.carousel.data.DataException;
import dev.carousel.data.ReadingListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The text of a UTF-8 file of any length, read from its beginning to its end: without a leading byte order mark, with the
 * offset and line of the first byte that is not UTF-8, and with the file's SHA-256 at the end.
 */
public final class Utf8Reader extends Reader {

    private static final int BUFFER = 1 << 18;
    private static final int MARK = 3;

    private final String source;
    private final InputStream in;
    private final ReadingListener listener;
    private final long total;
    private final MessageDigest digest = FileText.newSha256();
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private byte[] beginning = new byte[0];

    /** How many bytes have been read, and how many lines ended before the first byte of the buffer. */
    private long read;

    private long lines;
    private boolean ended;

    /**
     * Reads a file.
     *
     * @param source what messages call it
     * @param in its bytes
     * @param total how many there are, for the listener
     * @param listener is told how far it is
     */
    public Utf8Reader(String source, InputStream in, long total, ReadingListener listener) {
        this.source = source;
        this.in = in;
        this.total = total;
        this.listener = listener;
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        CharBuffer out = CharBuffer.wrap(into, offset, length).slice();
        while (out.position() == 0) {
            if (ended && !bytes.hasRemaining()) {
                return -1;
            }
            int before = bytes.position();
            CoderResult result = decoder.decode(bytes, out, ended);
            countLines(before, bytes.position());
            if (result.isError()) {
                throw notUtf8();
            }
            if (out.position() == 0 && result.isUnderflow() && !ended) {
                fill();
            }
        }
        requireNoZero(out);
        return out.position();
    }

    private void fill() throws IOException {
        bytes.compact();
        boolean first = read == 0;
        int count = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
        digest.update(bytes.array(), bytes.position(), count);
        read += count;
        ended = bytes.remaining() > count;
        bytes.position(bytes.position() + count).flip();
        if (first) {
            beginning = Arrays.copyOf(bytes.array(), Math.min(8, count));
            if (FileText.startsWith(beginning, 0xEF, 0xBB, 0xBF)) {
                bytes.position(MARK);
            }
        }
        listener.read(read, total);
    }

    private void countLines(int from, int to) {
        byte[] array = bytes.array();
        for (int i = from; i < to; i++) {
            if (array[i] == '\n') {
                lines++;
            }
        }
    }

    private DataException notUtf8() {
        long offset = read - bytes.remaining();
        String found = HexFormat.of().withPrefix("0x").formatHex(bytes.array(), bytes.position(), bytes.position() + 1);
        return new DataException(
                        DataException.Kind.MALFORMED,
                        source + ", byte " + offset + " (line " + (lines + 1)
                                + "): expected UTF-8 text but found the byte " + found + ". "
                                + FileText.encodingCause(beginning))
                .atLine(lines + 1);
    }

    private void requireNoZero(CharBuffer out) {
        char[] array = out.array();
        int from = out.arrayOffset();
        for (int i = 0; i < out.position(); i++) {
            if (array[from + i] == 0) {
                long line = lines + 1;
                for (int j = i; j < out.position(); j++) {
                    line -= array[from + j] == '\n' ? 1 : 0;
                }
                throw new DataException(
                                DataException.Kind.MALFORMED,
                                source + ", line " + line
                                        + ": expected a CSV text but found a zero character. The file is probably binary,"
                                        + " or UTF-16: save it as CSV in UTF-8.")
                        .atLine(line);
            }
        }
    }

    /** How many bytes have been read. */
    public long bytesRead() {
        return read;
    }

    /** The SHA-256 of what has been read, in hexadecimal digits; to be asked once, at the end. */
    public String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
