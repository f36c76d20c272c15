package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        Vocabulary vocabulary = read.characters();
        LabelledSequences texts = read.by(vocabulary);
        assertThat(texts.classes()).containsExactly("bad", "good");
        assertThat(texts.count()).isEqualTo(4);
        assertThat(vocabulary.toText())
                .as("a z that one text alone has is unknown")
                .isEqualTo("abc");
        assertThat(texts.kinds()).isEqualTo(4);
        assertThat(texts.name(3)).isEqualTo("good/2.txt");
        assertThat(texts.ids(3)).containsExactly(0, 1, 3);
        assertThat(texts.label(3, 0)).isEqualTo(1);
    }

    @Test
    void onlyTheBeginningOfLongTextsIsRead() {
        TextFolders read = TextFolders.read(folder, 1);
        for (TextUnits units : List.of(read.characters(), ByteUnits.INSTANCE, read.words(10, 1))) {
            assertThat(read.by(units).longest()).isEqualTo(1);
        }
        assertThat(read.characters().toText())
                .as("what is not read is not counted")
                .isEqualTo("ac");
    }

    @Test
    void theVocabularyOfAModelKnowsWhatItKnows() throws IOException {
        Vocabulary vocabulary = TextFolders.read(folder, 9).characters();
        Files.writeString(folder.resolve("good/3.txt"), "a\u20ac");
        LabelledSequences read = TextFolders.read(folder, 9).by(vocabulary);
        assertThat(read.ids(4)).containsExactly(0, 3);
    }

    @Test
    void bytesAreReadAsTheyAre() throws IOException {
        byte[] none = {(byte) 0xff, 0, 'a'};
        Files.write(folder.resolve("good/3.txt"), none);
        LabelledSequences read = TextFolders.read(folder, 9).by(ByteUnits.INSTANCE);
        assertThat(read.kinds()).isEqualTo(256);
        assertThat(read.ids(4)).containsExactly(255, 0, 'a');
    }

    @Test
    void wordsAreCountedInAllTextsAndRareOnesAreOneWord() throws IOException {
        Files.writeString(folder.resolve("good/1.txt"), "a cat and a hat");
        Files.writeString(folder.resolve("good/2.txt"), "a cat, then");
        TextFolders read = TextFolders.read(folder, 9);
        WordVocabulary words = read.words(10, 2);
        assertThat(words.words()).containsExactlyInAnyOrder("a", " cat");
        LabelledSequences texts = read.by(words);
        assertThat(texts.kinds()).isEqualTo(3);
        assertThat(texts.ids(2)).containsExactly(words.id("a"), words.id(" cat"), 0, 0, 0);
        assertThatThrownBy(() -> read.words(10, 3))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(folder.getFileName() + ": None of the", "occurs 3 times");
    }

    @Test
    void aVocabularyIsThatOfTheTextsToLearnFrom() {
        TextFolders all = TextFolders.read(folder, 9);
        TextFolders some = all.select(2, 3);
        assertThat(some.count()).isEqualTo(2);
        assertThat(some.characters().toText()).isEqualTo("ab");
        assertThat(some.classes()).isEqualTo(all.classes());
        assertThat(some.by(some.characters()).source())
                .isEqualTo(all.by(ByteUnits.INSTANCE).source());
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
        TextFolders read = TextFolders.read(folder, 9);
        assertThatThrownBy(read::characters)
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("3.txt", "line 2", "0xf6");
        assertThatThrownBy(() -> read.words(5, 1)).hasMessageContaining("3.txt");
        assertThatThrownBy(() -> read.by(Vocabulary.of("ab"))).hasMessageContaining("3.txt");
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
