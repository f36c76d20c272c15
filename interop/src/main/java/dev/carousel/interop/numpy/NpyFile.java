package dev.carousel.interop.numpy;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * NumPy's {@code .npy} files, one array each: what {@code numpy.save} writes and {@code numpy.load} reads.
 *
 * <pre>{@code
 * 6 bytes     0x93 "NUMPY"
 * 2 bytes     the version: 1.0, 2.0 or 3.0
 * 2 or 4      n, the length of the header (4 bytes from version 2.0 on), little-endian
 * n bytes     {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } and spaces, a line feed at the end
 * the rest    the elements
 * }</pre>
 *
 * <p>Read are numbers and truth values of every size, in C and Fortran order, little- and big-endian. Arrays of objects
 * are pickles and are refused. Written is version 1.0. Source: NumPy's {@code numpy.lib.format}.
 */
public final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /** How the elements are written. */
    public enum Order {
        /** Row-major, the last index fastest: NumPy's own. */
        C,
        /** Column-major, the first index fastest. */
        FORTRAN
    }

    /**
     * Reads a file.
     *
     * @throws InteropException if it is missing, damaged, or holds what is no array of numbers
     */
    public static NumpyArray read(Path file) {
        return ofBytes(file.toString(), DiskFile.read(file, "a NumPy .npy file"));
    }

    /**
     * Reads a file that is in memory.
     *
     * @param name what errors call it
     * @throws InteropException if it is damaged, or holds what is no array of numbers
     */
    public static NumpyArray ofBytes(String name, byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))) {
            throw new InteropException(name + ": this is no .npy file: it must begin with the byte 93 (hexadecimal) and"
                    + " NUMPY. Save it with numpy.save.");
        }
        if (file.length < 10) {
            throw new InteropException(name + ": the file ends inside its header, after " + file.length
                    + " bytes. Was it copied or downloaded whole?");
        }
        int version = in.get(6);
        if (version < 1 || version > 3 || in.get(7) != 0) {
            throw new InteropException(name + ": the file is in version " + (version & 0xff) + "." + (in.get(7) & 0xff)
                    + " of the .npy format; 1.0, 2.0 and 3.0 are known.");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        int begin = 8 + lengthBytes;
        long length = lengthBytes == 2
                ? Short.toUnsignedLong(in.getShort(8))
                : file.length < begin ? Long.MAX_VALUE : Integer.toUnsignedLong(in.getInt(8));
        if (length > file.length - begin) {
            throw new InteropException(name + ": the file is truncated: its header should be " + length
                    + " bytes long, but only " + Math.max(0, file.length - begin)
                    + " follow. Was it copied or downloaded whole?");
        }
        String text = new String(
                file, begin, (int) length, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return elements(name, NpyHeader.parse(name, text), file, begin + (int) length);
    }

    private static NumpyArray elements(String name, NpyHeader header, byte[] file, int begin) {
        NumpyArray.Type type = header.type();
        List<Integer> shape = header.shape();
        long needed = header.bytes();
        long found = (long) file.length - begin;
        if (needed != found) {
            throw new InteropException(name + ": an array of " + type + " " + shape + " needs "
                    + needed + " bytes after the header, but there are " + found + ". "
                    + (found < needed ? "Was it copied or downloaded whole?" : "Was something appended to the file?"));
        }
        int width = type.bytes();
        byte[] bytes = header.fortranOrder()
                ? StridedBytes.gather(file, begin, shape, StridedBytes.fortran(shape, width), width)
                : Arrays.copyOfRange(file, begin, file.length);
        if (header.bigEndian()) {
            swap(bytes, width);
        }
        return NumpyArray.ofBytes(type, shape, bytes);
    }

    private static void swap(byte[] bytes, int width) {
        for (int first = 0; first < bytes.length; first += width) {
            for (int i = 0; i < width / 2; i++) {
                byte low = bytes[first + i];
                bytes[first + i] = bytes[first + width - 1 - i];
                bytes[first + width - 1 - i] = low;
            }
        }
    }

    /**
     * Writes a file atomically, in C order and little-endian, as NumPy does.
     *
     * @throws InteropException if it cannot be written
     */
    public static void write(Path file, NumpyArray array) {
        DiskFile.write(file, toBytes(array));
    }

    /** The bytes that {@link #write} writes. */
    public static byte[] toBytes(NumpyArray array) {
        return toBytes(array, Order.C, ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes of a file whose elements are in a given order. */
    public static byte[] toBytes(NumpyArray array, Order order, ByteOrder endian) {
        NumpyArray.Type type = array.type();
        boolean big = endian == ByteOrder.BIG_ENDIAN && type.bytes() > 1;
        String sign = type.bytes() == 1 ? "|" : big ? ">" : "<";
        String header = "{'descr': '" + sign + type.code() + "', 'fortran_order': "
                + (order == Order.FORTRAN ? "True" : "False") + ", 'shape': " + tuple(array.shape()) + ", }";
        int unpadded = MAGIC.length + 4 + header.length() + 1;
        int padding = Math.floorMod(-unpadded, ALIGNMENT);
        byte[] elements = order == Order.FORTRAN
                // Written backwards, the axes of the transposed array are those of Fortran.
                ? array.transposed(reversedAxes(array.rank())).bytes()
                : array.bytes();
        ByteBuffer file = ByteBuffer.allocate(Math.addExact(unpadded + padding, elements.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (header.length() + padding + 1))
                .put((header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        byte[] written = elements.clone();
        if (big) {
            swap(written, type.bytes());
        }
        return file.put(written).array();
    }

    private static int[] reversedAxes(int rank) {
        int[] axes = new int[rank];
        Arrays.setAll(axes, axis -> rank - 1 - axis);
        return axes;
    }

    private static String tuple(List<Integer> shape) {
        String inner = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "(" + inner + (shape.size() == 1 ? ",)" : ")");
    }
}
