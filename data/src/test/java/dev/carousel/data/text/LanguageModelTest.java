package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Lstm;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.ActivityPenalty;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.DropWords;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.TiedDense;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where each choice of a language model stands in its network. */
class LanguageModelTest {

    private static final RecurrentArchitecture PLAIN =
            RecurrentArchitecture.of(Lstm.STANDARD, 8).withLayers(2);

    private static final RecurrentArchitecture DROPPED =
            PLAIN.withDropout(0.4f).withRegularisation(Regularisation.NONE.withSameAtEveryStep(true));

    @Test
    void theUsualNetworkHasNoneOfIt() {
        assertThat(LanguageModel.of(PLAIN).network(30))
                .isEqualTo(NetworkSpec.of(new OneHot(30), Recurrent.lstm(30, 8).withLayers(2), Dense.head(8, 30)));
        assertThat(LanguageModel.of(PLAIN).withEmbedding(5).network(30).layers().get(0))
                .isEqualTo(new Embedding("embedding", 30, 5));
    }

    @Test
    void allOfItStandsInItsPlace() {
        LanguageModel model = LanguageModel.of(DROPPED)
                .withEmbedding(8)
                .withWordDropout(0.1f)
                .withInputDropout(0.3f)
                .withPenalties(2, 1)
                .withTied(true);
        Embedding table = new Embedding("embedding", 30, 8);
        assertThat(model.network(30).layers())
                .containsExactly(
                        table,
                        new DropWords(8, 0.1f),
                        new Drop(8, 0.3f, true),
                        Recurrent.lstm(8, 8)
                                .withLayers(2)
                                .withDropout(0.4f)
                                .withRegularisation(DROPPED.regularisation()),
                        new ActivityPenalty(8, 0, 1),
                        new Drop(8, 0.4f, true),
                        new ActivityPenalty(8, 2, 0),
                        TiedDense.to(table));
        assertThat(LanguageModel.of(PLAIN)
                        .withPenalties(2, 1)
                        .withAdaptiveSoftmax(List.of(10, 20), 2)
                        .network(30)
                        .layers())
                .endsWith(
                        new ActivityPenalty(8, 0, 1),
                        new ActivityPenalty(8, 2, 0),
                        new AdaptiveSoftmax("out", 8, 30, List.of(10, 20), 2));
    }

    @Test
    void penaltiesAreOnWhatTheLastRecurrentLayerGivesNotOnWhatIsNormalised() {
        LanguageModel model = LanguageModel.of(DROPPED.withLayerNorm(true)).withEmbedding(8);
        assertThat(model.withPenalties(2, 1).network(30).layers())
                .endsWith(
                        new ActivityPenalty(8, 2, 1),
                        new LayerNorm("norm2", 8),
                        new Drop(8, 0.4f, true),
                        Dense.head(8, 30));
        assertThat(LanguageModel.of(PLAIN.withLayerNorm(true))
                        .withPenalties(0, 1)
                        .network(30)
                        .layers())
                .endsWith(new ActivityPenalty(8, 0, 1), new LayerNorm("norm2", 8), Dense.head(8, 30));
        assertThat(model.network(30).layers()).noneMatch(ActivityPenalty.class::isInstance);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        LanguageModel plain = LanguageModel.of(PLAIN);
        assertThatThrownBy(() -> plain.withTied(true))
                .hasMessageContaining("share the table of the embedding, but the input is one-hot");
        assertThatThrownBy(() -> plain.withWordDropout(0.1f))
                .hasMessageContaining("vectors of units are to be dropped, but the input is one-hot");
        assertThatThrownBy(() -> plain.withInputDropout(0.1f)).hasMessageContaining("the input is one-hot");
        assertThatThrownBy(() -> plain.withEmbedding(8).withTied(true).withAdaptiveSoftmax(List.of(10), 4))
                .hasMessageContaining("share the table of the embedding and to be an adaptive softmax");
        assertThatThrownBy(() -> plain.withEmbedding(5).withTied(true).network(30))
                .hasMessageContaining("which is [30, 5], but needs one of [30, 8]");
        assertThatThrownBy(() -> plain.withAdaptiveSoftmax(List.of(30), 4).network(30))
                .hasMessageContaining("the cutoffs are [30] but there are only 30 classes");
        assertThatThrownBy(() -> plain.withEmbedding(-1)).hasMessageContaining("embedding is -1");
    }
}
