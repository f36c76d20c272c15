package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Descriptions of layers and networks: their sizes, and what they refuse. */
class LayerSpecTest {

    private static void assertRefused(ThrowingCallable description, String message) {
        assertThatIllegalArgumentException().isThrownBy(description).withMessage(message);
    }

    @Test
    void layersKnowTheirSizes() {
        Recurrent stack = Recurrent.gru(5, 7).withLayers(3).withBidirectional(true);
        assertThat(stack.directions()).isEqualTo(2);
        assertThat(stack.inputSize()).isEqualTo(5);
        assertThat(stack.outputSize()).isEqualTo(14);
        assertThat(stack.inputSize(0)).isEqualTo(5);
        assertThat(stack.inputSize(1)).isEqualTo(14);
        assertThat(new OneHot(9).outputSize()).isEqualTo(9);
        assertThat(new Embedding("e", 9, 4).inputSize()).isEqualTo(9);
        assertThat(Dense.head(3, 2).outputSize()).isEqualTo(2);
    }

    @Test
    void withMethodsChangeOneThingEach() {
        Recurrent lstm = Recurrent.lstm(5, 7);
        assertThat(lstm)
                .isEqualTo(new Recurrent(
                        "rnn",
                        Lstm.STANDARD,
                        5,
                        7,
                        0,
                        1,
                        Direction.FORWARD,
                        Merge.CONCATENATE,
                        true,
                        false,
                        0,
                        Regularisation.NONE,
                        Residual.NONE));
        Regularisation noise = new Regularisation(true, 0.1f, 0.2f, 0.3f, 0.4f);
        Lstm coupled = Lstm.STANDARD.withInputForget(true);
        assertThat(lstm.withName("n")
                        .withCell(coupled)
                        .withProjectionSize(3)
                        .withLayers(2)
                        .withBidirectional(true)
                        .withMerge(Merge.SUM)
                        .withBias(false)
                        .withLastOnly(true)
                        .withDropout(0.5f)
                        .withRegularisation(noise))
                .isEqualTo(new Recurrent(
                        "n", coupled, 5, 7, 3, 2, Direction.BOTH, Merge.SUM, false, true, 0.5f, noise, Residual.NONE));
        assertThat(lstm.withResidual(Residual.BEYOND_FIRST).residual()).isEqualTo(Residual.BEYOND_FIRST);
        assertThat(lstm.withDirection(Direction.BACKWARD).direction()).isEqualTo(Direction.BACKWARD);
        assertThat(Recurrent.gru(5, 7).cell()).isEqualTo(Gru.STANDARD);
        assertThat(Recurrent.rnn(5, 7).cell()).isEqualTo(Rnn.STANDARD);
    }

    @Test
    void sizesThatAreNotPositiveAreRefused() {
        assertRefused(() -> new OneHot(0), "OneHot: vocabularySize is 0 but must be positive.");
        assertRefused(
                () -> new Embedding("embedding", 0, 4),
                "Embedding embedding: vocabularySize is 0 but must be positive.");
        assertRefused(
                () -> new Embedding("embedding", 4, -1), "Embedding embedding: outputSize is -1 but must be positive.");
        assertRefused(() -> Recurrent.lstm(0, 4), "Recurrent rnn: inputSize is 0 but must be positive.");
        assertRefused(() -> Recurrent.lstm(4, -3), "Recurrent rnn: hiddenSize is -3 but must be positive.");
        assertRefused(() -> Recurrent.lstm(4, 4).withLayers(0), "Recurrent rnn: layers is 0 but must be positive.");
        assertRefused(() -> Dense.head(0, 4), "Dense out: inputSize is 0 but must be positive.");
        assertRefused(() -> Dense.head(4, 0), "Dense out: outputSize is 0 but must be positive.");
    }

    @Test
    void dropoutOutsideOfItsRangeIsRefused() {
        Recurrent lstm = Recurrent.lstm(4, 4);
        assertRefused(() -> lstm.withDropout(1), "Recurrent rnn: dropout is 1.0 but must be at least 0 and below 1.");
        assertRefused(
                () -> lstm.withDropout(-0.1f), "Recurrent rnn: dropout is -0.1 but must be at least 0 and below 1.");
        assertRefused(
                () -> lstm.withDropout(Float.NaN), "Recurrent rnn: dropout is NaN but must be at least 0 and below 1.");
    }

