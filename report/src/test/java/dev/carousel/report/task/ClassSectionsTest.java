package dev.carousel.report.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Gru;
import dev.carousel.data.classification.ClassMistake;
import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.classification.Classifier;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.TextFolders;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassSectionsTest {

    private static final List<String> CLASSES = List.of("run", "sit", "walk");

    /** Sequences of two channels, number 5 of 1000 steps, the others of 3; channel d of sequence i at step t is i + 10 d + t. */
    private static LabelledSequences sequences(int... labels) {
        float[][] values = new float[labels.length][];
        int[][] classes = new int[labels.length][];
        for (int i = 0; i < labels.length; i++) {
            int steps = i == 5 ? 1000 : 3;
            values[i] = new float[2 * steps];
            for (int t = 0; t < steps; t++) {
                values[i][2 * t] = i + t;
                values[i][2 * t + 1] = i + 10 + t;
            }
            classes[i] = new int[] {labels[i]};
        }
        return LabelledSequences.of("motions", values, 2, classes, CLASSES);
    }

    private record Judged(
            LabelledSequences sequences, ClassifierSpec spec, ClassScores scores, List<ClassMistake> mistakes) {

        /** What some probabilities of each class [K] for each sequence are worth. */
        static Judged of(LabelledSequences sequences, ClassifierSpec spec, double[]... probabilities) {
            ClassScores scores = new ClassScores(spec);
            for (int i = 0; i < probabilities.length; i++) {
                scores.add(sequences.label(i, 0), probabilities[i]);
            }
            double[][][] each = Arrays.stream(probabilities)
                    .map(one -> new double[][] {one})
                    .toArray(double[][][]::new);
            return new Judged(sequences, spec, scores, ClassMistake.of(sequences, each));
        }

        List<Section> sections() {
            return ClassSections.of("Six of them.", spec, sequences, scores, mistakes);
        }
    }

    /** Two of each class; a run is taken for a walk with 0.5, a walk for a run with 0.9 and for sitting with 0.6. */
    private static Judged judged() {
        LabelledSequences sequences = sequences(0, 0, 1, 1, 2, 2);
        return Judged.of(
                sequences,
                ClassifierSpec.fit(sequences, SequenceScaling.Kind.STANDARD),
                new double[] {0.8, 0.1, 0.1},
                new double[] {0.3, 0.2, 0.5},
                new double[] {0.1, 0.8, 0.1},
                new double[] {0.2, 0.7, 0.1},
                new double[] {0.3, 0.6, 0.1},
                new double[] {0.9, 0.05, 0.05});
    }

    @Test
    void figuresMatrixAndTableSayHowOftenWhichClassWasRight() {
        List<Section> sections = judged().sections();
        assertThat(sections.stream().map(Section::title))
                .containsExactly(
                        "How good it is", "What was taken for what", "Each class", "The most certain mistakes");
        assertThat(sections.get(0)).isInstanceOfSatisfying(Section.Summary.class, summary -> {
            assertThat(summary.note()).isEqualTo("Six of them.");
            assertThat(summary.figures().keySet())
                    .containsExactly("accuracy", "accuracy of the commonest class", "macro F1", "log-loss, nats");
            // F1 of 1/2, 4/5 and 0; the logarithms of 0.8, 0.3, 0.8, 0.7, 0.1 and 0.05.
            assertThat(summary.figures().values()).containsExactly("50.0 %", "33.3 %", "0.433", "1.218");
        });
        assertThat(sections.get(1)).isInstanceOfSatisfying(Section.Confusion.class, confusion -> {
            assertThat(confusion.labels()).isEqualTo(CLASSES);
            assertThat(confusion.counts()).isDeepEqualTo(new long[][] {{1, 0, 1}, {0, 2, 0}, {1, 1, 0}});
        });
        assertThat(sections.get(2)).isInstanceOfSatisfying(Section.Table.class, table -> {
            assertThat(table.headings()).containsExactly("class", "precision", "recall", "F1", "true");
            assertThat(table.rows())
                    .containsExactly(
                            List.of("run", "0.500", "0.500", "0.500", "2"),
                            List.of("sit", "0.667", "1.000", "0.800", "2"),
                            List.of("walk", "0.000", "0.000", "0.000", "2"));
        });
    }

    @Test
    void mistakesStandWithTheirSignalsTheMostCertainFirstAndLongOnesAreThinned() {
        Section.Mistakes mistakes = (Section.Mistakes) judged().sections().get(3);
        assertThat(mistakes.note()).isEqualTo("3 of 6 answers are wrong.");
        assertThat(mistakes.mistakes().stream().map(Section.Mistake::truth)).containsExactly("walk", "walk", "run");
        assertThat(mistakes.mistakes().stream().map(Section.Mistake::predicted)).containsExactly("run", "sit", "walk");
        assertThat(mistakes.mistakes().stream().map(Section.Mistake::measure)).containsExactly(0.9, 0.6, 0.5);
        assertThat(mistakes.mistakes().get(1).signals())
                .usingRecursiveComparison()
                .isEqualTo(List.of(new double[] {4, 5, 6}, new double[] {14, 15, 16}));
        List<double[]> thinned = mistakes.mistakes().get(0).signals();
        assertThat(thinned).hasSize(2);
        // Each 400th part of 1000 steps, from its first step.
        assertThat(thinned.get(1)).hasSize(400).startsWith(15, 17, 20, 22).endsWith(15 + 997);
    }

    @Test
    void noMoreThanTwelveMistakesAreShownAndNoSectionWhereThereIsNone() {
        int[] labels = new int[20];
        labels[0] = 1;
        labels[1] = 2;
        LabelledSequences sequences = sequences(labels);
        ClassifierSpec spec = ClassifierSpec.fit(sequences, SequenceScaling.Kind.STANDARD);
        double[][] wrong = new double[20][];
        double[][] right = new double[20][];
        for (int i = 0; i < 20; i++) {
            right[i] = new double[] {0.1, 0.1, 0.1};
            right[i][labels[i]] = 0.8;
            wrong[i] = new double[] {0.1, 0.1, 0.1};
            wrong[i][(labels[i] + 1) % 3] = 0.8;
        }
        List<Section> sections = Judged.of(sequences, spec, wrong).sections();
        assertThat(sections.get(3)).isInstanceOfSatisfying(Section.Mistakes.class, mistakes -> {
            assertThat(mistakes.note()).isEqualTo("20 of 20 answers are wrong.");
            assertThat(mistakes.mistakes()).hasSize(12);
        });
        assertThat(Judged.of(sequences, spec, right).sections()).hasSize(3);
    }

    @Test
    void mistakesAboutTextsShowHowTheyBeginAndWhatTrainingDidNotHave(@TempDir Path folder) throws IOException {
        write(folder.resolve("good/1.txt"), "a fine film");
        write(folder.resolve("bad/1.txt"), "a dull film, z and so on".repeat(20));
        LabelledSequences texts = TextFolders.read(folder, 1000).by(Vocabulary.of("a fine film, dull and so on"));
        ClassifierSpec spec = ClassifierSpec.ofText(texts, Vocabulary.of("a fine film, dull and so on"));
        List<Section> sections = Judged.of(texts, spec, new double[] {0.4, 0.6}, new double[] {0.7, 0.3})
                .sections();
        Section.Mistakes mistakes = (Section.Mistakes) sections.get(3);
        assertThat(mistakes.mistakes()).hasSize(2);
        assertThat(mistakes.mistakes().get(0).text()).isEqualTo("a fine film");
        assertThat(mistakes.mistakes().get(1).text())
                .startsWith("a dull film, \uFFFD and so on")
                .endsWith("\u2026")
                .hasSize(241);
    }

    @Test
    void bytesOfAnotherEncodingAreShownByTheirValues(@TempDir Path folder) throws IOException {
        write(folder.resolve("good/1.txt"), "caf\u00E9");
        Files.createDirectories(folder.resolve("bad"));
        Files.write(folder.resolve("bad/1.txt"), "caf\u00E9".getBytes(StandardCharsets.ISO_8859_1));
        LabelledSequences texts = TextFolders.read(folder, 1000).by(ByteUnits.INSTANCE);
        ClassifierSpec spec = ClassifierSpec.ofText(texts, ByteUnits.INSTANCE);
        List<Section> sections = Judged.of(texts, spec, new double[] {0.4, 0.6}, new double[] {0.7, 0.3})
                .sections();
        assertThat(((Section.Mistakes) sections.get(3)).mistakes().stream().map(Section.Mistake::text))
                .containsExactlyInAnyOrder("caf\u00E9", "caf\\xE9");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void pageOfARealClassifierHasAllItsSections() {
        LabelledSequences sequences = sequences(0, 0, 1, 1, 2, 2);
        ClassifierSpec spec = ClassifierSpec.fit(sequences, SequenceScaling.Kind.STANDARD);
        Network network = Network.initialised(
                RecurrentArchitecture.of(Gru.STANDARD, 5).network(2, 3),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        Classifier classifier = Classifier.of(network.pack(), spec);
        double[][][] probabilities = classifier.probabilities(sequences, Team.single());
        ClassScores scores = classifier.scores(sequences, probabilities);
        List<ClassMistake> mistakes = ClassMistake.of(sequences, probabilities);
        assertThat(mistakes).isNotEmpty();
        Document page = Jsoup.parse(Report.of("motions", ClassSections.of("All.", spec, sequences, scores, mistakes))
                .html());
        assertThat(page.select("section")).hasSize(4);
        assertThat(page.select("dl.summary dd").eachText()).hasSize(4).doesNotContain("");
        assertThat(page.select("table.confusion tbody tr")).hasSize(CLASSES.size() + 1);
        assertThat(page.select("#s-each-class tbody tr")).hasSize(CLASSES.size());
        assertThat(page.select("#s-the-most-certain-mistakes svg")).hasSizeGreaterThanOrEqualTo(mistakes.size());
    }
}
