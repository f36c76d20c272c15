package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A session takes a stream step by step as a pass takes it whole, and minds its own business. */
class SessionTest {

    private static final int D = 3;
    private static final int O = 2;

    private final Samples samples = new Samples(15);
    private final PackedNetwork network = packed(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O));

    static List<Cell> cells() {
        return Cells.ALL;
    }

    private PackedNetwork packed(LayerSpec... layers) {
        return samples.network(layers).pack();
    }

    /** The outputs of all steps, one after the other. */
    private static float[] stepped(Session session, int size, Sequence x) {
        float[] all = new float[x.steps() * size];
        float[] y = new float[size];
        for (int t = 0; t < x.steps(); t++) {
            session.step(x.step(t).row(0), y);
            System.arraycopy(y, 0, all, t * size, size);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void steppingEqualsTheWholeSequence(Cell cell) {
        PackedNetwork stack = packed(Recurrent.of(cell, D, 5).withLayers(2), Dense.head(5, O));
        Sequence x = samples.sequence(D, 20);
        State state = stack.freshState(1);
        float[] whole = Samples.numbers(stack.tape(Team.single()).forward(x, state));
        Session session = Session.of(stack);
        assertThat(stepped(session, O, x)).isEqualTo(whole);
        assertThat(session.state().values()).isEqualTo(state.values());
    }

    static List<NetworkSpec> stepwise() {
        return Samples.stepwise(D, 5);
    }

    @ParameterizedTest
    @MethodSource("stepwise")
    void steppingEqualsTheWholeSequenceWithEveryOption(NetworkSpec spec) {
        PackedNetwork one = samples.network(spec).pack();
        Sequence x = samples.input(spec, 20);
        State state = one.freshState(1);
        Sequence whole = one.tape(Team.single()).forward(x, state);
        Session session = Session.of(one);
        float[] steps = stepped(session, spec.outputSize(), x);
        float[] last = Arrays.copyOfRange(steps, 19 * spec.outputSize(), steps.length);
        assertThat(whole.steps() == 1 ? last : steps).isEqualTo(Samples.numbers(whole));
        assertThat(session.state().values()).isEqualTo(state.values());
    }

    @Test
    void isWarmedForVectorsAndForIds() {
        for (NetworkSpec spec : List.of(
                NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 8), LayerSpec.Dense.head(8, 2)),
                NetworkSpec.of(new LayerSpec.OneHot(5), LayerSpec.Recurrent.gru(5, 8)))) {
            PackedNetwork network =
                    Network.initialised(spec, new SplittableRandom(1)).pack();
            assertThat(Session.warm(network, Duration.ofMinutes(1)))
                    .as("%s", spec)
                    .isTrue();
            assertThat(Session.warm(network, Duration.ofMillis(1)))
                    .as("%s", spec)
                    .isFalse();
        }
    }

    @Test
    void networkThatReadsFromTheEndIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Session.of(packed(Recurrent.lstm(D, 5).withDirection(Direction.BACKWARD))))
                .withMessageContaining("its output depends on steps yet to come");
    }

    @Test
    void steppingIdsEqualsTheWholeSequence() {
        for (LayerSpec input : List.of(new OneHot(6), new Embedding("embedding", 6, 6))) {
            PackedNetwork ids = packed(input, Recurrent.gru(6, 4));
            Tokens x = samples.tokens(6, 15);
            Sequence whole = ids.tape(Team.single()).forward(x, ids.freshState(1));
            Session session = Session.of(ids);
            float[] y = new float[4];
            for (int t = 0; t < 15; t++) {
                session.step(x.get(t, 0), y);
                assertThat(y)
                        .as("%s, step %d", input, t)
                        .isEqualTo(whole.step(t).row(0));
            }
        }
    }

    @Test
    void resetBeginsANewStream() {
        Sequence x = samples.sequence(D, 8);
        Session session = Session.of(network);
        float[] first = stepped(session, O, x);
        assertThat(stepped(session, O, x)).isNotEqualTo(first);
        session.reset();
        assertThat(session.state().values()).containsOnly(0);
        assertThat(stepped(session, O, x)).isEqualTo(first);
    }

    @Test
    void streamContinuesFromASavedState() {
        Sequence x = samples.sequence(D, 8);
        Session session = Session.of(network);
        stepped(session, O, x);
        float[] saved = session.state().values().clone();
        float[] expected = stepped(session, O, x);
        Session later = Session.of(network);
        System.arraycopy(saved, 0, later.state().values(), 0, saved.length);
        assertThat(stepped(later, O, x)).isEqualTo(expected);
    }

    @Test
    void manySessionsInManyThreadsAtOnceGiveWhatEachGivesAlone() throws Exception {
        int sessions = 24;
        List<Sequence> streams = new ArrayList<>();
        List<float[]> alone = new ArrayList<>();
        for (int k = 0; k < sessions; k++) {
            Sequence x = samples.sequence(D, 200);
            streams.add(x);
            alone.add(stepped(Session.of(network), O, x));
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (Sequence x : streams) {
                results.add(threads.submit(() -> stepped(Session.of(network), O, x)));
            }
            for (int k = 0; k < sessions; k++) {
                assertThat(results.get(k).get(30, TimeUnit.SECONDS))
                        .as("session %d", k)
                        .isEqualTo(alone.get(k));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void sessionsOfOneThreadTakeTurnsWithoutMeeting() {
        Sequence a = samples.sequence(D, 10);
        Sequence b = samples.sequence(D, 10);
        float[] aloneA = stepped(Session.of(network), O, a);
        float[] aloneB = stepped(Session.of(network), O, b);
        Session one = Session.of(network);
        Session other = Session.of(network);
        float[] y = new float[O];
        for (int t = 0; t < 10; t++) {
            one.step(a.step(t).row(0), y);
            assertThat(y).containsExactly(aloneA[t * O], aloneA[t * O + 1]);
            other.step(b.step(t).row(0), y);
            assertThat(y).containsExactly(aloneB[t * O], aloneB[t * O + 1]);
        }
    }

    @Test
    void streamThatIsNotFiniteSpoilsNoOtherAndResetHealsIt() {
        Sequence x = samples.sequence(D, 5);
        float[] expected = stepped(Session.of(network), O, x);
        Session spoilt = Session.ofAnyNumbers(network);
        float[] y = new float[O];
        assertThat(spoilt.isFinite()).isTrue();
        spoilt.step(new float[] {Float.NaN, 0, 0}, y);
        assertThat(y).containsOnly(Float.NaN);
        assertThat(spoilt.isFinite()).isFalse();
        assertThat(stepped(Session.of(network), O, x)).isEqualTo(expected);
        spoilt.reset();
        assertThat(stepped(spoilt, O, x)).isEqualTo(expected);
    }

    @Test
    void sessionOutlivesTheTrainingOfItsNetwork() {
        Network trained = samples.network(Recurrent.gru(D, O));
        Sequence x = samples.sequence(D, 5);
        Session session = Session.of(trained.pack());
        float[] before = stepped(session, O, x);
        trained.parameters().values()[0] += 1;
        session.reset();
        assertThat(stepped(session, O, x)).isEqualTo(before);
    }

    @Test
    void stepAllocatesNothing() {
        Session session = Session.of(network);
        float[] x = {1, -1, 0.5f};
        float[] y = new float[O];
        Allocation.assertNone(() -> session.step(x, y));
        Session ids = Session.of(packed(new OneHot(6), Recurrent.gru(6, 4)));
        float[] h = new float[4];
        Allocation.assertNone(() -> ids.step(3, h));
    }

    @Test
    void bidirectionalNetworkIsRefused() {
        PackedNetwork both = packed(Recurrent.gru(D, 4).withBidirectional(true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Session.of(both))
                .withMessageContaining(
                        "the network is bidirectional or backward: its output depends on steps yet to come");
    }

    @Test
    void whatCannotBeSteppedIsRefusedByTapesAndBatchesAlike() {
        Map<String, PackedNetwork> networks = Map.of(
                "bidirectional or backward: its output depends on steps yet to come",
                packed(Recurrent.gru(D, 4).withDirection(Direction.BACKWARD)),
                "a mean or maximum over all steps",
                packed(Recurrent.gru(D, 4), new Parameterless.Mean(4)));
        networks.forEach((why, refused) -> {
            Map<String, ThrowingCallable> calls = Map.of(
                    "A Session takes one step at a time",
                    () -> Session.of(refused),
                    "A Stepper takes one step at a time",
                    () -> Stepper.of(refused),
                    "A SessionBatch takes one step at a time",
                    () -> SessionBatch.of(refused, 2, Team.single()),
                    "Tape.step takes one step at a time",
                    () -> refused.tape(Team.single()).step(new float[D], refused.freshState(1), new float[4]));
            calls.forEach((who, call) -> assertThatIllegalArgumentException()
                    .isThrownBy(call)
                    .withMessageStartingWith(who)
                    .withMessageContaining(why));
        });
        PackedNetwork ids = packed(new OneHot(6), Recurrent.gru(6, 4).withBidirectional(true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.tape(Team.single()).step(1, ids.freshState(1), new float[8]))
                .withMessageContaining("Tape.step takes one step at a time");
    }

    @Test
    void mistakesAreRefusedAndLeaveTheStreamWhereItWas() {
        Session session = Session.of(network);
        float[] y = new float[O];
        session.step(new float[] {1, 2, 3}, y);
        float[] before = session.state().values().clone();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.step(new float[] {1, 2}, y))
                .withMessage("The event has 2 numbers but the network reads 3 numbers a step."
                        + " Was this model trained with other features?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.step(new float[] {1, 2, 3}, new float[3]))
                .withMessage("Room for 3 numbers was given but the network's output has 2 a step.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.step(1, y))
                .withMessageContaining(
                        "The event is the id 1 but the network reads vectors of 3 numbers a step: pass a float[]");
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.step(new float[] {1, bad, 3}, y))
                    .withMessageContaining("The event's number 1 of 3 is " + bad);
        }
        assertThat(session.state().values()).isEqualTo(before);

        Session ids = Session.of(packed(new OneHot(6), Recurrent.gru(6, 4)));
        float[] h = new float[4];
        ids.step(2, h);
        float[] idsBefore = ids.state().values().clone();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.step(6, h))
                .withMessageContaining("has id 6 but the network knows ids 0 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.step(2, new float[1]))
                .withMessageContaining("Room for 1 numbers was given but the network's output has 4 a step");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ids.step(new float[] {1}, h))
                .withMessageContaining("The event has 1 numbers but the network reads ids");
        assertThat(ids.state().values()).isEqualTo(idsBefore);
    }
}
