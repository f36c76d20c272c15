package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.loss.CrfLoss;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemes of tags, in files and in decoding, and taggers that choose tags together. */
class CrfTaggerTest {

    private static final List<String> BIO = List.of("B-X", "B-Y", "I-X", "I-Y", "O");

    @TempDir
    Path folder;

    private TaggedSentences read(String text, TagDecoding decoding) throws IOException {
        return TaggedSentences.read(Files.writeString(folder.resolve("words.conll"), text), Optional.empty(), decoding);
    }

    private static List<String> tags(TaggedSentences sentences, int i) {
        LabelledSequences all = sentences.outline();
        List<String> tags = new ArrayList<>();
        for (int t = 0; t < all.length(i); t++) {
            tags.add(all.classes().get(all.label(i, t)));
        }
        return tags;
    }

    @Test
    void tagsThatBreakTheSchemeAreNamedByTheirLine() {
        TagDecoding bio = TagDecoding.of(TagScheme.BIO);
        TagDecoding bioes = TagDecoding.of(TagScheme.BIOES);
        assertThatThrownBy(() -> read("a B-X\n\n# note\nb O\nc I-X\n", bio))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("words.conll, line 5", "I-X stands after O", "--repair-tags");
        assertThatThrownBy(() -> read("a I-X\n", bio)).hasMessageContainingAll("line 1", "I-X begins a sentence");
        assertThatThrownBy(() -> read("a B-Y\nb I-X\n", bio)).hasMessageContainingAll("line 2", "after B-Y");
        assertThatThrownBy(() -> read("a S-X\n", bio)).hasMessageContainingAll("line 1", "'S-X'", "B-, I-");
        assertThatThrownBy(() -> read("a B-X\nb O\n", bioes)).hasMessageContainingAll("line 2", "no end");
        assertThatThrownBy(() -> read("a O\nb B-X\n", bioes)).hasMessageContainingAll("line 2", "ends a sentence");
        assertThatThrownBy(() -> read("a NN\n", bio.withRepairedTags())).hasMessageContainingAll("line 1", "'NN'");
    }

    @Test
    void repairedTagsMarkTheSameEntities() throws IOException {
        String iob = "a I-X\nb I-X\nc B-X\nd O\ne I-Y\n\nf B-Y\ng I-X\n";
        TaggedSentences bio = read(iob, TagDecoding.of(TagScheme.BIO).withRepairedTags());
        assertThat(tags(bio, 0)).containsExactly("B-X", "I-X", "B-X", "O", "B-Y");
        assertThat(tags(bio, 1)).containsExactly("B-Y", "B-X");
        TaggedSentences bioes = read(iob, TagDecoding.of(TagScheme.BIOES).withRepairedTags());
        assertThat(tags(bioes, 0)).containsExactly("B-X", "E-X", "S-X", "O", "S-Y");
        Random random = new Random(3);
        List<String> all = List.of("O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y");
        for (int c = 0; c < 2_000; c++) {
            List<String> tags = random.ints(random.nextInt(7), 0, all.size())
                    .mapToObj(all::get)
                    .toList();
            for (TagScheme scheme : TagScheme.values()) {
                List<String> repaired = scheme.repaired(tags);
                assertThat(scheme.broken(repaired)).as("case " + c).isEmpty();
                assertThat(Entity.of(repaired)).as("case " + c).isEqualTo(Entity.of(tags));
                assertThat(scheme.repaired(repaired)).as("case " + c).isEqualTo(repaired);
            }
        }
    }

    @Test
    void bestPathAndProbabilitiesAreThoseAmongAllowedPaths() {
        Random random = new Random(4);
        List<List<String>> sets = List.of(BIO, List.of("B-X", "E-X", "I-X", "O"), List.of("B-X", "E-X", "S-X"));
        for (int c = 0; c < 2_000; c++) {
            int which = random.nextInt(3);
            List<String> classes = sets.get(which);
            TagScheme scheme = which == 0 ? TagScheme.BIO : TagScheme.BIOES;
            int T = 1 + random.nextInt(4);
            int K = classes.size();
            Sequence y = Sequence.zeros(T, 1, CrfLoss.outputSize(K));
            for (int i = 0; i < y.data().length; i++) {
                y.data()[i] = (float) (3 * random.nextGaussian());
            }
            CrfLoss at = new CrfLoss(K);
            double most = Double.NEGATIVE_INFINITY;
            List<String> best = List.of();
            double all = 0;
            double[][] expected = new double[T][K];
            for (int p = 0; p < Math.pow(K, T); p++) {
                int[] path = new int[T];
                List<String> tags = new ArrayList<>();
                int rest = p;
                double score = 0;
                for (int t = 0; t < T; t++) {
                    path[t] = rest % K;
                    rest /= K;
                    tags.add(classes.get(path[t]));
                    score += y.get(t, 0, path[t]) + (t > 0 ? y.get(t, 0, at.transition(path[t - 1], path[t])) : 0);
                }
                score += y.get(0, 0, at.start(path[0])) + y.get(T - 1, 0, at.end(path[T - 1]));
                if (scheme.broken(tags).isPresent()) {
                    continue;
                }
                if (score > most) {
                    most = score;
                    best = tags;
                }
                all += Math.exp(score);
                for (int t = 0; t < T; t++) {
                    expected[t][path[t]] += Math.exp(score);
                }
            }
            CrfTags tags = new CrfTags(classes, Optional.of(scheme));
            tags.restrict(y, 0);
            int[] found = tags.best(y, 0);
            double[][] probabilities = tags.probabilities(y, 0);
            for (int t = 0; t < T; t++) {
                assertThat(classes.get(found[t])).as("case " + c).isEqualTo(best.get(t));
                for (int k = 0; k < K; k++) {
                    assertThat(probabilities[t][k]).as("case " + c).isCloseTo(expected[t][k] / all, within(1e-6));
                }
            }
        }
    }

