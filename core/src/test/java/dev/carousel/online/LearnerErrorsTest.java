package dev.carousel.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.IndRnn;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.kernel.TwoThreads;
import dev.carousel.loss.CtcLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.Network;
import dev.carousel.network.Samples;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.TiedDense;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wrong use of a learner is refused, and changes nothing. */
class LearnerErrorsTest {

    private static final OnlinePlan PLAN = OnlinePlan.of(new MeanSquaredError());

    private final Samples samples = new Samples(4);
    private final Network network = samples.network(Recurrent.gru(2, 4), Dense.head(4, 1));
    private final OnlineLearner learner = OnlineLearner.of(network, PLAN);
    private final float[] y = new float[1];

    @Test
    void targetNeedsAPredictionBeforeIt() {
        assertThatThrownBy(() -> learner.learn(new float[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none has come yet");
        learner.predict(new float[2], y);
        learner.learn(new float[1]);
        assertThatThrownBy(() -> learner.learn(new float[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without a prediction before it");
        assertThatThrownBy(() -> learner.learn(1, new float[1])).hasMessageContaining("the last one is 0");
    }

    @Test
    void targetMayNotComeLaterThanThePlanSays() {
        OnlineLearner late = OnlineLearner.of(network, PLAN.withLag(2));
        for (int i = 0; i < 4; i++) {
            late.predict(new float[2], y);
        }
        assertThatThrownBy(() -> late.learn(0, new float[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no more than 2 further events");
        late.learn(2, new float[1]);
        assertThatThrownBy(() -> late.learn(1, new float[1])).hasMessageContaining("in the order of events");
        late.learn(3, new float[1]);
        assertThat(late.updates()).isEqualTo(2);
    }

    @Test
    void numbersThatAreNotFiniteAreRefusedAndChangeNothing() {
        learner.predict(new float[] {1, 2}, y);
        byte[] before = learner.save();
        assertThatThrownBy(() -> learner.learn(new float[] {Float.NaN})).hasMessageContaining("number 0 of 1 is NaN");
        assertThatThrownBy(() -> learner.predict(new float[] {0, Float.POSITIVE_INFINITY}, y))
                .hasMessageContaining("number 1 of 2 is Infinity");
        assertThat(learner.save()).isEqualTo(before);
        learner.learn(new float[] {1});
        assertThat(learner.updates()).isEqualTo(1);
    }

    @Test
    void wrongSizesAreRefusedAndChangeNothing() {
        learner.predict(new float[] {1, 2}, y);
        byte[] before = learner.save();
        assertThatThrownBy(() -> learner.predict(new float[3], y)).hasMessageContaining("The event has 3 numbers");
        assertThatThrownBy(() -> learner.predict(1, y)).hasMessageContaining("reads vectors of 2");
        assertThatThrownBy(() -> learner.predict(new float[2], new float[2])).hasMessageContaining("Room for 2");
        assertThatThrownBy(() -> learner.learn(new float[2])).hasMessageContaining("the target 2");
        assertThatThrownBy(() -> learner.learn(0)).hasMessageContaining("needs a vector");
        assertThat(learner.save()).isEqualTo(before);
    }

    @Test
    void unknownIdsAndClassesAreRefused() {
        Network ids = samples.network(new OneHot(3), Recurrent.gru(3, 4), Dense.head(4, 2));
        OnlineLearner classes = OnlineLearner.of(ids, OnlinePlan.of(new SoftmaxCrossEntropy()));
        float[] scores = new float[2];
        assertThatThrownBy(() -> classes.predict(3, scores)).hasMessageContaining("knows 0 to 2");
        assertThatThrownBy(() -> classes.predict(new float[3], scores)).hasMessageContaining("reads ids");
        classes.predict(2, scores);
        assertThatThrownBy(() -> classes.learn(2)).hasMessageContaining("class 2");
        assertThatThrownBy(() -> classes.learn(-1)).hasMessageContaining("class -1 but must be 0 to 1");
        classes.learn(1);
    }

    @Test
    void aLearnerThatDivergesSaysSoAndKeepsItsWeights() {
        OnlineLearner wild =
                OnlineLearner.of(network, new OnlinePlan(new MeanSquaredError(), new Sgd(1e30), Clipping.NONE, 0));
        wild.predict(new float[] {1, 2}, y);
        wild.learn(new float[] {1});
        float[] before = wild.network().parameters().values();
        wild.predict(new float[] {1, 2}, y);
        assertThatThrownBy(() -> wild.learn(new float[] {1}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has diverged")
                .hasMessageContaining("smaller learning rate");
        assertThat(wild.network().parameters().values()).isEqualTo(before);
    }

    @Test
    void weightOfAClassMultipliesItsGradient() {
        Network classes = samples.network(Recurrent.gru(2, 4), Dense.head(4, 2));
        for (double smoothing : new double[] {0, 0.1}) {
            SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy().withSmoothing(smoothing);
            OnlinePlan plain = new OnlinePlan(loss, new Sgd(0.1), Clipping.NONE, 0);
            OnlinePlan weighed = new OnlinePlan(loss.withWeights(List.of(3.0, 3.0)), new Sgd(0.1), Clipping.NONE, 0);
            float[] one = firstGradient(classes, plain, 1);
            float[] three = firstGradient(classes, weighed, 1);
            assertThat(one).isNotEqualTo(new float[one.length]);
            for (int i = 0; i < one.length; i++) {
                assertThat(three[i]).isCloseTo(3 * one[i], within(1e-6f));
            }
        }
        OnlinePlan rare = new OnlinePlan(
                new SoftmaxCrossEntropy().withWeights(List.of(0.0, 2.0)), new Sgd(0.1), Clipping.NONE, 0);
        for (float derivative : firstGradient(classes, rare, 0)) {
            assertThat(derivative).isZero();
        }
    }

    private static float[] firstGradient(Network classes, OnlinePlan plan, int label) {
        OnlineLearner learner = OnlineLearner.of(classes, plan);
        learner.predict(new float[] {1, 2}, new float[2]);
        learner.learn(label);
        return learner.gradient().values();
    }

    @Test
    void resetBeginsANewStreamWithTheSameWeights() {
        for (int lag : new int[] {0, 2}) {
            OnlinePlan plan = PLAN.withLag(lag).withOptimiser(new Sgd(0.1));
            OnlineLearner one = OnlineLearner.of(network, plan);
            for (int i = 0; i < 5; i++) {
                one.learn(one.predict(new float[] {i, 1}, y), new float[] {i});
            }
            one.predict(new float[] {3, 1}, y);
            one.reset();
            OnlineLearner fresh = OnlineLearner.of(one.network(), plan);
            float[] other = new float[1];
            for (int i = 0; i < 4; i++) {
                one.predict(new float[] {1, i}, y);
                fresh.predict(new float[] {1, i}, other);
                assertThat(y).isEqualTo(other);
                assertThat(one.learn(new float[] {i})).isEqualTo(fresh.learn(new float[] {i}));
            }
            assertThat(one.steps()).isEqualTo(10);
            assertThat(one.network().parameters().values())
                    .isEqualTo(fresh.network().parameters().values());
        }
    }

    @Test
    void networksThatCannotLearnSoAreRefused() {
        requireRefused("bidirectional", Recurrent.gru(2, 4).withBidirectional(true), Dense.head(8, 1));
        requireRefused("layer normalisation", Recurrent.of(LayerNormLstm.STANDARD, 2, 4), Dense.head(4, 1));
        requireRefused("projection", Recurrent.lstm(2, 4).withProjectionSize(3), Dense.head(3, 1));
        requireRefused(
                "zoneout",
                Recurrent.of(IndRnn.STANDARD, 2, 4).withRegularisation(Regularisation.NONE.withZoneout(0.1f, 0)),
                Dense.head(4, 1));
        LayerSpec.Embedding table = new LayerSpec.Embedding("words", 5, 4);
        requireRefused(
                "shares the table of the embedding words, whose gradient is that of both uses",
                table,
                Recurrent.gru(4, 4),
                TiedDense.to(table));
        requireRefused("Masking", new Parameterless.Masking(2, 0), Recurrent.gru(2, 4), Dense.head(4, 1));
    }

    private void requireRefused(String because, LayerSpec... layers) {
        Network refused = samples.network(layers);
        assertThatThrownBy(() -> OnlineLearner.of(refused, PLAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(because);
    }

    @Test
    void plansThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> OnlinePlan.of(new CtcLoss())).hasMessageContaining("whole sequences");
        assertThatThrownBy(() -> PLAN.withLag(-1)).hasMessageContaining("lag is -1");
        Network probabilities = samples.network(Recurrent.gru(2, 4), new Parameterless.Softmax(4));
        assertThatThrownBy(() -> OnlineLearner.of(probabilities, OnlinePlan.of(new SoftmaxCrossEntropy())))
                .hasMessageContaining("softmax");
    }

    @Test
    void aSecondThreadIsRefusedOrWaits() throws Exception {
        try (TwoThreads threads = new TwoThreads()) {
            for (int i = 0; i < 300; i++) {
                OnlineLearner shared = OnlineLearner.of(network, PLAN);
                int given = 0;
                for (TwoThreads.Answer answer : threads.both(() -> step(shared, 1), () -> step(shared, 2))) {
                    given += answer.given() ? 1 : 0;
                }
                assertThat(shared.steps()).isEqualTo(given);
            }
        }
    }

    private static float[] step(OnlineLearner shared, float x) {
        float[] output = new float[1];
        float[] event = new float[2];
        Arrays.fill(event, x);
        shared.predict(event, output);
        return output;
    }
}
