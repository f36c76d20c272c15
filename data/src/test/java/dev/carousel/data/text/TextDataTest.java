package dev.carousel.data.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.Windows;
import dev.carousel.train.Windows.Tail;
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
        assertThat(text.units()).isEqualTo(Vocabulary.of("\n\rehlo"));
        assertThat(text.ids()).containsExactly(3, 2, 4, 4, 5, 1, 0);
        assertThat(text.length()).isEqualTo(7);
        assertThat(text.files()).hasSize(1);
        assertThat(text.files().get(0).name()).isEqualTo("text.txt");
        assertThat(text.files().get(0).bytes()).isEqualTo(10);
    }

    @Test
    void aNetworkTrainedOnItBecomesAModelOfIt() {
        TextData text = TextData.of("song", "la la li");
        int V = text.units().size();
        Trainer trainer = Trainer.of(network(V), TrainingPlan.forClasses().withEpochs(1));
        trainer.train(text.windows(1, 3));
        Model model = text.model(trainer.network());
        assertThat(TextTask.units(model)).isEqualTo(text.units());
        assertThat(TextTask.trainingShare(model)).isEqualTo(1);
        assertThat(TextTask.heldOut(model, text)).isEmpty();
        assertThat(model.provenance().data()).isEqualTo(text.files()).hasSize(1);
        Network other = Trainer.of(network(V + 1), TrainingPlan.forClasses()).network();
        assertThatThrownBy(() -> text.model(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reads 5 kinds of id")
                .hasMessageContaining("the text has 4 kinds of character");
    }

    private static NetworkSpec network(int V) {
        return NetworkSpec.of(new LayerSpec.OneHot(V), LayerSpec.Recurrent.rnn(V, 4), LayerSpec.Dense.head(4, V));
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
    void windowsOfAPartReadItsStreamsSideBySide() {
        Windows windows = TextData.of("x", "0123456789abcdefghijk").heldOut(0.2).windows(2, 3, Tail.DROP);
        assertThat(windows.size()).isEqualTo(2);
        Batch batch = windows.batch(1);
        assertThat(((Tokens) batch.input()).ids()).containsExactly(7, 15, 8, 16, 9, 17);
        assertThat(((Tokens) batch.target().values()).ids()).containsExactly(8, 16, 9, 17, 10, 18);
    }

    @Test
    void aShortPartIsJudgedInFewerStreamsAndWhole() {
        Windows windows = TextData.of("x", "abcd").whole().windows(50, 10, Tail.KEEP);
        assertThat(windows.size()).isEqualTo(1);
        assertThat(windows.batch(0).input().batchSize()).isEqualTo(3);
    }

    @Test
    void aTextTooShortIsToldHowMuchItNeeds() {
        TextData text = TextData.of("short.txt", "0123456789");
        assertThatThrownBy(() -> text.whole().windows(3, 4, Tail.DROP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("short.txt: expected at least 13 characters")
                .hasMessageContaining("but found 10");
        assertThatThrownBy(() -> new TextData.Part(text, 9, 10).windows(3, 4, Tail.KEEP))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected at least 2 characters");
    }

    @Test
    void partsAndWindowsOfNothingAreRefused() {
        TextData text = TextData.of("x", "0123456789");
        assertThatThrownBy(() -> new TextData.Part(text, 3, 11)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TextData.Part(text, 4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.whole().windows(0, 1, Tail.DROP)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> text.whole().windows(2, 0, Tail.DROP)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextData.of("x", "")).isInstanceOf(DataException.class);
    }

    @Test
    void aPartKnowsItsCharactersAndBytes() {
        TextData text = TextData.of("x", "a\u00E9\u20AC\uD834\uDD1E");
        assertThat(text.whole().characters()).isEqualTo(4);
        assertThat(text.whole().bytes()).isEqualTo(1 + 2 + 3 + 4);
        assertThat(new TextData.Part(text, 1, 3).bytes()).isEqualTo(5);
        assertThat(text.whole().unknown()).isZero();
    }
}
