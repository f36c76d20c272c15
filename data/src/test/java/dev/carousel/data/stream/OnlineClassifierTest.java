package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.file.SavedState;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Adam;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers and taggers that learn from the classes of their own stream. */
class OnlineClassifierTest {

    private static final int ROWS = 48;

    /** Sequences of so many rows. */
    private static final int LENGTH = 12;

    private static Model model(boolean perStep) {
        int[][] labels = perStep ? new int[][] {{0, 1}, {1, 1}} : new int[][] {{0}, {1}};
        LabelledSequences two = LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, labels, List.of("up", "down"));
        ClassifierSpec spec = ClassifierSpec.fit(two, SequenceScaling.Kind.STANDARD);
        NetworkSpec network = NetworkSpec.of(Recurrent.gru(2, 5).withLastOnly(!perStep), Dense.head(5, 2));
        return Model.of(Network.initialised(network, new Random(1)), spec.task());
    }

    private static List<String> columns(Model model) {
        return StreamModel.of(model).inputs().stream()
                .map(StreamModel.Input::name)
                .toList();
    }

    private record Row(String sequence, float[] x, Optional<String> label) {

        Event event(List<String> names) {
            return Event.of(names.get(0), x[0]).with(names.get(1), x[1]);
        }
    }

    /** Rows of which most have a class; those of a sequence have one and the same, if it is told at all. */
    private static Row row(int i, boolean perStep, int delay) {
        SplittableRandom random = new SplittableRandom(i);
        float[] x = {(float) random.nextDouble(4), (float) random.nextDouble(4)};
        int sequence = i / LENGTH;
        boolean told = perStep ? i % LENGTH >= delay && i % 5 != 2 : i % LENGTH == 7 && sequence != 1;
        boolean up = perStep ? random.nextBoolean() : sequence % 2 == 0;
        return new Row("s" + sequence, x, told ? Optional.of(up ? "up" : "down") : Optional.empty());
    }

    private static List<Answer> run(OnlineClassifier online, boolean perStep, int delay, int from, int to) {
        List<String> names = columns(model(perStep));
        List<Answer> answers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Row row = row(i, perStep, delay);
            answers.add(online.add(row.sequence(), row.event(names), row.label()));
        }
        return answers;
    }

    /** The learner is told the class of the row that it is of, and of a sequence at its end. */
    @ParameterizedTest
    @CsvSource({"true,0", "true,3", "false,0"})
    void learnsEachClassWithTheRowThatItIsOf(boolean perStep, int delay) {
        Model model = model(perStep);
        OnlineClassifier online = OnlineClassifier.of(model, 0.01, delay);
        run(online, perStep, delay, 0, ROWS);
        online.end();
        OnlineLearner byHand = OnlineLearner.of(
                model.network(),
                OnlinePlan.of(new SoftmaxCrossEntropy())
                        .withOptimiser(new Adam(0.01))
                        .withLag(delay));
        SequenceScaling scaling = online.spec().scaling().orElseThrow();
        float[] y = new float[2];
        Optional<Integer> known = Optional.empty();
        for (int i = 0; i < ROWS; i++) {
            Row row = row(i, perStep, delay);
            float[] x = new float[2];
            scaling.write(row.x(), x, 0, 2);
            long step = byHand.predict(x, y);
            Optional<Integer> k = row.label().map(online.spec().classes()::indexOf);
            if (perStep && k.isPresent()) {
                byHand.learn(step - delay, k.get());
            }
            known = k.isPresent() ? k : known;
            if (i % LENGTH == LENGTH - 1) {
                if (!perStep && known.isPresent()) {
                    byHand.learn(known.get());
                }
                byHand.reset();
                known = Optional.empty();
            }
        }
        assertThat(byHand.updates()).isPositive();
        assertThat(online.learned().orElseThrow().parameters().values())
                .isEqualTo(byHand.network().parameters().values());
    }

    /** Rows that are missed: the second of a sequence, two next to each other, the last, and the first two of the last sequence. */
    private static final Set<Integer> MISSED = Set.of(1, 6, 7, 11, 16, 36, 37);

    /** The class of a row, which comes with one the delay after it. */
    private static String truth(int i) {
        return new SplittableRandom(1000 + i).nextBoolean() ? "up" : "down";
    }

    /** Rows whose every class comes late, where it is not one of a row before the sequence's first that came. */
    private static List<Answer> runWithMissed(OnlineClassifier online, int delay, boolean named, int from, int to) {
        List<Answer> answers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Row row = row(i, true, delay);
            if (MISSED.contains(i)) {
                online.missed(named ? Optional.of(row.sequence()) : Optional.empty());
                continue;
            }
            int first = i >= 36 ? 2 : 0;
            boolean told = i % LENGTH - first >= delay;
            answers.add(online.add(
                    row.sequence(),
                    row.event(columns(model(true))),
                    told ? Optional.of(truth(i - delay)) : Optional.empty()));
        }
        return answers;
    }

    /** A row that was refused moves no class to another row; where nobody knows which row it was, none is learned from. */
    @ParameterizedTest
    @CsvSource({"1,true", "3,true", "5,true", "1,false", "3,false", "5,false"})
    void classesStayWithTheirRowsWhereOneIsMissed(int delay, boolean named) {
        Model model = model(true);
        OnlineClassifier online = OnlineClassifier.of(model, 0.01, delay);
        runWithMissed(online, delay, named, 0, ROWS);
        OnlineLearner byHand = OnlineLearner.of(
                model.network(),
                OnlinePlan.of(new SoftmaxCrossEntropy())
                        .withOptimiser(new Adam(0.01))
                        .withLag(delay));
        SequenceScaling scaling = online.spec().scaling().orElseThrow();
        float[] y = new float[2];
        float[] x = new float[2];
        Map<Integer, Long> steps = new HashMap<>();
        // Rows before the first known class have no last class to compare with.
        Set<Integer> compared = new HashSet<>();
        long judged = 0;
        for (int i = 0; i < ROWS; i++) {
            if (i % LENGTH == 0) {
                byHand.reset();
                steps.clear();
            }
            if (MISSED.contains(i)) {
                if (!named) {
                    steps.clear();
                }
                continue;
            }
            scaling.write(row(i, true, delay).x(), x, 0, 2);
            if (byHand.updates() > 0) {
                compared.add(i);
            }
            steps.put(i, byHand.predict(x, y));
            if (steps.containsKey(i - delay)) {
                judged += compared.contains(i - delay) ? 1 : 0;
                byHand.learn(steps.get(i - delay), online.spec().classes().indexOf(truth(i - delay)));
            }
        }
        assertThat(byHand.updates()).isPositive().isEqualTo(online.updates());
        assertThat(online.learned().orElseThrow().parameters().values())
                .isEqualTo(byHand.network().parameters().values());
        assertThat(online.errors().orElseThrow().rows()).isEqualTo(judged);
    }

    @Test
    void goesOnToTheSameBitsWhereRowsAreMissed() {
        for (int saved : new int[] {2, 7, 8, 9, 17}) {
            OnlineClassifier online = OnlineClassifier.of(model(true), 0.01, 3);
            runWithMissed(online, 3, true, 0, saved);
            OnlineClassifier other = OnlineClassifier.of(model(true), 0.01, 3);
            other.restore(online.save());
            assertThat(runWithMissed(other, 3, true, saved, ROWS))
                    .isEqualTo(runWithMissed(online, 3, true, saved, ROWS));
            assertThat(other.save()).isEqualTo(online.save());
        }
    }

    /** Of a classifier, and of rows of other sequences, there is nothing to keep in step. */
    @Test
    void missedRowsOfOtherSequencesChangeNothing() {
        for (boolean perStep : new boolean[] {true, false}) {
            OnlineClassifier online = OnlineClassifier.of(model(perStep), 0.01, perStep ? 2 : 0);
            online.missed(Optional.of("s0"));
            run(online, perStep, perStep ? 2 : 0, 0, 8);
            byte[] before = online.save();
            online.missed(Optional.of("s1"));
            if (!perStep) {
                online.missed(Optional.of("s0"));
                online.missed(Optional.empty());
            }
            assertThat(online.save()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutARateItIsTheModelAsItWas(boolean perStep) {
        OnlineClassifier online = OnlineClassifier.of(model(perStep), 1e-30, 0);
        List<Answer> learning = run(online, perStep, 0, 0, ROWS);
        KeyedStreams frozen = KeyedStreams.of(StreamModel.of(model(perStep)));
        List<String> names = columns(model(perStep));
        for (int i = 0; i < ROWS; i++) {
            Row row = row(i, perStep, 0);
            Answer expected = frozen.add(row.sequence(), row.event(names));
            assertThat(probability(learning.get(i))).isCloseTo(probability(expected), within(1e-5));
            assertThat(learning.get(i).fields().get("steps"))
                    .isEqualTo(expected.fields().get("steps"));
        }
        online.end();
        PrequentialErrors errors = online.errors().orElseThrow();
        assertThat(errors.rows()).isPositive();
        assertThat(errors.ofClasses()).isTrue();
        assertThat(errors.mean(0, 0)).isEqualTo(errors.mean(1, 0));
    }

    private static double probability(Answer answer) {
        return answer instanceof Answer.Tag tag
                ? tag.probabilities().getOrDefault("up", Double.NaN)
                : ((Answer.Classes) answer).probabilities().getOrDefault("up", Double.NaN);
    }

    /** What knows no more than the classes so far is judged by hand. */
    @Test
    void naiveAnswersAreThoseOfTheClassesBefore() {
        OnlineClassifier online = OnlineClassifier.of(model(true), 0.01, 2);
        List<String> names = columns(model(true));
        // The classes of rows 0 to 5; each comes two rows late. Of the classes of the training a quarter were up.
        List<String> truths = List.of("up", "up", "down", "up", "up", "down");
        for (int i = 0; i < truths.size() + 2; i++) {
            online.add("a", row(i, true, 0).event(names), i < 2 ? Optional.empty() : Optional.of(truths.get(i - 2)));
        }
        PrequentialErrors errors = online.errors().orElseThrow();
        // Row 3 is the first before which a class was known, that of row 0: rows 3, 4 and 5 count.
        assertThat(errors.rows()).isEqualTo(3);
        // Last class known before rows 3, 4, 5: up (0), up (1), down (2). Truths: up, up, down.
        assertThat(errors.mean(2, 0)).isEqualTo(0);
        // Shares 0.25 and 0.75, then up 1.25, 2.25, and down 1.75: up, up, up.
        assertThat(errors.mean(3, 0)).isCloseTo(1 / 3.0, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"true,0", "true,3", "false,0"})
    void goesOnToTheSameBits(boolean perStep, int delay) {
        for (int saved : new int[] {0, 1, 11, 12, 30}) {
            OnlineClassifier online = OnlineClassifier.of(model(perStep), 0.01, delay);
            run(online, perStep, delay, 0, saved);
            byte[] bytes = online.save();
            List<Answer> expected = run(online, perStep, delay, saved, ROWS);
            OnlineClassifier other = OnlineClassifier.of(model(perStep), 0.01, delay);
            run(other, perStep, delay, 0, 7);
            other.restore(bytes);
            assertThat(run(other, perStep, delay, saved, ROWS)).isEqualTo(expected);
            assertThat(other.save()).isEqualTo(online.save());
            online.end();
            other.end();
            assertThat(other.learned().orElseThrow().fingerprint())
                    .isEqualTo(online.learned().orElseThrow().fingerprint());
        }
    }

    @Test
    void withoutClassesNothingIsLearned() {
        Model model = model(true);
        OnlineClassifier online = OnlineClassifier.of(model, 0.01, 0);
        List<String> names = columns(model);
        for (int i = 0; i < ROWS; i++) {
            online.add("s" + i / LENGTH, row(i, true, 0).event(names), Optional.empty());
        }
        assertThat(online.learned().orElseThrow().parameters().values())
                .isEqualTo(model.parameters().values());
        assertThat(online.errors().orElseThrow().rows()).isZero();
        assertThat(online.updates()).isZero();
    }

    @Test
    void rowsThatAreRefusedChangeNothing() {
        List<String> names = columns(model(false));
        Event event = row(1, false, 0).event(names);
        OnlineClassifier classifier = OnlineClassifier.of(model(false), 0.01, 0);
        classifier.add("a", event, Optional.of("up"));
        classifier.add("b", event, Optional.of("up"));
        byte[] before = classifier.save();
        assertThatThrownBy(() -> classifier.add("b", event, Optional.of("left")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("There is no class 'left'; the model knows up, down");
        assertThatThrownBy(() -> classifier.requireClass("b", Optional.of("left")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("There is no class 'left'");
        classifier.requireClass("b", Optional.of("up"));
        classifier.requireClass("c", Optional.of("down"));
        assertThatThrownBy(() -> classifier.requireClass("b", Optional.of("down")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'up' in a row before");
        assertThatThrownBy(() -> classifier.add("b", event, Optional.of("down")))
                .hasMessageContaining("has the class 'down' here but 'up' in a row before");
        assertThatThrownBy(() -> classifier.add("a", event, Optional.empty()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'a' has ended", "sort the rows");
        Event infinite = Event.of(names.get(0), Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> classifier.add("c", infinite, Optional.empty()))
                .isInstanceOf(DataException.class);
        assertThat(classifier.save()).isEqualTo(before);

        OnlineClassifier tagger = OnlineClassifier.of(model(true), 0.01, 2);
        tagger.add("a", event, Optional.empty());
        byte[] begun = tagger.save();
        assertThatThrownBy(() -> tagger.add("a", event, Optional.of("up")))
                .hasMessageContaining("2 before this one, but the sequence had only 1 rows before");
        assertThat(tagger.save()).isEqualTo(begun);
    }

    @Test
    void statesOfOtherModelsRatesAndDelaysAreRefused() {
        byte[] saved = OnlineClassifier.of(model(true), 0.01, 2).save();
        assertThatThrownBy(() -> OnlineClassifier.of(model(true), 0.02, 2).restore(saved))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("another plan");
        assertThatThrownBy(() -> OnlineClassifier.of(model(true), 0.01, 1).restore(saved))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("come 2 rows after their own");
        assertThatThrownBy(() -> OnlineClassifier.of(model(false), 0.01, 0).restore(saved))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("began from the model");
    }

    /** The parts are put together with the right sums, but the last of the three streams is cut off. */
    @Test
    void aSavedStateOfWhichAPartIsDamagedChangesNothing() throws IOException {
        OnlineClassifier later = OnlineClassifier.of(model(true), 0.01, 0);
        run(later, true, 0, 0, 30);
        byte[] saved = later.save();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved, 4, saved.length - 8));
        byte[] damaged = SavedState.write(ByteBuffer.wrap(saved).getInt(), out -> {
            out.writeUTF(in.readUTF());
            out.writeInt(in.readInt());
            for (int part = 0; part < 3; part++) {
                byte[] bytes = SavedState.readPart(in);
                out.writeInt(bytes.length - part / 2);
                out.write(bytes, 0, bytes.length - part / 2);
            }
            out.write(in.readAllBytes());
        });
        OnlineClassifier online = OnlineClassifier.of(model(true), 0.01, 0);
        run(online, true, 0, 0, 7);
        byte[] before = online.save();
        assertThatThrownBy(() -> online.restore(damaged))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("its checksum is another");
        assertThat(online.save()).isEqualTo(before);
    }

    @Test
    void modelsThatCannotLearnSoAreRefused() {
        assertThatThrownBy(() -> OnlineClassifier.of(StreamCases.classes(false, 1), 0.01, 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cannot learn from a stream");
        assertThatThrownBy(() -> OnlineClassifier.of(model(false), 0.01, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a delay of 1 rows is for a model that gives a class for each row");
    }
}
