package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.network.Samples.Pass;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids that are looked up give what vectors would, forward and backward. */
class IdsTest {

    private static final int V = 6;
    private static final int E = 3;
    private static final int[] LENGTHS = {5, 0, 3, 5};

    private final Samples samples = new Samples(11);

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private static Sequence oneHot(Tokens ids) {
        Sequence x = Sequence.shapedLike(ids, new float[ids.steps() * ids.batchSize() * V], V);
        for (int n = 0; n < ids.batchSize(); n++) {
            for (int t = 0; t < ids.length(n); t++) {
                x.set(t, n, ids.get(t, n), 1);
            }
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void oneHotInputEqualsDenseOneHotVectors(Cell cell) {
        Recurrent stack = Recurrent.of(cell, V, 4).withLayers(2).withBidirectional(true);
        Network byIds = samples.network(new OneHot(V), stack, Dense.head(8, 2));
        Network byVectors = Network.of(NetworkSpec.of(stack, Dense.head(8, 2)), byIds.parameters(), byIds.kernels());
        State initial = samples.state(byIds.spec(), LENGTHS.length);
        Tokens ids = samples.tokens(V, LENGTHS);

        Pass expected = Samples.pass(byVectors, byVectors.tape(Team.single()), oneHot(ids), initial);
        Pass actual = Samples.pass(byIds, byIds.tape(Team.single()), ids, initial);

        actual.assertSameBitsBehindTheInput(expected, cell.toString());
    }

    @Test
    void oneHotInputIsTheSamePackedForInference() {
        Network network = samples.network(new OneHot(V), Recurrent.gru(V, 4));
        Tokens ids = samples.tokens(V, LENGTHS);
        float[] expected = Samples.numbers(network.tape(Team.single()).forward(ids, network.freshState(4)));
        assertThat(Samples.numbers(network.pack().tape(Team.single()).forward(ids, network.freshState(4))))
                .isEqualTo(expected);
    }

    @Test
    void embeddingEqualsItsRowsAsVectors() {
        Network byIds = samples.network(new Embedding("embedding", V, E), Recurrent.lstm(E, 4), Dense.head(4, 2));
        Network byVectors = samples.network(Recurrent.lstm(E, 4), Dense.head(4, 2));
        Samples.copyWeights(byIds, byVectors);
        State initial = samples.state(byIds.spec(), LENGTHS.length);
        Tokens ids = samples.tokens(V - 1, LENGTHS);
        float[] table = byIds.parameters().get("embedding.weight");
        Sequence x = Sequence.shapedLike(ids, new float[5 * 4 * E], E);
        for (int n = 0; n < 4; n++) {
            for (int t = 0; t < ids.length(n); t++) {
                System.arraycopy(table, ids.get(t, n) * E, x.data(), x.offset(t, n), E);
            }
        }

        Pass expected = Samples.pass(byVectors, byVectors.tape(Team.single()), x, initial);
        Pass actual = Samples.pass(byIds, byIds.tape(Team.single()), ids, initial);

        actual.assertSameBitsBehindTheInput(expected, "embedding");
        assertThat(actual.gradient().get("embedding.weight")).isEqualTo(sumsById(ids, expected.dX()));
    }

    /** dE[v] = the sum of dX over the steps whose id is v; of an id that never occurs, 0. */
    private static float[] sumsById(Tokens ids, float[] dX) {
        float[] sums = new float[V * E];
        for (int row = 0; row < ids.steps() * ids.batchSize(); row++) {
            boolean counts = row / ids.batchSize() < ids.length(row % ids.batchSize());
            for (int j = 0; counts && j < E; j++) {
                sums[ids.ids()[row] * E + j] += dX[row * E + j];
            }
        }
        for (int j = 0; j < E; j++) {
            assertThat(sums[(V - 1) * E + j]).as("an id that never occurs").isZero();
        }
        return sums;
    }

    @Test
    void embeddingAloneIsItsRows() {
        Network network = samples.network(new Embedding("embedding", V, E));
        Tokens ids = Tokens.of(new int[] {2, -1, 0, -1}, 2, 2).withLengths(2, 0);
        Sequence y = network.tape(Team.single()).forward(ids, network.freshState(2));
        float[] table = network.parameters().get("embedding.weight");
        assertThat(y.step(0).row(0)).containsExactly(table[6], table[7], table[8]);
        assertThat(y.step(1).row(0)).containsExactly(table[0], table[1], table[2]);
        assertThat(y.step(0).row(1)).containsOnly(0);
    }

    @Test
    void idsInThePaddingChangeNothingWhateverTheyAre() {
        for (LayerSpec input : List.of(new OneHot(V), new Embedding("embedding", V, V))) {
            Network network = samples.network(input, Recurrent.lstm(V, 4).withBidirectional(true));
            State initial = samples.state(network.spec(), LENGTHS.length);
            Tokens ids = samples.tokens(V, LENGTHS);
            Pass expected = Samples.pass(network, network.tape(Team.single()), ids, initial);
            for (int id : new int[] {2, V, 1_000_000, -7, Integer.MIN_VALUE}) {
                Tokens other = Tokens.of(ids.ids().clone(), ids.steps(), ids.batchSize())
                        .withLengths(LENGTHS);
                for (int n = 0; n < LENGTHS.length; n++) {
                    for (int t = LENGTHS[n]; t < ids.steps(); t++) {
                        other.set(t, n, id);
                    }
                }
                Pass actual = Samples.pass(network, network.tape(Team.single()), other, initial);
                actual.assertSameBitsAs(expected, input + ", padding " + id);
            }
        }
    }
}
