package dev.carousel.cli.task;

import dev.carousel.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The bytes of a file that another program may still be writing: at its end there may be more later. */
final class GrowingFile extends InputStream {

    private static final long PAUSE_MILLIS = 100;

    private final Path file;
    private final FileChannel channel;
    private final boolean follow;

    private GrowingFile(Path file, FileChannel channel, boolean follow) {
        this.file = file;
        this.channel = channel;
        this.follow = follow;
    }

    /**
     * Opens a file.
     *
     * @param follow whether to wait at its end for more
     * @throws DataException if there is no such file
     */
    static GrowingFile open(Path file, boolean follow) throws IOException {
        if (!Files.exists(file) || Files.isDirectory(file)) {
            throw new DataException(
                    file + (Files.exists(file) ? ": expected a file but found a folder." : ": no such file."));
        }
        return new GrowingFile(file, FileChannel.open(file), follow);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        int count = channel.read(ByteBuffer.wrap(into, from, length));
        while (count < 0 && follow && pause()) {
            if (channel.size() < channel.position()) {
                throw new IOException("it has become shorter. Was it written anew? Begin anew as well");
            }
            count = channel.read(ByteBuffer.wrap(into, from, length));
        }
        return count;
    }

    /** Waits a moment; false if somebody wants this thread to end. */
    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "GrowingFile[" + file + "]";
    }
}
