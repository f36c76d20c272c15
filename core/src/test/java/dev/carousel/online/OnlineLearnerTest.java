package dev.carousel.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.MinGru;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Residual;
import dev.carousel.spec.Slice;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a learner computes: its gradients against those of the engine's own backpropagation through time. */
class OnlineLearnerTest {

    private static final int T = 12;
    private static final int D = 3;
    private static final int H = 7;
    private static final int O = 2;

    private final Samples samples = new Samples(1);

    /** The weights stay as they are. */
    private static OnlinePlan standing() {
        return new OnlinePlan(new MeanSquaredError(), new Sgd(0), Clipping.NONE, 0);
    }

    static List<Cell> diagonal() {
        return Cells.ALL.stream().filter(cell -> cell.blocks().isEmpty()).toList();
    }

    static List<Cell> unitByUnit() {
        return Cells.ALL.stream().filter(Cell::unitByUnit).toList();
    }

    /** The sum of the gradients of all steps' losses by backpropagation through time. */
    private static Parameters backpropagated(Network network, SequenceBatch x, Sequence target) {
        Tape tape = network.tape(Team.single());
        Sequence y = tape.forward(x, network.freshState(1));
        Sequence dY = Sequence.zeros(target.steps(), 1, target.size());
        BatchLoss.of(new MeanSquaredError()).evaluate(y, Target.of(target), dY);
        for (int i = 0; i < dY.data().length; i++) {
            dY.data()[i] *= target.steps(); // each step's loss is a mean of its own
        }
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(dY, gradient);
        return gradient;
    }

    private static Parameters learned(Network network, OnlinePlan plan, SequenceBatch x, Sequence target) {
        OnlineLearner learner = OnlineLearner.of(network, plan);
        Parameters sum = network.parameters().zerosLike();
        float[] y = new float[target.size()];
        for (int t = 0; t < x.steps() + plan.lag(); t++) {
            if (t < x.steps()) {
                predict(learner, x, t, y);
            }
            if (t >= plan.lag()) {
                learner.learn(t - plan.lag(), row(target, t - plan.lag()));
                add(sum, learner.gradient());
            }
        }
        return sum;
    }

    private static long predict(OnlineLearner learner, SequenceBatch x, int t, float[] y) {
        return x instanceof Tokens ids ? learner.predict(ids.get(t, 0), y) : learner.predict(row((Sequence) x, t), y);
    }

    private static float[] row(Sequence x, int t) {
        float[] row = new float[x.size()];
        System.arraycopy(x.data(), x.offset(t, 0), row, 0, row.length);
        return row;
    }

    private static void add(Parameters sum, Parameters other) {
        for (int i = 0; i < sum.size(); i++) {
            sum.values()[i] += other.values()[i];
        }
    }

    private static void requireClose(Parameters actual, Parameters expected) {
        for (Slice slice : expected.slices()) {
            requireClose(actual, expected, slice.name());
        }
    }

    private static void requireClose(Parameters actual, Parameters expected, String name) {
        float[] a = actual.get(name);
        float[] e = expected.get(name);
        double size = 0;
        for (float number : e) {
            size += (double) number * number;
        }
        double typical = Math.sqrt(size / e.length);
        assertThat(typical).as(name).isPositive();
        for (int i = 0; i < e.length; i++) {
            double limit = 1e-4 * Math.max(typical, Math.abs(e[i]));
            assertThat((double) a[i]).as("%s[%d]", name, i).isCloseTo(e[i], within(limit));
        }
    }

    private Sequence numbers(int size) {
        return samples.sequence(size, T);
    }

    @ParameterizedTest
    @MethodSource("diagonal")
    void gradientsOfAllStepsAreThatOfTheSequence(Cell cell) {
        for (boolean bias :
                new boolean[] {true, cell.recurrentBias() && !cell.blocks().isEmpty()}) {
            Recurrent layer = Recurrent.of(cell, D, H).withBias(bias);
            Network network = samples.network(layer, new LayerNorm("norm", H), Dense.head(H, O));
            assertThat(OnlineLearner.of(network, standing()).exact()).isTrue();
            Sequence x = numbers(D);
            Sequence target = numbers(O);
            requireClose(learned(network, standing(), x, target), backpropagated(network, x, target));
        }
    }

    @ParameterizedTest
    @MethodSource("diagonal")
    void soTheyAreWhereTargetsComeLate(Cell cell) {
        Network network = samples.network(Recurrent.of(cell, D, D).withResidual(Residual.ALL), Dense.head(D, O));
        Sequence x = numbers(D);
        Sequence target = numbers(O);
        Parameters expected = backpropagated(network, x, target);
        for (int lag : new int[] {1, 3, T}) {
            requireClose(learned(network, standing().withLag(lag), x, target), expected);
        }
    }

