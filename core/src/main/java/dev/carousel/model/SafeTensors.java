package dev.carousel.model;

import static dev.carousel.model.ModelException.quoted;

import dev.carousel.model.ModelException.Kind;
import dev.carousel.spec.Parameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: named tensors and a map of texts, read defensively and written deterministically.
 *
 * <pre>{@code
 * 8 bytes     n, the length of the header, unsigned, little-endian
 * n bytes     {"__metadata__":{"key":"text"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}, ...}
 * the rest    the numbers, row-major, little-endian; data_offsets count from here
 * }</pre>
 *
 * <p>Opening reads and checks the header alone: each tensor's bytes must be what its shape needs, and together the
 * tensors must fill the rest of the file, without holes or overlaps. No more memory is taken than a small multiple of
 * what the file really holds, whatever its header claims. Each way in which a file can be bad has its own
 * {@link Kind}.
 *
 * <pre>{@code
 * try (SafeTensors file = SafeTensors.open(Path.of("model.safetensors"))) {
 *     float[] w = file.floats("rnn.weight_ih_l0");      // [4H, D], row-major
 * }
 * }</pre>
 *
 * <p>Instances may be read from several threads. Format: github.com/huggingface/safetensors.
 */
public final class SafeTensors implements AutoCloseable {

    static final int LENGTH_BYTES = 8;

    private final String name;
    private final Bytes bytes;
    private final int headerLength;
    private final Header header;

    /**
     * What the header says of one tensor.
     *
     * @param name its name
     * @param dtype the type of its elements, such as {@code F32}
     * @param shape its dimensions; none for a single number
     * @param begin where it begins in the data
     * @param end where it ends in the data, exclusive
     */
    public record Tensor(String name, String dtype, List<Long> shape, long begin, long end) {

        /** Takes a copy of the shape. */
        public Tensor {
            shape = List.copyOf(shape);
        }
    }

    private SafeTensors(String name, Bytes bytes) {
        this.name = name;
        this.bytes = bytes;
        this.headerLength = headerLength();
        this.header = Header.read(name, headerBytes(), bytes.size() - LENGTH_BYTES - headerLength);
    }

