package dev.carousel.data.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String decoded(TextData text) {
        return text.units().decode(text.ids());
    }

    @Test
    void aFolderIsItsFilesInTheOrderOfTheirNames() throws IOException {
        file("b.txt", "second\n");
        file("a.txt", "first");
        file("c/d.txt", "third");
        file(".hidden", "never");
        file(".git/x.txt", "never");
        TextFiles files = TextFiles.read(List.of(folder));
        assertThat(decoded(files.byCharacters())).isEqualTo("first\nsecond\nthird");
        assertThat(decoded(files.byBytes())).isEqualTo("first\nsecond\nthird");
        assertThat(files.data()).extracting(Provenance.Data::name).containsExactly("a.txt", "b.txt", "d.txt");
        assertThat(files.source()).isEqualTo(folder.toString());
    }

    @Test
    void filesAreReadInTheOrderInWhichTheyAreNamed() throws IOException {
        TextFiles files = TextFiles.read(List.of(file("b", "two\n"), file("a", "\uFEFFone\n")));
        assertThat(decoded(files.byCharacters())).isEqualTo("two\none\n");
        assertThat(files.source()).isEqualTo("2 files");
    }

    @Test
    void anyFileIsReadByBytes() throws IOException {
        Path file = Files.write(folder.resolve("x"), new byte[] {0, (byte) 0xFF, 'a', (byte) 0xC3});
        TextData text = TextFiles.read(List.of(file)).byBytes();
        assertThat(text.ids()).containsExactly(0, 255, 97, 195);
        assertThat(text.whole().bytes()).isEqualTo(4);
        assertThat(text.units().size()).isEqualTo(256);
    }

    @Test
    void charactersOfAByteTextAreCounted() throws IOException {
        TextData text = TextFiles.read(List.of(file("x", "a\u00E9\u20AC"))).byBytes();
        assertThat(text.length()).isEqualTo(6);
        assertThat(text.whole().characters()).isEqualTo(3);
    }

    @Test
    void aFileThatIsNoTextIsNamedAmongOthers() throws IOException {
        file("a.txt", "fine");
        Files.write(folder.resolve("b.txt"), "caf\u00E9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TextFiles.read(List.of(folder)).byCharacters())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("b.txt, byte 3 (line 1)");
    }

    @Test
    void aFolderWithoutTextsAndAFileWithoutBytesAreRefused() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> TextFiles.read(List.of(empty)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found no file");
        Path nothing = file("nothing.txt", "");
        assertThatThrownBy(() -> TextFiles.read(List.of(nothing)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("nothing.txt: the file is empty");
    }

    @Test
    void wordsOfThePartHeldOutHaveNoSayInTheVocabulary() throws IOException {
        TextData text = TextFiles.read(List.of(file("x", "the cat and the dog and the zebra")))
                .byWords(0.8, 100, 1);
        WordVocabulary words = (WordVocabulary) text.units();
        assertThat(words.words()).containsExactly(" and", "the", " cat", " the", " dog");
        assertThat(text.heldOut(0.8).unknown()).isEqualTo(1);
        assertThat(decoded(text)).isEqualTo("the cat and the dog and the <unknown>");
        assertThat(text.whole().characters()).isEqualTo(33);
        assertThat(text.heldOut(0.8).bytes()).isEqualTo(" the zebra".getBytes(UTF_8).length);
    }

    @Test
    void aTextIsReadAsAModelReadsIt() throws IOException {
        TextFiles files = TextFiles.read(List.of(file("x", "a b")));
        WordVocabulary words = WordVocabulary.fromTexts(List.of("a", " b"));
        assertThat(files.with(words).ids()).containsExactly(1, 2);
        assertThat(files.with(ByteUnits.INSTANCE).ids()).containsExactly(97, 32, 98);
        assertThat(files.with(Vocabulary.of("ab ")).ids()).containsExactly(1, 0, 2);
        assertThatThrownBy(() -> files.with(Vocabulary.of("ab")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x: Character 2 of the text is ' '");
    }

    @Test
    void aCountThatNoWordReachesIsToldSo() throws IOException {
        TextFiles files = TextFiles.read(List.of(file("rare.txt", "every word once only")));
        assertThatThrownBy(() -> files.byWords(0.9, 100, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rare.txt: None of the")
                .hasMessageContaining("smaller count");
    }
}