    /** Where units do not read each other, what a weight does to its own unit is all there is. */
    @ParameterizedTest
    @MethodSource("unitByUnit")
    void everyCellIsExactWhereItsUnitsDoNotReadEachOther(Cell cell) {
        Recurrent layer = Recurrent.of(cell, D, H);
        Network network = samples.network(layer, Dense.head(H, O));
        for (WeightPart part : LayerParts.weights(layer, 0)) {
            if (part.role() == Role.RECURRENT) {
                Slice r = network.parameters().slice("rnn." + part.name() + "_l0");
                for (int i = 0; i < r.size(); i++) {
                    if (i / H % H != i % H) {
                        network.parameters().values()[r.offset() + i] = 0;
                    }
                }
            }
        }
        Sequence x = numbers(D);
        Sequence target = numbers(O);
        requireClose(learned(network, standing(), x, target), backpropagated(network, x, target));
    }

    @Test
    void idsAreLearnedFromAsBackpropagationDoes() {
        for (Cell cell : diagonal()) {
            Network network = samples.network(new OneHot(5), Recurrent.of(cell, 5, 5 - 1), Dense.head(4, O));
            Tokens ids = Tokens.of(new int[] {0, 3, 1, 1, 4, 2, 2, 0, 1, 3, 4, 4}, T, 1);
            Sequence target = numbers(O);
            assertThat(OnlineLearner.of(network, standing()).exact()).isTrue();
            requireClose(learned(network, standing(), ids, target), backpropagated(network, ids, target));
        }
    }

    /** What lies above the recurrent layers has the gradient of each step; the others say that theirs is not exact. */
    @Test
    void layersAboveTheLastRecurrentOneAreExactInAnyNetwork() {
        for (Cell cell : unitByUnit()) {
            Network network = samples.network(
                    new Embedding("in", 5, D),
                    Recurrent.of(cell, D, H).withLayers(2).withResidual(Residual.BEYOND_FIRST),
                    Dense.head(H, O));
            assertThat(OnlineLearner.of(network, standing()).exact()).isFalse();
            Tokens ids = Tokens.of(new int[] {0, 3, 1, 1, 4, 2, 2, 0, 1, 3, 4, 4}, T, 1);
            Sequence target = numbers(O);
            Parameters actual = learned(network, standing(), ids, target);
            Parameters expected = backpropagated(network, ids, target);
            requireClose(actual, expected, "out.weight");
            requireClose(actual, expected, "out.bias");
            // Of one step nothing is left out, in no layer.
            Tokens one = Tokens.of(new int[] {3}, 1, 1);
            Sequence first = Sequence.of(row(target, 0), 1, 1, O);
            requireOneStep(learned(network, standing(), one, first), backpropagated(network, one, first), cell);
        }
    }

    private static void requireOneStep(Parameters actual, Parameters expected, Cell cell) {
        if (cell.blocks().size() > 1) {
            return; // where a unit reaches another within a step
        }
        for (int i = 0; i < actual.size(); i++) {
            double limit = 1e-5 + 1e-4 * Math.abs(expected.values()[i]);
            assertThat((double) actual.values()[i]).as(cell.kind()).isCloseTo(expected.values()[i], within(limit));
        }
    }

    @ParameterizedTest
    @MethodSource("unitByUnit")
    void predictsWhatASessionDoes(Cell cell) {
        Network network = samples.network(Recurrent.of(cell, D, H).withLayers(2), Dense.head(H, O));
        Session session = Session.of(network.pack());
        for (int lag : new int[] {0, 2}) {
            session.reset();
            OnlineLearner learner = OnlineLearner.of(network, standing().withLag(lag));
            float[] actual = new float[O];
            float[] expected = new float[O];
            Sequence x = numbers(D);
            for (int t = 0; t < T; t++) {
                assertThat(learner.predict(row(x, t), actual)).isEqualTo(t);
                session.step(row(x, t), expected);
                for (int i = 0; i < O; i++) {
                    assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
                }
            }
        }
    }

