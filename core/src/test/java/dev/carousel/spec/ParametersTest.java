package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One flat array, cut into slices named and shaped as PyTorch's state_dict has them. */
class ParametersTest {

    @Test
    void aRecurrentLayerWithoutANameHasParametersWithoutAPrefix() {
        Parameters parameters = NetworkSpec.of(Recurrent.rnn(3, 2).withName("")).zeroParameters();
        assertThat(parameters.slices().stream().map(Slice::name))
                .containsExactly("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0");
    }

    @Test
    void slicesHavePyTorchsNamesShapesAndOrder() {
        Parameters parameters = NetworkSpec.of(
                        new Embedding("embedding", 7, 3),
                        Recurrent.lstm(3, 4).withLayers(2).withBidirectional(true),
                        Dense.head(8, 2))
                .zeroParameters();
        assertThat(parameters.slices().stream().map(slice -> slice.name() + " " + slice.shape()))
                .containsExactly(
                        "embedding.weight [7, 3]",
                        "rnn.weight_ih_l0 [16, 3]",
                        "rnn.weight_hh_l0 [16, 4]",
                        "rnn.bias_ih_l0 [16]",
                        "rnn.bias_hh_l0 [16]",
                        "rnn.weight_ih_l0_reverse [16, 3]",
                        "rnn.weight_hh_l0_reverse [16, 4]",
                        "rnn.bias_ih_l0_reverse [16]",
                        "rnn.bias_hh_l0_reverse [16]",
                        "rnn.weight_ih_l1 [16, 8]",
                        "rnn.weight_hh_l1 [16, 4]",
                        "rnn.bias_ih_l1 [16]",
                        "rnn.bias_hh_l1 [16]",
                        "rnn.weight_ih_l1_reverse [16, 8]",
                        "rnn.weight_hh_l1_reverse [16, 4]",
                        "rnn.bias_ih_l1_reverse [16]",
                        "rnn.bias_hh_l1_reverse [16]",
                        "out.weight [2, 8]",
                        "out.bias [2]");
    }

    @Test
    void slicesFollowEachOtherAndFillTheArray() {
        Parameters parameters =
                NetworkSpec.of(Recurrent.gru(3, 4), Dense.head(4, 2)).zeroParameters();
        int at = 0;
        for (Slice slice : parameters.slices()) {
            assertThat(slice.offset()).isEqualTo(at);
            at = slice.end();
        }
        assertThat(parameters.values()).hasSize(at);
        assertThat(parameters.size()).isEqualTo(at).isEqualTo(12 * 3 + 12 * 4 + 12 + 12 + 8 + 2);
    }

    @Test
    void sliceIsReadAndWrittenByName() {
        Parameters parameters =
                new Parameters.Layout().add("w", 2, 2).add("b", 2).zeros();
        parameters.set("b", 5, 6);
        assertThat(parameters.values()).containsExactly(0, 0, 0, 0, 5, 6);
        parameters.get("b")[0] = 9;
        assertThat(parameters.get("b")).containsExactly(5, 6);
        assertThat(parameters.has("b")).isTrue();
        assertThat(parameters.has("c")).isFalse();
        assertThat(parameters.slice("w").cols()).isEqualTo(2);
        assertThat(parameters.slice("b").cols()).isEqualTo(1);
    }

    @Test
    void copiesAndZerosAreIndependentAndOfTheSameLayout() {
        Parameters parameters = new Parameters.Layout().add("w", 2).zeros();
        parameters.set("w", 1, 2);
        Parameters copy = parameters.copy();
        Parameters zeros = parameters.zerosLike();
        parameters.set("w", 3, 4);
        assertThat(copy.values()).containsExactly(1, 2);
        assertThat(zeros.values()).containsExactly(0, 0);
        assertThat(copy.sameLayout(zeros)).isTrue();
        assertThat(copy.sameLayout(new Parameters.Layout().add("v", 2).zeros())).isFalse();
        assertThat(copy.sameLayout(new Parameters.Layout().add("w", 1, 2).zeros()))
                .isFalse();
    }

    @Test
    void unknownNamesAndWrongCountsAreRefused() {
        Parameters parameters =
                new Parameters.Layout().add("w", 2, 3).add("b", 2).zeros();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.slice("x"))
                .withMessage("No parameter is named x; there are w, b.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.get("x"))
                .withMessageContaining("No parameter is named x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.set("w", 1, 2))
                .withMessage("Parameter w is [2, 3], so 6 numbers are expected, but got 2.");
    }

    @Test
    void layoutRefusesWhatCannotBe() {
        Parameters.Layout layout = new Parameters.Layout().add("w", 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.add("w", 3))
                .withMessage("Two parameters are named w. Give each layer its own name.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.add("v", 3, 0))
                .withMessage("Parameter v has shape [3, 0]; every dimension must be positive.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.add("large", 1 << 16, 1 << 15))
                .withMessageContaining("With parameter large [65536, 32768]")
                .withMessageContaining("more than 2^31 parameters");
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> layout.add("larger", 1 << 30, 1 << 30, 1 << 30));
        assertThat(layout.slices()).isEqualTo(List.of(new Slice("w", List.of(2), 0)));
    }

    @Test
    void networkRefusesParametersOfAnotherLayout() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.rnn(2, 3));
        Parameters others = NetworkSpec.of(Recurrent.rnn(3, 2)).zeroParameters();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(spec, others))
                .withMessage("The network needs 4 parameters and got 4; number 1 must be"
                        + " Slice[name=rnn.weight_ih_l0, shape=[3, 2], offset=0] but is"
                        + " Slice[name=rnn.weight_ih_l0, shape=[2, 3], offset=0]. Are they of another network?");
    }
}
