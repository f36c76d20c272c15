package dev.carousel.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import org.junit.jupiter.api.Test;

class VocabularyTest {

    @Test
    void idsFollowTheOrderOfCodePoints() {
        Vocabulary v = Vocabulary.of("hello");
        assertThat(v.size()).isEqualTo(4);
        assertThat(v.encode("hole")).containsExactly(1, 3, 2, 0);
        assertThat(v.decode(1, 3, 2, 0)).isEqualTo("hole");
        assertThat(v.toText()).isEqualTo("ehlo");
        assertThat(v.id('z')).isEqualTo(-1);
    }

    @Test
    void charactersBeyondTheBasicPlaneAreOneEach() {
        String text = "a\uD834\uDD1E\uFB01a";
        Vocabulary v = Vocabulary.of(text);
        assertThat(v.size()).isEqualTo(3);
        assertThat(v.encode(text)).containsExactly(0, 2, 1, 0);
        assertThat(v.decode(v.encode(text))).isEqualTo(text);
        assertThat(Vocabulary.fromText(v.toText())).isEqualTo(v).hasSameHashCodeAs(v);
    }

    @Test
    void anUnknownCharacterIsShownWithItsPlace() {
        Vocabulary v = Vocabulary.of("abc\n");
        assertThatThrownBy(() -> v.encode("ab\u00E9"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Character 3 of the text is '\u00E9' (U+00E9)")
                .hasMessageContaining("\"abc\"");
        assertThatThrownBy(() -> v.encode("\t"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Character 1 of the text is U+0009,");
    }

    @Test
    void damagedMetadataIsRefused() {
        assertThatThrownBy(() -> Vocabulary.fromText("aab")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Vocabulary.fromText("ba")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Vocabulary.fromText("")).isInstanceOf(DataException.class);
    }

    @Test
    void anIdOutsideIsRefused() {
        Vocabulary v = Vocabulary.of("ab");
        assertThatThrownBy(() -> v.decode(2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> v.codePoint(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
