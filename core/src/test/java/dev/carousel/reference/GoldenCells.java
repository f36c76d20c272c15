package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.CellReference.WeightSpec;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cells of the years from 2015 to 2025 against numbers computed elsewhere, {@code cells.json}: outputs, all parts of the
 * final state, and all gradients, from a given state and from a fresh one. The reference and the engine each have to stand this.
 */
abstract class GoldenCells {

    private static final Map<String, Golden> ALL = Golden.readAll("cells.json");

    static Set<String> cases() {
        return ALL.keySet();
    }

    /**
     * A layer of a cell's usual form, forward in time.
     *
     * @param weights by their symbols in the reference; the layer's states are to be called as the cell's
     */
    abstract LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights);

    /** How far a number may be from the golden one. */
    abstract double tolerance();

    /** How far a gradient may be. */
    abstract double gradientTolerance();

    @ParameterizedTest
    @MethodSource("cases")
    void cellEqualsGolden(String name) {
        Golden golden = ALL.get(name);
        String kind = name.replace("_fresh", "");
        CellReference cell = ReferenceCells.of(kind);
        Seq x = golden.seq("x");
        int H = golden.seq("y").size();
        Mats weights = Mats.empty();
        for (WeightSpec weight : cell.weights(x.size(), H)) {
            weights = weights.with(weight.symbol(), golden.mat(weight.fileName() + "_l0"));
        }
        LayerReference layer = layer(kind, x.size(), H, weights);
        boolean fresh = name.endsWith("_fresh");
        Mats initial = layer.zeroState(x.batchSize());
        Mats dLast = initial;
        for (String part : cell.state(H).keySet()) {
            double start = part.equals("m") ? Double.NEGATIVE_INFINITY : 0;
            initial = initial.with(part, fresh ? initial.get(part).map(v -> start) : golden.mat(part + "0"));
            dLast = dLast.with(part, golden.mat("w_" + part + "n"));
        }

        Run run = layer.forward(x, initial);
        assertClose("y", run.y().values(), golden.numbers("y"), tolerance());
        for (String part : cell.state(H).keySet()) {
            assertClose(part + "n", run.last().get(part).values(), golden.numbers(part + "n"), tolerance());
        }
        Gradients d = run.backward(golden.seq("w"), dLast);
        assertClose("dx", d.dX().values(), golden.numbers("d_x"), gradientTolerance());
        for (WeightSpec weight : cell.weights(x.size(), H)) {
            String file = weight.fileName() + "_l0";
            assertClose(
                    file, d.dWeights().get(weight.symbol()).values(), golden.numbers("d_" + file), gradientTolerance());
        }
        for (String part : cell.state(H).keySet()) {
            String gradient = "d_" + part + "0";
            assertThat(golden.has(gradient)).isEqualTo(!fresh);
            if (!fresh) {
                assertClose(gradient, d.dInitial().get(part).values(), golden.numbers(gradient), gradientTolerance());
            }
        }
    }

    private static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).containsExactly(expected, within(tolerance));
    }
}
