package dev.carousel.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBaseDefault;

/**
 * A file that stays open when a thread that reads or writes it is interrupted. A {@link java.nio.channels.FileChannel} of Java's
 * own is closed then, for all threads, and what they were about to write is lost.
 */
final class SteadyFile extends FileBaseDefault {

    private final RandomAccessFile file;

    SteadyFile(String name, String mode) throws IOException {
        file = new RandomAccessFile(name, mode);
    }

    @Override
    public synchronized int read(ByteBuffer to, long position) throws IOException {
        file.seek(position);
        int count;
        if (to.hasArray()) {
            count = file.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
            to.position(to.position() + Math.max(0, count));
        } else {
            byte[] bytes = new byte[to.remaining()];
            count = file.read(bytes);
            to.put(bytes, 0, Math.max(0, count));
        }
        return count;
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
        int count = from.remaining();
        file.seek(position);
        if (from.hasArray()) {
            file.write(from.array(), from.arrayOffset() + from.position(), count);
            from.position(from.limit());
        } else {
            byte[] bytes = new byte[count];
            from.get(bytes);
            file.write(bytes);
        }
        return count;
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    protected synchronized void implTruncate(long size) throws IOException {
        file.setLength(size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.getFD().sync();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.getChannel().tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
