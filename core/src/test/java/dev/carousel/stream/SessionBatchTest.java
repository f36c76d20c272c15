package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that step together are as they would be alone, whoever comes and goes next to them. */
class SessionBatchTest {

    private static final int D = 3;
    private static final int O = 2;
    private static final int CAPACITY = 11;

    private final Samples samples = new Samples(15);
    private final PackedNetwork network = packed(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O));
    private final float[] y = new float[O];

    private PackedNetwork packed(LayerSpec... layers) {
        return samples.network(layers).pack();
    }

    static List<NetworkSpec> stepwise() {
        return Samples.stepwise(D, 5);
    }

    @ParameterizedTest
    @MethodSource("stepwise")
    void togetherEqualsAloneBitForBit(NetworkSpec spec) {
        PackedNetwork one = samples.network(spec).pack();
        comeAndGo(one, Team.single(), 60);
    }

    @Test
    void togetherEqualsAloneOnManyThreadsAndFullVectors() {
        try (Team team = Team.of(3)) {
            comeAndGo(packed(Recurrent.gru(40, 96), Dense.head(96, O)), team, 25);
            comeAndGo(packed(Recurrent.lstm(40, 96).withLayers(2), Dense.head(96, O)), team, 25);
            comeAndGo(packed(new OneHot(30), Recurrent.rnn(30, 128), Dense.head(128, O)), team, 25);
        }
    }

    /** Sessions are added, removed, reset, saved and restored at random, and some of them step; each next to one alone. */
    private static void comeAndGo(PackedNetwork network, Team team, int steps) {
        NetworkSpec spec = network.spec();
        Random random = new Random(7);
        SessionBatch batch = SessionBatch.of(network, CAPACITY, team);
        Map<Integer, Session> alone = new HashMap<>();
        float[] expected = new float[spec.outputSize()];
        float[] found = new float[spec.outputSize()];
        for (int step = 0; step < steps; step++) {
            if (batch.size() < CAPACITY && random.nextInt(3) > 0) {
                alone.put(batch.add(), Session.of(network));
            }
            Map<Integer, float[]> outputs = new HashMap<>();
            for (int id : List.copyOf(alone.keySet())) {
                Session session = alone.get(id);
                switch (random.nextInt(12)) {
                    case 0 -> {
                        batch.remove(id);
                        alone.remove(id);
                        continue;
                    }
                    case 1 -> {
                        batch.reset(id);
                        session.reset();
                    }
                    case 2 -> {
                        State state = network.freshState(1);
                        batch.save(id, state);
                        assertThat(state.values())
                                .containsExactly(session.state().values());
                        for (int i = 0; i < state.values().length; i++) {
                            state.values()[i] = (float) random.nextGaussian();
                        }
                        batch.restore(id, state);
                        session.state().copyFrom(state);
                    }
                    default -> {}
                }
                if (random.nextInt(4) > 0) {
                    stepAlone(batch, id, session, random, expected);
                    outputs.put(id, expected.clone());
                }
            }
            if (batch.waiting() > 1 && random.nextInt(5) == 0) {
                // One that was to step is removed before it could.
                int id = outputs.keySet().iterator().next();
                batch.remove(id);
                alone.remove(id);
                outputs.remove(id);
            }
            assertThat(batch.waiting()).isEqualTo(outputs.size());
            assertThat(batch.step()).isEqualTo(outputs.size());
            outputs.forEach((id, output) -> {
                batch.output(id, found);
                assertThat(found).containsExactly(output);
            });
            assertThat(batch.size()).isEqualTo(alone.size());
        }
    }

    private static void stepAlone(SessionBatch batch, int id, Session session, Random random, float[] output) {
        if (batch.network().spec().readsIds()) {
            int event = random.nextInt(batch.network().spec().inputSize());
            batch.put(id, event);
            session.step(event, output);
        } else {
            float[] event = new float[batch.network().spec().inputSize()];
            for (int d = 0; d < event.length; d++) {
                event[d] = (float) random.nextGaussian();
            }
            ColumnEmbedding.drawIds(batch.network().spec(), event, random);
            batch.put(id, event);
            session.step(event, output);
        }
    }

    @Test
    void stateThatIsNotFiniteStaysWithItsSession() {
        SessionBatch batch = SessionBatch.ofAnyNumbers(network, 4, Team.single());
        int sick = batch.add();
        int well = batch.add();
        Session alone = Session.of(network);
        float[] expected = new float[O];
        for (int step = 0; step < 5; step++) {
            float[] event = {step, -1, 0.5f};
            batch.put(sick, new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0});
            batch.put(well, event);
            batch.step();
            alone.step(event, expected);
            batch.output(well, y);
            assertThat(y).containsExactly(expected);
            assertThat(batch.isFinite(well)).isTrue();
            assertThat(batch.isFinite(sick)).isFalse();
        }
        // What it left in the rows of a step reaches no session that uses them later.
        int late = batch.add();
        batch.reset(sick);
        batch.put(late, new float[] {1, 2, 3});
        batch.put(sick, new float[] {1, 2, 3});
        batch.put(well, new float[] {1, 2, 3});
        batch.step();
        Session fresh = Session.of(network);
        fresh.step(new float[] {1, 2, 3}, expected);
        for (int id : new int[] {late, sick}) {
            batch.output(id, y);
            assertThat(y).containsExactly(expected);
            assertThat(batch.isFinite(id)).isTrue();
        }
    }

    @Test
    void numberThatIsGivenOutAgainBeginsAnew() {
        SessionBatch batch = SessionBatch.of(network, 1, Team.single());
        int id = batch.add();
        batch.put(id, new float[] {1, 2, 3});
        batch.step();
        batch.remove(id);
        assertThat(batch.has(id)).isFalse();
        assertThat(batch.add()).isEqualTo(id);
        State state = network.freshState(1);
        batch.save(id, state);
        assertThat(state.values()).containsOnly(0f);
        assertThatIllegalStateException()
                .isThrownBy(() -> batch.output(id, y))
                .withMessageContaining("had no event in the last step");
    }

    @Test
    void stepsAllocateNothingWhateverTheNumberOfSessions() {
        SessionBatch batch = SessionBatch.of(network, 16, Team.single());
        int[] ids = new int[16];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = batch.add();
        }
        float[] event = {1, 2, 3};
        int[] round = {0};
        Allocation.assertNone(() -> {
            int count = 1 + round[0]++ % 16;
            for (int i = 0; i < count; i++) {
                batch.put(ids[i], event);
            }
            batch.step();
            batch.output(ids[count - 1], y);
        });
    }

    @Test
    void mistakesAreToldAndDisturbNobody() {
        SessionBatch batch = SessionBatch.of(network, 2, Team.single());
        int id = batch.add();
        batch.put(id, new float[D]);
        assertThatIllegalStateException()
                .isThrownBy(() -> batch.put(id, new float[D]))
                .withMessageContaining("has an event that waits already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.put(id, new float[D + 1]))
                .withMessageContaining("The event has 4 numbers but the network reads 3 numbers a step");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.put(id, new float[] {0, 0, Float.NaN}))
                .withMessageContaining("The event's number 2 of 3 is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.put(id, 1))
                .withMessageContaining("the network reads vectors of 3 numbers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.put(1, new float[D]))
                .withMessageContaining("There is no session 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.output(id, new float[O + 1]))
                .withMessageContaining("room for 3 numbers");
        assertThat(batch.step()).isEqualTo(1);
        assertThat(batch.step()).isZero();
        batch.add();
        assertThatIllegalStateException().isThrownBy(batch::add).withMessageContaining("room for 2 sessions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.restore(id, State.zeros(NetworkSpec.of(Recurrent.lstm(D, 5)), 1)))
                .withMessageContaining("must be of the same network");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SessionBatch.of(packed(Recurrent.lstm(D, 5).withBidirectional(true)), 2, Team.single()))
                .withMessageContaining("yet to come");
        assertThatIllegalArgumentException().isThrownBy(() -> SessionBatch.of(network, 0, Team.single()));
    }

    @Test
    void anEventWithWhatIsNoIdIsRefusedBeforeTheStepOfTheOthers() {
        ColumnEmbedding ids = new ColumnEmbedding("embedding", 2, List.of(new ColumnEmbedding.Column("shop", 1, 4, 3)));
        SessionBatch batch = SessionBatch.of(packed(ids, Recurrent.gru(4, O)), 2, Team.single());
        int well = batch.add();
        int ill = batch.add();
        batch.put(well, new float[] {0.5f, 3});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> batch.put(ill, new float[] {3, 0.5f}))
                .withMessageStartingWith("The event has 0.5 in column 1, which holds the ids of 'shop'");
        assertThat(batch.step()).isEqualTo(1);
    }
}
