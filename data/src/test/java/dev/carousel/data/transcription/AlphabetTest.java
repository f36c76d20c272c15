package dev.carousel.data.transcription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlphabetTest {

    @Test
    void charactersAndWordsComeBackFromTheirLabels() {
        Alphabet letters = Alphabet.of(List.of("abba", "", "cab\uD83D\uDE00"), Alphabet.By.CHARACTERS);
        assertThat(letters.units()).containsExactly("a", "b", "c", "\uD83D\uDE00");
        assertThat(letters.size()).isEqualTo(5);
        assertThat(letters.encode("cab")).containsExactly(3, 1, 2);
        assertThat(letters.decode(4, 3)).isEqualTo("\uD83D\uDE00c");
        assertThat(letters.encode("")).isEmpty();
        assertThat(letters.decode()).isEmpty();
        Alphabet words = Alphabet.of(List.of(" do  re mi", "re"), Alphabet.By.WORDS);
        assertThat(words.encode("re do re")).containsExactly(3, 1, 3);
        assertThat(words.decode(3, 1)).isEqualTo("re do");
    }

    @Test
    void whatIsNotOfTheAlphabetIsNamed() {
        Alphabet letters = Alphabet.of(List.of("ab"), Alphabet.By.CHARACTERS);
        assertThatThrownBy(() -> letters.encode("abx"))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("'x'", "none of the 2 characters", "[a, b]");
        assertThatThrownBy(() -> Alphabet.of(List.of("", " "), Alphabet.By.WORDS))
                .hasMessageContaining("All texts are empty");
        assertThatThrownBy(() -> new Alphabet(List.of("a", "a"), Alphabet.By.WORDS))
                .hasMessageContaining("each once");
    }
}
