package dev.carousel.vector;

import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import java.util.Arrays;

/**
 * Matrix products on packed panels, blocked for the caches.
 *
 * <p>A panel of B is read once for each tile of rows, so it should come from the second-level cache at worst: rows of A
 * are taken in blocks that fit there beside it, and for each block all panels in turn. Where a sum goes on from what is in C
 * already, its tile is computed apart and then added, for the tile's registers leave no room to begin from C.
 */
final class VectorProducts implements Products {

    /** How many rows of its operands {@link #addTransposedProduct} takes at a time. */
    static final int DEPTH = 256;

    /** How many floats of A a block of rows may hold: 384 kB. */
    private static final int BLOCK_FLOATS = 96 << 10;

    /** How deep a panel may be before it is cut, with its sums resting in C between the parts. */
    private static final int PANEL_DEPTH = 1024;

    @Override
    public PackedMatrix packed(int depth, int cols) {
        return new Panels(depth, cols);
    }

    @Override
    public int columnUnit() {
        return Tile.WIDTH;
    }

    @Override
    public void multiply(
            int rows,
            float[] a,
            int aAt,
            int aStride,
            PackedMatrix b,
            int firstCol,
            int cols,
            float[] bias,
            float[] c,
            int cAt,
            int cStride) {
        Panels panels = (Panels) b;
        int blockRows = blockRows(panels, rows);
        for (int r = 0; r < rows; r += blockRows) {
            int count = Math.min(blockRows, rows - r);
            int depth = Math.min(panels.depth(), PANEL_DEPTH);
            int end = firstCol + cols;
            int from = aAt + r * aStride;
            int to = cAt + r * cStride;
            write(count, depth, a, from, aStride, panels, firstCol, end, bias, c, to, cStride);
            add(count, depth, a, from, aStride, panels, firstCol, end, c, to, cStride);
        }
    }

