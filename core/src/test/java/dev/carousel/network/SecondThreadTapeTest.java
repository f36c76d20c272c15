package dev.carousel.network;

import static dev.carousel.kernel.TwoThreads.numbers;
import static dev.carousel.kernel.TwoThreads.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.kernel.Team;
import dev.carousel.kernel.TwoThreads;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at a tape, its segments and its states: each gets an error or the right answer, and none waits for ever. */
@Timeout(120)
class SecondThreadTapeTest {

    private static final int TRIES = 1_000;
    private static final int D = 4;
    private static final int O = 3;
    private static final int STEPS = 12;

    private final NetworkSpec spec =
            NetworkSpec.of(LayerSpec.Recurrent.lstm(D, 8).withLayers(2), LayerSpec.Dense.head(8, O));
    private final Network network = Network.initialised(spec, new SplittableRandom(1));
    private final TwoThreads threads = new TwoThreads();

    @AfterEach
    void end() {
        threads.close();
    }

    // ---- segments

    private static Sequence cut(Sequence whole, int first, int steps) {
        float[] data = Arrays.copyOfRange(whole.data(), whole.offset(first, 0), whole.offset(first + steps, 0));
        return Sequence.of(data, steps, whole.batchSize(), whole.size());
    }

    /** The gradient, then the final state, then the first segment's gradient of the input. */
    private float[] segmented(SegmentedTape tape, Tape inner, int seed, int batchSize) {
        Sequence x = numbers(seed, STEPS, batchSize, D);
        Sequence dY = numbers(seed + 1, STEPS, batchSize, O);
        State state = network.freshState(batchSize);
        Parameters gradient = network.parameters().zerosLike();
        float[] dX = new float[batchSize * D];
        SegmentedTape.Segments segments = new SegmentedTape.Segments() {
            @Override
            public SequenceBatch input(int first, int steps) {
                return cut(x, first, steps);
            }

            @Override
            public Sequence outputGradient(int first, Sequence y) {
                return cut(dY, first, y.steps());
            }

            @Override
            public void done(int first) {
                System.arraycopy(inner.inputGradient().data(), 0, dX, 0, dX.length);
            }
        };
        tape.run(STEPS, segments, state, new SplittableRandom(1), gradient);
        return joined(gradient.values(), state.values(), dX);
    }

    private static float[] joined(float[]... parts) {
        float[] all =
                new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private float[] segmentedAlone(int seed, int batchSize) {
        Tape inner = network.tape(Team.single());
        return segmented(SegmentedTape.of(spec, inner, 5), inner, seed, batchSize);
    }

    @Test
    void segmentedTape() throws Exception {
        float[] one = segmentedAlone(3, 2);
        float[] other = segmentedAlone(7, 1);
        Tape inner = network.tape(Team.single());
        SegmentedTape tape = SegmentedTape.of(spec, inner, 5);
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            given += right(
                    threads.both(() -> segmented(tape, inner, 3, 2), () -> segmented(tape, inner, 7, 1)), one, other);
        }
        assertThat(given).isPositive();
        assertThat(segmented(tape, inner, 3, 2)).isEqualTo(one);
    }

    /** Between two segments, too, the passes of the tape belong to the run. */
    @Test
    void tapeOfSegments() throws Exception {
        float[] one = segmentedAlone(3, 2);
        Sequence x = numbers(5, 4, 2, D);
        float[] y = network.tape(Team.single())
                .forward(x, network.freshState(2))
                .copy()
                .data();
        Tape inner = network.tape(Team.single());
        SegmentedTape tape = SegmentedTape.of(spec, inner, 5);
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            given += right(threads.both(() -> segmented(tape, inner, 3, 2), () -> forward(inner, x)), one, y);
        }
        assertThat(given).isPositive();
    }

    private float[] forward(Tape tape, Sequence x) {
        float[] y = new float[x.steps() * x.batchSize() * O];
        tape.forward(x, network.freshState(x.batchSize()), y);
        return y;
    }

    // ---- a state that its tape made

    @Test
    void stateOfATapeIsInUseWhileTheTapeIs() {
        Tape tape = network.tape(Team.single());
        Tape another = network.tape(Team.single());
        State state = tape.freshState(2);
        State second = tape.freshState(2);
        Sequence x = numbers(1, 4, 2, D);
        int[] refused = {0};
        tape.train(
                x,
                state,
                new SplittableRandom(1),
                y -> {
                    for (State busy : List.of(state, second)) {
                        assertThatThrownBy(() -> another.forward(x, busy))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("This Tape")
                                .hasMessageContaining("one thread at a time");
                        refused[0]++;
                    }
                    return numbers(2, 4, 2, O);
                },
                network.parameters().zerosLike());
        assertThat(refused[0]).isEqualTo(2);
        // The other tape has not stayed busy, and may use the state now.
        State same = network.freshState(2);
        same.copyFrom(state);
        float[] expected = another.forward(x, same).copy().data();
        assertThat(another.forward(x, state).copy().data()).isEqualTo(expected);
    }

    @Test
    void stateOfATapeUsedByAnother() throws Exception {
        Sequence x = numbers(1, 4, 1, D);
        Sequence z = numbers(2, 4, 1, D);
        List<float[]> possible = new ArrayList<>();
        for (List<Sequence> order : List.of(List.of(x), List.of(z), List.of(x, z), List.of(z, x))) {
            State state = network.freshState(1);
            order.forEach(input -> network.tape(Team.single()).forward(input, state));
            possible.add(state.values());
        }
        Tape tape = network.tape(Team.single());
        Tape another = network.tape(Team.single());
        for (int i = 0; i < TRIES; i++) {
            State state = tape.freshState(1);
            threads.both(() -> ran(tape, x, state), () -> ran(another, z, state));
            assertThat(possible).anyMatch(right -> Arrays.equals(right, state.values()));
        }
    }

    private static float[] ran(Tape tape, Sequence x, State state) {
        tape.forward(x, state, new float[x.steps() * x.batchSize() * O]);
        return new float[0];
    }
}
