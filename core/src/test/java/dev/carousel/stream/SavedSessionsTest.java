package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that somebody else keeps as bytes. */
class SavedSessionsTest extends PoolSamples {

    private final SavedSessions<float[], float[]> sessions = SavedSessions.of(network, 8);

    private byte[] after(int count) {
        SavedSessions.Turn<float[], float[]> turn = sessions.turn("pump", Optional.empty());
        events(0, count).forEach(turn::add);
        sessions.step(List.of(turn));
        return turn.saved().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void answersAreThoseOfSessionsAloneHoweverManyStepTogether(NetworkSpec spec) {
        PackedNetwork of = new Samples(4).network(spec).pack();
        for (int maxBatch : new int[] {1, 3, 16}) {
            SplittableRandom random = new SplittableRandom(maxBatch);
            SavedSessions<float[], float[]> together = SavedSessions.of(of, maxBatch);
            Map<String, Session> alone = new HashMap<>();
            Map<String, byte[]> kept = new HashMap<>();
            for (int round = 0; round < 5; round++) {
                List<SavedSessions.Turn<float[], float[]>> turns = new ArrayList<>();
                List<List<float[]>> events = new ArrayList<>();
                for (int key = 0; key < 7; key++) {
                    SavedSessions.Turn<float[], float[]> turn =
                            together.turn("pump " + key, Optional.ofNullable(kept.get("pump " + key)));
                    List<float[]> own = new ArrayList<>();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        own.add(event(random, spec));
                        turn.add(own.get(own.size() - 1));
                    }
                    turns.add(turn);
                    events.add(own);
                }
                together.step(turns);
                for (int key = 0; key < 7; key++) {
                    SavedSessions.Turn<float[], float[]> turn = turns.get(key);
                    Session session = alone.computeIfAbsent(turn.key(), none -> Session.of(of));
                    for (int i = 0; i < turn.size(); i++) {
                        assertThat(turn.answer(i).orElseThrow())
                                .containsExactly(step(session, events.get(key).get(i), spec));
                    }
                    assertThat(turn.moved()).isEqualTo(turn.size() > 0);
                    turn.saved().ifPresent(saved -> {
                        kept.put(turn.key(), saved);
                        assertThat(SavedSessions.state(saved)).isEqualTo(session.save());
                    });
                }
            }
        }
    }

