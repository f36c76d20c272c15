package dev.carousel.data.file;

import java.nio.LongBuffer;
import java.util.List;

/**
 * The rows of a table as 64 bits a field, in memory or in a mapped file; who reads them does not see which.
 *
 * <p>Rows of equal width lie one after another in pieces of 2^shift rows. Written while a file is read, and never after
 * that.
 */
public final class RowStore {

    private final LongBuffer[] pieces;
    private final int shift;
    private final int width;
    private final int rows;

    RowStore(List<LongBuffer> pieces, int shift, int width, int rows) {
        this.pieces = pieces.toArray(LongBuffer[]::new);
        this.shift = shift;
        this.width = width;
        this.rows = rows;
    }

    public int rows() {
        return rows;
    }

    int width() {
        return width;
    }

    /** Whether the rows lie in a file. */
    boolean mapped() {
        return pieces.length > 0 && pieces[0].isDirect();
    }

    /** The bits of a field. */
    public long bits(int row, int field) {
        return pieces[row >> shift].get((row & (1 << shift) - 1) * width + field);
    }

    /** A field that holds a number. */
    public double number(int row, int field) {
        return Double.longBitsToDouble(bits(row, field));
    }

    /** Writes the bits of a field. */
    public void setBits(int row, int field, long bits) {
        pieces[row >> shift].put((row & (1 << shift) - 1) * width + field, bits);
    }

    public void setNumber(int row, int field, double number) {
        setBits(row, field, Double.doubleToRawLongBits(number));
    }

    /** Writes a row over another one. */
    public void copyRow(int from, RowStore target, int to) {
        for (int field = 0; field < width; field++) {
            target.setBits(to, field, bits(from, field));
        }
    }
}
