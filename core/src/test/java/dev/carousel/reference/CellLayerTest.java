package dev.carousel.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every cell taken through time, whichever it is: runs on each one in the registry. */
class CellLayerTest {

    private static final int D = 3;
    private static final int H = 4;
    private static final int T = 6;
    private static final int[] FULL = {T, T, T};
    private static final int[] RAGGED = {4, 6, 0, 1};

    private final RandomGenerator random = new Random(7);

    static List<CellReference> cells() {
        return ReferenceCells.all();
    }

    private CellLayer layer(CellReference cell, boolean reverse) {
        return CellLayer.random(cell, D, H, reverse, 0.6, random);
    }

    private Mats randomState(LayerReference layer, int N) {
        Mats state = layer.zeroState(N);
        for (String part : state.names()) {
            state = state.with(part, Mat.normal(N, state.get(part).columns(), 1, random));
        }
        return layer.reachable(state);
    }

    /** A layer, an input, an initial state, and gradients of all outputs; what came of them. */
    private final class Trial {
        final CellLayer layer;
        final Seq x;
        final Mats initial;
        final Seq dY;
        final Mats dLast;
        final Run run;
        final Gradients gradients;

        Trial(CellReference cell, boolean reverse, int[] lengths) {
            layer = layer(cell, reverse);
            x = Seq.normal(T, D, lengths, random);
            initial = randomState(layer, lengths.length);
            dY = Seq.normal(T, layer.outputSize(), lengths, random);
            dLast = randomState(layer, lengths.length);
            run = layer.forward(x, initial);
            gradients = run.backward(dY, dLast);
        }
    }