    @Test
    void networkKnowsWhatItReadsAndWrites() {
        NetworkSpec spec = NetworkSpec.of(new OneHot(9), Recurrent.lstm(9, 4), Dense.head(4, 2));
        assertThat(spec.readsIds()).isTrue();
        assertThat(spec.inputSize()).isEqualTo(9);
        assertThat(spec.outputSize()).isEqualTo(2);
        assertThat(spec.readsAhead()).isFalse();
        for (Direction direction : List.of(Direction.BACKWARD, Direction.BOTH)) {
            assertThat(NetworkSpec.of(Recurrent.lstm(9, 4).withDirection(direction))
                            .readsAhead())
                    .isTrue();
        }
        assertThat(NetworkSpec.of(Recurrent.lstm(9, 4)).readsIds()).isFalse();
        assertThat(NetworkSpec.of(new Embedding("e", 5, 3)).readsIds()).isTrue();
    }

    @Test
    void networkWithoutLayersIsRefused() {
        assertRefused(() -> new NetworkSpec(List.of()), "A network needs at least one layer.");
    }

    @Test
    void layersThatDoNotFitEachOtherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkSpec.of(Recurrent.lstm(3, 4).withBidirectional(true), Dense.head(4, 2)))
                .withMessageContaining(
                        "Layer 1 Dense[name=out, inputSize=4, outputSize=2, bias=true] reads 4 numbers a step")
                .withMessageContaining("the layer before it, Recurrent[")
                .withMessageContaining("gives 8.");
    }

    @Test
    void idsInTheMiddleOfANetworkAreRefused() {
        assertRefused(
                () -> NetworkSpec.of(Recurrent.lstm(3, 4), new Embedding("e", 4, 2)),
                "Layer 1 Embedding[name=e, vocabularySize=4, outputSize=2] reads ids, so it must be the first layer.");
    }

    @Test
    void oneHotInputNeedsARecurrentLayer() {
        assertRefused(
                () -> NetworkSpec.of(new OneHot(3), Dense.head(3, 2)),
                "A OneHot input needs a Recurrent layer after it, not Dense[name=out, inputSize=3, outputSize=2, bias=true]."
                        + " Use an Embedding instead.");
        assertRefused(() -> NetworkSpec.of(new OneHot(3)), "A OneHot input needs a Recurrent layer after it.");
    }

    @Test
    void layersOfOneNameWithoutParametersOfOneNameAreNot() {
        assertThat(NetworkSpec.of(Recurrent.lstm(3, 4).withName("a"), new LayerNorm("a", 4), new Dense("b", 4, 2))
                        .zeroParameters()
                        .has("a.weight"))
                .isTrue();
    }

    @Test
    void layersOfOneNameAreRefused() {
        assertRefused(
                () -> NetworkSpec.of(new ElementwiseAffine("a", 4), new Dense("a", 4, 2)),
                "Layers 0 ElementwiseAffine[name=a, size=4] and 1 Dense[name=a, inputSize=4, outputSize=2, bias=true] have"
                        + " the same name, so their parameters would, too. Give each layer its own name.");
        assertRefused(
                () -> NetworkSpec.of(Recurrent.lstm(3, 4), Recurrent.lstm(4, 4)),
                "Layers 0 Recurrent[rnn: lstm 3 -> 4] and 1 Recurrent[rnn: lstm 4 -> 4] have the same name, so their"
                        + " parameters would, too. Give each layer its own name.");
        assertRefused(
                () -> NetworkSpec.of(Recurrent.lstm(3, 4), new LayerNorm("a", 4), new Dense("a", 4, 2)),
                "Layers 1 LayerNorm[name=a, size=4, epsilon=1.0E-5] and 2 Dense[name=a, inputSize=4, outputSize=2,"
                        + " bias=true] have the same name, so their parameters would, too. Give each layer its own name.");
        // Of a stack and a dense layer the parameters have different names.
        assertThat(NetworkSpec.of(Recurrent.lstm(3, 4), new Dense("rnn", 4, 2))
                        .zeroParameters()
                        .slices())
                .hasSize(6);
    }

    @Test
    void sizesBeyondOneArrayAreRefusedBeforeAnythingIsAllocated() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NetworkSpec.of(Recurrent.lstm(1 << 20, 1 << 12)).zeroParameters())
                .withMessageContaining("more than 2^31 parameters");
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> NetworkSpec.of(Recurrent.lstm(1, 1 << 30)).zeroParameters());
    }
}
