package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes next is told by the units' own texts, the likeliest first. */
class TextAnswerTest {

    private static Answer.Text answer(TextUnits units, String text) {
        int V = units.size();
        NetworkSpec spec = NetworkSpec.of(new OneHot(V), Recurrent.gru(V, 6), Dense.head(6, V));
        Network network = Network.initialised(spec, new Seeds(1).initialisation());
        StreamModel model = StreamModel.of(Model.of(network, units.addTo(Task.of("text"))));
        return (Answer.Text) model.open().add(Event.text(text));
    }

    private static void requireAll(TextUnits units, Answer.Text answer) {
        assertThat(answer.next()).hasSize(units.size());
        assertThat(new HashSet<>(answer.names())).hasSize(units.size());
        Map<String, Double> likeliest = answer.likeliest();
        List<Double> probabilities = new ArrayList<>(likeliest.values());
        assertThat(probabilities).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(probabilities.stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(1, within(1e-6));
        for (int id = 0; id < units.size(); id++) {
            assertThat(likeliest.get(answer.names().get(id)))
                    .isEqualTo(answer.next().get(id));
        }
        assertThat(answer.fields().get("next")).isEqualTo(likeliest);
        assertThat(((Map<?, ?>) answer.fields().get("next")).keySet().iterator().next())
                .isEqualTo(likeliest.keySet().iterator().next());
    }

    @Test
    void charactersAreTheirOwnNames() {
        TextUnits units = Vocabulary.of("hello \uD83D\uDE00\uFFFD");
        Answer.Text answer = answer(units, "hole");
        requireAll(units, answer);
        assertThat(answer.names()).containsExactlyInAnyOrder("h", "e", "l", "o", " ", "\uD83D\uDE00", "\uFFFD");
    }

    @Test
    void bytesThatAreNoCharacterHaveTheirNumbers() {
        Answer.Text answer = answer(ByteUnits.INSTANCE, "hole");
        requireAll(ByteUnits.INSTANCE, answer);
        assertThat(answer.names().get('a')).isEqualTo("a");
        assertThat(answer.names().get(233)).isEqualTo("<byte 233>");
    }

    @Test
    void wordsHaveTheBlankBeforeThem() {
        TextUnits units = WordVocabulary.of("the cat, the hat", 9, 1);
        Answer.Text answer = answer(units, "the bat");
        requireAll(units, answer);
        assertThat(answer.names()).containsExactlyInAnyOrder("<unknown>", "the", " cat", ",", " the", " hat");
    }

    @Test
    void thereAreAsManyNames() {
        assertThatThrownBy(() -> new Answer.Text(1, 1, 1, 0, List.of(1.0), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 probabilities but 0 names");
    }
}
