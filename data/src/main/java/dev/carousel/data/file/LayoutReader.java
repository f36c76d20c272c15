package dev.carousel.data.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Objects;

/** A text whose lines are changed as a {@link TableLayout} says, one for one, so that their numbers stay. */
final class LayoutReader extends Reader {

    private final BufferedReader text;
    private final TableLayout layout;
    private String line = "";
    private int at;
    private long number;

    LayoutReader(BufferedReader text, TableLayout layout) {
        this.text = text;
        this.layout = layout;
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (at == line.length()) {
            String next = text.readLine();
            if (next == null) {
                return -1;
            }
            line = layout.seen(number++, next) + "\n";
            at = 0;
        }
        int count = Math.min(length, line.length() - at);
        line.getChars(at, at + count, into, offset);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
