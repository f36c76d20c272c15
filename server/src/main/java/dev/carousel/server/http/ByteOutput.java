package dev.carousel.server.http;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow at their end, and are read without a copy. For one thread at a time. */
public final class ByteOutput extends OutputStream {

    private byte[] array;
    private int length;

    /** None yet. */
    public ByteOutput(int capacity) {
        array = new byte[capacity];
    }

    private void ensure(int more) {
        if (array.length - length < more) {
            long wanted = Math.max(2L * array.length, (long) length + more);
            array = Arrays.copyOf(array, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
    }

    @Override
    public void write(int value) {
        ensure(1);
        array[length++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
        ensure(count);
        System.arraycopy(from, offset, array, length, count);
        length += count;
    }

    /** Takes all that a buffer holds. */
    public void put(ByteBuffer from) {
        int count = from.remaining();
        ensure(count);
        from.get(array, length, count);
        length += count;
    }

    /** How many there are. */
    public int length() {
        return length;
    }

    /** Where they stand, from 0 to {@link #length}; not a copy, and another one after the next write. */
    public byte[] array() {
        return array;
    }

    /** A view of them. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array, 0, length);
    }

    /** A copy of them. */
    public byte[] copy() {
        return Arrays.copyOf(array, length);
    }
}
