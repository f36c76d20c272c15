package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.Seq;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EngineEqualsReferenceTest {

    record Case(Cell cell, int layers, boolean bidirectional, boolean head, int... lengths) {}

    static Stream<Case> cases() {
        return Cells.ALL.stream()
                .flatMap(cell -> Stream.of(
                        new Case(cell, 1, false, false, 5, 5, 5),
                        new Case(cell, 1, false, false, 6, 0, 4, 1),
                        new Case(cell, 2, true, true, 4, 7, 7, 2, 5),
                        new Case(cell, 3, false, true, 3)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsStatesAndGradientsAreTheReferences(Case c) {
        RandomGenerator random = new java.util.Random(7);
        int D = 5;
        int H = 9;
        int O = 3;
        NetworkReference reference = new NetworkReference(
                EngineCells.referenceOf(c.cell),
                D,
                H,
                c.layers,
                c.bidirectional,
                c.head ? Optional.of(O) : Optional.empty());
        LayerReference expected = reference.random(0.4, random);
        LayerSpec.Recurrent recurrent =
                LayerSpec.Recurrent.of(c.cell, D, H).withLayers(c.layers).withBidirectional(c.bidirectional);
        NetworkSpec spec = new NetworkSpec(
                c.head ? List.of(recurrent, LayerSpec.Dense.head(recurrent.outputSize(), O)) : List.of(recurrent));
        EngineLayer engine = new EngineLayer(Network.of(spec, spec.zeroParameters(), Kernels.scalar()), Team.single());
        for (String name : expected.weights().names()) {
            double[] values = expected.weights().get(name).values();
            System.arraycopy(values, 0, engine.weights().get(engineName(name)).values(), 0, values.length);
        }

        int T = java.util.Arrays.stream(c.lengths).max().getAsInt();
        Seq x = Seq.normal(T, D, c.lengths, random);
        Mats initial = normalLike(expected.zeroState(c.lengths.length), random);
        Mats dLast = normalLike(initial, random);

        LayerReference.Run wanted = expected.forward(x, initial);
        LayerReference.Run run = engine.forward(x, initial);
        assertClose("y", run.y().values(), wanted.y().values());
        assertClose(run.last(), wanted.last());

        Seq dY = Seq.normal(T, expected.outputSize(), c.lengths, random);
        LayerReference.Gradients d = run.backward(dY, dLast);
        LayerReference.Gradients wantedD = wanted.backward(dY, dLast);
        assertClose("dX", d.dX().values(), wantedD.dX().values());
        assertClose(d.dInitial(), wantedD.dInitial());
        for (String name : wantedD.dWeights().names()) {
            assertClose(
                    name,
                    d.dWeights().get(engineName(name)).values(),
                    wantedD.dWeights().get(name).values());
        }
    }

    private static String engineName(String name) {
        return name.contains("_l") ? "rnn." + name : "out." + name;
    }

    private static Mats normalLike(Mats shapes, RandomGenerator random) {
        Map<String, Mat> mats = new LinkedHashMap<>();
        shapes.asMap().forEach((name, mat) -> mats.put(name, Mat.normal(mat.rows(), mat.columns(), 1, random)));
        return Mats.of(mats);
    }

    private static void assertClose(Mats actual, Mats expected) {
        assertThat(actual.names()).isEqualTo(expected.names());
        for (String name : expected.names()) {
            assertClose(name, actual.get(name).values(), expected.get(name).values());
        }
    }

    private static void assertClose(String what, double[] actual, double[] expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double tolerance = 2e-5
                * Math.max(
                        1,
                        java.util.Arrays.stream(expected).map(Math::abs).max().orElse(0));
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .as("%s[%d]", what, i)
                    .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(tolerance));
        }
    }
}
