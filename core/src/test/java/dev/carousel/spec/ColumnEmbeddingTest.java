package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.Samples;
import dev.carousel.network.Samples.Pass;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.ColumnEmbedding.Column;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids in columns of a row become the vectors of their tables, and errors where they are none. */
class ColumnEmbeddingTest {

    private static final int D = 4;
    private static final int[] LENGTHS = {5, 0, 3, 5};

    /** Columns 0 and 3 are numbers, 1 and 2 ids. */
    private static final ColumnEmbedding EMBEDDING =
            new ColumnEmbedding("embedding", D, List.of(new Column("shop", 1, 6, 3), new Column("kind", 2, 4, 1)));

    private final Samples samples = new Samples(17);

    @Test
    void itKnowsItsSizesAndItsTables() {
        assertThat(EMBEDDING.outputSize()).isEqualTo(2 + 3 + 1);
        assertThat(EMBEDDING.numbers()).isEqualTo(2);
        assertThat(EMBEDDING.numberColumns()).containsExactly(0, 3);
        List<Slice> slices = NetworkSpec.of(EMBEDDING).zeroParameters().slices();
        assertThat(slices).extracting(Slice::name).containsExactly("embedding.shop.weight", "embedding.kind.weight");
        assertThat(slices).extracting(Slice::shape).containsExactly(List.of(6, 3), List.of(4, 1));
    }

    @Test
    void rowsAreTheirNumbersAndThenTheVectorsOfTheirIds() {
        Network network = samples.network(EMBEDDING);
        float[] shop = network.parameters().get("embedding.shop.weight");
        float[] kind = network.parameters().get("embedding.kind.weight");
        Sequence x = Sequence.of(new float[] {0.5f, 5, -0.0f, -7, 2, 0, 3, 1e6f}, 2, 1, D);
        Sequence y = network.tape(Team.single()).forward(x, network.freshState(1));
        assertThat(y.step(0).row(0)).containsExactly(0.5f, -7, shop[15], shop[16], shop[17], kind[0]);
        assertThat(y.step(1).row(0)).containsExactly(2, 1e6f, shop[0], shop[1], shop[2], kind[3]);
    }

    @Test
    void itEqualsItsRowsAsVectorsForwardAndBackward() {
        Network byIds = samples.network(EMBEDDING, Recurrent.lstm(6, 5), Dense.head(5, 2));
        Network byVectors = samples.network(Recurrent.lstm(6, 5), Dense.head(5, 2));
        Samples.copyWeights(byIds, byVectors);
        Sequence x = samples.input(byIds.spec(), LENGTHS);
        Network alone =
                Network.of(NetworkSpec.of(EMBEDDING), NetworkSpec.of(EMBEDDING).zeroParameters(), byIds.kernels());
        Samples.copyWeights(byIds, alone);
        Sequence rows = alone.tape(Team.single()).forward(x, alone.freshState(LENGTHS.length));
        State initial = samples.state(byIds.spec(), LENGTHS.length);

        Pass expected = Samples.pass(byVectors, byVectors.tape(Team.single()), rows, initial);
        Pass actual = Samples.pass(byIds, byIds.tape(Team.single()), x, initial);

        actual.assertSameBitsBehindTheInput(expected, "columns");
        assertThat(actual.gradient().get("embedding.shop.weight")).isEqualTo(sums(x, 1, 6, expected.dX(), 2, 3));
        assertThat(actual.gradient().get("embedding.kind.weight")).isEqualTo(sums(x, 2, 4, expected.dX(), 5, 1));
        for (int row = 0; row < x.steps() * x.batchSize(); row++) {
            assertThat(Arrays.copyOfRange(actual.dX(), row * D, (row + 1) * D))
                    .containsExactly(expected.dX()[row * 6], 0, 0, expected.dX()[row * 6 + 1]);
        }
    }

