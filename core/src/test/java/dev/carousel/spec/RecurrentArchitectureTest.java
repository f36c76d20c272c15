package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Mean;
import dev.carousel.spec.RecurrentArchitecture.Pooling;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The layers that each choice comes to, written out. */
class RecurrentArchitectureTest {

    @Test
    void withoutAnyChoiceThereIsOneLayerUnderAHead() {
        assertThat(RecurrentArchitecture.of(Lstm.STANDARD, 16).network(3, 2))
                .isEqualTo(NetworkSpec.of(Recurrent.lstm(3, 16), Dense.head(16, 2)));
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without such a check pass
    void whatIsNullIsRefusedByName() {
        RecurrentArchitecture architecture = RecurrentArchitecture.of(Lstm.STANDARD, 16);
        Map<String, ThrowingCallable> calls = Map.of(
                "cell is null", () -> RecurrentArchitecture.of(null, 64),
                "direction is null", () -> architecture.withDirection(null),
                "pooling is null", () -> architecture.withPooling(null),
                "regularisation is null", () -> architecture.withRegularisation(null));
        calls.forEach((message, call) -> assertThatNullPointerException()
                .isThrownBy(call)
                .withMessageStartingWith("RecurrentArchitecture: " + message));
    }

    @Test
    void aStackDropsBetweenItsLayersAndBehindThem() {
        Regularisation noise = Regularisation.NONE.withSameAtEveryStep(true).withZoneout(0.1f, 0.2f);
        RecurrentArchitecture architecture = RecurrentArchitecture.of(Lstm.STANDARD, 16)
                .withLayers(3)
                .withDropout(0.3f)
                .withRegularisation(noise)
                .withResidual(true);
        Embedding embedding = new Embedding("embedding", 50, 8);
        assertThat(architecture.network(List.of(embedding), 8, 50))
                .isEqualTo(NetworkSpec.of(
                        embedding,
                        Recurrent.lstm(8, 16)
                                .withLayers(3)
                                .withDropout(0.3f)
                                .withRegularisation(noise)
                                .withResidual(Residual.BEYOND_FIRST),
                        new Drop(16, 0.3f, true),
                        Dense.head(16, 50)));
    }

    @Test
    void layerNormStandsBehindEachLayerAndTheMeanBehindTheLast() {
        RecurrentArchitecture architecture = RecurrentArchitecture.of(Gru.STANDARD, 4)
                .withLayers(2)
                .withDirection(Direction.BOTH)
                .withDropout(0.2f)
                .withLayerNorm(true)
                .withResidual(true)
                .withPooling(Pooling.MEAN);
        assertThat(architecture.network(6, 5))
                .isEqualTo(NetworkSpec.of(
                        Recurrent.gru(6, 4).withDirection(Direction.BOTH),
                        new LayerNorm("norm1", 8),
                        new Drop(8, 0.2f),
                        Recurrent.gru(8, 4)
                                .withName("rnn2")
                                .withDirection(Direction.BOTH)
                                .withResidual(Residual.ALL),
                        new LayerNorm("norm2", 8),
                        new Mean(8),
                        new Drop(8, 0.2f),
                        Dense.head(8, 5)));
    }

    @Test
    void theLastStepIsThatOfTheLastLayer() {
        RecurrentArchitecture architecture =
                RecurrentArchitecture.of(Gru.STANDARD, 4).withLayers(2).withPooling(Pooling.LAST);
        assertThat(architecture.network(6, 5))
                .isEqualTo(NetworkSpec.of(Recurrent.gru(6, 4).withLayers(2).withLastOnly(true), Dense.head(4, 5)));
        assertThat(architecture.withLayerNorm(true).network(6, 5).layers())
                .filteredOn(Recurrent.class::isInstance)
                .extracting(layer -> ((Recurrent) layer).lastOnly())
                .containsExactly(false, true);
    }

    @Test
    void choicesThatDoNotGoTogetherAreRefused() {
        RecurrentArchitecture gru = RecurrentArchitecture.of(Gru.STANDARD, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gru.withResidual(true).withPooling(Pooling.LAST))
                .withMessageContaining("pooling is LAST");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gru.withRegularisation(Regularisation.NONE.withZoneout(0, 0.1f)))
                .withMessageContaining("cell state");
        assertThatIllegalArgumentException().isThrownBy(() -> gru.withDropout(1));
        assertThatIllegalArgumentException().isThrownBy(() -> gru.withLayers(0)).withMessageContaining("layers is 0");
        assertThatIllegalArgumentException().isThrownBy(() -> RecurrentArchitecture.of(Gru.STANDARD, -1));
    }
}
