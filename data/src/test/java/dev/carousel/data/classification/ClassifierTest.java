package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Mean;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sine or square, of different lengths, two dimensions, some numbers missing. */
class ClassifierTest {

    private static final int D = 2;

    private static LabelledSequences waves(int count, boolean perStep, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] values = new float[count][];
        int[][] labels = new int[count][];
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(2);
            int T = random.nextInt(12, 25);
            double phase = random.nextDouble();
            values[i] = new float[T * D];
            for (int t = 0; t < T; t++) {
                double turn = (t / 9.0 + phase) % 1;
                double wave = label == 0 ? Math.sin(2 * Math.PI * turn) : turn < 0.5 ? 1 : -1;
                values[i][t * D] = (float) (1000 + 50 * (wave + 0.1 * random.nextGaussian()));
                values[i][t * D + 1] = random.nextInt(8) == 0 ? Float.NaN : (float) (0.01 * random.nextGaussian());
            }
            labels[i] = new int[perStep ? T : 1];
            Arrays.fill(labels[i], label);
        }
        return LabelledSequences.of("waves", values, D, labels, List.of("sine", "square"));
    }

    private static Network network(LayerSpec... layers) {
        return Network.initialised(NetworkSpec.of(layers), Initialisation.uniform(), new Seeds(3).initialisation());
    }

    private static Network averaging() {
        return network(Recurrent.gru(D, 16), new Mean(16), new Drop(16, 0.2f), Dense.head(16, 2));
    }

    private static ClassifierSpec spec(LabelledSequences training) {
        return ClassifierSpec.fit(training, SequenceScaling.Kind.STANDARD);
    }

    @Test
    void itLearnsToTellTheClasses() {
        LabelledSequences training = waves(150, false, 1);
        ClassifierSpec spec = spec(training);
        Network network = averaging();
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy(Steps.LAST))
                .withOptimiser(new Adam(0.01))
                .withEpochs(25);
        LabelledSequences test = waves(100, false, 2);
        EpochScores epochs = EpochScores.of(network, spec, test, Team.single());
        Trainer.of(network, plan, Team.single()).train(spec.batches(training, 16), epochs);
        Classifier classifier = Classifier.of(network.pack(), spec);
        ClassScores scores = classifier.scores(test, classifier.probabilities(test, Team.single()));
        assertThat(scores.accuracy()).isGreaterThan(0.9);
        assertThat(scores.majorityAccuracy()).isLessThan(0.7);
        assertThat(epochs.all()).hasSize(25);
        assertThat(epochs.all().get(24).confusion(0, 1)).isEqualTo(scores.confusion(0, 1));
        assertThat(epochs.all().get(24).logLoss()).isEqualTo(scores.logLoss());
        assertThat(epochs.all().get(0).logLoss()).isGreaterThan(scores.logLoss());
    }

    @Test
    void aStreamEndsWithWhatTheWholeSequenceGives() {
        LabelledSequences waves = waves(7, false, 4);
        ClassifierSpec spec = spec(waves);
        for (Network network :
                List.of(averaging(), network(Recurrent.lstm(D, 9).withLastOnly(true), Dense.head(9, 2)))) {
            double[][][] whole = Classifier.of(network.pack(), spec).probabilities(waves, Team.single());
            StreamClassifier stream = StreamClassifier.of(network, spec);
            float[] after = new float[2];
            for (int i = 0; i < waves.count(); i++) {
                stream.reset();
                for (int t = 0; t < waves.length(i); t++) {
                    stream.step(event(waves, i, t), after);
                    assertThat(after[0] + after[1]).isCloseTo(1, within(1e-6f));
                }
                assertThat(stream.steps()).isEqualTo(waves.length(i));
                assertThat((double) after[1]).isCloseTo(whole[i][0][1], within(1e-5));
            }
        }
    }

    @Test
    void aTaggerTellsEachStepOfAStream() {
        LabelledSequences waves = waves(5, true, 4);
        ClassifierSpec spec = spec(waves);
        Network network = network(Recurrent.gru(D, 8), Dense.head(8, 2));
        double[][][] whole = Classifier.of(network.pack(), spec).probabilities(waves, Team.single());
        StreamClassifier stream = StreamClassifier.of(network, spec);
        float[] now = new float[2];
        for (int t = 0; t < waves.length(2); t++) {
            stream.step(event(waves, 2, t), now);
            assertThat((double) now[0]).isCloseTo(whole[2][t][0], within(1e-5));
        }
    }

    @Test
    void manyStreamsTogetherGiveTheBitsOfEachAlone() {
        LabelledSequences waves = waves(6, false, 8);
        ClassifierSpec spec = spec(waves);
        Network network = averaging();
        StreamClassifiers together = StreamClassifiers.of(network, spec, 3, Team.single());
        float[] one = new float[2];
        float[] other = new float[2];
        int gone = together.add();
        together.put(gone, event(waves, 5, 0));
        together.remove(gone);
        int a = together.add();
        int b = together.add();
        StreamClassifier alone = StreamClassifier.of(network, spec);
        StreamClassifier aloneToo = StreamClassifier.of(network, spec);
        for (int t = 0; t < 12; t++) {
            together.put(a, event(waves, 0, t));
            alone.step(event(waves, 0, t), one);
            if (t % 3 == 0) {
                together.put(b, event(waves, 1, t));
                aloneToo.step(event(waves, 1, t), other);
            }
            together.step();
            float[] found = new float[2];
            together.probabilities(a, found);
            assertThat(found).containsExactly(one);
            if (t % 3 == 0) {
                together.probabilities(b, found);
                assertThat(found).containsExactly(other);
            }
        }
        together.put(a, event(waves, 0, 0));
        assertThatThrownBy(() -> together.put(a, event(waves, 0, 1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> together.put(gone + 17, event(waves, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** 3e38 is a float, but scaled by a deviation below 1 it is none; afterwards a missing value must not be Infinity. */
    @Test
    void anEventThatIsRefusedLeavesNoTraceInEitherKindOfStream() {
        LabelledSequences small = LabelledSequences.of(
                "small",
                new float[][] {{0.1f, 1, 0.2f, 2}, {0.3f, 3, 0.4f, 4}},
                D,
                new int[][] {{0}, {1}},
                List.of("sine", "square"));
        ClassifierSpec spec = spec(small);
        StreamClassifier stream = StreamClassifier.of(averaging(), spec);
        StreamClassifiers many = StreamClassifiers.of(averaging(), spec, 1, Team.single());
        int only = many.add();
        float[] good = {0.2f, 3};
        float[] room = new float[2];
        stream.step(good, room);
        many.put(only, good);
        many.step();
        byte[] before = stream.save();
        for (float[] bad : new float[][] {{3e38f, 1}, {0.2f, Float.POSITIVE_INFINITY}, {-3e38f, Float.NaN}}) {
            for (Runnable taking : List.<Runnable>of(() -> stream.step(bad, room), () -> many.put(only, bad))) {
                assertThatThrownBy(taking::run)
                        .isInstanceOfSatisfying(
                                DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.NOT_FINITE))
                        .hasMessageContaining("An event holds");
            }
            assertThat(stream.save()).isEqualTo(before);
        }
        assertThatThrownBy(() -> stream.step(good, new float[3])).hasMessageContaining("3 probabilities");
        assertThat(stream.save()).isEqualTo(before);
        float[] expected = new float[2];
        stream.step(new float[] {Float.NaN, Float.NaN}, expected);
        many.put(only, new float[] {Float.NaN, Float.NaN});
        many.step();
        many.probabilities(only, room);
        assertThat(room).containsExactly(expected);
        assertThat(expected[0] + expected[1]).isCloseTo(1, within(1e-6f));
    }

    private static float[] event(LabelledSequences waves, int i, int t) {
        return Arrays.copyOfRange(waves.values(i), t * D, (t + 1) * D);
    }

    @Test
    void aStreamRefusesWhatNeedsTheFuture() {
        LabelledSequences waves = waves(5, false, 4);
        Network both = network(Recurrent.gru(D, 4).withBidirectional(true), new Mean(8), Dense.head(8, 2));
        assertThatThrownBy(() -> StreamClassifier.of(both, spec(waves)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("forward direction");
        ClassifierSpec ownScale = ClassifierSpec.fit(waves, SequenceScaling.Kind.SEQUENCE);
        assertThatThrownBy(() -> StreamClassifier.of(averaging(), ownScale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("own mean");
    }

    @Test
    void aStreamOfTextTakesAStepForEachUnit() {
        WordVocabulary words = WordVocabulary.of("the cat and the cat and the hat", 3, 1);
        for (TextUnits units : List.of(Vocabulary.of("the cat"), ByteUnits.INSTANCE, words)) {
            ClassifierSpec spec = text(units);
            Network network = Network.initialised(
                    NetworkSpec.of(
                            new LayerSpec.OneHot(spec.inputSize()),
                            Recurrent.gru(spec.inputSize(), 5),
                            new Mean(5),
                            Dense.head(5, 2)),
                    Initialisation.uniform(),
                    new Seeds(3).initialisation());
            StreamClassifier whole = StreamClassifier.of(network, spec);
            StreamClassifier single = StreamClassifier.of(network, spec);
            StreamClassifiers many = StreamClassifiers.of(network, spec, 1, Team.single());
            int stream = many.add();
            float[] expected = new float[2];
            float[] found = new float[2];
            String text = "the cat \u00e4nd the hat";
            whole.step(text, expected);
            for (int id : spec.ids(text)) {
                single.stepId(id, found);
                many.putId(stream, id);
                many.step();
            }
            assertThat(found).containsExactly(expected);
            many.probabilities(stream, found);
            assertThat(found).containsExactly(expected);
            assertThat(whole.steps()).isEqualTo(spec.ids(text).length);
            assertThatThrownBy(() -> whole.step("", found)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> whole.step(new float[2], found)).hasMessageContaining("reads text");
            if (units instanceof Vocabulary) {
                whole.reset();
                text.codePoints().forEach(codePoint -> whole.step(codePoint, found));
                assertThat(found).containsExactly(expected);
            } else {
                assertThatThrownBy(() -> whole.step('a', found)).hasMessageContaining(units.name() + "s");
            }
            assertThat(ClassifierSpec.of(Model.of(network, spec.task(), Provenance.of("test"))))
                    .isEqualTo(spec);
        }
        StreamClassifier vectors = StreamClassifier.of(averaging(), spec(waves(5, false, 4)));
        assertThatThrownBy(() -> vectors.step("a", new float[2])).hasMessageContaining("not text");
        assertThatThrownBy(() -> vectors.stepId(1, new float[2])).isInstanceOf(IllegalArgumentException.class);
    }

    private static ClassifierSpec text(TextUnits units) {
        return new ClassifierSpec(false, List.of("a", "b"), List.of(0.5, 0.5), Optional.empty(), Optional.of(units));
    }

    @Test
    void aModelRemembersWhatItsUserMustKnow() {
        ClassifierSpec spec = ClassifierSpec.fit(waves(5, false, 4), SequenceScaling.Kind.ROBUST);
        Model model = Model.of(averaging(), spec.task(), Provenance.of("test"));
        assertThat(ClassifierSpec.of(model)).isEqualTo(spec);
        Model wrong = Model.of(network(Recurrent.gru(D, 4), Dense.head(4, 3)), spec.task(), Provenance.of("test"));
        assertThatThrownBy(() -> ClassifierSpec.of(wrong))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("gives 2 scores", "gives 3");
    }

    @Test
    void sequencesOfOtherDimensionsAreAnError() {
        ClassifierSpec spec = spec(waves(5, false, 4));
        LabelledSequences one =
                LabelledSequences.of("one", new float[][] {{1}}, 1, new int[][] {{0}}, List.of("sine", "square"));
        assertThatThrownBy(() -> spec.batches(one, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("reads 2 dimensions", "have 1");
    }
}
