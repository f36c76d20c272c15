package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import java.util.Arrays;

/**
 * Matrix products on packed panels, blocked for the caches.
 *
 * <p>A panel of B is read once for each tile of rows, so it should come from the second-level cache at worst: rows of A
 * are taken in blocks that fit there next to it, and for each block all panels in turn. Where a sum goes on from what is in C
 * already, its tile is computed from zero and then added, which is faster than to begin from C and wait for it.
 */
final class VectorProducts implements Products {

    /** How many rows of a panel {@link #addTransposedProduct} takes at a time: 32 kB, which stay in the first-level cache. */
    static final int DEPTH = 128;

    /** How many floats of B it packs before it begins: 2 MB. */
    private static final int PACKED_FLOATS = 512 << 10;

    /** How many columns of A it takes at a time, so that their part of G stays in the second-level cache; a multiple of 6. */
    static final int BLOCK = 96;

    /** From how many columns of B on a copy of a block of A is worth its time. */
    private static final int COPY_COLS = 3 * Tile.WIDTH;

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
    public boolean triedSince(long nanoTime) {
        return Loop.Trial.anySince(nanoTime);
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
        if (rows <= 6) {
            return 6; // without the divisions, which are a tenth of a small network's step
        }
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
        int wideEnd = Math.min(end, b.wideCols());
        while (rows == 1 && col < wideEnd) {
            int panels = (wideEnd - col) / Tile.WIDTH;
            int at = b.panelAt(col);
            int bPanel = Tile.WIDTH * b.depth();
            col += Tile.WIDTH * Tiles.writeRow(panels, depth, a, aAt, b.data(), at, bPanel, bias, col, c, cAt + col);
        }
        for (; col < wideEnd; col += Tile.WIDTH) {
            Tiles.write(rows, depth, a, aAt, aStride, b.data(), b.panelAt(col), bias, col, c, cAt + col, cStride);
        }
        for (; col < Math.min(end, b.slimEnd()); col += SlimTile.WIDTH) {
            int cols = Math.min(SlimTile.WIDTH, b.cols() - col);
            if (cols == SlimTile.WIDTH) {
                Tiles.writeSlim(
                        rows, depth, a, aAt, aStride, 1, b.data(), b.panelAt(col), bias, col, c, cAt + col, cStride);
            } else {
                Scratch scratch = Scratch.ofThread();
                System.arraycopy(bias, col, scratch.bias, 0, cols);
                writePart(rows, cols, depth, a, aAt, aStride, b, col, scratch, c, cAt + col, cStride);
            }
        }
        for (; col < end; col++) {
            Tiles.writeThin(rows, depth, a, aAt, aStride, b.data(), b.panelAt(col), bias[col], c, cAt + col, cStride);
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
            Tiles.writeSlim(
                    count, depth, a, from, aStride, 1, b.data(), b.panelAt(col), scratch.bias, 0, tile, 0, width);
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
            } else if (width == 1) {
                Tiles.writeThin(count, depth, a, from, aStride, b, bAt, 0, tile, 0, width);
            } else {
                Tiles.writeSlim(count, depth, a, from, aStride, 1, b, bAt, Tiles.ZEROS, 0, tile, 0, width);
            }
            TileSums.addTo(count, cols, tile, width, c, cAt + r * cStride, cStride);
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
        int width = (cols + SlimTile.WIDTH - 1) / SlimTile.WIDTH * SlimTile.WIDTH;
        int most = Math.max(DEPTH, PACKED_FLOATS / Math.max(1, width) / DEPTH * DEPTH);
        for (int k = 0; k < depth; k += most) {
            int part = Math.min(most, depth - k);
            int from = aAt + k * aStride;
            addPackedProduct(part, a, from, aStride, rows, b, bAt + k * bStride, bStride, cols, g, gAt, gStride);
        }
    }

    /** G += Aᵀ B: all of B in panels, cut into equal depths; a block of columns of A through all depths; one panel after the other. */
    private static void addPackedProduct(
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
        int parts = (depth + DEPTH - 1) / DEPTH;
        int each = (depth + parts - 1) / parts;
        int width = (cols + SlimTile.WIDTH - 1) / SlimTile.WIDTH * SlimTile.WIDTH;
        float[] packed = Scratch.ofThread().panels(parts * each * width);
        for (int k = 0; k < depth; k += each) {
            pack(Math.min(each, depth - k), each, b, bAt + k * bStride, bStride, cols, packed, k * width);
        }
        boolean copies = !Lanes.MANY_REGISTERS && cols >= COPY_COLS;
        for (int p = 0; p < rows; p += BLOCK) {
            int count = Math.min(BLOCK, rows - p);
            int to = gAt + p * gStride;
            for (int k = 0; k < depth; k += each) {
                int part = Math.min(each, depth - k);
                float[] from = a;
                int fromAt = aAt + k * aStride + p;
                int fromStride = aStride;
                if (copies) {
                    from = Scratch.ofThread().columns;
                    copyRows(part, count, a, fromAt, aStride, from);
                    fromAt = 0;
                    fromStride = BLOCK;
                }
                addTransposedBlock(
                        count, part, from, fromAt, fromStride, packed, k * width, each, cols, g, to, gStride);
            }
        }
    }

