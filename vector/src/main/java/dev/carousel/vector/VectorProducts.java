package dev.carousel.vector;

import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;

/**
 * Matrix products on packed panels, blocked for the caches.
 *
 * <p>A panel of B is read once for each tile of rows, so it should come from the second-level cache at worst: rows of A
 * are taken in blocks that fit there beside it, and for each block all panels in turn. The depth is cut where a panel would
 * outgrow the cache; a sum then rests in C between the parts, which changes none of its bits.
 */
final class VectorProducts implements Products {

    /** How many rows of the operands {@link #addTransposedProduct} takes at a time. */
    static final int DEPTH = 128;

    /** How many floats of A a block of rows may hold: 256 kB. */
    private static final int BLOCK_FLOATS = 1 << 16;

    /** How deep a panel may be before it is cut. */
    private static final int PANEL_DEPTH = 512;

    /** Six rows of four vectors need 29 registers; where there are 16, two rows need 13. */
    private static final int MAX_ROWS = Lanes.MANY_REGISTERS ? 6 : 2;

    @Override
    public PackedMatrix packed(int depth, int cols) {
        return new Panels(depth, cols);
    }

    @Override
    public void multiply(
            int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] bias, float[] c, int cAt, int cStride) {
        product(rows, a, aAt, aStride, (Panels) b, bias, 0, 0, c, cAt, cStride);
    }

    @Override
    public void multiplyAdd(
            int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] c, int cAt, int cStride) {
        product(rows, a, aAt, aStride, (Panels) b, c, cAt, cStride, c, cAt, cStride);
    }

    /** C = init + A B. */
    private static void product(
            int rows,
            float[] a,
            int aAt,
            int aStride,
            Panels b,
            float[] init,
            int iAt,
            int iStride,
            float[] c,
            int cAt,
            int cStride) {
        int depth = Math.min(b.depth(), PANEL_DEPTH);
        int blockRows = Math.max(MAX_ROWS, BLOCK_FLOATS / Math.max(depth, 1) / MAX_ROWS * MAX_ROWS);
        for (int r = 0; r < rows; r += blockRows) {
            int count = Math.min(blockRows, rows - r);
            block(
                    count,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    0,
                    depth,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
            for (int k = depth; k < b.depth(); k += depth) {
                int part = Math.min(depth, b.depth() - k);
                int at = cAt + r * cStride;
                block(count, a, aAt + r * aStride + k, aStride, b, k, part, c, at, cStride, c, at, cStride);
            }
        }
    }

    /** C = init + A B for one block of rows and rows {@code k} to {@code k + depth} of B. */
    private static void block(
            int rows,
            float[] a,
            int aAt,
            int aStride,
            Panels b,
            int k,
            int depth,
            float[] init,
            int iAt,
            int iStride,
            float[] c,
            int cAt,
            int cStride) {
        int col = 0;
        for (; col < b.wideCols(); col += Tile.WIDTH) {
            int at = b.panelAt(col) + k * Tile.WIDTH;
            panel(rows, depth, a, aAt, aStride, b.data(), at, init, iAt + col, iStride, c, cAt + col, cStride);
        }
        for (; col < b.cols(); col += SlimTile.WIDTH) {
            int at = b.panelAt(col) + k * SlimTile.WIDTH;
            int cols = Math.min(SlimTile.WIDTH, b.cols() - col);
            if (cols == SlimTile.WIDTH) {
                slim(rows, depth, a, aAt, aStride, b.data(), at, init, iAt + col, iStride, c, cAt + col, cStride);
            } else {
                partial(
                        rows, cols, depth, a, aAt, aStride, b.data(), at, init, iAt + col, iStride, c, cAt + col,
                        cStride);
            }
        }
    }

    private static void panel(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            float[] init,
            int iAt,
            int iStride,
            float[] c,
            int cAt,
            int cStride) {
        int r = 0;
        for (; MAX_ROWS == 6 && r + 6 <= rows; r += 6) {
            Tile.rows6(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        for (; MAX_ROWS >= 4 && r + 4 <= rows; r += 4) {
            Tile.rows4(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        for (; r + 2 <= rows; r += 2) {
            Tile.rows2(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        if (r < rows) {
            Tile.rows1(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
    }

    private static void slim(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            float[] init,
            int iAt,
            int iStride,
            float[] c,
            int cAt,
            int cStride) {
        int r = 0;
        for (; r + 6 <= rows; r += 6) {
            SlimTile.rows6(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        for (; r + 4 <= rows; r += 4) {
            SlimTile.rows4(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        for (; r + 2 <= rows; r += 2) {
            SlimTile.rows2(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
        if (r < rows) {
            SlimTile.rows1(
                    depth,
                    a,
                    aAt + r * aStride,
                    aStride,
                    b,
                    bAt,
                    init,
                    iAt + r * iStride,
                    iStride,
                    c,
                    cAt + r * cStride,
                    cStride);
        }
    }

    /** The last columns, fewer than a vector: computed in a tile apart, of which only those are copied. */
    private static void partial(
            int rows,
            int cols,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            float[] init,
            int iAt,
            int iStride,
            float[] c,
            int cAt,
            int cStride) {
        float[] tile = Scratch.ofThread().tile;
        for (int r = 0; r < rows; r += 6) {
            int count = Math.min(6, rows - r);
            for (int i = 0; i < count; i++) {
                System.arraycopy(init, iAt + (r + i) * iStride, tile, i * SlimTile.WIDTH, cols);
            }
            slim(count, depth, a, aAt + r * aStride, aStride, b, bAt, tile, 0, SlimTile.WIDTH, tile, 0, SlimTile.WIDTH);
            for (int i = 0; i < count; i++) {
                System.arraycopy(tile, i * SlimTile.WIDTH, c, cAt + (r + i) * cStride, cols);
            }
        }
    }

    // ---- G += Aᵀ B

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
                for (int q = 0; q < cols; q += Tile.WIDTH) {
                    int at = q * DEPTH;
                    int to = gAt + p * gStride + q;
                    if (q + Tile.WIDTH <= cols) {
                        transposed(count, part, scratch.block, 0, packed, at, g, to, gStride);
                    } else {
                        partialTransposed(count, cols - q, part, scratch, packed, at, g, to, gStride);
                    }
                }
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
                if (count < Tile.WIDTH) {
                    java.util.Arrays.fill(packed, to + count, to + Tile.WIDTH, 0);
                }
            }
        }
    }

    private static void transposed(
            int rows, int depth, float[] block, int col, float[] b, int bAt, float[] g, int gAt, int gStride) {
        int p = 0;
        for (; MAX_ROWS == 6 && p + 6 <= rows; p += 6) {
            int at = gAt + p * gStride;
            TransposedTile.rows6(depth, block, col + p, b, bAt, g, at, gStride, g, at, gStride);
        }
        for (; MAX_ROWS >= 4 && p + 4 <= rows; p += 4) {
            int at = gAt + p * gStride;
            TransposedTile.rows4(depth, block, col + p, b, bAt, g, at, gStride, g, at, gStride);
        }
        for (; p + 2 <= rows; p += 2) {
            int at = gAt + p * gStride;
            TransposedTile.rows2(depth, block, col + p, b, bAt, g, at, gStride, g, at, gStride);
        }
        if (p < rows) {
            int at = gAt + p * gStride;
            TransposedTile.rows1(depth, block, col + p, b, bAt, g, at, gStride, g, at, gStride);
        }
    }

    private static void partialTransposed(
            int rows, int cols, int depth, Scratch scratch, float[] b, int bAt, float[] g, int gAt, int gStride) {
        for (int p = 0; p < rows; p += 6) {
            int count = Math.min(6, rows - p);
            for (int i = 0; i < count; i++) {
                System.arraycopy(g, gAt + (p + i) * gStride, scratch.tile, i * Tile.WIDTH, cols);
            }
            transposed(count, depth, scratch.block, p, b, bAt, scratch.tile, 0, Tile.WIDTH);
            for (int i = 0; i < count; i++) {
                System.arraycopy(scratch.tile, i * Tile.WIDTH, g, gAt + (p + i) * gStride, cols);
            }
        }
    }
}
