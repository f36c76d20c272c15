package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.StatePart;
import dev.carousel.kernel.Team;
import dev.carousel.network.Samples.Pass;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands beyond a sequence's length is never read, and nothing is written there but 0. */
class PaddingTest {

    private static final int D = 3;
    private static final int[] LENGTHS = {2, 6, 0, 5};

    private final Samples samples = new Samples(12);

    static Stream<NetworkSpec> networks() {
        return Cells.ALL.stream().flatMap(cell -> Stream.of(alone(cell), stacked(cell)));
    }

    private static NetworkSpec alone(Cell cell) {
        return NetworkSpec.of(Recurrent.of(cell, D, 4));
    }

    private static NetworkSpec stacked(Cell cell) {
        Recurrent stack = Recurrent.of(cell, D, 4).withLayers(2).withBidirectional(true);
        return NetworkSpec.of(new Dense("in", D, D), stack, Dense.head(8, 2));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void paddingOfInputAndGradientChangesNothing(NetworkSpec spec) {
        Network network = samples.network(spec);
        Sequence x = samples.sequence(D, LENGTHS);
        Sequence dY = samples.like(x, spec.outputSize());
        State initial = samples.state(spec, LENGTHS.length);
        State dFinal = samples.state(spec, LENGTHS.length);
        Tape tape = network.tape(Team.single());

        Pass zeros = Samples.pass(network, tape, Samples.padded(x, 0), initial, Samples.padded(dY, 0), dFinal);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
            Pass other =
                    Samples.pass(network, tape, Samples.padded(x, value), initial, Samples.padded(dY, value), dFinal);
            other.assertSameBitsAs(zeros, "padding " + value);
        }
        for (float[] array : List.of(zeros.y(), zeros.dX(), zeros.gradient().values())) {
            assertThat(array).doesNotContain(Float.NaN);
        }
        assertZero(x, zeros.y(), spec.outputSize());
        assertZero(x, zeros.dX(), D);
    }

    private static void assertZero(Sequence x, float[] values, int size) {
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = x.length(n); t < x.steps(); t++) {
                int at = (t * x.batchSize() + n) * size;
                assertThat(Arrays.copyOfRange(values, at, at + size)).containsOnly(0);
            }
        }
    }

    /** A batch of different lengths gives each sequence what it gets alone. */
    @ParameterizedTest
    @MethodSource("networks")
    void sequenceInARaggedBatchEqualsTheSequenceAlone(NetworkSpec spec) {
        Network network = samples.network(spec);
        Sequence x = samples.sequence(D, LENGTHS);
        State state = samples.state(spec, LENGTHS.length);
        State[] alone = new State[LENGTHS.length];
        for (int n = 0; n < LENGTHS.length; n++) {
            alone[n] = row(network, state, n);
        }
        Tape tape = network.tape(Team.single());
        float[] y = Samples.numbers(tape.forward(x, state));
        for (int n = 0; n < LENGTHS.length; n++) {
            Sequence one = Sequence.zeros(LENGTHS[n], 1, D);
            for (int t = 0; t < LENGTHS[n]; t++) {
                System.arraycopy(x.data(), x.offset(t, n), one.data(), t * D, D);
            }
            Sequence yAlone = tape.forward(one, alone[n]);
            for (int t = 0; t < LENGTHS[n]; t++) {
                int at = (t * LENGTHS.length + n) * spec.outputSize();
                assertThat(yAlone.step(t).row(0))
                        .as("step %d of sequence %d", t, n)
                        .isEqualTo(Arrays.copyOfRange(y, at, at + spec.outputSize()));
            }
            assertThat(alone[n].values())
                    .as("final state of sequence %d", n)
                    .isEqualTo(row(network, state, n).values());
        }
    }

    /** The state of one sequence of a batch. */
    private static State row(Network network, State state, int n) {
        State one = network.freshState(1);
        for (int part = 0; part < state.parts(); part++) {
            for (StatePart named : state.named(part)) {
                float[] row = state.get(part, named.name()).row(n);
                System.arraycopy(
                        row, 0, one.values(), one.get(part, named.name()).offset(), row.length);
            }
        }
        return one;
    }
}
