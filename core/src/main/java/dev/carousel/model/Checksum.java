package dev.carousel.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * The checksum of a model file: the SHA-256 of the whole file, in which the 64 digits of the checksum itself count as 64
 * zeros. So it guards the tensors, the metadata, the header's length and every other byte.
 */
final class Checksum {

    /** What stands for the digits while the sum is taken. */
    static final String ZEROS = "0".repeat(64);

    private Checksum() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Where the digits first stand in a header. */
    static OptionalInt position(byte[] header, String digits) {
        int at = new String(header, StandardCharsets.ISO_8859_1).indexOf(digits);
        return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
    }

    /**
     * The sum of a file.
     *
     * @param position where the digits stand in the file
     */
    static String of(Bytes bytes, long position) {
        MessageDigest digest = sha256();
        ByteBuffer zeros = ByteBuffer.wrap(ZEROS.getBytes(StandardCharsets.US_ASCII));
        update(digest, bytes, 0, position);
        digest.update(zeros);
        update(digest, bytes, position + ZEROS.length(), bytes.size());
        return hex(digest);
    }

    /** Puts the sum into a file that is about to be written, in place of the zeros that its header holds. */
    static void seal(Image image) {
        int position = position(image.head(), ZEROS).orElseThrow();
        MessageDigest digest = sha256();
        image.forEachPiece(digest::update);
        byte[] digits = hex(digest).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, image.head(), position, digits.length);
    }

    /**
     * Compares the sum of a file with the one that it states.
     *
     * @param expected what it states
     * @throws ModelException if they differ
     */
    static void require(SafeTensors file, String expected) {
        byte[] header = file.headerBytes();
        OptionalInt position = expected.matches("[0-9a-f]{64}") ? position(header, expected) : OptionalInt.empty();
        if (position.isEmpty()) {
            throw new ModelException(
                    ModelException.Kind.WRONG_CHECKSUM,
                    file.name(),
                    "the checksum must be 64 lower-case hexadecimal digits but is " + ModelException.quoted(expected)
                            + ". The file is damaged; copy or download it again.");
        }
        String found = of(file.bytes(), SafeTensors.LENGTH_BYTES + position.getAsInt());
        if (!found.equals(expected)) {
            throw new ModelException(
                    ModelException.Kind.WRONG_CHECKSUM,
                    file.name(),
                    "the file is damaged: its SHA-256 should be " + expected + " but is " + found
                            + ". Some bytes changed after it was written; copy or download it again.");
        }
    }

    private static void update(MessageDigest digest, Bytes bytes, long from, long to) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long at = from; at < to; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
            bytes.read(at, buffer);
            digest.update(buffer.flip());
        }
    }
}
