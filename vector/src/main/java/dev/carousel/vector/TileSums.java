package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/** Adds a tile that was computed apart from its matrix. */
final class TileSums {

    private TileSums() {}

    /** {@code C[r, 0..cols) += tile[r, 0..cols)}. */
    static void addTo(int rows, int cols, float[] tile, int tileRow, float[] c, int cAt, int cRow) {
        long begun = Loop.ADD.begin(rows);
        if (begun == Loop.PLAIN) {
            for (int r = 0; r < rows; r++) {
                PlainTiles.add(cols, tile, r * tileRow, c, cAt + r * cRow);
            }
            return;
        }
        if (cols == Tile.WIDTH) {
            for (int r = 0; r < rows; r++) {
                addWide(tile, r * tileRow, c, cAt + r * cRow);
            }
        } else {
            for (int r = 0; r < rows; r++) {
                addPart(cols, tile, r * tileRow, c, cAt + r * cRow);
            }
        }
        Loop.ADD.end(begun, rows);
    }

    private static void addWide(float[] tile, int from, float[] c, int to) {
        int L = Lanes.COUNT;
        FloatVector c0 = fromArray(SPECIES, c, to).add(fromArray(SPECIES, tile, from));
        FloatVector c1 = fromArray(SPECIES, c, to + L).add(fromArray(SPECIES, tile, from + L));
        FloatVector c2 = fromArray(SPECIES, c, to + 2 * L).add(fromArray(SPECIES, tile, from + 2 * L));
        FloatVector c3 = fromArray(SPECIES, c, to + 3 * L).add(fromArray(SPECIES, tile, from + 3 * L));
        c0.intoArray(c, to);
        c1.intoArray(c, to + L);
        c2.intoArray(c, to + 2 * L);
        c3.intoArray(c, to + 3 * L);
    }

    private static void addPart(int cols, float[] tile, int from, float[] c, int to) {
        int full = Lanes.SPECIES.loopBound(cols);
        for (int j = 0; j < full; j += Lanes.COUNT) {
            fromArray(SPECIES, c, to + j)
                    .add(fromArray(SPECIES, tile, from + j))
                    .intoArray(c, to + j);
        }
        for (int j = full; j < cols; j++) {
            c[to + j] += tile[from + j];
        }
    }
}
