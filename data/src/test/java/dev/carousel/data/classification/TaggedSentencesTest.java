package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.WordVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggedSentencesTest {

    private static final String WORDS = """
            -DOCSTART- -X- O

            Johnson NNP B-PER
            said VBD O
            , , O


            Paris NNP B-LOC
            said VBD O
            # SYM O
            Pearson NNP B-PER
            2021 CD O
            """;

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private TaggedSentences read(String name, String text, String... column) throws IOException {
        return TaggedSentences.read(file(name, text), Arrays.stream(column).findFirst());
    }

    @Test
    void aSentenceEndsWithABlankLineAndADocumentIsLeftOut() throws IOException {
        TaggedSentences sentences = read("a.conll", WORDS);
        assertThat(sentences.count()).isEqualTo(2);
        LabelledSequences ids = sentences.by(sentences.words(100, 1));
        assertThat(ids.classes()).containsExactly("B-LOC", "B-PER", "O");
        assertThat(ids.perStep()).isTrue();
        assertThat(List.of(ids.length(0), ids.length(1))).containsExactly(3, 5);
        assertThat(List.of(ids.label(1, 0), ids.label(1, 1), ids.label(1, 2), ids.label(1, 3)))
                .containsExactly(0, 2, 2, 1);
        assertThat(ids.place(1)).contains("line 8", "Paris said");
        assertThat(ids.ids(0)[1]).isEqualTo(ids.ids(1)[1]).isPositive();
        assertThat(read("b.conll", WORDS, "2").by(sentences.words(100, 1)).classes())
                .contains("NNP", "VBD")
                .doesNotContain("O");
    }

    @Test
    void rareWordsAreReadByTheirShapeAndEnding() throws IOException {
        TaggedSentences sentences = read("a.conll", WORDS);
        WordVocabulary words = sentences.words(100, 2);
        assertThat(words.words()).contains("said", "<Xx-son>").doesNotContain("Johnson", "Paris");
        int[] first = sentences.by(words).ids(0);
        int[] second = sentences.by(words).ids(1);
        assertThat(first[0])
                .isEqualTo(second[3])
                .isEqualTo(words.id("<Xx-son>"))
                .isPositive();
        assertThat(TaggedSentences.id(words, "Jackson")).isEqualTo(first[0]);
        assertThat(TaggedSentences.id(words, "jackson")).isZero();
        assertThat(TaggedSentences.ids(words, "Jackson said, said")).hasSize(4).startsWith(first[0], first[1]);
        assertThatThrownBy(() -> sentences.by(ByteUnits.INSTANCE)).isInstanceOf(DataException.class);
        assertThatThrownBy(sentences::characters).isInstanceOf(DataException.class);
    }

    @Test
    void universalDependenciesAreReadByTheirFourthColumn() throws IOException {
        TaggedSentences sentences =
                read("a.conllu", "# text = dans le\n1-2\tau\t_\t_\t_\n1\t\u00E0\t\u00E0\tADP\t_\n2\tle\tle\tDET\t_\n");
        LabelledSequences ids = sentences.by(sentences.words(10, 1));
        assertThat(ids.classes()).containsExactly("ADP", "DET");
        assertThat(ids.length(0)).isEqualTo(2);
    }

    @Test
    void aCommentHasABlankBehindItsMarkAndStandsBeforeTheSentence() throws IOException {
        TaggedSentences sentences = read(
                "a.conll", "#rnn O\nruns O\n\n# x = y\n#\n# id 7\nBob B-PER\n#hashtag O\n# O\n# inside a sentence\n");
        LabelledSequences ids = sentences.by(sentences.words(100, 1));
        assertThat(List.of(ids.length(0), ids.length(1))).containsExactly(2, 3);
        assertThat(ids.classes()).containsExactly("B-PER", "O");
        assertThat(sentences.words(100, 1).words()).contains("#rnn", "#hashtag", "#");
        TaggedSentences three = read("b.conll", "# a b\nBob NNP B-PER\n\n# x y\nsaid VBD O\n");
        assertThat(three.by(three.words(10, 1)).classes()).containsExactly("B-PER", "O");
        TaggedSentences tabs = read("c.conll", "#\tO\nBob\tB\n");
        assertThat(tabs.by(tabs.words(10, 1)).length(0)).isEqualTo(2);
    }

    @Test
    void badFilesAreRefused() throws IOException {
        assertThatThrownBy(() -> read("a.conll", "Bob B\nsaid\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("expected 2 columns");
        assertThatThrownBy(() -> read("b.conll", "Bob\nsaid\n")).hasMessageContaining("a word and its tag");
        assertThatThrownBy(() -> read("c.conll", WORDS, "tag")).hasMessageContaining("number of a column");
        assertThatThrownBy(() -> read("d.conll", "\n\n")).hasMessageContaining("found none");
        assertThat(TaggedSentences.readUntagged(file("e.conll", "Bob\nsaid\n"), Optional.empty())
                        .count())
                .isEqualTo(1);
    }
}
