package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamCases.Kind;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Mean;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models follow streams: the others are refused where they are loaded, not at the first stream. */
class StreamModelTest {

    @TempDir
    Path folder;

    private static Network network(LayerSpec... layers) {
        return Network.initialised(NetworkSpec.of(layers), new SplittableRandom(1));
    }

    private void refused(Model model, String... clues) {
        model.save(folder.resolve("model.safetensors"));
        for (boolean file : new boolean[] {false, true}) {
            assertThatThrownBy(() -> {
                        if (file) {
                            StreamModel.load(folder.resolve("model.safetensors"));
                        } else {
                            StreamModel.of(model);
                        }
                    })
                    .isInstanceOfSatisfying(
                            DataException.class,
                            e -> assertThat(e.kind()).isEqualTo(DataException.Kind.UNSUITABLE_MODEL))
                    .hasMessageContaining("cannot follow a stream")
                    .hasMessageContainingAll(clues)
                    .hasMessageNotContaining("--");
        }
    }

    @Test
    void networksThatNeedTheFutureAreRefusedButForForecastersOfWindows() {
        Recurrent letters = Recurrent.gru(4, 5).withBidirectional(true);
        refused(
                Model.of(
                        network(new OneHot(4), letters, Dense.head(10, 4)),
                        TextTask.of(Vocabulary.of("abc\n"), 0.9, 1)),
                "reads sequences from their end");
        Model detector = StreamCases.rows(Kind.ANOMALY, 1);
        int inputs = detector.spec().inputSize();
        int outputs = detector.spec().outputSize();
        Recurrent both = Recurrent.gru(inputs, 4).withBidirectional(true);
        Network backward = network(both, Dense.head(8, outputs));
        refused(Model.of(backward, detector.task()), "reads sequences from their end");
        refused(
                Model.of(network(Recurrent.gru(inputs, 4), new Mean(4), Dense.head(4, outputs)), detector.task()),
                "mean or maximum over all steps");
        Model classifier = StreamCases.classes(false, 1);
        refused(
                Model.of(
                        network(Recurrent.gru(2, 4).withBidirectional(true), new Mean(8), Dense.head(8, 2)),
                        classifier.task()),
                "forward direction");
        Model forecaster = StreamCases.rows(Kind.FORECAST, 1);
        assertThat(StreamModel.of(Model.of(backward, forecaster.task())).open().rowsUntilAnswer())
                .isPositive();
    }

    @Test
    void whyAClassifierIsRefusedIsKept() {
        Model classifier = StreamCases.classes(false, 1);
        Model backward = Model.of(
                network(Recurrent.gru(2, 4).withBidirectional(true), new Mean(8), Dense.head(8, 2)), classifier.task());
        assertThatThrownBy(() -> StreamModel.of(backward)).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    /** The units of the text and the network must belong together, as wherever else the model is read. */
    @Test
    void aTextModelOfAnotherVocabularyIsRefused() {
        Model text = Model.of(
                network(new OneHot(5), Recurrent.gru(5, 5), Dense.head(5, 5)),
                TextTask.of(Vocabulary.of("abc\n"), 0.9, 1));
        assertThatThrownBy(() -> StreamModel.of(text))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Was the file put together from two models?");
    }
}