    @Test
    void aNumberThatIsNotAboveTheLastIsARepetition() {
        SavedSessions.Turn<float[], float[]> turn = sessions.turn("pump", Optional.empty());
        for (long number : new long[] {0, 1, 1, 0, 7, 6}) {
            turn.add(event((int) number), number);
        }
        sessions.step(List.of(turn.at(99)));
        Session alone = Session.of(network);
        for (int i = 0; i < 6; i++) {
            assertThat(turn.repeated(i)).as("event %s", i).isEqualTo(i == 2 || i == 3 || i == 5);
            if (!turn.repeated(i)) {
                assertThat(turn.answer(i).orElseThrow())
                        .containsExactly(step(alone, event(new int[] {0, 1, 1, 0, 7, 6}[i]), network.spec()));
            }
        }
        byte[] saved = turn.saved().orElseThrow();
        assertThat(SavedSessions.applied(saved)).hasValue(7);
        assertThat(SavedSessions.usedAt(saved)).isEqualTo(99);
        SavedSessions.Turn<float[], float[]> later =
                sessions.turn("pump", Optional.of(saved)).add(event(7), 7);
        sessions.step(List.of(later));
        assertThat(later.repeated(0)).isTrue();
        assertThat(later.moved()).isFalse();
        assertThat(later.saved()).containsSame(saved);
        assertThat(SavedSessions.applied(after(1))).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sessions.turn("pump", Optional.empty()).add(event(0), -2))
                .withMessage("The number of an event of the session 'pump' is -2 but must be 0 or more.");
    }

    @Test
    void aLateEventDoesNotSetTheLastUseBackAndOneThatIsNotTakenDoesNotCount() {
        SavedSessions.Turn<float[], float[]> turn = sessions.turn("pump", Optional.empty());
        turn.add(event(0), 1).at(-50);
        sessions.step(List.of(turn));
        assertThat(SavedSessions.usedAt(turn.saved().orElseThrow())).isEqualTo(-50);
        turn = sessions.turn("pump", turn.saved());
        turn.add(event(0), 2).at(100);
        turn.add(event(1), 3).at(40);
        turn.add(event(1), 3).at(500);
        turn.add(new float[1], 4).at(600);
        sessions.step(List.of(turn));
        assertThat(SavedSessions.usedAt(turn.saved().orElseThrow())).isEqualTo(100);
        turn = sessions.turn("pump", turn.saved());
        turn.add(event(2), 5).at(60);
        sessions.step(List.of(turn));
        assertThat(SavedSessions.usedAt(turn.saved().orElseThrow())).isEqualTo(100);
        assertThatIllegalStateException()
                .isThrownBy(() -> sessions.turn("pump", Optional.empty()).at(1))
                .withMessageContaining("has no event that this would be the time of");
    }

    @Test
    void anEventThatDoesNotFitLeavesItsSessionWhereItWasAndOthersAlone() {
        SavedSessions.Turn<float[], float[]> bad = sessions.turn("bad", Optional.empty())
                .add(event(0))
                .add(new float[] {1, Float.NaN, 2})
                .add(new float[1])
                .add(event(1));
        SavedSessions.Turn<float[], float[]> good =
                sessions.turn("good", Optional.empty()).add(event(0)).add(event(1));
        sessions.step(List.of(bad, good));
        assertThat(bad.refusal(1).orElseThrow()).hasMessageContaining("number 1 of 3 is NaN");
        assertThat(bad.refusal(2).orElseThrow()).hasMessageContaining("has 1 numbers but the network reads 3");
        assertThat(bad.repeated(1)).isFalse();
        assertThat(bad.saved().orElseThrow()).isEqualTo(good.saved().orElseThrow());
        assertSame(
                List.of(bad.answer(0).orElseThrow(), bad.answer(3).orElseThrow()),
                List.of(good.answer(0).orElseThrow(), good.answer(1).orElseThrow()));
        SavedSessions.Turn<float[], float[]> first =
                sessions.turn("first", Optional.empty()).add(new float[1]);
        sessions.step(List.of(first));
        assertThat(first.saved()).isEmpty();
    }

    @Test
    void aSessionGoesOnWithOtherWeightsOfTheSameNetwork() {
        PackedNetwork next = new Samples(5)
                .network(Recurrent.lstm(D, 5).withLayers(2), Dense.head(5, O))
                .pack();
        assertThat(next.fingerprint()).isNotEqualTo(network.fingerprint());
        SavedSessions<float[], float[]> replaced = SavedSessions.of(next, 8);
        assertThat(replaced.layout()).isEqualTo(sessions.layout());
        SavedSessions.Turn<float[], float[]> turn =
                replaced.turn("pump", Optional.of(after(3))).add(event(3));
        replaced.step(List.of(turn));
        Session alone = Session.of(network);
        for (int i = 0; i < 3; i++) {
            step(alone, event(i), network.spec());
        }
        Session goesOn = Session.of(next);
        System.arraycopy(
                alone.state().values(),
                0,
                goesOn.state().values(),
                0,
                alone.state().values().length);
        assertThat(turn.answer(0).orElseThrow()).containsExactly(step(goesOn, event(3), next.spec()));
        assertThat(SavedSessions.state(turn.saved().orElseThrow())).isEqualTo(goesOn.save());
    }

    @Test
    void aSessionOfAnotherNetworkIsRefusedAndNothingHasHappened() {
        // As many numbers as the other, with another meaning.
        PackedNetwork other = new Samples(4)
                .network(Recurrent.gru(D, 10).withLayers(2), Dense.head(10, O))
                .pack();
        SavedSessions<float[], float[]> others = SavedSessions.of(other, 8);
        SavedSessions.Turn<float[], float[]> fine =
                others.turn("fine", Optional.empty()).add(event(0));
        SavedSessions.Turn<float[], float[]> wrong =
                others.turn("pump", Optional.of(after(2))).add(event(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> others.step(List.of(fine, wrong)))
                .withMessageContaining("The session 'pump' was saved under a model of the layout")
                .withMessageContaining("Begin its sessions anew.");
        assertThatIllegalStateException().isThrownBy(fine::saved).withMessageContaining("has not taken its turn yet");
        others.step(List.of(fine));
        assertThat(fine.answer(0)).isPresent();
        assertThatIllegalStateException()
                .isThrownBy(() -> others.step(List.of(fine)))
                .withMessageContaining("the next needs another");
    }

    @Test
    void bytesThatAreDamagedAreRefused() {
        byte[] saved = after(2);
        for (int i = 0; i < saved.length; i++) {
            byte[] damaged = saved.clone();
            damaged[i] ^= 1;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sessions.step(
                            List.of(sessions.turn("pump", Optional.of(damaged)).add(event(0)))));
        }
        for (int length = 0; length < saved.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(saved, length);
            assertThatIllegalArgumentException().isThrownBy(() -> SavedSessions.state(cut));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedSessions.of(network, 0))
                .withMessageContaining("1 session at least");
    }

    @Test
    void aPoolGoesOnWithTheState() {
        try (SessionPool pool = SessionPool.of(network)) {
            pool.restore("pump", SavedSessions.state(after(3)));
            assertThat(pool.step("pump", event(3)))
                    .containsExactly(answersAlone(4).get(3));
        }
    }
}