    /** A tagger with any weights, in a model. */
    private static Model model(ClassifierSpec spec) {
        int K = spec.classes().size();
        NetworkSpec network = NetworkSpec.of(
                new LayerSpec.Embedding("embedding", spec.inputSize(), 5), LayerSpec.Dense.head(5, K), CrfScores.of(K));
        Network any = Network.initialised(network, Initialisation.normal(), new Random(5));
        Random random = new Random(6);
        for (int i = 0; i < any.parameters().size(); i++) {
            any.parameters().values()[i] += (float) random.nextGaussian();
        }
        return Model.of(any, spec.task());
    }

    private ClassifierSpec spec(TaggedSentences sentences, TagDecoding decoding) {
        WordVocabulary words = sentences.words(100, 1);
        return ClassifierSpec.ofText(sentences.by(words), words).withDecoding(decoding);
    }

    @Test
    void aModelRemembersItsDecodingAndNeverBreaksItsScheme() throws IOException {
        String text = "a B-X\nb I-X\nc O\n\na O\nc B-Y\nb I-Y\na I-Y\n\nb O\n";
        TagDecoding decoding = TagDecoding.of(TagScheme.BIO);
        ClassifierSpec spec = spec(read(text, decoding), decoding);
        Path file = folder.resolve("tag.safetensors");
        model(spec).save(file);
        Model model = Model.load(file);
        assertThat(ClassifierSpec.of(model)).isEqualTo(spec);
        SequenceReading reading = SequenceReading.of(model, spec);
        LabelledSequences sentences = reading.labelled(folder.resolve("words.conll"), spec);
        Classifier classifier = Classifier.of(model.network().pack(), spec);
        Classified answers = classifier.answers(sentences, Team.single());
        for (int i = 0; i < answers.count(); i++) {
            List<String> tags = new ArrayList<>();
            for (int t = 0; t < answers.steps(i); t++) {
                tags.add(spec.classes().get(answers.said(i, t)));
                double sum = 0;
                for (double p : answers.probabilities(i, t)) {
                    sum += p;
                }
                assertThat(sum).isCloseTo(1, within(1e-6));
            }
            assertThat(tags).hasSize(sentences.length(i));
            assertThat(TagScheme.BIO.broken(tags)).isEmpty();
        }
        Files.writeString(folder.resolve("broken.conll"), "a O\nb I-X\n");
        assertThatThrownBy(() -> reading.labelled(folder.resolve("broken.conll"), spec))
                .hasMessageContaining("broken.conll, line 2");
        assertThat(reading.unlabelled(folder.resolve("broken.conll"), spec).length(0))
                .isEqualTo(2);
    }

    @Test
    void aStreamIsRefusedAndSoIsWhatDoesNotFit() throws IOException {
        TaggedSentences sentences = read("a B-X\nb I-X\nc O\n", TagDecoding.EACH);
        ClassifierSpec spec = spec(sentences, TagDecoding.CRF);
        assertThatThrownBy(() -> StreamModel.of(model(spec)))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("cannot follow a stream", "whole sequence");
        assertThatThrownBy(() -> new TagDecoding(false, Optional.of(TagScheme.BIO), false))
                .hasMessageContaining("needs a CRF");
        assertThatThrownBy(() -> new TagDecoding(true, Optional.empty(), true)).hasMessageContaining("there is none");
        TaggedSentences pairs = read("a B-X\nb E-X\n", TagDecoding.of(TagScheme.BIOES));
        assertThatThrownBy(() -> spec(pairs, TagDecoding.of(TagScheme.BIOES)))
                .hasMessageContainingAll("one word", "S- and a type");
        Model foreign = Model.of(
                model(spec).network(), spec.withDecoding(TagDecoding.EACH).task());
        assertThatThrownBy(() -> ClassifierSpec.of(foreign)).hasMessageContaining("gives 3 scores");
    }
}
