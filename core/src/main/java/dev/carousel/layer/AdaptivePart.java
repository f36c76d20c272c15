package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.List;

/**
 * The short list of an adaptive softmax or one of its clusters at work, on the rows that it is computed for: all, or those whose
 * right class is in it.
 *
 * <pre>{@code
 * a = x P^T        z = a U^T                             of the short list a = x and U = H
 * dU += dz^T a     da = dz U     dP += da^T x     dx = da P
 * }</pre>
 *
 * <p>Threads share rows, in the backward pass of weights their rows or columns; each number is one sum in one order.
 */
final class AdaptivePart {

    private static final float[] EMPTY = {};

    /** A matrix [rows, cols] as the products read it. */
    private static final class Matrix {
        private final Slice slice;
        private final PackedMatrix forward;
        private final PackedMatrix back;

        Matrix(Slice slice, Kernels kernels, boolean backward) {
            this.slice = slice;
            forward = kernels.products().packed(slice.cols(), slice.rows());
            back = kernels.products().packed(slice.rows(), backward ? slice.cols() : 0);
        }

        void packForward(float[] p, int part, int parts) {
            int first = Team.cut(slice.rows(), part, parts);
            int rows = Team.cut(slice.rows(), part + 1, parts) - first;
            forward.fillTransposed(first, rows, p, slice.offset() + first * slice.cols());
        }

        void packBackward(float[] p, int part, int parts) {
            int first = Team.cut(slice.rows(), part, parts);
            int rows = Team.cut(slice.rows(), part + 1, parts) - first;
            back.fill(first, rows, p, slice.offset() + first * slice.cols());
        }
    }

    /** The weights of a part. */
    static final class Weights {

        /** P, unless it is the short list, and U. */
        private final List<Matrix> matrices;

        private Weights(List<Matrix> matrices) {
            this.matrices = matrices;
        }

        /** H of the short list. */
        static Weights head(Slice head, Kernels kernels, boolean backward) {
            return new Weights(List.of(new Matrix(head, kernels, backward)));
        }

        /** P and U of a cluster. */
        static Weights cluster(Slice projection, Slice output, Kernels kernels, boolean backward) {
            return new Weights(
                    List.of(new Matrix(projection, kernels, backward), new Matrix(output, kernels, backward)));
        }

        void packForward(Parameters parameters, int part, int parts) {
            for (int i = 0; i < matrices.size(); i++) {
                matrices.get(i).packForward(parameters.values(), part, parts);
            }
        }

        void packBackward(Parameters parameters, int part, int parts) {
            for (int i = 0; i < matrices.size(); i++) {
                matrices.get(i).packBackward(parameters.values(), part, parts);
            }
        }
    }

    private final boolean projects;
    private final Matrix output;
    private final Matrix first;
    private final Kernels kernels;
    private final int D;
    private final int d;
    private final float[] zeros;

    /** How many classes, of the short list the clusters counted as one each. */
    final int cols;

    /** How many rows it is computed for, and which of the layer's each is. */
    int rows;

    int[] which = {};

    /** The scores of each of its rows, or the gradient in them. */
    float[] z = EMPTY;

    private float[] x = EMPTY;
    private float[] a = EMPTY;
    private float[] da = EMPTY;
    private float[] dx = EMPTY;

    AdaptivePart(Weights weights, Kernels kernels) {
        this.projects = weights.matrices.size() == 2;
        this.first = weights.matrices.get(0);
        this.output = weights.matrices.get(weights.matrices.size() - 1);
        this.kernels = kernels;
        this.D = first.slice.cols();
        this.d = output.slice.cols();
        this.cols = output.slice.rows();
        this.zeros = new float[Math.max(cols, Math.max(d, D))];
    }

    /** A pass of at most so many rows begins, of which there is none yet. */
    void begin(int most) {
        rows = 0;
        if (which.length < most) {
            which = new int[most];
        }
    }

    /** It is computed for this row of the layer, too. */
    void add(int row) {
        which[rows++] = row;
    }

