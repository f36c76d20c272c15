package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.check.CheckReport.Row;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
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

    private static void assertPassed(CheckReport report) {
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    private static List<String> failures(CheckReport report) {
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
        CheckReport report = check.check(network, LENGTHS);
        assertPassed(report);
        assertThat(report.rows().stream().map(Row::what))
                .contains("hn_l0_encoder", "dh0_l0_reverse_encoder", "dc0_l0_decoder", "dbetween.weight");
    }

    @Test
    void everythingIsCompared() {
        CheckReport report = check.check(network(Recurrent.lstm(D, H), Dense.head(H, 2)), LENGTHS);
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
                        "dout.bias");
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
            for (Slice slice : network.parameters().slices()) {
                // A weight may be for some gates alone.
                if (gate + 1 >= slice.shape().get(0) / H) {
                    continue;
                }
                String weight = slice.name();
                EngineLayer engine = new EngineLayer(network, Team.single());
                LayerReference right = EngineLayers.referenceOf(network);
                double[] values = engine.weights().get(weight).values();
                double[] correct = values.clone();
                swapBlocks(values, gate, values.length / (slice.shape().get(0) / H));
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

    private CheckReport judge(LayerReference engine, LayerReference right) {
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
        LayerReference right = EngineLayers.referenceOf(network);
        LayerReference engine = new EngineLayer(network, Team.single());
        assertPassed(judge(engine, right));
        return failures(judge(change.apply(engine), right));
    }

    /** The layer with its gradients changed. */
    private static LayerReference withGradients(LayerReference right, UnaryOperator<LayerReference.Gradients> change) {
        return new Wrapped(right) {
            @Override
            public Run forward(Seq x, Mats initial) {
                Run run = inner().forward(x, initial);
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
                        return inner().forward(x, initial.zerosLike());
                    }
                }))
                .contains("y", "hn_l0", "cn_l0", "dx", "drnn.weight_hh_l0");
    }

    @Test
    void lostGradientOfTheFinalStateIsCaught() {
        assertThat(failuresOf(right -> new Wrapped(right) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        Run run = inner().forward(x, initial);
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
                        Run run = inner().forward(full, initial);
                        return new Run(
                                Seq.over(x.steps(), x.batchSize(), H, run.y().values(), x.lengths()),
                                run.last(),
                                (dY, dLast) -> run.backward(Seq.over(x.steps(), x.batchSize(), H, dY.values()), dLast));
                    }
                }))
                .contains("y", "hn_l0", "cn_l0", "dx", "drnn.weight_ih_l0");
    }

    @Test
    void lastBitThatDependsOnHowRowsAreCutIsCaught() {
        Network network =
                network(nudged((rows, cols) -> rows != 9 && cols != 2), Recurrent.lstm(D, 32), Dense.head(32, 2));
        assertThat(failures(check.checkThreads(network, 2, 20, 20, 20, 20, 20, 20, 20, 20, 20)))
                .containsExactly("bits, 1 thread and 2");
    }

    @Test
    void lastBitThatDependsOnHowUnitsAreCutIsCaught() {
        Network network = network(nudged((rows, cols) -> cols == 64), Recurrent.lstm(D, 128), Dense.head(128, 2));
        assertThat(failures(check.checkThreads(network, 2, 3, 3, 3))).containsExactly("bits, 1 thread and 2");
    }

    @ParameterizedTest
    @MethodSource("cells")
    void threadsThatShareRowsOrUnitsGiveTheSameBits(Cell cell) {
        Network network = network(Recurrent.of(cell, D, 192), Dense.head(192, 3));
        for (int threads = 2; threads <= 4; threads++) {
            assertPassed(check.checkThreads(network, threads, 3, 3, 3));
            assertPassed(check.checkThreads(network, threads, 3, 2, 0, 1, 3, 3, 2));
        }
    }

    /** Kernels whose products change their last bit for some shapes of what they are asked for. */
    private static Kernels nudged(BiPredicate<Integer, Integer> rowsAndCols) {
        Kernels right = Kernels.scalar();
        Products products = (Products) Proxy.newProxyInstance(
                Products.class.getClassLoader(), new Class<?>[] {Products.class}, (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    Object result = method.invoke(right.products(), arguments);
                    if (method.getName().equals("multiply")
                            && rowsAndCols.test((int) arguments[0], (int) arguments[6])) {
                        float[] c = (float[]) arguments[8];
                        int at = (int) arguments[9] + (int) arguments[5];
                        c[at] = Math.nextUp(c[at]);
                    }
                    return result;
                });
        return new Kernels(
                "nudged",
                products,
                right.lstm(),
                right.gru(),
                right.rnn(),
                right.cells(),
                right.variants(),
                right.rows(),
                right.updates(),
                right.peak());
    }

    @Test
    void everyCellHasAReference() {
        assertThat(Cells.ALL.stream().map(EngineCells::referenceOf).distinct()).hasSameSizeAs(Cells.ALL);
        assertThat(Cells.ALL).doesNotHaveDuplicates();
    }
}
