package dev.carousel.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.GoldenLines;
import dev.carousel.spec.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimisers against PyTorch's own, update by update. */
class OptimisersTest {

    private static final GoldenLines GOLDEN = GoldenLines.read("/optim/trajectories.txt");

    static Stream<Arguments> optimisers() {
        return Stream.of(
                Arguments.of("sgd", new Sgd(0.1)),
                Arguments.of("sgd momentum", new Sgd(0.1).withMomentum(0.9)),
                Arguments.of(
                        "sgd nesterov decay", new Sgd(0.1).withNesterov(0.8).withWeightDecay(0.05)),
                Arguments.of("rmsprop", new RmsProp(0.01)),
                Arguments.of(
                        "rmsprop rho epsilon decay",
                        new RmsProp(0.02).withRho(0.9).withEpsilon(1e-3).withWeightDecay(0.1)),
                Arguments.of("adam", new Adam(0.002)),
                Arguments.of(
                        "adam betas epsilon decay",
                        new Adam(0.05).withBetas(0.8, 0.95).withEpsilon(1e-2).withWeightDecay(0.1)),
                Arguments.of("adamw", new AdamW(0.002)),
                Arguments.of(
                        "adamw betas epsilon decay",
                        new AdamW(0.05).withBetas(0.8, 0.95).withEpsilon(1e-2).withWeightDecay(0.3)));
    }

    private static Parameters start() {
        double[] w0 = GOLDEN.one("start");
        Parameters w = new Parameters.Layout().add("w", w0.length).zeros();
        for (int i = 0; i < w0.length; i++) {
            w.values()[i] = (float) w0[i];
        }
        return w;
    }

    /** As in trajectories.py. */
    private static void gradient(Parameters w, int t, Parameters g) {
        for (int i = 0; i < w.size(); i++) {
            g.values()[i] = (float) (0.3 * w.values()[i] + Math.sin(1.7 * i + 0.9 * t));
        }
    }

    private static Descent descent(Optimiser optimiser, Parameters w) {
        return Descent.of(optimiser, Clipping.NONE, w, Kernels.scalar().updates(), Team.single());
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void trajectoryEqualsPyTorch(String name, Optimiser optimiser) {
        List<double[]> golden = GOLDEN.all(name);
        assertThat(golden).hasSize(6);
        Parameters w = start();
        Parameters g = w.zerosLike();
        Descent descent = descent(optimiser, w);
        for (int t = 0; t < golden.size(); t++) {
            gradient(w, t, g);
            descent.step(g, optimiser.learningRate());
            for (int i = 0; i < w.size(); i++) {
                assertThat((double) w.values()[i])
                        .as("w[%d] after update %d", i, t + 1)
                        .isCloseTo(golden.get(t)[i], within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimisers")
    void restoredMemoryContinuesBitForBit(String name, Optimiser optimiser) {
        Parameters w = start();
        Parameters g = w.zerosLike();
        Descent first = descent(optimiser, w);
        for (int t = 0; t < 3; t++) {
            gradient(w, t, g);
            first.step(g, 0.05);
        }
        Parameters w2 = w.copy();
        Descent second = descent(optimiser, w2);
        Map<String, float[]> saved = new LinkedHashMap<>();
        first.memory().arrays().forEach((array, values) -> saved.put(array, values.clone()));
        second.memory().restore(first.memory().updates(), saved);
        for (int t = 3; t < 6; t++) {
            gradient(w, t, g);
            first.step(g, 0.05);
            gradient(w2, t, g);
            second.step(g, 0.05);
        }
        assertThat(w2.values()).isEqualTo(w.values());
    }

    @Test
    void memoryOfAnotherOptimiserOrNetworkIsRefusedAndLeavesNoTrace() {
        Parameters w = start();
        OptimiserMemory memory = descent(new Adam(0.1), w).memory();
        assertThatThrownBy(() -> memory.restore(3, Map.of("m", new float[5])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("[m, v]", "[m]", "another optimiser");
        assertThatThrownBy(() -> memory.restore(3, Map.of("m", new float[] {1, 1, 1, 1, 1}, "v", new float[6])))
                .hasMessageContainingAll("v has 5", "has 6", "another network");
        assertThat(memory.get("m")).containsOnly(0);
        assertThat(memory.updates()).isZero();
        assertThatThrownBy(() -> memory.get("u")).hasMessageContaining("nothing named u");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Sgd(-1)).hasMessageContaining("Sgd: learningRate is -1.0");
        assertThatThrownBy(() -> new Sgd(0.1).withMomentum(1)).hasMessageContaining("below 1");
        assertThatThrownBy(() -> new Sgd(0.1).withNesterov(0)).hasMessageContaining("momentum above 0");
        assertThatThrownBy(() -> new RmsProp(Double.NaN)).hasMessageContaining("RmsProp: learningRate is NaN");
        assertThatThrownBy(() -> new Adam(0.1).withBetas(0.9, 1)).hasMessageContaining("beta2");
        assertThatThrownBy(() -> new AdamW(0.1).withWeightDecay(-0.1)).hasMessageContaining("weightDecay");
        assertThatThrownBy(() -> new Adam(0.1).withEpsilon(Double.POSITIVE_INFINITY))
                .hasMessageContaining("epsilon");
    }
}