    /** dE[v] = the sum of a part of dX over the steps whose id is v. */
    private static float[] sums(Sequence x, int column, int ids, float[] dX, int from, int size) {
        float[] sums = new float[ids * size];
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                for (int j = 0; j < size && t < x.length(n); j++) {
                    int id = (int) x.get(t, n, column);
                    sums[id * size + j] += dX[(t * x.batchSize() + n) * 6 + from + j];
                }
            }
        }
        return sums;
    }

    @ParameterizedTest
    @ValueSource(floats = {-1, 6, 2.5f, 1e10f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void whatIsNoIdIsNamedWithItsPlaceButInThePadding(float value) {
        Network network = samples.network(EMBEDDING, Recurrent.gru(6, 3));
        Sequence x = samples.input(network.spec(), LENGTHS);
        Tape tape = network.tape(Team.single());
        x.set(3, 2, 1, value);
        assertThatCode(() -> tape.forward(x, network.freshState(4))).doesNotThrowAnyException();
        x.set(2, 2, 1, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(x, network.freshState(4)))
                .withMessageStartingWith("Network: step 2 of sequence 2 has " + value
                        + " in column 1, which holds the ids of 'shop', whole numbers from 0 to 5.");
    }

    @Test
    void vectorsBeginAsNormalNumbersAndThatOfTheUnknownAsZero() {
        ColumnEmbedding large = new ColumnEmbedding("e", 2, List.of(new Column("a", 0, 200, 30)));
        for (Initialisation how : InitialisationTest.ways()) {
            Parameters parameters = NetworkSpec.of(large).zeroParameters();
            Arrays.fill(parameters.values(), Float.NaN);
            how.fill(NetworkSpec.of(large), parameters, new Random(3));
            float[] table = parameters.get("e.a.weight");
            assertThat(Arrays.copyOf(table, 30)).containsOnly(0);
            double squares = 0;
            for (int i = 30; i < table.length; i++) {
                squares += table[i] * table[i];
            }
            assertThat(squares / (199 * 30)).isBetween(0.95, 1.05);
        }
    }

    @Test
    void randomIdsAreDrawnForItsColumnsAlone() {
        float[] rows = new float[1000 * D];
        Arrays.fill(rows, -1);
        ColumnEmbedding.drawIds(NetworkSpec.of(EMBEDDING), rows, new Random(1));
        for (int at = 0; at < rows.length; at += D) {
            assertThat(rows[at]).isEqualTo(-1);
            assertThat(rows[at + 1]).isBetween(0f, 5f);
            assertThat(rows[at + 2]).isBetween(0f, 3f);
            assertThat(rows[at + 3]).isEqualTo(-1);
        }
        float[] numbers = {-1, -1, -1};
        ColumnEmbedding.drawIds(NetworkSpec.of(Recurrent.gru(3, 2)), numbers, new Random(1));
        assertThat(numbers).containsOnly(-1);
    }

    private static void refused(ThrowingCallable description, String message) {
        assertThatIllegalArgumentException().isThrownBy(description).withMessageContaining(message);
    }

    @Test
    void descriptionsThatMakeNoSenseAreRefused() {
        Column first = new Column("first", 1, 3, 2);
        Column second = new Column("second", 2, 3, 2);
        refused(() -> new ColumnEmbedding("e", 3, List.of()), "at least one column must hold ids");
        refused(() -> new ColumnEmbedding("e", 2, List.of(second)), "has index 2 but must stand after -1");
        refused(() -> new ColumnEmbedding("e", 3, List.of(second, first)), "column 'first' has index 1");
        refused(() -> new ColumnEmbedding("e", 3, List.of(first, first)), "must stand after 1");
        refused(() -> new ColumnEmbedding("e", 0, List.of(first)), "inputSize is 0");
        refused(() -> new Column("a", -1, 3, 2), "index is -1");
        refused(() -> new Column("a", 0, 0, 2), "vocabularySize is 0");
        refused(() -> new Column("a", 0, 3, 0), "outputSize is 0");
        refused(() -> new Column("a", 0, (1 << 24) + 1, 2), "so that a float holds each id");
        refused(() -> new Column(" ", 0, 3, 2), "must not be empty");
        refused(() -> new Column("a.b", 0, 3, 2), "must have no dot");
        refused(
                () -> NetworkSpec.of(Recurrent.gru(4, D), EMBEDDING).layers(),
                "reads ids, so it must be the first layer");
    }
}
