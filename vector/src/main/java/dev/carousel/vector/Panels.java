package dev.carousel.vector;

import dev.carousel.kernel.PackedMatrix;

/**
 * B [depth, cols] as {@link Tile} reads it: panels of {@link Tile#WIDTH} columns, then panels of one vector for the columns
 * left, the last filled up with zeros. Within a panel one row of B follows the other.
 */
final class Panels implements PackedMatrix {

    private static final int LINE = 16;

    private final int depth;
    private final int cols;
    private final int wideCols;
    private final float[] data;

    Panels(int depth, int cols) {
        this.depth = depth;
        this.cols = cols;
        this.wideCols = cols / Tile.WIDTH * Tile.WIDTH;
        int slimPanels = (cols - wideCols + SlimTile.WIDTH - 1) / SlimTile.WIDTH;
        this.data = new float[Math.multiplyExact(depth, wideCols + slimPanels * SlimTile.WIDTH)];
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

    float[] data() {
        return data;
    }

    /** Where the panel begins that starts with column {@code col}, a multiple of its width: all before it are full. */
    int panelAt(int col) {
        return col * depth;
    }

    /** Where B[0, col] stands; the rows below it follow at a distance of {@link #widthAt}. */
    private int columnAt(int col) {
        int width = widthAt(col);
        return (col - col % width) * depth + col % width;
    }

    /** The width of the panel that column {@code col} lies in. */
    int widthAt(int col) {
        return col < wideCols ? Tile.WIDTH : SlimTile.WIDTH;
    }

    @Override
    public void fillTransposed(int firstCol, int rows, float[] w, int wAt) {
        // In blocks of some rows of B, so that the lines of the panel that are written stay in the first-level cache.
        for (int k0 = 0; k0 < depth; k0 += LINE) {
            int kEnd = Math.min(depth, k0 + LINE);
            for (int j = 0; j < rows; j++) {
                int to = columnAt(firstCol + j);
                int width = widthAt(firstCol + j);
                int from = wAt + j * depth;
                for (int k = k0; k < kEnd; k++) {
                    data[to + k * width] = w[from + k];
                }
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
