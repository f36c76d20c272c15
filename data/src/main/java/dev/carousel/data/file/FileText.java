package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whole files as bytes and as UTF-8 text, with every way that can fail told apart. */
public final class FileText {

    /** Above this a file and its text no longer fit one array each. */
    private static final long MAXIMUM_BYTES = 1L << 30;

    private FileText() {}

    /** Refuses what is no file. */
    public static void requireFile(Path file) {
        if (!Files.exists(file)) {
            throw new DataException(file + ": no such file. " + nearestFolder(file));
        }
        if (Files.isDirectory(file)) {
            throw new DataException(file + ": expected a file but found a folder.");
        }
    }

    public static DataException notRead(String source, IOException e) {
        return new DataException(
                source + ": cannot be read (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "). May this user read it?",
                e);
    }

    /** All bytes of a file that exists, can be read and is not empty. */
    public static byte[] bytes(Path file) {
        requireFile(file);
        byte[] bytes;
        try {
            long size = Files.size(file);
            if (size > MAXIMUM_BYTES) {
                throw new DataException(file + ": expected at most " + MAXIMUM_BYTES + " bytes but found " + size
                        + ". Split the file.");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw notRead(file.toString(), e);
        }
        requireNotEmpty(file.toString(), bytes);
        return bytes;
    }

    public static void requireNotEmpty(String source, byte[] bytes) {
        requireNotEmpty(source, bytes.length);
    }

    public static void requireNotEmpty(String source, long bytes) {
        if (bytes == 0) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    source + ": the file is empty (0 bytes). Was it written to the end, or is the path another one?");
        }
    }

    private static String nearestFolder(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        while (folder != null && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        Path direct = file.toAbsolutePath().normalize().getParent();
        if (folder == null || folder.equals(direct)) {
            return "Is the name spelled as in its folder?";
        }
        return "The path exists as far as " + folder + ".";
    }

    /**
     * The text of UTF-8 bytes, without a leading byte order mark.
     *
     * @throws DataException with the offset and line of the first byte that is not UTF-8
     */
    public static String decode(String source, byte[] bytes) {
        int from = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        CharBuffer out = CharBuffer.allocate(bytes.length - from);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw notUtf8(source, bytes, in.position());
        }
        return out.flip().toString();
    }

    private static DataException notUtf8(String source, byte[] bytes, int offset) {
        long line = 1;
        for (int i = 0; i < offset; i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        String found = HexFormat.of().withPrefix("0x").formatHex(bytes, offset, offset + 1);
        return new DataException(
                        DataException.Kind.MALFORMED,
                        source + ", byte " + offset + " (line " + line + "): expected UTF-8 text but found the byte "
                                + found + ". " + encodingCause(bytes))
                .atLine(line);
    }

    /** The likely cause of bytes that are not UTF-8, by how the file begins. */
    public static String encodingCause(byte[] bytes) {
        if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
            return "The file begins with the mark of UTF-16: save it as UTF-8.";
        }
        if (startsWith(bytes, 0x1F, 0x8B) || startsWith(bytes, 'P', 'K')) {
            return "The file is compressed: unpack it first.";
        }
        for (byte b : bytes) {
            if (b == 0) {
                return "The file holds zero bytes: it is probably not a text file.";
            }
        }
        return "The file is probably in Latin-1 or Windows-1252: save it as UTF-8.";
    }

    public static boolean startsWith(byte[] bytes, int... prefix) {
        if (bytes.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** The SHA-256 of the bytes in hexadecimal digits: how a model names the data it was trained on. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newSha256().digest(bytes));
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
