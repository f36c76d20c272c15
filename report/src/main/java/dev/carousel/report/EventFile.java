package dev.carousel.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow frames them, each an {@code Event} message; numbers are little-endian.
 *
 * <pre>{@code
 * length   8 bytes
 * masked CRC-32C of the length   4 bytes         mask(c) = rotate right(c, 15) + 0xa282ead8
 * the record   length bytes
 * masked CRC-32C of the record   4 bytes
 * }</pre>
 *
 * <p>A reader takes whole records and waits at one that is not complete, so that a file may be read while it is written.
 */
final class EventFile implements AutoCloseable {

    private static final int MASK = 0xa282ead8;

    // Fields of the message Event.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /** Creates a file in a folder, with a name that TensorBoard looks for and that no other file there has. */
    static EventFile createIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        String name = String.format(
                "events.out.tfevents.%010d.carousel.%d.",
                System.currentTimeMillis() / 1000, ProcessHandle.current().pid());
        for (int number = 0; ; number++) {
            try {
                OutputStream out = Files.newOutputStream(
                        folder.resolve(name + number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                EventFile file = new EventFile(new BufferedOutputStream(out, 1 << 15));
                file.write(event().text(FILE_VERSION, "brain.Event:2"));
                file.flush();
                return file;
            } catch (FileAlreadyExistsException e) {
                // Another run of this second and process: take the next number.
            }
        }
    }

    private static ProtobufMessage event() {
        return new ProtobufMessage().doubleNumber(WALL_TIME, System.currentTimeMillis() / 1e3);
    }

    /** Appends an event with a summary. */
    void append(long step, ProtobufMessage summary) throws IOException {
        write(event().number(STEP, step).message(SUMMARY, summary));
    }

    private void write(ProtobufMessage event) throws IOException {
        byte[] record = event.toBytes();
        byte[] length = little(8).putLong(record.length).array();
        out.write(length);
        out.write(maskedChecksum(length));
        out.write(record);
        out.write(maskedChecksum(record));
    }

    private static byte[] maskedChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length);
        return little(4)
                .putInt(Integer.rotateRight((int) checksum.getValue(), 15) + MASK)
                .array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
