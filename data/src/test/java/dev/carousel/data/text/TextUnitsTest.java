package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.model.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextUnitsTest {

    @Test
    void wordsCarryTheBlankBeforeThem() {
        assertThat(WordVocabulary.pieces("The cat, \"the hat\".\n  Don't re-do it!"))
                .containsExactly(
                        "The", " cat", ",", " \"", "the", " hat", "\"", ".", "\n", " ", " Don't", " re-do", " it", "!");
    }

    @Test
    void piecesPutTogetherAreTheTextAgain() {
        String alphabet = "ab \n\t.,'-\"\u00E9\u0301\u4E2D\uD834\uDD1E9_";
        int[] points = alphabet.codePoints().toArray();
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.appendCodePoint(points[random.nextInt(points.length)]);
            }
            assertThat(String.join("", WordVocabulary.pieces(text.toString())))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void theFrequentWordsHaveIds() {
        WordVocabulary words = WordVocabulary.of("to be or not to be, to see", 3, 2);
        assertThat(words.words()).containsExactly(" be", " to");
        assertThat(words.size()).isEqualTo(3);
        assertThat(words.encode("or be to")).containsExactly(0, 1, 2);
        assertThat(words.decode(0, 1, 2)).isEqualTo(" <unknown> be to");
        assertThat(WordVocabulary.of("to be or not to be, to see", 1, 1).words())
                .containsExactly(" be");
    }

    @Test
    void everyKindGoesThroughATaskAndBack() {
        for (TextUnits units :
                List.of(Vocabulary.of("hello \u00E9"), ByteUnits.INSTANCE, WordVocabulary.of("a b a \u4E2D", 9, 1))) {
            Task task = units.addTo(Task.of("text"));
            assertThat(TextUnits.of(task)).isEqualTo(units);
        }
    }

    @Test
    void modelsOfTheFirstVersionReadCharacters() {
        Task task = Task.of("text").with("vocabulary", "abc");
        assertThat(TextUnits.of(task)).isEqualTo(Vocabulary.of("abc"));
    }

    @Test
    void damagedTasksAreRefused() {
        assertThatThrownBy(() -> TextUnits.of(Task.of("text").with("units", "syllables")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("syllables");
        Task twice = Task.of("text").with("units", "words").withTexts("words", List.of("a", "a"));
        assertThatThrownBy(() -> TextUnits.of(twice)).isInstanceOf(DataException.class);
        Task none = Task.of("text").with("units", "words").withTexts("words", List.of());
        assertThatThrownBy(() -> TextUnits.of(none)).isInstanceOf(DataException.class);
    }

    @Test
    void bytesAreNumbersAndMalformedOnesAreShownAsSuch() {
        assertThat(ByteUnits.INSTANCE.encode("a\u00E9")).containsExactly(97, 0xC3, 0xA9);
        assertThat(ByteUnits.INSTANCE.decode(97, 0xC3, 0xA9)).isEqualTo("a\u00E9");
        assertThat(ByteUnits.INSTANCE.decode(0xC3)).isEqualTo("\uFFFD");
        assertThatThrownBy(() -> ByteUnits.INSTANCE.decode(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteUnits.INSTANCE.bytes(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreShownByTheirValues() {
        assertThat(ByteUnits.escaped("a\u00E9 \uD83D\uDE42\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\u00E9 \uD83D\uDE42\n");
        assertThat(ByteUnits.escaped("caf\u00E9 \u00E0 l'heure".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo("caf\\xE9 \\xE0 l'heure");
        assertThat(ByteUnits.escaped((byte) 0xC3)).as("cut off").isEqualTo("\\xC3");
        assertThat(ByteUnits.escaped((byte) 0xE4, (byte) 0xB8, (byte) 'a', (byte) 0xFF))
                .isEqualTo("\\xE4\\xB8a\\xFF");
        assertThat(ByteUnits.escaped()).isEmpty();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        String shown = ByteUnits.escaped(all);
        assertThat(shown).hasSize(128 + 4 * 128).doesNotContain("\uFFFD").startsWith("\0\u0001");
        assertThat(shown).contains("\\x80\\x81").endsWith("\\xFE\\xFF");
    }

    @Test
    void vocabulariesOfNothingAreRefused() {
        assertThatThrownBy(() -> WordVocabulary.of("a", 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WordVocabulary.of("a", 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WordVocabulary.of("a b", 9, 2)).isInstanceOf(DataException.class);
        WordVocabulary words = WordVocabulary.of("a", 1, 1);
        assertThatThrownBy(() -> words.decode(2)).isInstanceOf(IllegalArgumentException.class);
    }
}