    /**
     * Opens a file and reads its header. The file stays open until {@link #close}.
     *
     * @throws ModelException if there is no such file, it cannot be read, or its header is bad
     */
    public static SafeTensors open(Path file) {
        Bytes bytes = Bytes.of(file);
        try {
            return new SafeTensors(file.toString(), bytes);
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    /**
     * Reads the header of a file that is in memory.
     *
     * @param name what errors call it
     * @param file its bytes, which are not copied and must not change
     * @throws ModelException if its header is bad
     */
    public static SafeTensors of(String name, byte[] file) {
        return new SafeTensors(name, Bytes.of(file));
    }

    private int headerLength() {
        long size = bytes.size();
        if (size == 0) {
            throw new ModelException(
                    Kind.EMPTY, name, "the file is empty. Was it copied or downloaded whole, or the disk full?");
        }
        byte[] head = new byte[(int) Math.min(32, size)];
        bytes.read(0, ByteBuffer.wrap(head));
        if (size < LENGTH_BYTES) {
            throw somethingElse(
                    head,
                    Kind.HEADER_TRUNCATED,
                    "the file has " + size
                            + " bytes, but a safetensors file has at least 8. Was it copied or downloaded whole?");
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > Header.MAX_LENGTH) {
            throw somethingElse(
                    head,
                    Kind.HEADER_TOO_LARGE,
                    "the header's length is given as "
                            + Long.toUnsignedString(length) + " bytes; at most " + Header.MAX_LENGTH
                            + " are allowed. The file is damaged or not safetensors.");
        }
        if (length > size - LENGTH_BYTES) {
            throw somethingElse(
                    head,
                    Kind.HEADER_TRUNCATED,
                    "the file is truncated: its header is " + length
                            + " bytes long, but only " + (size - LENGTH_BYTES)
                            + " bytes follow. Was it copied or downloaded whole?");
        }
        if (length == 0 || head[LENGTH_BYTES] != '{') {
            throw somethingElse(
                    head,
                    Kind.HEADER_NOT_JSON,
                    "the header must be a JSON object and begin with '{', but "
                            + (length == 0 ? "it is empty." : "its first byte is " + (head[LENGTH_BYTES] & 0xff) + ".")
                            + " The file is damaged or not safetensors.");
        }
        return (int) length;
    }

    private ModelException somethingElse(byte[] head, Kind kind, String message) {
        return Magic.of(head)
                .map(other -> new ModelException(
                        Kind.NOT_SAFETENSORS, name, "this is not a safetensors file but looks like " + other + "."))
                .orElseGet(() -> new ModelException(kind, name, message));
    }

    /** The header as it stands in the file. */
    byte[] headerBytes() {
        byte[] array = new byte[headerLength];
        bytes.read(LENGTH_BYTES, ByteBuffer.wrap(array));
        return array;
    }

    /** The whole file. */
    Bytes bytes() {
        return bytes;
    }

    /** The file's name, for errors. */
    public String name() {
        return name;
    }

    /** The texts of {@code __metadata__}, in their order; empty if there are none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** The tensors by name, in the order of the header. */
    public Map<String, Tensor> tensors() {
        return header.tensors();
    }

    /**
     * The numbers of a tensor, row-major.
     *
     * @throws ModelException if there is no such tensor, it is not F32, or reading fails
     */
    public float[] floats(String tensor) {
        Tensor found = requireFloats(tensor);
        long count = (found.end() - found.begin()) / Float.BYTES;
        if (count > Integer.MAX_VALUE - 16) {
            throw new ModelException(
                    Kind.BAD_SHAPE,
                    name,
                    "tensor " + quoted(tensor) + " has " + count + " numbers, more than one array can hold.");
        }
        float[] floats = new float[(int) count];
        read(found, floats, 0);
        return floats;
    }

    /**
     * Copies the numbers of a tensor, row-major, into an array.
     *
     * @param into where they go, from {@code offset} on; it must have room for all of them
     * @throws ModelException if there is no such tensor, it is not F32, or reading fails
     */
    public void floats(String tensor, float[] into, int offset) {
        read(requireFloats(tensor), into, offset);
    }

    /**
     * The bytes of a tensor of any type of element, as they lie in the file: row-major, little-endian.
     *
     * @throws ModelException if there is no such tensor, it is larger than an array, or reading fails
     */
    public byte[] raw(String tensor) {
        Tensor found = require(tensor);
        long size = found.end() - found.begin();
        if (size > Integer.MAX_VALUE - 16) {
            throw new ModelException(
                    Kind.BAD_SHAPE,
                    name,
                    "tensor " + quoted(tensor) + " has " + size + " bytes, more than one array can hold.");
        }
        byte[] raw = new byte[(int) size];
        bytes.read(LENGTH_BYTES + headerLength + found.begin(), ByteBuffer.wrap(raw));
        return raw;
    }

    private Tensor require(String tensor) {
        Tensor found = tensors().get(tensor);
        if (found == null) {
            throw new ModelException(
                    Kind.MISSING_TENSOR, name, "there is no tensor " + quoted(tensor) + "; there are " + names() + ".");
        }
        return found;
    }

    Tensor requireFloats(String tensor) {
        Tensor found = require(tensor);
        if (!found.dtype().equals(Dtype.F32)) {
            throw new ModelException(
                    Kind.WRONG_DTYPE,
                    name,
                    "tensor " + quoted(tensor) + " is " + found.dtype()
                            + ", expected F32 (32-bit floats). Convert the tensors to float32 before they are saved.");
        }
        return found;
    }

    /** The names of the tensors that begin with a prefix, without it, in the order of the header. */
    List<String> names(String prefix) {
        return tensors().keySet().stream()
                .filter(tensor -> tensor.startsWith(prefix))
                .map(tensor -> tensor.substring(prefix.length()))
                .toList();
    }

    /** The names of the first tensors, for errors. */
    String names() {
        List<String> first =
                tensors().keySet().stream().limit(8).map(ModelException::quoted).toList();
        int more = tensors().size() - first.size();
        return first.isEmpty() ? "none" : String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
    }

    private void read(Tensor tensor, float[] into, int offset) {
        long position = LENGTH_BYTES + headerLength + tensor.begin();
        int end = Math.toIntExact(offset + (tensor.end() - tensor.begin()) / Float.BYTES);
        ByteBuffer buffer = chunk();
        for (int at = offset; at < end; at += buffer.limit() / Float.BYTES) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), (end - (long) at) * Float.BYTES));
            bytes.read(position, buffer);
            position += buffer.limit();
            buffer.flip().asFloatBuffer().get(into, at, buffer.limit() / Float.BYTES);
        }
    }

    static ByteBuffer chunk() {
        return ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Closes the file. */
    @Override
    public void close() {
        bytes.close();
    }

    /**
     * Writes parameters as F32 tensors, in their order, atomically: a failure leaves what was there before.
     *
     * @param metadata the texts of {@code __metadata__}, in this order; none if it is empty
     * @throws ModelException if the file cannot be written
     * @throws IllegalArgumentException if a name or text holds half a surrogate pair
     */
    public static void write(Path file, Map<String, String> metadata, Parameters parameters) {
        Image.of(metadata, parameters).writeTo(file);
    }

    /** The bytes that {@link #write} writes. */
    public static byte[] toBytes(Map<String, String> metadata, Parameters parameters) {
        return Image.of(metadata, parameters).toBytes();
    }
}
