package dev.carousel.reference;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A matrix of doubles whose operations read like the formulas.
 *
 * <pre>{@code
 * x.product(W.transposed())              x Wᵀ
 * f.times(cPrev).plus(i.times(g))        f ⊙ c' + i ⊙ g
 * dh.times(z.oneMinus())                 dh ⊙ (1 - z)
 * }</pre>
 *
 * <p>Row-major, {@code [rows, columns]}; in a batch a row is one sequence. Zero rows are allowed. Every operation
 * leaves its operands alone and returns a new matrix; {@link #values()} is the live array, which is how weights are
 * updated and perturbed. Not synchronised: safe to share between threads as long as nobody writes to an array.
 */
public final class Mat {

    private final int rows;
    private final int columns;
    private final double[] values;

    private Mat(int rows, int columns, double[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /**
     * A matrix over the given array, which it shares.
     *
     * @throws IllegalArgumentException if the array does not hold rows x columns numbers
     */
    public static Mat over(int rows, int columns, double... values) {
        if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
            throw new IllegalArgumentException("Mat: a matrix [" + rows + ", " + columns + "] needs "
                    + (long) rows * columns + " values but " + values.length + " were given.");
        }
        return new Mat(rows, columns, values);
    }

    /** A matrix of zeros. */
    public static Mat zeros(int rows, int columns) {
        return over(rows, columns, new double[Math.multiplyExact(rows, columns)]);
    }

    /** A matrix of independent normal numbers of mean 0 and the given standard deviation. */
    public static Mat normal(int rows, int columns, double deviation, RandomGenerator random) {
        Mat a = zeros(rows, columns);
        Arrays.setAll(a.values, k -> deviation * random.nextGaussian());
        return a;
    }

    /** The matrices side by side: columns of the first, then of the second, and so on. All have the same rows. */
    public static Mat beside(Mat... parts) {
        int rows = parts[0].rows;
        Mat whole = zeros(rows, Arrays.stream(parts).mapToInt(Mat::columns).sum());
        int at = 0;
        for (Mat part : parts) {
            if (part.rows != rows) {
                throw mismatch("beside", parts[0], part, "the rows must agree");
            }
            for (int r = 0; r < rows; r++) {
                System.arraycopy(part.values, r * part.columns, whole.values, r * whole.columns + at, part.columns);
            }
            at += part.columns;
        }
        return whole;
    }

    /** The matrices one above the other: rows of the first, then of the second. All have the same columns. */
    public static Mat above(Mat... parts) {
        int columns = parts[0].columns;
        Mat whole = zeros(Arrays.stream(parts).mapToInt(Mat::rows).sum(), columns);
        int at = 0;
        for (Mat part : parts) {
            if (part.columns != columns) {
                throw mismatch("above", parts[0], part, "the columns must agree");
            }
            System.arraycopy(part.values, 0, whole.values, at, part.values.length);
            at += part.values.length;
        }
        return whole;
    }

    /** The number of rows. */
    public int rows() {
        return rows;
    }

    /** The number of columns. */
    public int columns() {
        return columns;
    }

    /** The live array, row after row. */
    public double[] values() {
        return values;
    }

    /** The number at a row and a column, both counted from 0. */
    public double get(int row, int column) {
        return values[Objects.checkIndex(row, rows) * columns + Objects.checkIndex(column, columns)];
    }

    /** The same numbers in a new array. */
    public Mat copy() {
        return new Mat(rows, columns, values.clone());
    }

    /** The matrix product A B. */
    public Mat product(Mat b) {
        if (columns != b.rows) {
            throw mismatch("product", this, b, "the columns of the first must be the rows of the second");
        }
        Mat c = zeros(rows, b.columns);
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < columns; k++) {
                double a = values[r * columns + k];
                for (int q = 0; q < b.columns; q++) {
                    c.values[r * b.columns + q] += a * b.values[k * b.columns + q];
                }
            }
        }
        return c;
    }

    /** Aᵀ. */
    public Mat transposed() {
        Mat t = zeros(columns, rows);
        for (int r = 0; r < rows; r++) {
            for (int q = 0; q < columns; q++) {
                t.values[q * rows + r] = values[r * columns + q];
            }
        }
        return t;
    }

    /** A + B. */
    public Mat plus(Mat b) {
        return combine("plus", b, (p, q) -> p + q);
    }

    /** A - B. */
    public Mat minus(Mat b) {
        return combine("minus", b, (p, q) -> p - q);
    }

    /** A ⊙ B, each number times the number in the same place. */
    public Mat times(Mat b) {
        return combine("times", b, (p, q) -> p * q);
    }

    /** s A. */
    public Mat times(double s) {
        return map(p -> s * p);
    }

    /** 1 - A. */
    public Mat oneMinus() {
        return map(p -> 1 - p);
    }

    /** 1 / (1 + exp(-A)), the logistic function of each number. */
    public Mat logistic() {
        return map(p -> 1 / (1 + Math.exp(-p)));
    }

    /** tanh of each number. */
    public Mat tanh() {
        return map(Math::tanh);
    }

    /** A function of each number. */
    public Mat map(DoubleUnaryOperator function) {
        Mat c = zeros(rows, columns);
        Arrays.setAll(c.values, k -> function.applyAsDouble(values[k]));
        return c;
    }

    /** A / B, each number by the number in the same place. */
    public Mat dividedBy(Mat b) {
        return combine("dividedBy", b, (p, q) -> p / q);
    }

    /** The larger of each number and the number in the same place. */
    public Mat max(Mat b) {
        return combine("max", b, Math::max);
    }

    /** A with the row vector b [1, columns] added to each of its rows. */
    public Mat plusRow(Mat b) {
        if (b.rows != 1 || b.columns != columns) {
            throw mismatch("plusRow", this, b, "a bias is one row, as long as the rows it is added to");
        }
        Mat c = copy();
        for (int k = 0; k < c.values.length; k++) {
            c.values[k] += b.values[k % columns];
        }
        return c;
    }

    /** A with each of its rows multiplied, number by number, by the row vector b [1, columns]. */
    public Mat timesRow(Mat b) {
        if (b.rows != 1 || b.columns != columns) {
            throw mismatch("timesRow", this, b, "a vector of peepholes is one row, as long as the rows it multiplies");
        }
        Mat c = copy();
        for (int k = 0; k < c.values.length; k++) {
            c.values[k] *= b.values[k % columns];
        }
        return c;
    }

    /** The sum of all rows, [1, columns]: the gradient of a bias, which every row has received. */
    public Mat sumOfRows() {
        Mat c = zeros(1, columns);
        for (int k = 0; k < values.length; k++) {
            c.values[k % columns] += values[k];
        }
        return c;
    }

    /** Block k of {@code count} equal blocks of columns: the share of gate k in the pre-activations [N, kH]. */
    public Mat columnBlock(int k, int count) {
        int width = blockSize(columns, k, count);
        Mat c = zeros(rows, width);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(values, r * columns + k * width, c.values, r * width, width);
        }
        return c;
    }

    /** Block k of {@code count} equal blocks of rows: the weights of gate k in W [kH, D] or R [kH, H]. */
    public Mat rowBlock(int k, int count) {
        int height = blockSize(rows, k, count);
        return new Mat(height, columns, Arrays.copyOfRange(values, k * height * columns, (k + 1) * height * columns));
    }

    /** The rows with the given numbers, in that order. */
    public Mat rows(int[] which) {
        Mat c = zeros(which.length, columns);
        for (int k = 0; k < which.length; k++) {
            System.arraycopy(values, Objects.checkIndex(which[k], rows) * columns, c.values, k * columns, columns);
        }
        return c;
    }

    /** This matrix with the rows of the given numbers replaced by those of {@code part}. */
    public Mat withRows(int[] which, Mat part) {
        if (part.rows != which.length || part.columns != columns) {
            throw mismatch("withRows", this, part, which.length + " rows are to be replaced");
        }
        Mat c = copy();
        for (int k = 0; k < which.length; k++) {
            System.arraycopy(part.values, k * columns, c.values, Objects.checkIndex(which[k], rows) * columns, columns);
        }
        return c;
    }

    /** The shape, written {@code [rows, columns]}. */
    public String shape() {
        return "[" + rows + ", " + columns + "]";
    }

    /** Shape and numbers, for a reader. */
    @Override
    public String toString() {
        return "Mat" + shape() + Arrays.toString(values);
    }

    private Mat combine(String operation, Mat b, DoubleBinaryOperator function) {
        if (rows != b.rows || columns != b.columns) {
            throw mismatch(operation, this, b, "both must have the same shape");
        }
        Mat c = zeros(rows, columns);
        Arrays.setAll(c.values, k -> function.applyAsDouble(values[k], b.values[k]));
        return c;
    }

    private static int blockSize(int size, int k, int count) {
        if (size % count != 0) {
            throw new IllegalArgumentException("Mat: " + size + " cannot be cut into " + count
                    + " equal blocks. Do the weights belong to a cell with another number of gates?");
        }
        Objects.checkIndex(k, count);
        return size / count;
    }

    private static IllegalArgumentException mismatch(String operation, Mat a, Mat b, String rule) {
        return new IllegalArgumentException("Mat." + operation + ": the first is " + a.shape() + " and the second "
                + b.shape() + ", but " + rule + ".");
    }
}
