package dev.carousel.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.loss.GoldenLines;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DescentTest {

    private static Parameters parameters(float... values) {
        Parameters p = new Parameters.Layout().add("w", values.length).zeros();
        p.set("w", values);
        return p;
    }

    private static Descent descent(Optimiser optimiser, Clipping clipping, Parameters w, Team team) {
        return Descent.of(optimiser, clipping, w, Kernels.scalar().updates(), team);
    }

    private static double clip(Clipping clipping, Parameters g) {
        return descent(new Sgd(1), clipping, g.zerosLike(), Team.single()).clip(g);
    }

    @Test
    void clippingByNormEqualsPyTorchAndReturnsTheNormBefore() {
        for (double[] golden : GoldenLines.read("/optim/trajectories.txt").all("clipped")) {
            Parameters g = parameters(3, -4, 0.5f, 12);
            double norm = clip(Clipping.byNorm(golden[0]), g);
            assertThat(norm).isCloseTo(golden[1], within(1e-12));
            for (int i = 0; i < 4; i++) {
                assertThat((double) g.values()[i]).isCloseTo(golden[2 + i], within(1e-6));
            }
        }
    }

    @Test
    void clippingByValueLimitsEachNumber() {
        Parameters g = parameters(3, -4, 0.5f, 12);
        assertThat(clip(Clipping.byValue(3.5), g)).isCloseTo(Math.sqrt(9 + 16 + 0.25 + 144), within(1e-12));
        assertThat(g.values()).containsExactly(3, -3.5f, 0.5f, 3.5f);
    }

    @Test
    void noClippingStillTellsTheNorm() {
        Parameters g = parameters(3, -4);
        assertThat(clip(Clipping.NONE, g)).isEqualTo(5);
        assertThat(g.values()).containsExactly(3, -4);
    }

    @Test
    void normOfHugeNumbersIsFiniteAndOfNanOrInfinityIsNot() {
        assertThat(clip(Clipping.NONE, parameters(3e38f, 3e38f))).isCloseTo(3e38 * Math.sqrt(2), within(1e32));
        Parameters nan = parameters(1, Float.NaN, 300);
        assertThat(clip(Clipping.byNorm(1), nan)).isNaN();
        assertThat(nan.values()).containsExactly(1, Float.NaN, 300);
        assertThat(clip(Clipping.byValue(1), parameters(1, Float.NEGATIVE_INFINITY)))
                .isInfinite();
    }

    @Test
    void oneThreadEqualsManyBitForBit() {
        int size = 70_001;
        Parameters one = trained(size, Team.single());
        for (int threads : new int[] {2, 3, 4}) {
            try (Team team = Team.of(threads)) {
                assertThat(trained(size, team).values()).isEqualTo(one.values());
            }
        }
    }

    private static Parameters trained(int size, Team team) {
        SplittableRandom random = new SplittableRandom(8);
        Parameters w = new Parameters.Layout().add("w", size).zeros();
        Parameters g = w.zerosLike();
        Descent byNorm = descent(new Adam(0.01), Clipping.byNorm(3), w, team);
        Descent byValue = descent(new Sgd(0.1).withNesterov(0.5).withWeightDecay(0.1), Clipping.byValue(1), w, team);
        for (int t = 0; t < 3; t++) {
            for (int i = 0; i < size; i++) {
                g.values()[i] = (float) random.nextDouble(-2, 2);
            }
            byNorm.clip(g);
            byNorm.step(g, 0.01);
            byValue.clip(g);
            byValue.step(g, 0.1);
        }
        return w;
    }

    @Test
    void updatesAllocateNothing() {
        Parameters w = new Parameters.Layout().add("w", 100).add("b", 3).zeros();
        Parameters g = w.zerosLike();
        g.values()[7] = 40;
        Descent descent = descent(new AdamW(0.01), Clipping.byNorm(1), w, Team.single());
        Allocation.assertNone(() -> {
            descent.clip(g);
            descent.step(g, 0.01);
        });
    }

    @Test
    void shortFormsTakeTheNetworksParametersAndTheOptimisersRate() {
        NetworkSpec spec = NetworkSpec.of(Dense.head(2, 1));
        Network network = Network.of(spec, spec.zeroParameters());
        Parameters g = network.parameters().zerosLike();
        g.set("out.weight", 1, -30);
        Descent.of(new Sgd(0.25), network).step(g);
        assertThat(network.parameters().get("out.weight")).containsExactly(-0.25f, 7.5f);
        g.clear();
        assertThat(g.values()).containsOnly(0);
    }

    @Test
    void gradientOfAnotherLayoutIsRefused() {
        Descent descent = descent(new Sgd(1), Clipping.NONE, parameters(1, 2), Team.single());
        assertThatThrownBy(() -> descent.clip(parameters(1, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("3 numbers", "parameters 2");
        assertThatThrownBy(() -> descent.step(parameters(1), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsMustBePositive() {
        assertThatThrownBy(() -> Clipping.byNorm(0)).hasMessageContaining("the limit is 0.0");
        assertThatThrownBy(() -> Clipping.byValue(Double.NaN)).hasMessageContaining("the limit is NaN");
    }
}