    /** Whatever it looks at meanwhile, it learns the same, and what it sees there is what would come. */
    @ParameterizedTest
    @MethodSource("unitByUnit")
    void lookingAheadChangesNothing(Cell cell) {
        Network network = samples.network(Recurrent.of(cell, D, H).withLayers(2), Dense.head(H, O));
        for (int lag : new int[] {0, 2}) {
            OnlinePlan plan = OnlinePlan.of(new MeanSquaredError()).withLag(lag);
            OnlineLearner one = OnlineLearner.of(network, plan);
            OnlineLearner other = OnlineLearner.of(network, plan);
            State state = network.freshState(1);
            Sequence x = numbers(D);
            float[] seen = new float[O];
            float[] y = new float[O];
            for (int t = 0; t < T; t++) {
                one.copyState(state);
                one.step(state, row(x, t), seen);
                one.predict(row(x, t), y);
                assertThat(y).isEqualTo(seen);
                one.copyState(state);
                one.step(state, row(x, T - 1 - t), seen);
                other.predict(row(x, t), y);
                if (t >= lag) {
                    float[] target = row(numbers(O), 0);
                    assertThat(one.learn(t - lag, target)).isEqualTo(other.learn(t - lag, target));
                }
            }
            assertThat(one.save()).isEqualTo(other.save());
        }
    }

    @Test
    void learnsWhatAFrozenNetworkDoesNot() {
        // The mean of the last three inputs, which changes its sign half-way.
        SplittableRandom random = new SplittableRandom(3);
        Network network =
                Network.initialised(NetworkSpec.of(Recurrent.of(MinGru.STANDARD, 1, 16), Dense.head(16, 1)), random);
        OnlineLearner learner =
                OnlineLearner.of(network, OnlinePlan.of(new MeanSquaredError()).withOptimiser(new Adam(0.01)));
        float[] recent = new float[3];
        double[] errors = new double[4];
        float[] y = new float[1];
        for (int t = 0; t < 8_000; t++) {
            recent[t % 3] = (float) random.nextGaussian();
            learner.predict(new float[] {recent[t % 3]}, y);
            float mean = (recent[0] + recent[1] + recent[2]) / 3;
            double loss = learner.learn(new float[] {t < 4_000 ? mean : -mean});
            assertThat(loss).isCloseTo(Math.pow(y[0] - (t < 4_000 ? mean : -mean), 2), within(1e-5));
            errors[t / 2_000] += loss / 2_000;
        }
        // Of a variance of 1/3.
        assertThat(errors[1]).isLessThan(0.07);
        assertThat(errors[2]).isGreaterThan(1.5 * errors[1]);
        assertThat(errors[3]).isLessThan(0.1);
        assertThat(learner.updates()).isEqualTo(8_000);
    }

    @Test
    void classesAreLearned() {
        Network network = samples.network(Recurrent.gru(D, H).withLastOnly(true), Dense.head(H, 4));
        OnlineLearner learner = OnlineLearner.of(
                network, OnlinePlan.of(new SoftmaxCrossEntropy()).withOptimiser(new Adam(0.02)));
        float[] y = new float[4];
        float[] x = {1, -1, 0.5f};
        learner.predict(x, y);
        double first = learner.learn(2);
        double last = first;
        for (int i = 0; i < 100; i++) {
            learner.predict(x, y);
            last = learner.learn(2);
        }
        assertThat(last).isLessThan(first / 4);
        assertThat(y[2]).isGreaterThan(Math.max(y[0], Math.max(y[1], y[3])));
    }

    @Test
    void theNetworkThatItBeganFromStaysAsItWas() {
        Network network = samples.network(Recurrent.gru(D, H), Dense.head(H, O));
        float[] before = network.parameters().values().clone();
        OnlineLearner learner = OnlineLearner.of(network, OnlinePlan.of(new MeanSquaredError()));
        assertThat(learner.network().parameters().values()).isEqualTo(before);
        learner.predict(new float[D], new float[O]);
        learner.learn(new float[] {1, 2});
        assertThat(network.parameters().values()).isEqualTo(before);
        assertThat(learner.network().parameters().values()).isNotEqualTo(before);
    }

    @Test
    void stepsAllocateNothing() {
        for (int lag : new int[] {0, 5}) {
            Network network = samples.network(Recurrent.lstm(D, H).withLayers(2), Dense.head(H, O));
            OnlineLearner learner = OnlineLearner.of(
                    network, OnlinePlan.of(new MeanSquaredError()).withLag(lag));
            float[] x = row(numbers(D), 0);
            float[] y = new float[O];
            float[] target = {0.5f, -0.5f};
            for (int i = 0; i < lag; i++) {
                learner.predict(x, y);
            }
            Allocation.assertNone(() -> learner.learn(learner.predict(x, y) - lag, target));
        }
    }
}
