package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether vectors are used yet changes no bit. */
class PlainTilesTest {

    private static final int L = Lanes.COUNT;
    private static final int W = Tile.WIDTH;

    private final Random random = new Random(11);

    private float[] normal(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 200})
    void tiles(int depth) {
        float[] a = normal(3 + 6 * (depth + 5));
        float[] b = normal(2 + depth * W);
        float[] bias = normal(1 + W);
        for (int rows = 1; rows <= 6; rows++) {
            float[] plain = new float[4 + 6 * (W + 3)];
            PlainTiles.write(rows, W, depth, a, 3, depth + 5, 1, b, 2, bias, 1, plain, 4, W + 3);
            assertThat(wide(rows, depth, a, b, bias)).as("rows %d", rows).isEqualTo(plain);
        }
    }

    private static float[] wide(int rows, int depth, float[] a, float[] b, float[] bias) {
        float[] c = new float[4 + 6 * (W + 3)];
        Tiles.writeVectors(rows, depth, a, 3, depth + 5, b, 2, bias, 1, c, 4, W + 3);
        return c;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 200})
    void severalPanelsOfARow(int depth) {
        float[] a = normal(depth);
        float[] b = normal(4 * depth * W);
        float[] bias = normal(4 * W);
        float[] plain = new float[4 * W];
        for (int p = 0; p < 4; p++) {
            PlainTiles.write(1, W, depth, a, 0, 0, 1, b, p * depth * W, bias, p * W, plain, p * W, 0);
        }
        float[] four = new float[4 * W];
        RowTile.panels4(depth, a, 0, b, 0, depth * W, bias, 0, four, 0);
        assertThat(four).isEqualTo(plain);
        float[] twoAndTwo = new float[4 * W];
        RowTile.panels2(depth, a, 0, b, 0, depth * W, bias, 0, twoAndTwo, 0);
        RowTile.panels2(depth, a, 0, b, 2 * depth * W, depth * W, bias, 2 * W, twoAndTwo, 2 * W);
        assertThat(twoAndTwo).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 200})
    void slimTiles(int depth) {
        float[] a = normal(6 * depth);
        float[] b = normal(depth * L);
        float[] bias = normal(L);
        for (int rows : new int[] {1, 2, 4, 6}) {
            for (boolean transposed : new boolean[] {false, true}) {
                int row = transposed ? 1 : depth;
                int step = transposed ? 6 : 1;
                float[] plain = new float[6 * L];
                PlainTiles.write(rows, L, depth, a, 0, row, step, b, 0, bias, 0, plain, 0, L);
                float[] c = new float[6 * L];
                Tiles.writeSlimVectors(rows, depth, a, 0, row, step, b, 0, bias, 0, c, 0, L);
                assertThat(c).as("rows %d, transposed %s", rows, transposed).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 200})
    void transposedTiles(int depth) {
        float[] a = normal(depth * 9);
        float[] b = normal(depth * W);
        float[] before = normal(6 * (W + 1));
        for (int rows : new int[] {1, 2, 4, 6}) {
            float[] plain = before.clone();
            PlainTiles.addTransposed(rows, depth, a, 2, 7, b, 0, plain, 0, W + 1);
            float[] wide = before.clone();
            Tiles.addTransposedVectors(rows, depth, a, 2, 7, b, 0, wide, 0, W + 1);
            assertThat(wide).as("rows %d", rows).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64, 200, 333})
    void thinTiles(int depth) {
        float[] a = normal(9 * depth);
        float[] b = normal(depth);
        float[] lanes = new float[4 * L];
        float[] c = new float[9];
        float[] plain = new float[9];
        ThinTile.rows4(depth, a, 0, depth, b, 0, 0.5f, lanes, c, 0, 1);
        for (int r = 4; r < 9; r++) {
            ThinTile.rows1(depth, a, r * depth, b, 0, 0.5f, lanes, c, r);
        }
        PlainTiles.writeThin(9, depth, a, 0, depth, b, 0, 0.5f, plain, 0, 1);
        assertThat(c).isEqualTo(plain);
    }

    @Test
    void thinTransposedTiles() {
        int rows = 7 * L + 3;
        int depth = 40;
        float[] a = normal(depth * rows);
        float[] b = normal(depth);
        float[] g = normal(rows);
        float[] plain = g.clone();
        PlainTiles.addThinTransposed(rows, depth, a, 0, rows, b, 0, plain, 0, 1);
        Tiles.addThinTransposedVectors(rows, depth, a, 0, rows, b, 0, g, 0, 1);
        assertThat(g).isEqualTo(plain);
    }
}
