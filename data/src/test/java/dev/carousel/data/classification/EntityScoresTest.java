package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.classification.EntityScores.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntityScoresTest {

    /**
     * Word, true tag, tag found. Counted by hand:
     *
     * <pre>
     * true    PER  Mary Ann, Bob, Ann, Lee     LOC  New York, Paris, Rome      ORG  Acme Corp, IBM
     * found   PER  Mary Ann, Ann Lee           LOC  New, Paris, Rome, met      ORG  Acme Corp, Bob
     * right   PER  Mary Ann                    LOC  Paris, Rome                ORG  Acme Corp
     * </pre>
     *
     * <p>Rome is right though its tag, I after O, breaks the scheme: conlleval lets it begin an entity.
     */
    private static final String FILE = """
            Mary B-PER B-PER
            Ann I-PER I-PER
            lives O O
            in O O
            New B-LOC B-LOC
            York I-LOC O
            . O O

            Acme B-ORG B-ORG
            Corp I-ORG I-ORG
            paid O O
            Bob B-PER B-ORG
            in O O
            Paris B-LOC B-LOC
            and O O
            Rome B-LOC I-LOC
            . O O

            IBM B-ORG O
            and O O
            Ann B-PER B-PER
            Lee B-PER I-PER
            met O B-LOC
            """;

    @TempDir
    Path folder;

    /** The class of each step as the answer, with all the probability. */
    private static Classified answers(LabelledSequences truth, LabelledSequences said) {
        double[][][] probabilities = new double[said.count()][][];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = new double[said.length(i)][truth.classes().size()];
            for (int t = 0; t < said.length(i); t++) {
                probabilities[i][t][said.label(i, t)] = 1;
            }
        }
        return Classified.likeliest(probabilities);
    }

    @Test
    void countsAreThoseOfConllevalOnAFileOfKnownCounts() throws IOException {
        Path file = Files.writeString(folder.resolve("known.conll"), FILE);
        LabelledSequences truth = TaggedSentences.read(file, Optional.of("2")).outline();
        LabelledSequences said = TaggedSentences.read(file, Optional.of("3")).outline();
        List<String> classes = List.of("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O");
        EntityScores scores = EntityScores.of(
                        truth.withClasses(classes), answers(truth.withClasses(classes), said.withClasses(classes)))
                .orElseThrow();
        assertThat(scores.sentences()).isEqualTo(3);
        assertThat(scores.total()).isEqualTo(new Counts(9, 8, 4));
        assertThat(scores.byType())
                .containsOnlyKeys("LOC", "ORG", "PER")
                .containsEntry("LOC", new Counts(3, 4, 2))
                .containsEntry("ORG", new Counts(2, 2, 1))
                .containsEntry("PER", new Counts(4, 2, 1));
        // As conlleval prints them, in per cent: 50.00, 44.44 and 47.06; of LOC 50.00, 66.67 and 57.14.
        assertThat(100 * scores.total().precision()).isCloseTo(50.00, within(0.005));
        assertThat(100 * scores.total().recall()).isCloseTo(44.44, within(0.005));
        assertThat(100 * scores.total().f1()).isCloseTo(47.06, within(0.005));
        Counts places = scores.byType().get("LOC");
        assertThat(places).isNotNull();
        assertThat(100 * places.precision()).isCloseTo(50.00, within(0.005));
        assertThat(100 * places.recall()).isCloseTo(66.67, within(0.005));
        assertThat(100 * places.f1()).isCloseTo(57.14, within(0.005));
    }

    @Test
    void anotherTypeOrTheEndOfASentenceEndsAnEntity() {
        assertThat(Entity.of(List.of("I-PER", "I-LOC", "I-LOC", "B-LOC")))
                .containsExactly(new Entity(0, 1, "PER"), new Entity(1, 3, "LOC"), new Entity(3, 4, "LOC"));
        assertThat(Entity.of(List.of("B-X", "E-X", "I-X", "S-X", "S-X", "E-X")))
                .containsExactly(
                        new Entity(0, 2, "X"),
                        new Entity(2, 3, "X"),
                        new Entity(3, 4, "X"),
                        new Entity(4, 5, "X"),
                        new Entity(5, 6, "X"));
        assertThat(Entity.of(List.of("B", "I", "O", "I"))).containsExactly(new Entity(0, 2, ""), new Entity(3, 4, ""));
        assertThat(Entity.of(List.of("B-A-B", "I-A-B"))).containsExactly(new Entity(0, 2, "A-B"));
        assertThat(Entity.of(List.of())).isEmpty();
    }

    @Test
    void entitiesWithoutATypeAreCountedAltogether() {
        LabelledSequences words = LabelledSequences.of(
                "words", new float[][] {{1, 2, 3}}, 1, new int[][] {{0, 1, 2}}, List.of("B", "I", "O"));
        EntityScores scores = EntityScores.of(words, answers(words, words)).orElseThrow();
        assertThat(scores.total()).isEqualTo(new Counts(1, 1, 1));
        assertThat(scores.byType()).isEmpty();
    }

    @Test
    void nothingIsCountedOfOtherClassesOrUnknownTags() {
        LabelledSequences words = LabelledSequences.of(
                "words", new float[][] {{1, 2}, {3, 4}}, 1, new int[][] {{0, 1}, {1, -1}}, List.of("B-X", "O"));
        Classified all = answers(words.select(0), words.select(0));
        assertThat(EntityScores.of(words.select(0), all).orElseThrow().total()).isEqualTo(new Counts(1, 1, 1));
        double[][][] two = {{{1, 0}, {0, 1}}, {{1, 0}, {0, 1}}};
        assertThat(EntityScores.of(words, Classified.likeliest(two))
                        .orElseThrow()
                        .sentences())
                .isEqualTo(1);
        assertThat(EntityScores.of(words.select(1), Classified.likeliest(new double[][][] {two[1]})))
                .isEmpty();
        assertThat(EntityScores.areTags(List.of("NN", "O"))).isFalse();
        assertThat(EntityScores.areTags(List.of("O"))).isFalse();
        assertThat(EntityScores.areTags(List.of("B", "I"))).isFalse();
        assertThat(EntityScores.areTags(List.of("B", "O", "NN"))).isFalse();
        assertThat(new EntityScores().total().f1()).isZero();
        assertThatThrownBy(() -> new EntityScores().add(List.of("O"), List.of()))
                .hasMessageContaining("1 true tags");
    }
}
