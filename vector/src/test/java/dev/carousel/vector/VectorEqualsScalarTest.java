package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.cell.WeightPart;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorEqualsScalarTest {

    private static final int[] AWKWARD = {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 127, 129, 330};
    private static final Kernels VECTOR = VectorKernels.create();
    private static final Kernels SCALAR = Kernels.scalar();

    static IntStream sizes() {
        return IntStream.of(AWKWARD);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void productsAgreeAtEveryNumberOfRowsColumnsAndTerms(int rows) {
        for (int cols : AWKWARD) {
            for (int depth : new int[] {1, 3, 17, 129, 600}) {
                assertSame(depth, k -> product(k, rows, cols, depth, false), "multiply " + rows + " " + cols);
                assertSame(depth, k -> product(k, rows, cols, depth, true), "multiplyAdd " + rows + " " + cols);
                assertSame(depth, k -> transposedProduct(k, rows, cols, depth), "transposed " + rows + " " + cols);
            }
        }
    }

    private static float[] product(Kernels kernels, int rows, int cols, int depth, boolean add) {
        Random random = new Random(rows * 1000 + cols);
        int aStride = depth + 3;
        int cStride = cols + 5;
        float[] a = normal(random, 2 + rows * aStride);
        float[] w = normal(random, 4 + cols * depth);
        float[] bias = normal(random, cols);
        float[] c = normal(random, 7 + rows * cStride);
        PackedMatrix b = kernels.products().packed(depth, cols);
        int half = cols / 2;
        b.fillTransposed(0, half, w, 4);
        b.fillTransposed(half, cols - half, w, 4 + half * depth);
        if (add) {
            kernels.products().multiplyAdd(rows, a, 2, aStride, b, c, 7, cStride);
        } else {
            kernels.products().multiply(rows, a, 2, aStride, b, bias, c, 7, cStride);
        }
        return c;
    }

    private static float[] transposedProduct(Kernels kernels, int rows, int cols, int depth) {
        Random random = new Random(rows * 1000 + cols);
        float[] a = normal(random, 1 + depth * (rows + 2));
        float[] b = normal(random, 3 + depth * (cols + 1));
        float[] g = normal(random, 5 + rows * (cols + 4));
        kernels.products().addTransposedProduct(depth, a, 1, rows + 2, rows, b, 3, cols + 1, cols, g, 5, cols + 4);
        return g;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aMatrixFilledByRowsIsTheOneFilledByColumnsOfItsTranspose(int cols) {
        for (int depth : AWKWARD) {
            float[] b = normal(new Random(cols), depth * cols);
            float[] transposed = new float[depth * cols];
            for (int k = 0; k < depth; k++) {
                for (int j = 0; j < cols; j++) {
                    transposed[j * depth + k] = b[k * cols + j];
                }
            }
            Panels byRows = new Panels(depth, cols);
            byRows.fill(0, depth / 2, b, 0);
            byRows.fill(depth / 2, depth - depth / 2, b, depth / 2 * cols);
            Panels byColumns = new Panels(depth, cols);
            byColumns.fillTransposed(0, cols, transposed, 0);
            assertThat(byRows.data()).isEqualTo(byColumns.data());
        }
    }

    static Stream<Arguments> cellsAndSizes() {
        return Cells.ALL.stream().flatMap(cell -> sizes().mapToObj(H -> Arguments.of(cell, H)));
    }

    @ParameterizedTest
    @MethodSource("cellsAndSizes")
    void cellsAgreeForwardAndBackwardAtEverySize(Cell cell, int H) {
        assertSame(4, kernels -> step(kernels, cell, H, 3), cell + " " + H);
    }

    /** Every activation, where nothing is clipped and where much is; sizes of whole vectors, of parts, and below one. */
    static Stream<Cell> variants() {
        return Stream.of(Activation.Kind.values()).flatMap(kind -> {
            Activation phi = Activation.of(kind);
            // A cell of exponentials of exponentials leaves float's range, unless it is clipped.
            Stream<Float> clips = kind == Activation.Kind.EXPONENTIAL ? Stream.of(0.7f) : Stream.of(Cell.NO_CLIP, 0.7f);
            return clips.flatMap(clip -> Stream.of(
                    new Rnn(phi, clip),
                    new Gru(Gru.ResetGate.AFTER_PRODUCT, phi, phi, clip),
                    new Gru(Gru.ResetGate.BEFORE_PRODUCT, phi, phi, clip),
                    new Lstm(phi, phi, phi, true, false, clip),
                    new Lstm(phi, phi, phi, false, true, clip)));
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void everyVariantAgreesForwardAndBackward(Cell cell) {
        for (int H : new int[] {1, 5, 16, 33, 64}) {
            assertSame(4, kernels -> step(kernels, cell, H, 3), cell + " " + H);
        }
    }

    /** The variance of a row whose mean is far above its deviation is that of its own numbers, at sizes of no whole vectors, too. */
    @ParameterizedTest
    @MethodSource("sizes")
    void aRowFarFromZeroIsNormalisedByItsOwnDeviation(int H) {
        assertThat(normalisedFarFromZero(VECTOR, H))
                .containsExactly(normalisedFarFromZero(SCALAR, H), Offset.offset(0.01f));
    }

    private static float[] normalisedFarFromZero(Kernels kernels, int H) {
        Cell cell = Cells.of("lnlstm");
        Step s = new Step();
        s.rows = 1;
        s.hiddenSize = H;
        s.units = H;
        s.aStride = cell.columns() * H;
        s.a = new float[s.aStride];
        s.gStride = cell.gates() * H;
        s.g = normal(new Random(H), s.gStride);
        for (int j = 0; j < s.gStride; j++) {
            s.a[j] = 1000 + (j % 2 == 0 ? 1 : -1);
        }
        s.h = new float[H];
        s.hPrev = new float[H];
        s.cStride = H;
        s.c = new float[H];
        s.cPrev = new float[H];
        s.p = new float[ownWeights(cell) * H];
        cell.forward(kernels, 0, s);
        // The normalised W x.
        return Arrays.copyOfRange(s.a, 12 * H, 16 * H);
    }

    /** One step forward and backward of three rows in the middle of larger arrays; all that was there is compared. */
    private static float[] step(Kernels kernels, Cell cell, int H, int rows) {
        Random random = new Random(H);
        int stride = cell.columns() * H;
        Step s = new Step();
        s.rows = rows;
        s.hiddenSize = H;
        s.units = H;
        s.a = normal(random, (rows + 2) * stride);
        s.aAt = stride;
        s.aStride = stride;
        s.gStride = cell.gates() * H;
        s.g = normal(random, (rows + 1) * s.gStride);
        s.gAt = s.gStride;
        s.h = normal(random, 8 * rows * H);
        s.hPrev = s.h;
        s.hPrevAt = rows * H;
        s.hAt = 3 * rows * H;
        int parts = cell.state(H).size() - 1;
        s.cStride = parts * H;
        s.c = normal(random, parts * 8 * rows * H);
        s.cPrev = s.c;
        s.cPrevAt = parts * 2 * rows * H;
        s.cAt = parts * 4 * rows * H;
        // A sum of what went in, as n of an sLSTM, is above 0.
        for (int i = 0; i < s.c.length && parts > 1; i++) {
            s.c[i] = i / H % parts == 1 ? 0.5f + Math.abs(s.c[i]) : s.c[i];
        }
        s.m = cell.blocks().size() > 1 ? normal(random, 4 * rows * H) : new float[0];
        s.mAt = rows * H;
        s.p = normal(random, (1 + Math.max(3, ownWeights(cell))) * H);
        s.pAt = H;
        StepGradient d = new StepGradient();
        d.dY = normal(random, 2 * rows * (H + 3));
        d.dYAt = 2;
        d.dYStride = H + 3;
        d.dh = normal(random, 2 * rows * H);
        d.dhAt = H;
        d.direct = normal(random, 2 * rows * H);
        d.directAt = H;
        d.dc = normal(random, parts * 2 * rows * H);
        d.dm = cell.blocks().size() > 1 ? normal(random, 2 * rows * H) : new float[0];
        int blocks = Math.max(1, cell.blocks().size());
        for (int block = 0; block < blocks; block++) {
            cell.forward(kernels, block, s);
        }
        float[] gates = s.a.clone();
        for (int block = blocks - 1; block >= 0; block--) {
            cell.backward(kernels, block, s, d);
        }
        return join(gates, s.a, s.h, s.c, s.m, d.dh, d.direct, d.dc, d.dm);
    }

    /** How many weights of its own a unit reads. */
    private static int ownWeights(Cell cell) {
        int size = 0;
        for (WeightPart part : cell.weights(2, 1, 1)) {
            size += part.role() == WeightPart.Role.OWN ? part.size() : 0;
        }
        return size;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void softmaxCrossEntropyAndColumnSumsAgree(int cols) {
        assertSame(
                cols,
                kernels -> {
                    Random random = new Random(cols);
                    float[] y = normal(random, 3 + cols + 20);
                    float[] dY = normal(random, 2 + cols + 20);
                    double loss = kernels.rows().softmaxCrossEntropy(cols, y, 3, cols / 2, 0.7f, dY, 2);
                    float[] sum = normal(random, cols + 1);
                    kernels.rows().addColumnSums(5, cols, normal(random, 6 * (cols + 2)), 1, cols + 2, sum, 1);
                    return join(dY, sum, new float[] {(float) loss});
                },
                "rows of " + cols);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1023, 1024, 1025, 5000})
    void sumsOfSquaresAgree(int size) {
        float[] g = normal(new Random(size), size + 9);
        double expected = SCALAR.updates().sumOfSquares(7, 7 + size, g);
        assertThat(VECTOR.updates().sumOfSquares(7, 7 + size, g)).isCloseTo(expected, Offset.offset(1e-6 * expected));
    }

    @Test
    void activationsAreWithinAFewUnitsInTheLastPlaceOfDouble() {
        double worstTanh = 0;
        double worstLogistic = 0;
        double worstExp = 0;
        for (float x = -30; x < 30; x += 0.00037f) {
            float[] lanes = new float[Lanes.COUNT];
            java.util.Arrays.fill(lanes, x);
            var vector = FloatVector.fromArray(Lanes.SPECIES, lanes, 0);
            worstTanh = Math.max(worstTanh, ulps(Activations.tanh(vector).lane(0), Math.tanh(x)));
            worstLogistic =
                    Math.max(worstLogistic, ulps(Activations.logistic(vector).lane(0), 1 / (1 + Math.exp(-x))));
            worstExp = Math.max(worstExp, ulps(Activations.exp(vector).lane(0), Math.exp(x)));
        }
        assertThat(worstTanh).isLessThan(4);
        assertThat(worstLogistic).isLessThan(4);
        assertThat(worstExp).isLessThan(2);
    }

    @Test
    void activationsKeepTheirLimitsAndPassNaNOn() {
        float[] x = new float[Lanes.COUNT];
        float[] specials = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, 1e-30f, -100f, 100f};
        for (float special : specials) {
            java.util.Arrays.fill(x, special);
            var vector = FloatVector.fromArray(Lanes.SPECIES, x, 0);
            assertThat(Activations.tanh(vector).lane(0)).isEqualTo((float) Math.tanh(special), Offset.offset(1e-7f));
            assertThat(Activations.logistic(vector).lane(0))
                    .isEqualTo((float) (1 / (1 + Math.exp(-special))), Offset.offset(1e-7f));
        }
    }

    private static double ulps(float actual, double expected) {
        return Math.abs(actual - expected) / Math.ulp((float) expected);
    }

    private static void assertSame(int terms, Function<Kernels, float[]> run, String what) {
        float[] expected = run.apply(SCALAR);
        float[] actual = run.apply(VECTOR);
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double tolerance = 1e-6 * Math.sqrt(terms + 4.0);
        for (int i = 0; i < expected.length; i++) {
            if (Float.compare(expected[i], actual[i]) == 0) {
                continue; // also where both are infinite
            }
            double scale = Math.max(Math.sqrt(terms), Math.abs(expected[i]));
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("%s: element %d, %s against %s", what, i, actual[i], expected[i])
                    .isLessThanOrEqualTo((float) (tolerance * scale));
        }
    }

    private static float[] normal(Random random, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static float[] join(float[]... parts) {
        int size = Stream.of(parts).mapToInt(part -> part.length).sum();
        float[] all = new float[size];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
