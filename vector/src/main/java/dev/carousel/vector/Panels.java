package dev.carousel.vector;

import dev.carousel.kernel.PackedMatrix;

/**
 * B [depth, cols] as {@link Tile} reads it: panels of {@link Tile#WIDTH} columns, then panels of one vector for the columns
 * left, the last filled up with zeros; or, where it would hold but a few, panels of one column. Within a panel one row of B
 * follows the other.
 */
final class Panels implements PackedMatrix {

    /** More columns than these take no longer in a panel of one vector. */
    private static final int MOST_THIN = SlimTile.WIDTH / 4;

    /** From this many terms on, summing the lanes in the end takes less time than a vector for a column. */
    private static final int THIN_DEPTH = 64;

    private final int depth;
    private final int cols;
    private final int wideCols;
    private final int slimEnd;
    private final float[] data;

    Panels(int depth, int cols) {
        this.depth = depth;
        this.cols = cols;
        this.wideCols = cols / Tile.WIDTH * Tile.WIDTH;
        this.slimEnd = cols - thinCols(depth, cols);
        int slimPanels = (slimEnd - wideCols + SlimTile.WIDTH - 1) / SlimTile.WIDTH;
        int width = wideCols + slimPanels * SlimTile.WIDTH + cols - slimEnd;
        this.data = new float[Math.multiplyExact(depth, width)];
    }

    /** How many of the last columns are multiplied one by one: few enough, of sums that are long enough. */
    static int thinCols(int depth, int cols) {
        int left = cols % SlimTile.WIDTH;
        return left <= MOST_THIN && depth >= THIN_DEPTH ? left : 0;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int cols() {
        return cols;
    }

    /** How many columns lie in full panels. */
    int wideCols() {
        return wideCols;
    }

    /** Where the columns begin that have a panel each. */
    int slimEnd() {
        return slimEnd;
    }

    float[] data() {
        return data;
    }

    /** Where the panel begins that starts with column {@code col}, a multiple of its width: all before it are full. */
    int panelAt(int col) {
        return col * depth;
    }

    /** The width of the panel that column {@code col} lies in. */
    int widthAt(int col) {
        if (col >= slimEnd) {
            return 1;
        }
        return col < wideCols ? Tile.WIDTH : SlimTile.WIDTH;
    }

    @Override
    public void fillTransposed(int firstCol, int rows, float[] w, int wAt) {
        int end = firstCol + rows;
        int col = firstCol;
        while (col < end) {
            int width = widthAt(col);
            int panel = col / width * width;
            int count = Math.min(end, panel + width) - col;
            transpose(panelAt(panel) + col - panel, count, width, w, wAt + (col - firstCol) * depth);
            col += count;
        }
    }

    /** Four rows of W at a time: long loops, and lines of the panel that are still in the cache when it is their turn. */
    private void transpose(int at, int rows, int width, float[] w, int wAt) {
        int j = 0;
        for (; j + 4 <= rows; j += 4) {
            int row0 = wAt + j * depth;
            int row1 = row0 + depth;
            int row2 = row1 + depth;
            int row3 = row2 + depth;
            for (int k = 0; k < depth; k++) {
                int to = at + j + k * width;
                data[to] = w[row0 + k];
                data[to + 1] = w[row1 + k];
                data[to + 2] = w[row2 + k];
                data[to + 3] = w[row3 + k];
            }
        }
        for (; j < rows; j++) {
            for (int k = 0; k < depth; k++) {
                data[at + j + k * width] = w[wAt + j * depth + k];
            }
        }
    }

    @Override
    public void fill(int firstRow, int rows, float[] w, int wAt) {
        for (int col = 0; col < cols; col += widthAt(col)) {
            int width = widthAt(col);
            int count = Math.min(width, cols - col);
            int to = panelAt(col) + firstRow * width;
            for (int i = 0; i < rows; i++) {
                System.arraycopy(w, wAt + i * cols + col, data, to + i * width, count);
            }
        }
    }
}
