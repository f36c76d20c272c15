package dev.carousel.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the bytes of a file come from: the disk, or an array. */
interface Bytes extends AutoCloseable {

    /** How many there are. */
    long size();

    /** Copies from a position on into a buffer until the buffer is full. */
    void read(long position, ByteBuffer into);

    @Override
    void close();

    /** The bytes of an array, which is not copied. */
    static Bytes of(byte[] array) {
        return new Bytes() {
            @Override
            public long size() {
                return array.length;
            }

            @Override
            public void read(long position, ByteBuffer into) {
                into.put(array, Math.toIntExact(position), into.remaining());
            }

            @Override
            public void close() {
                // An array needs no closing.
            }
        };
    }

    /**
     * The bytes of a file on disk.
     *
     * @throws ModelException if it is not there, not a regular file, or not readable
     */
    static Bytes of(Path path) {
        String file = path.toString();
        if (Files.isDirectory(path)) {
            throw new ModelException(ModelException.Kind.NO_FILE, file, "this is a folder; a model file is expected.");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new ModelException(
                    ModelException.Kind.NO_FILE, file, "this is a device or a pipe; a model file is expected.");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new OnDisk(file, channel, channel.size());
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    ModelException.Kind.NO_FILE,
                    file,
                    "there is no such file in " + path.toAbsolutePath().getParent() + ".",
                    e);
        } catch (IOException e) {
            throw OnDisk.unreadable(file, e);
        }
    }

    /** A file that is open. */
    record OnDisk(String file, FileChannel channel, long size) implements Bytes {

        private static ModelException unreadable(String file, IOException e) {
            return new ModelException(
                    ModelException.Kind.UNREADABLE,
                    file,
                    "the file cannot be read (" + e + "). Check its permissions and the disk.",
                    e);
        }

        @Override
        public void read(long position, ByteBuffer into) {
            try {
                long at = position;
                while (into.hasRemaining()) {
                    int count = channel.read(into, at);
                    if (count < 0) {
                        throw new IOException("it became shorter than " + size + " bytes while it was read");
                    }
                    at += count;
                }
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
    }
}
