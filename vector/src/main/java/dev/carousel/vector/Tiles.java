package dev.carousel.vector;

/** Any number of rows, cut into the tiles of {@link Tile}, {@link SlimTile} and {@link TransposedTile}. */
final class Tiles {

    /** Six rows of four vectors need 29 registers; where there are 16, two rows need 13. */
    private static final int MAX_ROWS = Lanes.MANY_REGISTERS ? 6 : 2;

    /** A bias of nothing for one panel. */
    static final float[] ZEROS = new float[Tile.WIDTH];

    private Tiles() {}

    /**
     * {@code C[r, 0..WIDTH) = bias + A[r, :] B} for one panel B. The tiles are as equal as can be, for low ones are slower by the
     * row.
     */
    static void write(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        int tiles = (rows + MAX_ROWS - 1) / MAX_ROWS;
        int r = 0;
        for (int tile = 1; tile <= tiles; tile++) {
            int end = rows * tile / tiles;
            writeTile(end - r, depth, a, aAt + r * aRow, aRow, b, bAt, bias, biasAt, c, cAt + r * cRow, cRow);
            r = end;
        }
    }

    private static void writeTile(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        Loop loop = ofRows(rows);
        long begun = loop.begin(depth);
        if (begun == Loop.PLAIN) {
            PlainTiles.write(rows, Tile.WIDTH, depth, a, aAt, aRow, 1, b, bAt, bias, biasAt, c, cAt, cRow);
            return;
        }
        writeVectors(rows, depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
        loop.end(begun, depth);
    }

    static void writeVectors(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        switch (rows) {
            case 6 -> Tile.rows6(depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
            case 5 -> Tile.rows5(depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
            case 4 -> Tile.rows4(depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
            case 3 -> Tile.rows3(depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
            case 2 -> Tile.rows2(depth, a, aAt, aRow, b, bAt, bias, biasAt, c, cAt, cRow);
            default -> RowTile.panels1(depth, a, aAt, b, bAt, bias, biasAt, c, cAt);
        }
    }

    private static Loop ofRows(int rows) {
        return switch (rows) {
            case 6 -> Loop.TILE_6;
            case 5 -> Loop.TILE_5;
            case 4 -> Loop.TILE_4;
            case 3 -> Loop.TILE_3;
            case 2 -> Loop.TILE_2;
            default -> Loop.ROW_1;
        };
    }

    /**
     * One row, {@code panels} panels of B side by side, each {@code bPanel} floats after the last.
     *
     * @return how many of them were multiplied: 1, 2 or 4
     */
    static int writeRow(
            int panels,
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            int bPanel,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt) {
        int count = panels >= 4 && Lanes.MANY_REGISTERS ? 4 : Math.min(panels, 2);
        Loop loop = count == 4 ? Loop.ROW_4 : count == 2 ? Loop.ROW_2 : Loop.ROW_1;
        long begun = loop.begin(depth);
        if (begun == Loop.PLAIN) {
            for (int p = 0; p < count; p++) {
                int column = p * Tile.WIDTH;
                int panel = bAt + p * bPanel;
                PlainTiles.write(
                        1, Tile.WIDTH, depth, a, aAt, 0, 1, b, panel, bias, biasAt + column, c, cAt + column, 0);
            }
            return count;
        }
        switch (count) {
            case 4 -> RowTile.panels4(depth, a, aAt, b, bAt, bPanel, bias, biasAt, c, cAt);
            case 2 -> RowTile.panels2(depth, a, aAt, b, bAt, bPanel, bias, biasAt, c, cAt);
            default -> RowTile.panels1(depth, a, aAt, b, bAt, bias, biasAt, c, cAt);
        }
        loop.end(begun, depth);
        return count;
    }

    /** As {@link #write}, for a panel of one vector; element (r, k) of A stands at {@code aAt + r * aRow + k * aStep}. */
    static void writeSlim(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        int r = 0;
        while (r < rows) {
            int count = rows - r >= 6 ? 6 : rows - r >= 4 ? 4 : Math.min(rows - r, 2);
            int from = aAt + r * aRow;
            int to = cAt + r * cRow;
            writeSlimTile(count, depth, a, from, aRow, aStep, b, bAt, bias, biasAt, c, to, cRow);
            r += count;
        }
    }

    private static void writeSlimTile(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        Loop loop = rows == 6 ? Loop.SLIM_6 : rows == 4 ? Loop.SLIM_4 : rows == 2 ? Loop.SLIM_2 : Loop.SLIM_1;
        long begun = loop.begin(depth);
        if (begun == Loop.PLAIN) {
            PlainTiles.write(rows, SlimTile.WIDTH, depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
            return;
        }
        writeSlimVectors(rows, depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
        loop.end(begun, depth);
    }

    static void writeSlimVectors(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            int aStep,
            float[] b,
            int bAt,
            float[] bias,
            int biasAt,
            float[] c,
            int cAt,
            int cRow) {
        switch (rows) {
            case 6 -> SlimTile.rows6(depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
            case 4 -> SlimTile.rows4(depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
            case 2 -> SlimTile.rows2(depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
            default -> SlimTile.rows1(depth, a, aAt, aRow, aStep, b, bAt, bias, biasAt, c, cAt, cRow);
        }
    }

    /** {@code C[r, 0] = start + A[r, :] B} for one column B. */
    static void writeThin(
            int rows,
            int depth,
            float[] a,
            int aAt,
            int aRow,
            float[] b,
            int bAt,
            float start,
            float[] c,
            int cAt,
            int cRow) {
        int turns = rows * (depth / Lanes.COUNT + 1);
        long begun = Loop.THIN.begin(turns);
        if (begun == Loop.PLAIN) {
            PlainTiles.writeThin(rows, depth, a, aAt, aRow, b, bAt, start, c, cAt, cRow);
            return;
        }
        float[] lanes = Scratch.ofThread().lanes;
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            ThinTile.rows4(depth, a, aAt + r * aRow, aRow, b, bAt, start, lanes, c, cAt + r * cRow, cRow);
        }
        for (; r < rows; r++) {
            ThinTile.rows1(depth, a, aAt + r * aRow, b, bAt, start, lanes, c, cAt + r * cRow);
        }
        Loop.THIN.end(begun, turns);
    }

    /** {@code G[p, 0] += Σ_k A[k, p] B[k]} for one column B. */
    static void addThinTransposed(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        int L = Lanes.COUNT;
        int turns = depth * (rows / (6 * L) + 1);
        long begun = Loop.THIN_TRANSPOSED.begin(turns);
        if (begun == Loop.PLAIN) {
            PlainTiles.addThinTransposed(rows, depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
        } else {
            addThinTransposedVectors(rows, depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
            Loop.THIN_TRANSPOSED.end(begun, turns);
        }
    }

    static void addThinTransposedVectors(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        int L = Lanes.COUNT;
        float[] tile = Scratch.ofThread().tile;
        int p = 0;
        for (; p + 6 * L <= rows; p += 6 * L) {
            ThinTile.transposed6(depth, a, aAt + p, aRow, b, bAt, tile);
            addColumn(6 * L, tile, g, gAt + p * gRow, gRow);
        }
        for (; p + L <= rows; p += L) {
            ThinTile.transposed1(depth, a, aAt + p, aRow, b, bAt, tile);
            addColumn(L, tile, g, gAt + p * gRow, gRow);
        }
        for (; p < rows; p++) {
            g[gAt + p * gRow] += ThinTile.transposed(depth, a, aAt + p, aRow, b, bAt);
        }
    }

    private static void addColumn(int rows, float[] sums, float[] g, int gAt, int gRow) {
        for (int r = 0; r < rows; r++) {
            g[gAt + r * gRow] += sums[r];
        }
    }

    /** {@code G[r, 0..WIDTH) += Σ_k A[k, r] B[k, 0..WIDTH)} for at most 6 rows r. */
    static void addTransposed(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        int r = 0;
        while (r < rows) {
            int count =
                    MAX_ROWS < 6 ? Math.min(rows - r, 2) : rows == 6 ? 6 : rows - r >= 4 ? 4 : Math.min(rows - r, 2);
            addTransposedTile(count, depth, a, aAt + r, aRow, b, bAt, g, gAt + r * gRow, gRow);
            r += count;
        }
    }

    private static void addTransposedTile(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        Loop loop = rows == 6
                ? Loop.TRANSPOSED_6
                : rows == 4 ? Loop.TRANSPOSED_4 : rows == 2 ? Loop.TRANSPOSED_2 : Loop.TRANSPOSED_1;
        long begun = loop.begin(depth);
        if (begun == Loop.PLAIN) {
            PlainTiles.addTransposed(rows, depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
            return;
        }
        addTransposedVectors(rows, depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
        loop.end(begun, depth);
    }

    static void addTransposedVectors(
            int rows, int depth, float[] a, int aAt, int aRow, float[] b, int bAt, float[] g, int gAt, int gRow) {
        switch (rows) {
            case 6 -> TransposedTile.rows6(depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
            case 4 -> TransposedTile.rows4(depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
            case 2 -> TransposedTile.rows2(depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
            default -> TransposedTile.rows1(depth, a, aAt, aRow, b, bAt, g, gAt, gRow);
        }
    }
}
