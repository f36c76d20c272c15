package dev.carousel.server;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that come a few at a time. */
final class SlowInput extends InputStream {

    private final byte[] bytes;
    private int at;

    SlowInput(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == bytes.length) {
            return -1;
        }
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        int count = Math.min(Math.min(7, length), bytes.length - at);
        System.arraycopy(bytes, at, into, offset, count);
        at += count;
        return count;
    }
}
