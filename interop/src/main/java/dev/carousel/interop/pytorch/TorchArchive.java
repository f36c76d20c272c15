package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.DiskFile;
import dev.carousel.interop.file.ZipArchive;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of {@code torch.save}: a zip archive with a pickle that describes the tensors, and their storages next to it.
 *
 * <pre>{@code
 * NAME/data.pkl      the pickle
 * NAME/data/0        the elements of the first storage, as they lie in memory
 * NAME/byteorder     little or big; little where it is missing
 * }</pre>
 *
 * <p>Files that PyTorch wrote before version 1.6 are no archives and are refused. Those of TorchScript hold a program, too,
 * which nobody looks at, and their pickle describes modules.
 */
final class TorchArchive implements AutoCloseable {

    private static final String PICKLE = "data.pkl";
    private static final String EXPECTED = "a PyTorch .pt file";

    private final ZipArchive zip;
    private final String prefix;
    private final ByteOrder order;
    private final long fileSize;
    private final Map<String, byte[]> read = new HashMap<>();
    private long left;

    private TorchArchive(ZipArchive zip, long fileSize) {
        this.zip = zip;
        this.fileSize = fileSize;
        this.left = (8L << 20) + 4 * fileSize;
        this.prefix = prefix();
        String byteOrder = zip.names().contains(prefix + "byteorder")
                ? new String(zip.read(prefix + "byteorder"), StandardCharsets.ISO_8859_1).strip()
                : "little";
        if (!byteOrder.equals("little") && !byteOrder.equals("big")) {
            throw new InteropException(zip.name() + ": the order of bytes is " + quoted(byteOrder)
                    + ", expected is little or big. The file is damaged.");
        }
        this.order = byteOrder.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /**
     * Opens a file.
     *
     * @throws InteropException if it is missing, or no archive of {@code torch.save}
     */
    static TorchArchive open(Path file) {
        DiskFile.requireReadable(file, EXPECTED);
        long size;
        try {
            size = Files.size(file);
            refuseBarePickle(file);
        } catch (IOException e) {
            throw DiskFile.unreadable(file.toString(), e);
        }
        ZipArchive zip = ZipArchive.open(file, EXPECTED);
        try {
            return new TorchArchive(zip, size);
        } catch (Throwable e) {
            zip.close();
            throw e;
        }
    }

    private static void refuseBarePickle(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            byte[] head = stream.readNBytes(2);
            if (head.length == 2 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5) {
                throw new InteropException(
                        file + ": this is a pickle and no archive, as PyTorch wrote before version 1.6"
                                + " (or with _use_new_zipfile_serialization=False). Load and save it again with a later PyTorch:"
                                + " torch.save(torch.load(file), file).");
            }
        }
    }

    private String prefix() {
        List<String> pickles = zip.names().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .filter(name -> name.indexOf('/') == name.lastIndexOf('/'))
                .toList();
        if (pickles.size() != 1) {
            throw new InteropException(zip.name() + ": the archive should hold one data.pkl but holds " + pickles.size()
                    + ". Is it a file of torch.save?");
        }
        return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }

    /** What the pickle holds. */
    Object content() {
        return PickleReader.read(
                zip.name(), zip.read(prefix + PICKLE), fileSize, new TorchObjects(zip.name(), InArchive::new));
    }

    /** A storage, read once for all its tensors. */
    private final class InArchive implements TorchTensor.Storage {

        private final String key;
        private final long size;

        InArchive(String key, long size) {
            this.key = key;
            this.size = size;
            if (size > fileSize) {
                throw new InteropException(file() + ": the storage " + quoted(key) + " should have " + size
                        + " bytes, more than the whole file, which has " + fileSize
                        + ". Was it copied or downloaded whole?");
            }
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public byte[] bytes() {
            byte[] bytes = read.computeIfAbsent(key, name -> zip.read(prefix + "data/" + name));
            if (bytes.length != size) {
                throw new InteropException(file() + ": the storage " + quoted(key) + " should have " + size
                        + " bytes but has " + bytes.length + ". Was the file copied or downloaded whole?");
            }
            return bytes;
        }

        @Override
        public ByteOrder order() {
            return order;
        }

        @Override
        public void charge(long bytes) {
            left -= bytes;
            if (left < 0) {
                throw new InteropException(
                        file() + ": the tensors of storage " + quoted(key) + " and those before it need far"
                                + " more memory than the file has bytes. The file is damaged or hostile.");
            }
        }

        @Override
        public String file() {
            return zip.name();
        }
    }

    @Override
    public void close() {
        zip.close();
    }
}
