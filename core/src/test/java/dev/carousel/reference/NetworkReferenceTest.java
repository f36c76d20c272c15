package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.CellReference.WeightSpec;
import dev.carousel.reference.LayerReference.Run;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Stacks, both directions and heads: what the composition adds to the cells. */
class NetworkReferenceTest {

    private static final int[] LENGTHS = {2, 5, 3};

    private final RandomGenerator random = new Random(11);
    private final NetworkReference spec = new NetworkReference(new LstmReference(true), 3, 4, 2, true, Optional.of(2));

    @Test
    void namesAndShapesArePyTorchs() {
        assertThat(spec.weights().stream().map(w -> w.fileName() + " " + w.rows() + "x" + w.columns()))
                .containsExactly(
                        "weight_ih_l0 16x3",
                        "weight_hh_l0 16x4",
                        "bias_ih_l0 1x16",
                        "bias_hh_l0 1x16",
                        "weight_ih_l0_reverse 16x3",
                        "weight_hh_l0_reverse 16x4",
                        "bias_ih_l0_reverse 1x16",
                        "bias_hh_l0_reverse 1x16",
                        "weight_ih_l1 16x8",
                        "weight_hh_l1 16x4",
                        "bias_ih_l1 1x16",
                        "bias_hh_l1 1x16",
                        "weight_ih_l1_reverse 16x8",
                        "weight_hh_l1_reverse 16x4",
                        "bias_ih_l1_reverse 1x16",
                        "bias_hh_l1_reverse 1x16",
                        "weight 2x8",
                        "bias 1x2");
        LayerReference network = spec.random(0.5, random);
        assertThat(network.weights().names())
                .containsExactlyElementsOf(
                        spec.weights().stream().map(WeightSpec::fileName).toList());
        assertThat(network.zeroState(3).names())
                .containsExactly(
                        "h_l0", "c_l0", "h_l0_reverse", "c_l0_reverse", "h_l1", "c_l1", "h_l1_reverse", "c_l1_reverse");
    }

    @Test
    void networkEqualsItsLayersOneAfterTheOther() {
        LayerReference network = spec.random(0.5, random);
        Mats w = network.weights();
        Seq x = Seq.normal(5, 3, LENGTHS, random);
        Run run = network.forward(x, network.zeroState(3));

        Seq y = x;
        for (int k = 0; k < 2; k++) {
            CellLayer forward = layer(w, "_l" + k, y.size(), false);
            CellLayer reverse = layer(w, "_l" + k + "_reverse", y.size(), true);
            Run f = forward.forward(y, forward.zeroState(3));
            Run r = reverse.forward(y, reverse.zeroState(3));
            assertThat(run.last().get("c_l" + k + "_reverse").values())
                    .containsExactly(r.last().get("c").values(), within(1e-14));
            y = f.y().beside(r.y());
        }
        y = new DenseLayer(w.get("weight"), w.get("bias"))
                .forward(y, Mats.empty())
                .y();
        assertThat(run.y().values()).containsExactly(y.values(), within(1e-14));
    }

    private static CellLayer layer(Mats w, String suffix, int inputSize, boolean reverse) {
        Mats own = Mats.of("W", w.get("weight_ih" + suffix))
                .with("R", w.get("weight_hh" + suffix))
                .with("bW", w.get("bias_ih" + suffix))
                .with("bR", w.get("bias_hh" + suffix));
        return new CellLayer(new LstmReference(true), inputSize, 4, reverse, own);
    }

    @Test
    void layersThatDoNotFitAreRefused() {
        LayerReference four = DenseLayer.random(3, 4, 1, random);
        LayerReference five = DenseLayer.random(5, 2, 1, random);
        assertThatThrownBy(() -> new Chain("two", List.of(four, five)))
                .hasMessageContaining("reads vectors of 5 but the layer before writes 4");
        assertThatThrownBy(() -> new Chain("two", List.of(four, DenseLayer.random(4, 4, 1, random))).weights())
                .hasMessageContaining("both called 'weight'");
    }
}