    @Override
    public void multiplyAdd(
            int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] c, int cAt, int cStride) {
        Panels panels = (Panels) b;
        int blockRows = blockRows(panels, rows);
        for (int r = 0; r < rows; r += blockRows) {
            int count = Math.min(blockRows, rows - r);
            add(count, 0, a, aAt + r * aStride, aStride, panels, 0, panels.cols(), c, cAt + r * cStride, cStride);
        }
    }

    /** The rows of A in equal blocks of whole tiles, so that no panel is read for a few rows that are left over. */
    private static int blockRows(Panels b, int rows) {
        int depth = Math.max(1, Math.min(b.depth(), PANEL_DEPTH));
        int most = Math.max(6, BLOCK_FLOATS / depth);
        int blocks = (rows + most - 1) / most;
        int each = (rows + blocks - 1) / Math.max(1, blocks);
        return Math.max(6, (each + 5) / 6 * 6);
    }

    /** C = bias + A B, of columns {@code firstCol} to {@code end - 1} and the first {@code depth} rows of B. */
    private static void write(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            Panels b,
            int firstCol,
            int end,
            float[] bias,
            float[] c,
            int cAt,
            int cStride) {
        int col = firstCol;
        for (; col < Math.min(end, b.wideCols()); col += Tile.WIDTH) {
            Tiles.write(rows, depth, a, aAt, aStride, b.data(), b.panelAt(col), bias, col, c, cAt + col, cStride);
        }
        for (; col < end; col += SlimTile.WIDTH) {
            int cols = Math.min(SlimTile.WIDTH, b.cols() - col);
            if (cols == SlimTile.WIDTH) {
                Tiles.writeSlim(
                        rows, depth, a, aAt, aStride, b.data(), b.panelAt(col), bias, col, c, cAt + col, cStride);
            } else {
                Scratch scratch = Scratch.ofThread();
                System.arraycopy(bias, col, scratch.bias, 0, cols);
                writePart(rows, cols, depth, a, aAt, aStride, b, col, scratch, c, cAt + col, cStride);
            }
        }
    }

    /** The last columns, fewer than a vector: computed in a tile apart, of which only those are copied. */
    private static void writePart(
            int rows,
            int cols,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            Panels b,
            int col,
            Scratch scratch,
            float[] c,
            int cAt,
            int cStride) {
        float[] tile = scratch.tile;
        int width = SlimTile.WIDTH;
        for (int r = 0; r < rows; r += 6) {
            int count = Math.min(6, rows - r);
            int from = aAt + r * aStride;
            Tiles.writeSlim(count, depth, a, from, aStride, b.data(), b.panelAt(col), scratch.bias, 0, tile, 0, width);
            for (int i = 0; i < count; i++) {
                System.arraycopy(tile, i * width, c, cAt + (r + i) * cStride, cols);
            }
        }
    }

    /** C += A B, of columns {@code firstCol} to {@code end - 1} and the rows of B from {@code first} on. */
    private static void add(
            int rows,
            int first,
            float[] a,
            int aAt,
            int aStride,
            Panels b,
            int firstCol,
            int end,
            float[] c,
            int cAt,
            int cStride) {
        for (int k = first; k < b.depth(); k += PANEL_DEPTH) {
            int depth = Math.min(PANEL_DEPTH, b.depth() - k);
            for (int col = firstCol; col < end; col += b.widthAt(col)) {
                int width = b.widthAt(col);
                int cols = Math.min(width, b.cols() - col);
                int at = b.panelAt(col) + k * width;
                addPanel(rows, cols, width, depth, a, aAt + k, aStride, b.data(), at, c, cAt + col, cStride);
            }
        }
    }

    private static void addPanel(
            int rows,
            int cols,
            int width,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            float[] c,
            int cAt,
            int cStride) {
        float[] tile = Scratch.ofThread().tile;
        for (int r = 0; r < rows; r += 6) {
            int count = Math.min(6, rows - r);
            int from = aAt + r * aStride;
            if (width == Tile.WIDTH) {
                Tiles.write(count, depth, a, from, aStride, b, bAt, Tiles.ZEROS, 0, tile, 0, width);
            } else {
                Tiles.writeSlim(count, depth, a, from, aStride, b, bAt, Tiles.ZEROS, 0, tile, 0, width);
            }
            Tiles.addTo(count, cols, tile, width, c, cAt + r * cStride, cStride);
        }
    }

    @Override
    public void addTransposedProduct(
            int depth,
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] b,
            int bAt,
            int bStride,
            int cols,
            float[] g,
            int gAt,
            int gStride) {
        Scratch scratch = Scratch.ofThread();
        int panels = (cols + Tile.WIDTH - 1) / Tile.WIDTH;
        float[] packed = scratch.panels(panels * DEPTH * Tile.WIDTH);
        for (int k = 0; k < depth; k += DEPTH) {
            int part = Math.min(DEPTH, depth - k);
            pack(part, b, bAt + k * bStride, bStride, cols, packed);
            for (int p = 0; p < rows; p += TransposedTile.BLOCK) {
                int count = Math.min(TransposedTile.BLOCK, rows - p);
                for (int i = 0; i < part; i++) {
                    System.arraycopy(a, aAt + (k + i) * aStride + p, scratch.block, i * TransposedTile.PITCH, count);
                }
                addTransposedBlock(count, part, scratch, packed, cols, g, gAt + p * gStride, gStride);
            }
        }
    }

    /** Copies rows of B into panels, the last filled up with zeros. */
    private static void pack(int depth, float[] b, int bAt, int bStride, int cols, float[] packed) {
        for (int q = 0; q < cols; q += Tile.WIDTH) {
            int count = Math.min(Tile.WIDTH, cols - q);
            for (int i = 0; i < depth; i++) {
                int to = q * DEPTH + i * Tile.WIDTH;
                System.arraycopy(b, bAt + i * bStride + q, packed, to, count);
                Arrays.fill(packed, to + count, to + Tile.WIDTH, 0);
            }
        }
    }

    private static void addTransposedBlock(
            int rows, int depth, Scratch scratch, float[] packed, int cols, float[] g, int gAt, int gStride) {
        for (int q = 0; q < cols; q += Tile.WIDTH) {
            int count = Math.min(Tile.WIDTH, cols - q);
            for (int p = 0; p < rows; p += 6) {
                int tileRows = Math.min(6, rows - p);
                Tiles.writeTransposed(tileRows, depth, scratch.block, p, packed, q * DEPTH, scratch.tile);
                Tiles.addTo(tileRows, count, scratch.tile, Tile.WIDTH, g, gAt + p * gStride + q, gStride);
            }
        }
    }
}
