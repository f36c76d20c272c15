package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.LossRow;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentedPassTest {

    private static final int T = 23;
    private static final int[] LENGTHS = {23, 9, 0, 17};

    static List<Cell> cells() {
        return Cells.ALL;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void segmentsGiveTheLossStateAndGradientOfTheWhole(Cell cell) {
        assertSegmentsGiveTheWhole(NetworkSpec.of(Recurrent.of(cell, 3, 7).withLayers(2), Dense.head(7, 2)));
    }

    @Test
    void segmentsOfProjectionsGiveTheLossStateAndGradientOfTheWhole() {
        Recurrent stack =
                Recurrent.lstm(3, 7).withProjectionSize(4).withBias(false).withLayers(2);
        assertSegmentsGiveTheWhole(
                NetworkSpec.of(stack, new Parameterless.Elementwise(4, Activation.elu(1)), Dense.head(4, 2)));
    }

    private static void assertSegmentsGiveTheWhole(NetworkSpec spec) {
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        Batch batch = batch(LENGTHS);
        BatchPass whole = new WholePass(network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()));
        SegmentedPass segmented =
                new SegmentedPass(spec, network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()), 5);
        State wholeState = state(network);
        State segmentedState = state(network);
        Parameters wholeGradient = network.parameters().zerosLike();
        Parameters segmentedGradient = network.parameters().zerosLike();

        whole.run(batch, wholeState, new Random(1), wholeGradient);
        segmented.run(batch, segmentedState, new Random(1), segmentedGradient);

        assertThat(segmented.count()).isEqualTo(whole.count());
        assertThat(segmented.mean()).isCloseTo(whole.mean(), Offset.offset(1e-9));
        assertThat(segmentedState.values()).containsExactly(wholeState.values());
        assertThat(segmentedGradient.values()).containsExactly(wholeGradient.values(), Offset.offset(1e-6f));
        assertThat(largest(wholeGradient.values())).isGreaterThan(1e-3f);
    }

    @Test
    void segmentsOfAnAdaptiveSoftmaxComputeTheRightClassesAlone() {
        int V = 60;
        NetworkSpec spec = NetworkSpec.of(
                new Embedding("embedding", V, 5), Recurrent.gru(5, 8), AdaptiveSoftmax.of(8, V, List.of(10, 25)));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        Random random = new Random(4);
        Tokens x = Tokens.of(random.ints((long) T * 4, 0, V).toArray(), T, 4).withLengths(LENGTHS);
        Tokens next = Tokens.of(random.ints((long) T * 4, Tokens.IGNORED, V).toArray(), T, 4);
        Tokens mask = Tokens.of(random.ints((long) T * 4, Tokens.IGNORED, 1).toArray(), T, 4);
        for (Target target : List.of(Target.of(next), Target.of(next).withMask(mask))) {
            Batch batch = new Batch(x, target, true);
            Parameters whole = network.parameters().zerosLike();
            Parameters segmented = network.parameters().zerosLike();
            Parameters all = network.parameters().zerosLike();
            Loss alone = new SoftmaxCrossEntropy().on(spec);
            WholePass expected = new WholePass(network.tape(Team.single()), BatchLoss.of(alone));
            Tape tape = network.tape(Team.single());
            Widths widths = new Widths(alone);
            SegmentedPass cut = new SegmentedPass(spec, tape, BatchLoss.of(widths), 5);
            SegmentedPass ofAll =
                    new SegmentedPass(spec, network.tape(Team.single()), BatchLoss.of(new SoftmaxCrossEntropy()), 5);

            expected.run(batch, state(network), new Random(1), whole);
            cut.run(batch, state(network), new Random(1), segmented);
            ofAll.run(batch, state(network), new Random(1), all);

            assertThat(widths.seen).containsOnly(1).isNotEmpty();
            assertThat(cut.count()).isEqualTo(expected.count()).isPositive();
            assertThat(cut.mean()).isCloseTo(expected.mean(), Offset.offset(1e-6));
            assertThat(segmented.values()).containsExactly(whole.values(), Offset.offset(1e-6f));
            assertThat(segmented.values()).containsExactly(all.values(), Offset.offset(1e-6f));
            assertThat(largest(whole.values())).isGreaterThan(1e-3f);
            // Afterwards the tape gives all of them again.
            assertThat(tape.forward(x, network.freshState(4)).size()).isEqualTo(V);
        }
    }

    /** A loss that writes down of how many numbers its outputs are. */
    private record Widths(Loss of, Set<Integer> seen) implements Loss {

        Widths(Loss of) {
            this(of, new HashSet<>());
        }

        @Override
        public Steps steps() {
            return of.steps();
        }

        @Override
        public int terms(int outputSize) {
            return of.terms(outputSize);
        }

        @Override
        public boolean ofRightClass() {
            return of.ofRightClass();
        }

        @Override
        public void requireFits(Sequence y, Target target) {
            seen.add(y.size());
            of.requireFits(y, target);
        }

        @Override
        public double row(LossRow r) {
            return of.row(r);
        }
    }

    @Test
    void whatFitsIsRunWholeAndWhatDoesNotInSegments() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(3, 7).withLayers(2), Dense.head(7, 2));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        Parameters whole = network.parameters().zerosLike();
        Parameters roomy = network.parameters().zerosLike();
        Parameters tight = network.parameters().zerosLike();
        Parameters cut = network.parameters().zerosLike();
        long bytes = SegmentedTape.bytesPerStep(spec) * T * LENGTHS.length;

        new WholePass(network.tape(Team.single()), squares()).run(batch(LENGTHS), state(network), new Random(1), whole);
        new FittingPass(spec, network.tape(Team.single()), squares(), 2 * bytes)
                .run(batch(LENGTHS), state(network), new Random(1), roomy);
        new FittingPass(spec, network.tape(Team.single()), squares(), 2 * bytes - 1)
                .run(batch(LENGTHS), state(network), new Random(1), tight);
        new SegmentedPass(spec, network.tape(Team.single()), squares(), SegmentedTape.segmentFor(T))
                .run(batch(LENGTHS), state(network), new Random(1), cut);

        assertThat(SegmentedTape.segmentFor(T)).isEqualTo(5);
        assertThat(roomy.values()).containsExactly(whole.values());
        assertThat(tight.values()).containsExactly(cut.values()).isNotEqualTo(whole.values());
    }

    @Test
    void weightsAreReadAfreshAtEachPassAndNotWithinIt() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(3, 7), Dense.head(7, 2));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        SegmentedPass used = new SegmentedPass(spec, network.tape(Team.single()), squares(), 5);
        Parameters first = network.parameters().zerosLike();
        Parameters again = network.parameters().zerosLike();
        Parameters fresh = network.parameters().zerosLike();

        used.run(batch(LENGTHS), state(network), new Random(1), first);
        for (int i = 0; i < network.parameters().size(); i++) {
            network.parameters().values()[i] *= 0.9f;
        }
        used.run(batch(LENGTHS), state(network), new Random(1), again);
        new SegmentedPass(spec, network.tape(Team.single()), squares(), 5)
                .run(batch(LENGTHS), state(network), new Random(1), fresh);

        assertThat(again.values()).containsExactly(fresh.values()).isNotEqualTo(first.values());
    }

    @Test
    void noiseIsThatOfTheWholePassBothTimes() {
        NetworkSpec spec = NetworkSpec.of(
                Recurrent.lstm(3, 7)
                        .withLayers(2)
                        .withDropout(0.5f)
                        .withRegularisation(new Regularisation(false, 0.3f, 0.2f, 0.3f, 0.4f)),
                new Parameterless.Drop(7, 0.4f),
                Dense.head(7, 2));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Random(5));
        Tape tape = network.tape(Team.single());
        State state = state(network);
        Recorded steps = new Recorded();

        SegmentedTape.of(spec, tape, 1)
                .run(T, steps, state, new Random(1), network.parameters().zerosLike());

        State whole = state(network);
        Sequence y = tape.forwardTraining(steps.x, whole, new Random(1));
        for (int t = 0; t < T; t++) {
            assertThat(Arrays.copyOfRange(y.data(), y.offset(t, 0), y.offset(t + 1, 0)))
                    .containsExactly(steps.outputs.get(t));
        }
        assertThat(state.values()).containsExactly(whole.values());
    }

    /** Segments of one step each; writes down the outputs of the second time. */
    private static final class Recorded implements SegmentedTape.Segments {
        private final Sequence x = (Sequence) batch(T, T, T, T).input();
        private final Map<Integer, float[]> outputs = new HashMap<>();

        @Override
        public SequenceBatch input(int first, int steps) {
            float[] step = Arrays.copyOfRange(x.data(), x.offset(first, 0), x.offset(first + 1, 0));
            return Sequence.of(step, 1, LENGTHS.length, x.size());
        }

        @Override
        public Sequence outputGradient(int first, Sequence y) {
            outputs.put(first, y.data().clone());
            return Sequence.zeros(1, LENGTHS.length, y.size());
        }
    }

    private static BatchLoss squares() {
        return BatchLoss.of(new MeanSquaredError());
    }

    @Test
    void whatCannotBeCutIsRefused() {
        NetworkSpec both = NetworkSpec.of(Recurrent.lstm(3, 2).withBidirectional(true));
        Network network = Network.of(both, both.zeroParameters());
        assertThatThrownBy(() ->
                        new SegmentedPass(both, network.tape(Team.single()), BatchLoss.of(new MeanSquaredError()), 5))
                .hasMessageContaining("bidirectional");
        NetworkSpec last = NetworkSpec.of(Recurrent.lstm(3, 2).withLastOnly(true));
        Network gives = Network.of(last, last.zeroParameters());
        assertThatThrownBy(() ->
                        new SegmentedPass(last, gives.tape(Team.single()), BatchLoss.of(new MeanSquaredError()), 5))
                .hasMessageContaining("gives only its last output");
        NetworkSpec one = NetworkSpec.of(Recurrent.lstm(3, 2));
        assertThatThrownBy(() -> new SegmentedPass(
                        one,
                        Network.of(one, one.zeroParameters()).tape(Team.single()),
                        BatchLoss.of(new MeanSquaredError(Steps.LAST)),
                        5))
                .hasMessageContaining("every step");
    }

    private static Batch batch(int... lengths) {
        Random random = new Random(2);
        Sequence x = normal(3, random).withLengths(lengths);
        Sequence target = normal(2, random).withLengths(lengths);
        return new Batch(x, Target.of(target), true);
    }

    private static Sequence normal(int size, Random random) {
        Sequence sequence = Sequence.zeros(T, LENGTHS.length, size);
        for (int i = 0; i < sequence.data().length; i++) {
            sequence.data()[i] = (float) random.nextGaussian();
        }
        return sequence;
    }

    private static State state(Network network) {
        State state = network.freshState(LENGTHS.length);
        Random random = new Random(3);
        for (int i = 0; i < state.values().length; i++) {
            state.values()[i] = (float) random.nextGaussian();
        }
        return state;
    }

    private static float largest(float[] numbers) {
        float largest = 0;
        for (float number : numbers) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }
}
