package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * One product of a layer of {@code cols} gate columns and {@code depth} inputs, for {@code rows} steps and sequences, cut
 * among threads as the engine cuts it.
 *
 * @param kind which
 * @param rows M
 * @param depth K
 * @param cols N
 */
record ProductCase(Kind kind, int rows, int depth, int cols) {

    /** The products of a layer. */
    enum Kind {
        /** {@code C [M, N] = bias + A [M, K] B}, of the forward pass. */
        MULTIPLY,
        /** {@code C [M, N] += A [M, K] B}, of the backward pass. */
        MULTIPLY_ADD,
        /** {@code G [N, K] += Aᵀ B, A [M, N], B [M, K]}, the gradient of the weights. */
        TRANSPOSED
    }

    /** Rows of G are cut at multiples of this, as the engine does. */
    private static final int TILE = 24;

    /** So many rows of A and B are taken at a time for G, as the engine does. */
    private static final int DEPTH = 256;

    /** How many rows of a result are compared with the scalar kernels' before it is timed. */
    private static final int CHECKED_ROWS = 2;

    double operations() {
        return 2.0 * rows * depth * cols;
    }

    /**
     * The product on fresh numbers, checked.
     *
     * @throws IllegalStateException if the kernels differ from the scalar ones
     */
    Runnable prepared(Kernels kernels, Team team) {
        Random random = new Random(1);
        return kind == Kind.TRANSPOSED
                ? transposed(kernels.products(), team, random)
                : multiply(kernels.products(), team, random);
    }

    private Runnable multiply(Products products, Team team, Random random) {
        float[] a = numbers(random, rows * depth);
        float[] w = numbers(random, cols * depth);
        float[] bias = numbers(random, cols);
        float[] c = new float[rows * cols];
        PackedMatrix b = packed(products, w);
        boolean adds = kind == Kind.MULTIPLY_ADD;
        Team.Task task = (part, parts) -> {
            int from = Team.cut(rows, part, parts);
            int count = Team.cut(rows, part + 1, parts) - from;
            if (adds) {
                products.multiplyAdd(count, a, from * depth, depth, b, c, from * cols, cols);
            } else {
                products.multiply(count, a, from * depth, depth, b, bias, c, from * cols, cols);
            }
        };
        team.run(task);
        Products scalar = Kernels.scalar().products();
        float[] right = new float[CHECKED_ROWS * cols];
        float[] none = new float[cols];
        scalar.multiply(CHECKED_ROWS, a, 0, depth, packed(scalar, w), adds ? none : bias, right, 0, cols);
        agree(c, right);
        return () -> team.run(task);
    }

    private PackedMatrix packed(Products products, float[] w) {
        PackedMatrix b = products.packed(depth, cols);
        b.fillTransposed(0, cols, w, 0);
        return b;
    }

    private Runnable transposed(Products products, Team team, Random random) {
        float[] a = numbers(random, rows * cols);
        float[] b = numbers(random, rows * depth);
        float[] g = new float[cols * depth];
        Team.Task task = (part, parts) -> {
            int from = Team.cut(cols, TILE, part, parts);
            int count = Team.cut(cols, TILE, part + 1, parts) - from;
            for (int row = 0; row < rows; row += DEPTH) {
                int m = Math.min(DEPTH, rows - row);
                int aAt = row * cols + from;
                products.addTransposedProduct(
                        m, a, aAt, cols, count, b, row * depth, depth, depth, g, from * depth, depth);
            }
        };
        team.run(task);
        float[] right = new float[CHECKED_ROWS * depth];
        Kernels.scalar()
                .products()
                .addTransposedProduct(rows, a, 0, cols, CHECKED_ROWS, b, 0, depth, depth, right, 0, depth);
        agree(g, right);
        return () -> team.run(task);
    }

    private void agree(float[] result, float[] right) {
        LayerCheck.agree(toString(), "the kernels", Arrays.copyOf(result, right.length), "the scalar kernels", right);
    }

    private static float[] numbers(Random random, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = 2 * random.nextFloat() - 1;
        }
        return numbers;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " [" + rows + " x " + depth + " x " + cols + "]";
    }
}
