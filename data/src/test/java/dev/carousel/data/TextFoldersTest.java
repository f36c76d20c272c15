package dev.carousel.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFoldersTest {

    @TempDir
    Path folder;

    @BeforeEach
    void texts() throws IOException {
        Files.createDirectories(folder.resolve("good"));
        Files.createDirectories(folder.resolve("bad"));
        Files.writeString(folder.resolve("good/1.txt"), "abba");
        Files.writeString(folder.resolve("good/2.txt"), "abz");
        Files.writeString(folder.resolve("bad/1.txt"), "cab");
        Files.writeString(folder.resolve("bad/2.txt"), "cc");
        Files.writeString(folder.resolve("README"), "beside the classes");
        Files.writeString(folder.resolve("bad/.hidden"), "hidden");
    }

    @Test
    void eachFolderIsAClassAndEachFileAText() {
        TextFolders read = TextFolders.read(folder, 1000);
        LabelledSequences texts = read.sequences();
        assertThat(texts.classes()).containsExactly("bad", "good");
        assertThat(texts.count()).isEqualTo(4);
        assertThat(read.vocabulary().toText())
                .as("a z that one text alone has is unknown")
                .isEqualTo("abc");
        assertThat(texts.kinds()).isEqualTo(4);
        assertThat(texts.name(3)).isEqualTo("good/2.txt");
        assertThat(texts.ids(3)).containsExactly(0, 1, 3);
        assertThat(texts.label(3, 0)).isEqualTo(1);
    }

    @Test
    void onlyTheBeginningOfLongTextsIsRead() {
        assertThat(TextFolders.read(folder, 2).sequences().longest()).isEqualTo(2);
    }

    @Test
    void theVocabularyOfAModelKnowsWhatItKnows() throws IOException {
        Vocabulary vocabulary = TextFolders.read(folder, 9).vocabulary();
        Files.writeString(folder.resolve("good/3.txt"), "a\u20ac");
        LabelledSequences read = TextFolders.read(folder, 9, vocabulary);
        assertThat(read.ids(4)).containsExactly(0, 3);
    }

    @Test
    void anEmptyClassIsAnError() throws IOException {
        Files.createDirectory(folder.resolve("fair"));
        assertThatThrownBy(() -> TextFolders.read(folder, 9))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("'fair'", "no file");
    }

    @Test
    void anEmptyTextIsAnError() throws IOException {
        Files.writeString(folder.resolve("good/3.txt"), "");
        assertThatThrownBy(() -> TextFolders.read(folder, 9))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("3.txt", "empty");
    }

    @Test
    void aTextOfAnotherEncodingIsAnErrorWithItsLine() throws IOException {
        Files.write(folder.resolve("good/3.txt"), "one\ntw\u00f6".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TextFolders.read(folder, 9))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("3.txt", "line 2", "0xf6");
    }

    @Test
    void aFolderWithoutClassesIsAnError() {
        assertThatThrownBy(() -> TextFolders.read(folder.resolve("good"), 9))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a folder of texts for each class");
        assertThatThrownBy(() -> TextFolders.read(folder.resolve("README"), 9))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a file");
    }
}
