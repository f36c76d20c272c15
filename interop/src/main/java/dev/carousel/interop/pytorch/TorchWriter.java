package dev.carousel.interop.pytorch;

import dev.carousel.interop.file.DiskFile;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes weights as {@code torch.save(state_dict, file)} does: a zip archive without compression, in which each storage
 * begins at a multiple of 64 bytes. Equal weights give equal files.
 */
final class TorchWriter {

    private static final String PREFIX = "archive/";
    private static final int ALIGNMENT = 64;

    /** Before the content of an entry: the local header without name and extra field. */
    private static final int LOCAL_HEADER = 30;

    /** The extra field that PyTorch pads with, "FB": two bytes of id, two of length. */
    private static final int EXTRA_HEADER = 4;

    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ZipOutputStream zip;
    private long at;

    private TorchWriter(ZipOutputStream zip) {
        this.zip = zip;
    }

    /**
     * Writes the file atomically.
     *
     * @throws dev.carousel.interop.InteropException if it cannot be written
     */
    static void write(Path file, Parameters parameters) {
        DiskFile.write(file, channel -> {
            ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
            new TorchWriter(zip).write(parameters);
            zip.finish();
        });
    }

    private void write(Parameters parameters) throws IOException {
        List<Slice> slices = parameters.slices();
        entry("data.pkl", pickle(slices));
        entry("byteorder", ascii("little"));
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            byte[] content = new byte[Math.multiplyExact(slice.size(), Float.BYTES)];
            ByteBuffer.wrap(content)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(parameters.values(), slice.offset(), slice.size());
            entry("data/" + i, content);
        }
        entry("version", ascii("3\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void entry(String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(PREFIX + name);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTimeLocal(NO_TIME);
        int header = LOCAL_HEADER + PREFIX.length() + name.length() + EXTRA_HEADER;
        byte[] extra = new byte[EXTRA_HEADER + (int) Math.floorMod(-(at + header), (long) ALIGNMENT)];
        extra[0] = 'F';
        extra[1] = 'B';
        extra[2] = (byte) (extra.length - EXTRA_HEADER);
        entry.setExtra(extra);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
        at += LOCAL_HEADER + PREFIX.length() + name.length() + extra.length + content.length;
    }

    /** The pickle, in protocol 2: a dictionary of tensors, each with its storage, offset, size and strides. */
    private static byte[] pickle(List<Slice> slices) {
        Pickle pickle = new Pickle();
        pickle.bytes(0x80, 2, '}', '(');
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            pickle.text(slice.name());
            pickle.global("torch._utils", "_rebuild_tensor_v2");
            pickle.bytes('(', '(').text("storage");
            pickle.global("torch", "FloatStorage");
            pickle.text(Integer.toString(i)).text("cpu").number(slice.size()).bytes('t', 'Q');
            pickle.number(0).tuple(slice.shape());
            pickle.tuple(slice.shape().size() == 1 ? List.of(1) : List.of(slice.cols(), 1));
            pickle.bytes(0x89).global("collections", "OrderedDict").bytes(')', 'R', 't', 'R');
        }
        return pickle.bytes('u', '.').toBytes();
    }

    /** Operations of a pickle, one after the other. */
    private static final class Pickle {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle bytes(int... operations) {
            for (int operation : operations) {
                out.write(operation);
            }
            return this;
        }

        Pickle global(String module, String name) {
            out.writeBytes(ascii("c" + module + "\n" + name + "\n"));
            return this;
        }

        Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            bytes('X').little(utf8.length);
            out.writeBytes(utf8);
            return this;
        }

        Pickle number(int number) {
            return bytes('J').little(number);
        }

        Pickle tuple(List<Integer> numbers) {
            bytes('(');
            numbers.forEach(this::number);
            return bytes('t');
        }

        private Pickle little(int number) {
            return bytes(number, number >> 8, number >> 16, number >> 24);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
