package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.json.Json;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A safetensors file about to be written: the length and the header, and the numbers of all tensors. */
final class Image {

    private static final int ALIGNMENT = 8;

    private final byte[] head;
    private final List<float[]> arrays;

    Image(byte[] head, List<float[]> arrays) {
        this.head = head;
        this.arrays = arrays;
    }

    byte[] head() {
        return head;
    }

    /** What takes the bytes, piece by piece. */
    interface Sink<E extends Exception> {
        void accept(ByteBuffer piece) throws E;
    }

    /**
     * An array whose slices are tensors.
     *
     * @param prefix what stands before the slices' names
     * @param slices which lie one after the other and fill the array
     */
    record Part(String prefix, List<Slice> slices, float[] values) {}

    static Image of(Map<String, String> metadata, Parameters parameters) {
        return of(metadata, List.of(new Part("", parameters.slices(), parameters.values())));
    }

    static Image of(Map<String, String> metadata, List<Part> parts) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            metadata.forEach((key, text) -> requireUnicode(key + text));
            json.put(Header.METADATA, metadata);
        }
        long offset = 0;
        for (Part part : parts) {
            for (Slice slice : part.slices()) {
                String name = part.prefix() + slice.name();
                requireUnicode(name);
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("dtype", Dtype.F32);
                entry.put("shape", slice.shape());
                entry.put("data_offsets", List.of(offset + 4L * slice.offset(), offset + 4L * slice.end()));
                if (json.put(name, entry) != null) {
                    throw new IllegalArgumentException("A tensor cannot be named " + name + ".");
                }
            }
            offset += 4L * part.values().length;
        }
        return new Image(head(json), parts.stream().map(Part::values).toList());
    }

    private static byte[] head(Map<String, Object> json) {
        byte[] header = Json.write(json).getBytes(StandardCharsets.US_ASCII);
        int padded = Math.floorDiv(header.length + ALIGNMENT - 1, ALIGNMENT) * ALIGNMENT;
        if (padded > Header.MAX_LENGTH) {
            throw new IllegalArgumentException("The header would be " + padded + " bytes long; at most "
                    + Header.MAX_LENGTH + " are allowed. Is the vocabulary or the list of losses so large?");
        }
        byte[] head = new byte[SafeTensors.LENGTH_BYTES + padded];
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(header);
        Arrays.fill(head, SafeTensors.LENGTH_BYTES + header.length, head.length, (byte) ' ');
        return head;
    }

    private static void requireUnicode(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "The text " + quoted(text) + " holds half a surrogate pair, which no other program can read.");
        }
    }

    <E extends Exception> void forEachPiece(Sink<E> sink) throws E {
        sink.accept(ByteBuffer.wrap(head));
        ByteBuffer buffer = SafeTensors.chunk();
        for (float[] values : arrays) {
            for (int at = 0; at < values.length; at += buffer.capacity() / Float.BYTES) {
                int count = Math.min(buffer.capacity() / Float.BYTES, values.length - at);
                buffer.clear().limit(count * Float.BYTES);
                buffer.asFloatBuffer().put(values, at, count);
                sink.accept(buffer);
            }
        }
    }

    byte[] toBytes() {
        long size = head.length;
        for (float[] values : arrays) {
            size += 4L * values.length;
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
        forEachPiece(all::put);
        return all.array();
    }

    void writeTo(Path file) {
        AtomicFile.writeModel(
                file,
                channel -> forEachPiece(piece -> {
                    while (piece.hasRemaining()) {
                        channel.write(piece);
                    }
                }));
    }
}