    /** Makes room when all rows are known; once for all threads. */
    void beginForward() {
        x = Buffers.atLeast(x, (long) rows * D);
        a = projects ? Buffers.atLeast(a, (long) rows * d) : x;
        z = Buffers.atLeast(z, (long) rows * cols);
    }

    /** The first of a thread's rows. */
    int from(int part, int parts) {
        return Team.cut(rows, part, parts);
    }

    /** The scores of a thread's rows. */
    void scores(float[] input, int part, int parts) {
        int from = from(part, parts);
        int count = from(part + 1, parts) - from;
        for (int i = from; i < from + count; i++) {
            System.arraycopy(input, which[i] * D, x, i * D, D);
        }
        Products products = kernels.products();
        if (projects) {
            products.multiply(count, x, from * D, D, first.forward, zeros, a, from * d, d);
        }
        products.multiply(count, a, from * d, d, output.forward, zeros, z, from * cols, cols);
    }

    /**
     * The logarithm of the sum of the exponentials of a row's scores, so that {@code log p = z - that}.
     *
     * @param scratch room for {@link #cols} numbers
     */
    double logSum(int i, float[] scratch) {
        double surprise = kernels.rows().softmaxCrossEntropy(cols, z, i * cols, 0, 1, scratch, 0);
        return surprise + z[i * cols];
    }

    /** -log p of one class of a row, whose scores become the gradient of that in them. */
    double surprise(int i, int k) {
        return kernels.rows().softmaxCrossEntropy(cols, z, i * cols, k, 1, z, i * cols);
    }

    /** Multiplies the gradient in the scores of a row. */
    void scale(int i, float factor) {
        kernels.updates().scale(i * cols, (i + 1) * cols, z, factor);
    }

    /** Makes room for the backward pass; once for all threads. */
    void beginBackward() {
        da = projects ? Buffers.atLeast(da, (long) rows * d) : EMPTY;
        dx = Buffers.atLeast(dx, (long) rows * D);
    }

    /** Adds what a thread's rows have of the gradient in the layer's input. */
    void addInputGradients(float[] dX, int part, int parts) {
        int from = from(part, parts);
        int count = from(part + 1, parts) - from;
        Products products = kernels.products();
        if (projects) {
            products.multiply(count, z, from * cols, cols, output.back, zeros, da, from * d, d);
            products.multiply(count, da, from * d, d, first.back, zeros, dx, from * D, D);
        } else {
            products.multiply(count, z, from * cols, cols, output.back, zeros, dx, from * D, D);
        }
        for (int i = from; i < from + count; i++) {
            int to = which[i] * D;
            for (int j = 0; j < D; j++) {
                dX[to + j] += dx[i * D + j];
            }
        }
    }

    /** Adds one thread's part of the gradients of the weights. */
    void addWeightGradients(float[] gradient, int part, int parts) {
        if (rows > 0) {
            addProduct(output.slice, z, cols, a, d, gradient, part, parts);
            if (projects) {
                addProduct(first.slice, da, d, x, D, gradient, part, parts);
            }
        }
    }

    /** Cut by columns where they are many, so that each thread reads only its own, else by rows. */
    private void addProduct(
            Slice slice, float[] left, int height, float[] right, int width, float[] gradient, int part, int parts) {
        Products products = kernels.products();
        int at = slice.offset();
        if (width >= products.columnUnit() * parts) {
            int col = Team.cut(width, products.columnUnit(), part, parts);
            int some = Team.cut(width, products.columnUnit(), part + 1, parts) - col;
            products.addTransposedProduct(
                    rows, left, 0, height, height, right, col, width, some, gradient, at + col, width);
        } else {
            int row = Team.cut(height, part, parts);
            int some = Team.cut(height, part + 1, parts) - row;
            products.addTransposedProduct(
                    rows, left, row, height, some, right, 0, width, width, gradient, at + row * width, width);
        }
    }
}
