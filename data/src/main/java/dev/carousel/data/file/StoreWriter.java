package dev.carousel.data.file;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the rows of a table as they are read: into memory up to a limit, and beyond it all of them into a temporary file,
 * which is mapped at the end.
 *
 * <p>The file has no name any more once it is open (where the system allows that, else it goes with the process), so
 * that nothing is left behind, not even by a process that is killed. Its space is free again when nothing refers to the
 * rows.
 */
public final class StoreWriter implements AutoCloseable {

    private static final int HEAP_SHIFT = 12;
    private static final int LARGEST_MAPPING = 1 << 30;
    private static final int WRITE_BYTES = 1 << 20;

    private final int width;
    private final long heapBytes;
    private final Path folder;
    private final List<LongBuffer> pieces = new ArrayList<>();
    private final List<FileChannel> opened = new ArrayList<>();
    private int rows;

    /** What waits to be written to the file; of no bytes while there is none. */
    private ByteBuffer waiting = ByteBuffer.allocate(0);

    /**
     * Takes rows.
     *
     * @param width how many fields each has
     * @param heapBytes how many bytes of memory they may take
     * @param folder where the temporary file is made if there are more
     */
    public StoreWriter(int width, long heapBytes, Path folder) {
        this.width = width;
        this.heapBytes = heapBytes;
        this.folder = folder;
    }

    /**
     * Adds a row.
     *
     * @param row its fields, copied
     */
    public void add(long[] row) {
        if (rows == Integer.MAX_VALUE - 1) {
            throw new DataException(
                    "Expected at most " + rows + " rows but the file has more. Split the file, by time or by id.");
        }
        if (opened.isEmpty()) {
            addToHeap(row);
        } else {
            addToFile(row);
        }
        rows++;
    }

    private void addToHeap(long[] row) {
        int within = rows & (1 << HEAP_SHIFT) - 1;
        if (within == 0) {
            long bytes = (((rows >> HEAP_SHIFT) + 1L) * width * Long.BYTES) << HEAP_SHIFT;
            if (bytes > heapBytes) {
                spill();
                addToFile(row);
                return;
            }
            pieces.add(LongBuffer.wrap(new long[width << HEAP_SHIFT]));
        }
        pieces.get(rows >> HEAP_SHIFT).put(within * width, row, 0, width);
    }

    private void addToFile(long[] row) {
        if (waiting.remaining() < width * Long.BYTES) {
            flush();
        }
        for (int field = 0; field < width; field++) {
            waiting.putLong(row[field]);
        }
    }

    /** From here on everything goes into a file, and what is in memory too. */
    private void spill() {
        open();
        waiting = buffer(Math.max(WRITE_BYTES, width * Long.BYTES));
        RowStore held = new RowStore(pieces, HEAP_SHIFT, width, rows);
        long[] row = new long[width];
        for (int i = 0; i < held.rows(); i++) {
            for (int field = 0; field < width; field++) {
                row[field] = held.bits(i, field);
            }
            addToFile(row);
        }
        pieces.clear();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private FileChannel open() {
        try {
            Path file = Files.createTempFile(folder, "carousel-rows-", ".tmp");
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            opened.add(channel);
            return channel;
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    private void flush() {
        try {
            waiting.flip();
            while (waiting.hasRemaining()) {
                opened.get(0).write(waiting);
            }
            waiting.clear();
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    private DataException notWritten(IOException e) {
        return new DataException(
                "The table is larger than the " + (heapBytes >> 20) + " MB of memory that it may take, and a temporary"
                        + " file in " + folder + " cannot hold it ("
                        + e.getClass().getSimpleName() + ": "
                        + e.getMessage() + "). Name a folder on a disk with more room, or give Java more memory.",
                e);
    }

    /** The rows; nothing may be added any more. */
    public RowStore finish() {
        if (opened.isEmpty()) {
            return new RowStore(pieces, HEAP_SHIFT, width, rows);
        }
        flush();
        waiting = ByteBuffer.allocate(0);
        return map(opened.get(0), rows);
    }

    private RowStore map(FileChannel channel, int count) {
        int shift = HEAP_SHIFT;
        while (shift < 26 && ((long) width * Long.BYTES) << (shift + 1) <= LARGEST_MAPPING) {
            shift++;
        }
        List<LongBuffer> mapped = new ArrayList<>();
        try {
            for (long from = 0; from < count; from += 1L << shift) {
                long length = Math.min(1L << shift, count - from);
                mapped.add(channel.map(
                                FileChannel.MapMode.READ_WRITE, from * width * Long.BYTES, length * width * Long.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asLongBuffer());
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
        return new RowStore(mapped, shift, width, count);
    }

    /**
     * As many empty rows as another store has, in memory or in a file like that.
     *
     * @param other made by this writer
     */
    public RowStore alike(RowStore other) {
        return alike(other, other.rows());
    }

    /**
     * Empty rows, in memory or in a file like those of another store.
     *
     * @param other made by this writer
     * @param count how many
     */
    public RowStore alike(RowStore other, int count) {
        if (!other.mapped()) {
            List<LongBuffer> empty = new ArrayList<>();
            for (int from = 0; from < count; from += 1 << HEAP_SHIFT) {
                empty.add(LongBuffer.wrap(new long[width << HEAP_SHIFT]));
            }
            return new RowStore(empty, HEAP_SHIFT, width, count);
        }
        FileChannel channel = open();
        // Written, not left to the mapping: a disk that is full is an error here and would be a crash there.
        ByteBuffer zeros = buffer(WRITE_BYTES);
        long left = (long) count * width * Long.BYTES;
        try {
            while (left > 0) {
                zeros.clear().limit((int) Math.min(WRITE_BYTES, left));
                left -= channel.write(zeros);
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
        return map(channel, count);
    }

    /** Closes the temporary files; what is mapped stays readable. */
    @Override
    public void close() {
        try {
            for (FileChannel channel : opened) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
