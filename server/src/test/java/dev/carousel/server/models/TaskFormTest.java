package dev.carousel.server.models;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.server.http.ByteOutput;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;

/** Answers as JSON, whatever numbers they are. */
class TaskFormTest {

    @Test
    void numbersThatAreNotFiniteAreNull() {
        Model model = Model.of(
                Network.initialised(
                        NetworkSpec.of(new OneHot(2), Recurrent.gru(2, 3), Dense.head(3, 2)), new SplittableRandom(1)),
                Vocabulary.of("ab").addTo(Task.of("text")));
        TaskForm form = new TaskForm(StreamModel.of(model), AnswerNumbers.of(model));
        ByteOutput bytes = new ByteOutput(256);
        try (JsonGenerator json = Json.generator(bytes)) {
            form.write(
                    json,
                    new Answer.Text(1, 1, 1, Double.POSITIVE_INFINITY, List.of(Double.NaN, 0.5), List.of("a", "b")));
        }
        assertThat(new String(bytes.copy(), US_ASCII))
                .isEqualTo("{\"units\":1,\"surprise\":null,\"next\":{\"a\":null,\"b\":0.5}}");
    }
}
