package dev.carousel.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.tensor.Tokens;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDataTest {

    @TempDir
    Path folder;

    private Path file(String text, Charset charset) throws IOException {
        return Files.write(folder.resolve("text.txt"), text.getBytes(charset));
    }

    @Test
    void aFileBecomesIdsOfItsCharacters() throws IOException {
        TextData text = TextData.read(file("\uFEFFhello\r\n", UTF_8));
        assertThat(text.vocabulary().toText()).isEqualTo("\n\rehlo");
        assertThat(text.ids()).containsExactly(3, 2, 4, 4, 5, 1, 0);
        assertThat(text.length()).isEqualTo(7);
        assertThat(text.sha256()).hasSize(64);
    }

    @Test
    void anotherTextIsReadWithTheVocabularyOfAModel() throws IOException {
        Vocabulary vocabulary = Vocabulary.of("abc");
        assertThat(TextData.read(file("ca", UTF_8), vocabulary).ids()).containsExactly(2, 0);
        Path other = file("cab?", UTF_8);
        assertThatThrownBy(() -> TextData.read(other, vocabulary))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("text.txt: Character 4 of the text is '?'");
    }

    @Test
    void missingEmptyAndMalformedFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> TextData.read(folder.resolve("none.txt")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("none.txt: no such file");
        Path empty = file("", UTF_8);
        assertThatThrownBy(() -> TextData.read(empty))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the file is empty");
        Path mark = file("\uFEFF", UTF_8);
        assertThatThrownBy(() -> TextData.read(mark)).isInstanceOf(DataException.class);
        Path latin = file("one\ntwo caf\u00E9", ISO_8859_1);
        assertThatThrownBy(() -> TextData.read(latin))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("byte 11 (line 2): expected UTF-8 text but found the byte 0xe9");
        Path cut = Files.write(folder.resolve("cut.txt"), new byte[] {'a', (byte) 0xE2, (byte) 0x82});
        assertThatThrownBy(() -> TextData.read(cut))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("byte 1 (line 1)");
    }

    @Test
    void theCutIsRoundedDown() {
        TextData text = TextData.of("x", "0123456789012345678");
        assertThat(text.training(0.9).length()).isEqualTo(17);
        assertThat(text.heldOut(0.9).from()).isEqualTo(17);
        assertThat(text.heldOut(0.9).length()).isEqualTo(2);
        assertThat(text.whole().length()).isEqualTo(19);
        assertThatThrownBy(() -> text.training(1)).isInstanceOf(DataException.class);
    }

    @Test
    void streamsLieSideBySideAndTargetsAreOneStepAhead() {
        TextStreams streams = TextData.of("x", "0123456789ab").whole().streams(3);
        assertThat(streams.steps()).isEqualTo(3);
        Tokens x = Tokens.ignored(3, 3);
        Tokens y = Tokens.ignored(3, 3);
        streams.fill(0, x, y);
        assertThat(x.ids()).containsExactly(0, 3, 6, 1, 4, 7, 2, 5, 8);
        assertThat(y.ids()).containsExactly(1, 4, 7, 2, 5, 8, 3, 6, 9);
    }

    @Test
    void windowsFollowOneAnotherAndAreWhole() {
        TextStreams streams =
                TextData.of("x", "0123456789abcdefghijk").heldOut(0.2).streams(2);
        assertThat(streams.steps()).isEqualTo(8);
        assertThat(streams.windows(3)).isEqualTo(2);
        assertThat(streams.windows(8)).isEqualTo(1);
        Tokens x = Tokens.ignored(3, 2);
        Tokens y = Tokens.ignored(3, 2);
        streams.fill(3, x, y);
        assertThat(x.ids()).containsExactly(7, 15, 8, 16, 9, 17);
        assertThat(y.ids()).containsExactly(8, 16, 9, 17, 10, 18);
        assertThatThrownBy(() -> streams.fill(6, x, y)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> streams.fill(-1, x, y)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> streams.fill(0, x, Tokens.ignored(3, 3))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextTooShortIsToldHowManyCharactersItNeeds() {
        TextData text = TextData.of("short.txt", "0123456789");
        assertThatThrownBy(() -> text.whole().streams(10))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("short.txt: expected at least 11 characters for 10 streams but found 10");
        TextStreams streams = text.whole().streams(3);
        assertThatThrownBy(() -> streams.windows(4))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("short.txt: expected at least 13 characters");
    }

    @Test
    void partsAndWindowsOfNothingAreRefused() {
        TextData text = TextData.of("x", "0123456789");
        assertThatThrownBy(() -> new TextData.Part(text, 3, 11)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TextData.Part(text, 4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.whole().streams(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.whole().streams(2).windows(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextData.of("x", "")).isInstanceOf(DataException.class);
    }
}
