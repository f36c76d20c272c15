package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The scalar products are the sums they say they are, wherever the matrices lie, and touch nothing else. */
class ScalarProductsTest {

    private static final int ROWS = 5;
    private static final int DEPTH = 7;
    private static final int COLS = 6;
    private static final int A_AT = 3;
    private static final int A_STRIDE = 9;
    private static final int C_AT = 2;
    private static final int C_STRIDE = 8;

    private final Random random = new Random(4);
    private final Products products = Kernels.scalar().products();
    private final float[] a = normal(A_AT + ROWS * A_STRIDE);
    private final float[] w = normal(1 + COLS * DEPTH);
    private final float[] bias = normal(COLS);

    private float[] normal(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** B[k, j] = W[j, k], with W at 1. */
    private double b(int k, int j) {
        return w[1 + j * DEPTH + k];
    }

    private double ab(int r, int j) {
        double sum = 0;
        for (int k = 0; k < DEPTH; k++) {
            sum += a[A_AT + r * A_STRIDE + k] * b(k, j);
        }
        return sum;
    }

    private PackedMatrix transposedInTwoPieces() {
        PackedMatrix packed = products.packed(DEPTH, COLS);
        packed.fillTransposed(0, 2, w, 1);
        packed.fillTransposed(2, COLS - 2, w, 1 + 2 * DEPTH);
        assertThat(packed.depth()).isEqualTo(DEPTH);
        assertThat(packed.cols()).isEqualTo(COLS);
        return packed;
    }

    private void assertProduct(float[] c, float[] before, int firstCol, int cols, boolean added) {
        boolean[] written = new boolean[c.length];
        for (int r = 0; r < ROWS; r++) {
            for (int j = firstCol; j < firstCol + cols; j++) {
                int at = C_AT + r * C_STRIDE + j;
                double start = added ? before[at] : bias[j];
                assertThat((double) c[at]).as("C[%d, %d]", r, j).isCloseTo(start + ab(r, j), within(1e-5));
                written[at] = true;
            }
        }
        for (int i = 0; i < c.length; i++) {
            if (!written[i]) {
                assertThat(c[i]).as("number %d, outside of C", i).isEqualTo(before[i]);
            }
        }
    }

    @Test
    void productStartsFromTheBias() {
        float[] c = normal(C_AT + ROWS * C_STRIDE);
        float[] before = c.clone();
        products.multiply(ROWS, a, A_AT, A_STRIDE, transposedInTwoPieces(), bias, c, C_AT, C_STRIDE);
        assertProduct(c, before, 0, COLS, false);
    }

    @Test
    void someColumnsOfAProductAreThoseOfTheWhole() {
        float[] whole = new float[C_AT + ROWS * C_STRIDE];
        products.multiply(ROWS, a, A_AT, A_STRIDE, transposedInTwoPieces(), bias, whole, C_AT, C_STRIDE);
        float[] c = normal(C_AT + ROWS * C_STRIDE);
        float[] before = c.clone();
        products.multiply(ROWS, a, A_AT, A_STRIDE, transposedInTwoPieces(), 1, 3, bias, c, C_AT, C_STRIDE);
        assertProduct(c, before, 1, 3, false);
        assertThat(Arrays.copyOfRange(c, C_AT + 1, C_AT + 4)).isEqualTo(Arrays.copyOfRange(whole, C_AT + 1, C_AT + 4));
    }

    @Test
    void productIsAdded() {
        float[] c = normal(C_AT + ROWS * C_STRIDE);
        float[] before = c.clone();
        products.multiplyAdd(ROWS, a, A_AT, A_STRIDE, transposedInTwoPieces(), c, C_AT, C_STRIDE);
        assertProduct(c, before, 0, COLS, true);
    }

    @Test
    void rowsFilledInPiecesAreTheMatrix() {
        float[] rows = new float[DEPTH * COLS];
        for (int k = 0; k < DEPTH; k++) {
            for (int j = 0; j < COLS; j++) {
                rows[k * COLS + j] = (float) b(k, j);
            }
        }
        PackedMatrix packed = products.packed(DEPTH, COLS);
        packed.fill(0, 3, rows, 0);
        packed.fill(3, DEPTH - 3, rows, 3 * COLS);
        float[] c = normal(C_AT + ROWS * C_STRIDE);
        float[] before = c.clone();
        products.multiply(ROWS, a, A_AT, A_STRIDE, packed, bias, c, C_AT, C_STRIDE);
        assertProduct(c, before, 0, COLS, false);
    }

    @Test
    void transposedProductIsAdded() {
        float[] b = normal(1 + ROWS * 4);
        float[] g = normal(3 + DEPTH * 5);
        float[] before = g.clone();
        products.addTransposedProduct(ROWS, a, A_AT, A_STRIDE, DEPTH, b, 1, 4, 4, g, 3, 5);
        for (int p = 0; p < DEPTH; p++) {
            for (int q = 0; q < 5; q++) {
                double expected = before[3 + p * 5 + q];
                for (int m = 0; m < ROWS && q < 4; m++) {
                    expected += (double) a[A_AT + m * A_STRIDE + p] * b[1 + m * 4 + q];
                }
                assertThat((double) g[3 + p * 5 + q]).as("G[%d, %d]", p, q).isCloseTo(expected, within(1e-5));
            }
        }
        assertThat(Arrays.copyOf(g, 3)).isEqualTo(Arrays.copyOf(before, 3));
    }
}
