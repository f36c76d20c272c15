package dev.carousel.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** The lines of a UTF-8 text file, one at a time and counted, with the size and the sum of what was read. */
final class SourceLines implements AutoCloseable {

    private static final char MARK = '\uFEFF';

    private final Path file;
    private final MessageDigest digest;
    private final BufferedReader reader;
    private int number;

    private SourceLines(Path file, MessageDigest digest, BufferedReader reader) {
        this.file = file;
        this.digest = digest;
        this.reader = reader;
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is missing, a folder, empty or cannot be read
     */
    static SourceLines open(Path file) {
        FileText.requireFile(file);
        try {
            FileText.requireNotEmpty(file.toString(), Files.size(file));
            MessageDigest digest = FileText.newSha256();
            InputStream in = new DigestInputStream(Files.newInputStream(file), digest);
            BufferedReader reader = new BufferedReader(new InputStreamReader(
                    in,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
            return new SourceLines(file, digest, reader);
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /** The next line, without its end; the first without a byte order mark. */
    Optional<String> next() {
        try {
            String line = reader.readLine();
            number++;
            return Optional.ofNullable(
                    number == 1 && line != null && line.indexOf(MARK) == 0 ? line.substring(1) : line);
        } catch (CharacterCodingException e) {
            throw encoding(e);
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    /** The decoder reads ahead and does not say where it stopped: look again for the first wrong byte. */
    private DataException encoding(CharacterCodingException cause) {
        FileText.decode(file.toString(), FileText.bytes(file));
        return new DataException(file + ": expected UTF-8 text. Did the file change while it was read?", cause);
    }

    /** The number of the line that {@link #next} gave last, from 1. */
    int number() {
        return number;
    }

    /** What the file was; asked for after its last line. */
    LabelledSequences.Source source() {
        try {
            return new LabelledSequences.Source(
                    String.valueOf(file.getFileName()),
                    Files.size(file),
                    HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }
}
