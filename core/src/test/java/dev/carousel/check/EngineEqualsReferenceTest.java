package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.check.Report.Row;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.Recurrent;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameters;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine computes what the reference computes, and an engine that does not is caught. */
class EngineEqualsReferenceTest {

    private static final int D = 5;
    private static final int H = 9;
    private static final int[] LENGTHS = {4, 6, 0, 2};
    private static final List<String> WEIGHTS =
            List.of("rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0");

    private final EngineCheck check = EngineCheck.defaults();
    private final RandomGenerator random = new Random(7);

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private Network network(Kernels kernels, LayerSpec... layers) {
        NetworkSpec spec = NetworkSpec.of(layers);
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (0.4 * random.nextGaussian());
        }
        return Network.of(spec, parameters, kernels);
    }

    private Network network(LayerSpec... layers) {
        return network(Kernels.scalar(), layers);
    }

    private static void assertPassed(Report report) {
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    private static List<String> failures(Report report) {
        return report.failures().stream().map(Row::what).toList();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void singleLayerEqualsReference(Cell cell) {
        Network network = network(Recurrent.of(cell, D, H));
        assertPassed(check.check(network, 5, 5, 5));
        assertPassed(check.check(network, 6, 0, 4, 1));
        assertPassed(check.check(network, 1));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void stackInBothDirectionsWithHeadEqualsReference(Cell cell) {
        Recurrent stack = Recurrent.of(cell, D, H).withLayers(2).withBidirectional(true);
        assertPassed(check.check(network(stack, Dense.head(2 * H, 3)), 4, 7, 7, 2, 5));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void stackOfThreeWithHeadEqualsReference(Cell cell) {
        assertPassed(check.check(network(Recurrent.of(cell, D, H).withLayers(3), Dense.head(H, 3)), 3));
    }

    @Test
    void severalStacksAndDenseLayersEqualReference() {
        Network network = network(
                Recurrent.gru(D, 4).withName("encoder").withBidirectional(true),
                new Dense("between", 8, 3),
                Recurrent.lstm(3, H).withName("decoder"),
                Dense.head(H, 2));
        Report report = check.check(network, LENGTHS);
        assertPassed(report);
        assertThat(report.rows().stream().map(Row::what))
                .contains("hn_l0_encoder", "dh0_l0_reverse_encoder", "dc0_l0_decoder", "dbetween.weight");
    }

    @Test
    void everythingIsCompared() {
        Report report = check.check(network(Recurrent.lstm(D, H), Dense.head(H, 2)), LENGTHS);
        assertThat(report.rows().stream().map(Row::what))
                .containsExactly(
                        "y",
                        "hn_l0",
                        "cn_l0",
                        "dx",
                        "dh0_l0",
                        "dc0_l0",
                        "drnn.weight_ih_l0",
                        "drnn.weight_hh_l0",
                        "drnn.bias_ih_l0",
                        "drnn.bias_hh_l0",
                        "dout.weight",
                        "dout.bias",
                        "2 threads");
        assertThat(report.rows().stream().map(Row::subject)).containsOnly("LSTM, dense (scalar kernels)");
    }

    @Test
    void checkLeavesTheParametersAsTheyWere() {
        Network network = network(Recurrent.lstm(D, H));
        float[] before = network.parameters().values().clone();
        assertPassed(check.check(network, LENGTHS));
        assertThat(network.parameters().values()).containsExactly(before);
    }

    @Test
    void sameSeedGivesTheSameReport() {
        Network network = network(Recurrent.lstm(D, H));
        assertThat(check.check(network, LENGTHS)).isEqualTo(check.check(network, LENGTHS));
        assertThat(check.withSeed(2).check(network, LENGTHS)).isNotEqualTo(check.check(network, LENGTHS));
    }

    @Test
    void networkThatReadsIdsAndEmptyBatchAreRefused() {
        Network ids = network(new LayerSpec.OneHot(D), Recurrent.lstm(D, H));
        assertThatThrownBy(() -> check.check(ids, LENGTHS)).hasMessageContaining("reads ids");
        assertThatThrownBy(() -> check.check(network(Recurrent.lstm(D, H))))
                .hasMessageContaining("at least one sequence");
        assertThatThrownBy(() -> check.withTolerance(0)).hasMessageContaining("must be positive");
    }

    // Engines that are wrong.

    @ParameterizedTest
    @MethodSource("cells")
    void twoSwappedGatesInAnyWeightAreCaught(Cell cell) {
        Network network = network(Recurrent.of(cell, D, H));
        for (int gate = 0; gate + 1 < cell.gates(); gate++) {
            for (String weight : WEIGHTS) {
                EngineLayer engine = new EngineLayer(network, Team.single());
                LayerReference right = EngineCells.referenceOf(network);
                double[] values = engine.weights().get(weight).values();
                double[] correct = values.clone();
                swapBlocks(values, gate, values.length / cell.gates());
                assertThat(failures(judge(engine, right)))
                        .as("gates %s and %s of %s", gate, gate + 1, weight)
                        .contains("y", "hn_l0", "dx");
                System.arraycopy(correct, 0, values, 0, values.length);
                assertPassed(judge(engine, right));
            }
        }
    }

    private static void swapBlocks(double[] values, int k, int size) {
        for (int i = k * size; i < (k + 1) * size; i++) {
            double kept = values[i];
            values[i] = values[i + size];
            values[i + size] = kept;
        }
    }

    private Report judge(LayerReference engine, LayerReference right) {
        RandomGenerator inputs = new Random(8);
        Mats initial = right.zeroState(LENGTHS.length);
        for (String part : initial.names()) {
            initial = initial.with(part, Mat.normal(LENGTHS.length, H, 1, inputs));
        }
        return check.check(engine, right, Seq.normal(6, D, LENGTHS, inputs), initial);
    }

    /** What fails when an engine of one LSTM layer is changed like this. */
    private List<String> failuresOf(UnaryOperator<LayerReference> change) {
        Network network = network(Recurrent.lstm(D, H));
        LayerReference right = EngineCells.referenceOf(network);
        LayerReference engine = new EngineLayer(network, Team.single());
        assertPassed(judge(engine, right));
        return failures(judge(change.apply(engine), right));
    }

    /** The layer with its gradients changed. */
    private static LayerReference withGradients(LayerReference right, UnaryOperator<LayerReference.Gradients> change) {
        return new Wrapped(right) {
            @Override
            public Run forward(Seq x, Mats initial) {
                Run run = right().forward(x, initial);
                return new Run(run.y(), run.last(), (dY, dLast) -> change.apply(run.backward(dY, dLast)));
            }
        };
    }

    @Test
    void gradientScaledBy10001IsCaughtInEveryWeight() {
        for (String weight : WEIGHTS) {
            assertThat(failuresOf(right -> withGradients(right, d -> {
                        Mats scaled = d.dWeights()
                                .with(weight, d.dWeights().get(weight).times(1.0001));
                        return new LayerReference.Gradients(d.dX(), d.dInitial(), scaled);
                    })))
                    .containsExactly("d" + weight);
        }
    }

    @Test
    void inputGradientOfTheWrongStepIsCaught() {
        assertThat(failuresOf(right -> withGradients(right, d -> {
                    double[] dx = d.dX().values();
                    int step = dx.length / d.dX().steps();
                    System.arraycopy(dx.clone(), 0, dx, step, dx.length - step);
                    return d;
                })))
                .containsExactly("dx");
    }

    @Test
    void lostInitialStateIsCaught() {
        assertThat(failuresOf(right -> new Wrapped(right) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        return right().forward(x, initial.zerosLike());
                    }
                }))
                .contains("y", "hn_l0", "cn_l0", "dx", "drnn.weight_hh_l0");
    }

    @Test
    void lostGradientOfTheFinalStateIsCaught() {
        assertThat(failuresOf(right -> new Wrapped(right) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        Run run = right().forward(x, initial);
                        return new Run(run.y(), run.last(), (dY, dLast) -> run.backward(dY, dLast.zerosLike()));
                    }
                }))
                .contains("dx", "dh0_l0", "dc0_l0", "drnn.weight_ih_l0", "drnn.bias_ih_l0")
                .doesNotContain("y", "hn_l0", "cn_l0");
    }

    @Test
    void readPaddingIsCaught() {
        assertThat(failuresOf(right -> new Wrapped(right) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        Seq full = Seq.over(x.steps(), x.batchSize(), x.size(), x.values());
                        Run run = right().forward(full, initial);
                        return new Run(
                                Seq.over(x.steps(), x.batchSize(), H, run.y().values(), x.lengths()),
                                run.last(),
                                (dY, dLast) -> run.backward(Seq.over(x.steps(), x.batchSize(), H, dY.values()), dLast));
                    }
                }))
                .contains("y", "hn_l0", "cn_l0", "dx", "drnn.weight_ih_l0");
    }

    @Test
    void sumsThatDependOnHowTheWorkIsCutAreCaught() {
        Kernels scalar = Kernels.scalar();
        Kernels cut = new Kernels(
                "cut",
                new LastBitOfOddRows(scalar.products()),
                scalar.lstm(),
                scalar.gru(),
                scalar.rnn(),
                scalar.rows(),
                scalar.updates());
        assertThat(failures(check.check(network(cut, Recurrent.lstm(D, H)), 3, 3, 3)))
                .containsExactly("2 threads");
    }

    /** Products whose last bit depends on how many rows they are given. */
    private record LastBitOfOddRows(Products right) implements Products {

        @Override
        public PackedMatrix packed(int depth, int cols) {
            return right.packed(depth, cols);
        }

        @Override
        public void multiply(
                int rows,
                float[] a,
                int aAt,
                int aStride,
                PackedMatrix b,
                float[] bias,
                float[] c,
                int cAt,
                int cStride) {
            right.multiply(rows, a, aAt, aStride, b, bias, c, cAt, cStride);
            if (rows % 2 == 1) {
                c[cAt] = Math.nextUp(c[cAt]);
            }
        }

        @Override
        public void multiplyAdd(
                int rows, float[] a, int aAt, int aStride, PackedMatrix b, float[] c, int cAt, int cStride) {
            right.multiplyAdd(rows, a, aAt, aStride, b, c, cAt, cStride);
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
            right.addTransposedProduct(depth, a, aAt, aStride, rows, b, bAt, bStride, cols, g, gAt, gStride);
        }
    }

    @Test
    void everyCellHasAReference() {
        assertThat(Cells.ALL.stream().map(EngineCells::referenceOf).distinct()).hasSameSizeAs(Cells.ALL);
        assertThat(Arrays.asList(Cells.ALL.toArray())).doesNotHaveDuplicates();
    }
}