    @Test
    void zoneoutOfWhatIsNoPartOfTheStateIsRefused() {
        CellLayer layer = layer(new GruReference(GruReference.Reset.AFTER_PRODUCT), false);
        Seq factors = Seq.normal(T, H, FULL, random);
        assertThat(layer.withZoneout(Map.of("h", factors)).outputSize()).isEqualTo(H);
        assertThatThrownBy(() -> layer.withZoneout(Map.of("c", factors)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are factors of zoneout for c but the state of")
                .hasMessageContaining("has [h].");
    }

    private static void assertSame(String what, double[] actual, double[] expected) {
        assertThat(actual).as(what).containsExactly(expected, within(1e-12));
    }

    private static void assertSame(String what, Mats actual, Mats expected) {
        assertThat(actual.names()).as(what).containsExactlyElementsOf(expected.names());
        for (String name : expected.names()) {
            assertSame(
                    what + " " + name,
                    actual.get(name).values(),
                    expected.get(name).values());
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void batchEqualsEachSequenceAlone(CellReference cell) {
        assertEachAlone(new Trial(cell, false, FULL));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void raggedBatchEqualsEachSequenceAlone(CellReference cell) {
        assertEachAlone(new Trial(cell, false, RAGGED));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void raggedReverseBatchEqualsEachSequenceAlone(CellReference cell) {
        assertEachAlone(new Trial(cell, true, RAGGED));
    }

    private void assertEachAlone(Trial trial) {
        Mats dWeights = trial.layer.weights().zerosLike();
        for (int n = 0; n < trial.x.batchSize(); n++) {
            int[] row = {n};
            Run alone = trial.layer.forward(trial.x.alone(n), trial.initial.rows(row));
            Gradients d = alone.backward(trial.dY.alone(n), trial.dLast.rows(row));
            assertSame("y " + n, alone.y().values(), trial.run.y().alone(n).values());
            assertSame("last " + n, alone.last(), trial.run.last().rows(row));
            assertSame("dX " + n, d.dX().values(), trial.gradients.dX().alone(n).values());
            assertSame("dInitial " + n, d.dInitial(), trial.gradients.dInitial().rows(row));
            dWeights = dWeights.plus(d.dWeights());
        }
        assertSame("dWeights", dWeights, trial.gradients.dWeights());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void batchEqualsStepByStep(CellReference cell) {
        Trial trial = new Trial(cell, false, RAGGED);
        Run[] steps = new Run[T];
        Mats state = trial.initial;
        for (int t = 0; t < T; t++) {
            steps[t] = trial.layer.forward(trial.x.window(t, t + 1), state);
            state = steps[t].last();
            assertSame(
                    "y " + t,
                    steps[t].y().values(),
                    trial.run.y().window(t, t + 1).values());
        }
        assertSame("last", state, trial.run.last());

        Mats dState = trial.dLast;
        Mats dWeights = trial.layer.weights().zerosLike();
        for (int t = T - 1; t >= 0; t--) {
            Gradients d = steps[t].backward(trial.dY.window(t, t + 1), dState);
            dState = d.dInitial();
            dWeights = dWeights.plus(d.dWeights());
            assertSame(
                    "dX " + t,
                    d.dX().values(),
                    trial.gradients.dX().window(t, t + 1).values());
        }
        assertSame("dInitial", dState, trial.gradients.dInitial());
        assertSame("dWeights", dWeights, trial.gradients.dWeights());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void paddingIsNeverReadAndItsOutputIsZero(CellReference cell) {
        Trial trial = new Trial(cell, false, RAGGED);
        fillPadding(trial.x, Double.NaN);
        fillPadding(trial.dY, Double.NaN);
        Run again = trial.layer.forward(trial.x, trial.initial);
        Gradients d = again.backward(trial.dY, trial.dLast);

        assertSame("y", again.y().values(), trial.run.y().values());
        assertSame("dWeights", d.dWeights(), trial.gradients.dWeights());
        assertSame("dX", d.dX().values(), trial.gradients.dX().values());
        for (int n = 0; n < RAGGED.length; n++) {
            for (int t = RAGGED[n]; t < T; t++) {
                assertThat(again.y().step(t).rows(new int[] {n}).values()).containsOnly(0);
                assertThat(d.dX().step(t).rows(new int[] {n}).values()).containsOnly(0);
            }
        }
    }

    private static void fillPadding(Seq x, double value) {
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                if (t >= x.length(n)) {
                    int at = (t * x.batchSize() + n) * x.size();
                    Arrays.fill(x.values(), at, at + x.size(), value);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void sequenceOfNoStepsKeepsItsStateAndPassesItsGradient(CellReference cell) {
        Trial trial = new Trial(cell, false, RAGGED);
        int[] empty = {2};
        assertSame("last", trial.run.last().rows(empty), trial.initial.rows(empty));
        assertSame("dInitial", trial.gradients.dInitial().rows(empty), trial.dLast.rows(empty));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void finalStateIsTheOutputOfTheLastValidStep(CellReference cell) {
        Trial forward = new Trial(cell, false, RAGGED);
        Trial reverse = new Trial(cell, true, RAGGED);
        for (int n : new int[] {0, 1, 3}) {
            int[] row = {n};
            assertSame(
                    "forward",
                    forward.run.last().get("h").rows(row).values(),
                    forward.run.y().rows(RAGGED[n] - 1, row).values());
            assertSame(
                    "reverse",
                    reverse.run.last().get("h").rows(row).values(),
                    reverse.run.y().rows(0, row).values());
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void reverseDirectionEqualsForwardOverTheTurnedSequence(CellReference cell) {
        Trial trial = new Trial(cell, true, RAGGED);
        CellLayer forward = new CellLayer(cell, D, H, false, trial.layer.weights());
        Run turned = forward.forward(turned(trial.x), trial.initial);
        Gradients d = turned.backward(turned(trial.dY), trial.dLast);

        assertSame("y", turned(turned.y()).values(), trial.run.y().values());
        assertSame("last", turned.last(), trial.run.last());
        assertSame("dX", turned(d.dX()).values(), trial.gradients.dX().values());
        assertSame("dInitial", d.dInitial(), trial.gradients.dInitial());
        assertSame("dWeights", d.dWeights(), trial.gradients.dWeights());
    }

    /** Each sequence in reverse within its own length. */
    private static Seq turned(Seq x) {
        Seq turned = Seq.zerosLike(x, x.size());
        for (int n = 0; n < x.batchSize(); n++) {
            int[] row = {n};
            for (int t = 0; t < x.length(n); t++) {
                turned.put(t, row, x.rows(x.length(n) - 1 - t, row));
            }
        }
        return turned;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void directionMatters(CellReference cell) {
        Trial trial = new Trial(cell, true, FULL);
        Run forward = new CellLayer(cell, D, H, false, trial.layer.weights()).forward(trial.x, trial.initial);
        assertThat(IntStream.range(0, trial.run.y().values().length)
                        .mapToDouble(k ->
                                Math.abs(trial.run.y().values()[k] - forward.y().values()[k]))
                        .max()
                        .orElse(0))
                .isGreaterThan(1e-3);
    }

    @Test
    void namesOfCellsAreDistinct() {
        assertThat(cells().stream().map(CellReference::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void wrongShapesAreRefusedWithBothShapes(CellReference cell) {
        CellLayer layer = layer(cell, false);
        Seq wide = Seq.normal(T, D + 1, FULL, random);
        assertThatThrownBy(() -> layer.forward(wide, layer.zeroState(3)))
                .hasMessageContaining(cell.name() + ": x is [6, 3, 4]")
                .hasMessageContaining("input size must be 3");
        Seq x = Seq.normal(T, D, FULL, random);
        assertThatThrownBy(() -> layer.forward(x, layer.zeroState(2)))
                .hasMessageContaining("initial h is [2, 4] but must be [3, 4]");
        Mats transposed = layer.weights().with("W", layer.weights().get("W").transposed());
        assertThatThrownBy(() -> new CellLayer(cell, D, H, false, transposed))
                .hasMessageContaining("W is [3, ")
                .hasMessageContaining("transposed");
    }
}