    /**
     * Copies a block of A, so that its rows follow each other: where they lie, they may all fall into one set of the first-level
     * cache, and with 16 registers a line of A serves only 8 multiply-adds each time it is fetched.
     */
    private static void copyRows(int depth, int count, float[] a, int aAt, int aStride, float[] to) {
        for (int k = 0; k < depth; k++) {
            System.arraycopy(a, aAt + k * aStride, to, k * BLOCK, count);
        }
    }

    /** How many of the last columns of B are taken one by one. */
    private static int thinCols(int cols) {
        return Panels.thinCols(Integer.MAX_VALUE, cols);
    }

    /** A full panel, a row at a time. */
    private static void packPanel(int depth, float[] b, int bAt, int bStride, float[] packed, int packedAt) {
        int L = Lanes.COUNT;
        long begun = Loop.PACK.begin(depth);
        if (begun == Loop.PLAIN) {
            for (int i = 0; i < depth; i++) {
                System.arraycopy(b, bAt + i * bStride, packed, packedAt + i * Tile.WIDTH, Tile.WIDTH);
            }
            return;
        }
        for (int i = 0; i < depth; i++) {
            int from = bAt + i * bStride;
            int to = packedAt + i * Tile.WIDTH;
            fromArray(SPECIES, b, from).intoArray(packed, to);
            fromArray(SPECIES, b, from + L).intoArray(packed, to + L);
            fromArray(SPECIES, b, from + 2 * L).intoArray(packed, to + 2 * L);
            fromArray(SPECIES, b, from + 3 * L).intoArray(packed, to + 3 * L);
        }
        Loop.PACK.end(begun, depth);
    }

    /** Copies rows of B into panels of {@code panelDepth} rows, the last filled up with zeros. */
    private static void pack(
            int depth, int panelDepth, float[] b, int bAt, int bStride, int cols, float[] packed, int packedAt) {
        int wide = cols / Tile.WIDTH * Tile.WIDTH;
        int slimEnd = cols - thinCols(cols);
        for (int q = 0; q < wide; q += Tile.WIDTH) {
            packPanel(depth, b, bAt + q, bStride, packed, packedAt + q * panelDepth);
        }
        for (int q = slimEnd; q < cols; q++) {
            for (int i = 0; i < depth; i++) {
                packed[packedAt + q * panelDepth + i] = b[bAt + i * bStride + q];
            }
        }
        int width = SlimTile.WIDTH;
        for (int q = wide; q < slimEnd; q += width) {
            int count = Math.min(width, cols - q);
            for (int i = 0; i < depth; i++) {
                int to = packedAt + q * panelDepth + i * width;
                System.arraycopy(b, bAt + i * bStride + q, packed, to, count);
                Arrays.fill(packed, to + count, to + width, 0);
            }
        }
    }

    /** G += Aᵀ B for a block of columns of A: one panel of B after the other, each read for all of the block. */
    private static void addTransposedBlock(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aStride,
            float[] packed,
            int packedAt,
            int panelDepth,
            int cols,
            float[] g,
            int gAt,
            int gStride) {
        float[] tile = Scratch.ofThread().tile;
        int wide = cols / Tile.WIDTH * Tile.WIDTH;
        for (int q = 0; q < wide; q += Tile.WIDTH) {
            int panel = packedAt + q * panelDepth;
            for (int p = 0; p < rows; p += 6) {
                int count = Math.min(6, rows - p);
                int to = gAt + p * gStride + q;
                Tiles.addTransposed(count, depth, a, aAt + p, aStride, packed, panel, g, to, gStride);
            }
        }
        int slimEnd = cols - thinCols(cols);
        for (int q = slimEnd; q < cols; q++) {
            Tiles.addThinTransposed(
                    rows, depth, a, aAt, aStride, packed, packedAt + q * panelDepth, g, gAt + q, gStride);
        }
        int width = SlimTile.WIDTH;
        for (int q = wide; q < slimEnd; q += width) {
            int panel = packedAt + q * panelDepth;
            for (int p = 0; p < rows; p += 6) {
                int count = Math.min(6, rows - p);
                Tiles.writeSlim(count, depth, a, aAt + p, 1, aStride, packed, panel, Tiles.ZEROS, 0, tile, 0, width);
                TileSums.addTo(count, Math.min(width, cols - q), tile, width, g, gAt + p * gStride + q, gStride);
            }
        }
    }
}
