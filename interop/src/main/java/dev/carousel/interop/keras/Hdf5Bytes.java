package dev.carousel.interop.keras;

import dev.carousel.interop.InteropException;
import io.jhdf.Superblock;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.function.Supplier;

/**
 * An HDF5 file in memory, as jhdf reads it, without trust: what is read is counted.
 *
 * <p>The parts of an HDF5 file point at each other, and jhdf follows. A file whose parts point in circles, or all at one
 * place, asks for far more than it holds; it is refused when that much has been read. Slices are handed out, no copies.
 */
final class Hdf5Bytes implements HdfBackingStorage {

    /** How often a sound file is read over at most; in truth it is about once. */
    private static final int MOST_TIMES = 8;

    private static final int ALWAYS_ALLOWED = 1 << 20;

    /** What a read costs apart from its bytes, for the objects that it makes. */
    private static final int COST_OF_READ = 64;

    private static final int BYTES_OF_ADDRESS = 8;

    static {
        QuietLogging.begin();
    }

    private final String file;
    private final ByteBuffer bytes;
    private final Superblock superblock;
    private long left;
    private long dataLeft;

    private Hdf5Bytes(String file, ByteBuffer bytes, Superblock superblock) {
        this.file = file;
        this.bytes = bytes;
        this.superblock = superblock;
        this.left = ALWAYS_ALLOWED + (long) MOST_TIMES * bytes.capacity();
        this.dataLeft = bytes.capacity();
    }

    /**
     * Reads the beginning of a file.
     *
     * @param file its name, for errors
     * @param content all of its bytes, not copied
     * @throws InteropException if it is no HDF5 file that we read
     */
    static Hdf5Bytes of(String file, byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        Superblock superblock = guarded(file, "its beginning", () -> Superblock.readSuperblock(bytes));
        if (superblock.getSizeOfOffsets() != BYTES_OF_ADDRESS
                || superblock.getSizeOfLengths() != BYTES_OF_ADDRESS
                || superblock.getBaseAddressByte() != 0) {
            throw new InteropException(file + ": this HDF5 file has addresses of " + superblock.getSizeOfOffsets()
                    + " bytes, lengths of " + superblock.getSizeOfLengths() + " and begins at "
                    + superblock.getBaseAddressByte()
                    + "; Keras writes 8, 8 and 0. Was it damaged or not written by Keras?");
        }
        long end = superblock.getEndOfFileAddress();
        if (end < 0 || end > content.length) {
            throw new InteropException(file + ": the HDF5 data should be " + Long.toUnsignedString(end)
                    + " bytes long but are only " + content.length + ". Was it copied or downloaded whole?");
        }
        return new Hdf5Bytes(file, bytes, superblock);
    }

    /**
     * What jhdf reads, with its errors worded as ours.
     *
     * @param place where in the file, for errors
     */
    <T> T guarded(String place, Supplier<T> reading) {
        return guarded(file, place, reading);
    }

    private static <T> T guarded(String file, String place, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InteropException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // A circle of objects may exhaust the stack before it exhausts the count.
            throw new InteropException(
                    file + ": the HDF5 data cannot be read at " + place + ": " + explain(e)
                            + ". Was it copied or downloaded whole?",
                    e);
        }
    }

    /** The innermost message of jhdf, which says most. */
    private static String explain(Throwable e) {
        String said = "";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InteropException || cause instanceof StackOverflowError) {
                return "its parts point at each other in circles";
            }
            if (cause instanceof HdfException && cause.getMessage() != null) {
                said = cause.getMessage();
            }
        }
        return said.isEmpty() ? "a length or an address points outside the file" : said.replaceAll("\\p{C}", "?");
    }

    /** The file's name. */
    String file() {
        return file;
    }

    /** Counts what is read. */
    void spend(long amount) {
        left -= amount;
        if (left < 0) {
            throw new InteropException(file + ": the HDF5 data asks to be read again and again, more than " + MOST_TIMES
                    + " times its size, so its parts must point at each other. Was it damaged?");
        }
    }

    /**
     * The numbers of a data set, a slice.
     *
     * @throws InteropException if data sets share bytes, so that together they would be larger than the file
     */
    ByteBuffer data(long address, long length) {
        dataLeft -= Math.max(0, length);
        if (dataLeft < 0) {
            throw new InteropException(file + ": the data sets together are larger than the file of " + bytes.capacity()
                    + " bytes. Was it copied or downloaded whole?");
        }
        return map(address, length);
    }

    @Override
    public ByteBuffer readBufferFromAddress(long address, int length) {
        return map(address, length);
    }

    @Override
    public ByteBuffer map(long address, long length) {
        return mapNoOffset(address, length);
    }

    @Override
    public ByteBuffer mapNoOffset(long address, long length) {
        if (address < 0 || length < 0 || address > bytes.capacity() || length > bytes.capacity() - address) {
            throw new HdfException("it points to " + Long.toUnsignedString(length) + " bytes from byte "
                    + Long.toUnsignedString(address) + " on, but there are only " + bytes.capacity() + " bytes");
        }
        spend(COST_OF_READ + length);
        return bytes.slice((int) address, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long getUserBlockSize() {
        return 0;
    }

    @Override
    public Superblock getSuperblock() {
        return superblock;
    }

    @Override
    public FileChannel getFileChannel() {
        throw new HdfException("it refers to another file");
    }

    @Override
    public int getSizeOfOffsets() {
        return superblock.getSizeOfOffsets();
    }

    @Override
    public int getSizeOfLengths() {
        return superblock.getSizeOfLengths();
    }

    @Override
    public void close() {
        // There is nothing but an array.
    }

    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public boolean inMemory() {
        return true;
    }
}
