package dev.carousel.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Streams as bytes, and states of other networks. */
class SavedSessionTest {

    private static final NetworkSpec SPEC =
            NetworkSpec.of(LayerSpec.Recurrent.lstm(2, 6).withLayers(2), LayerSpec.Dense.head(6, 3));

    private final PackedNetwork network = packed(SPEC, 1);

    private static PackedNetwork packed(NetworkSpec spec, long seed) {
        return Network.initialised(spec, new SplittableRandom(seed)).pack();
    }

    private static float[] step(Session session, float a, float b) {
        float[] y = new float[3];
        session.step(new float[] {a, b}, y);
        return y;
    }

    @Test
    void aStreamGoesOnWithTheSameBitsWhoeverCarriesIt() {
        Session session = Session.of(network);
        step(session, 1, 2);
        byte[] saved = session.save();
        float[] next = step(session, -1, 0.5f);

        Session restarted = Session.of(packed(SPEC, 1));
        restarted.restore(saved);
        assertThat(step(restarted, -1, 0.5f)).isEqualTo(next);

        Stepper stepper = Stepper.of(network);
        State state = stepper.restore(saved);
        assertThat(stepper.save(state)).isEqualTo(saved);
        float[] y = new float[3];
        stepper.step(state, new float[] {-1, 0.5f}, y);
        assertThat(y).isEqualTo(next);

        SessionBatch batch = SessionBatch.of(network, 3, Team.single());
        batch.add();
        int id = batch.add();
        batch.restore(id, saved);
        assertThat(batch.save(id)).isEqualTo(saved);
        batch.put(id, new float[] {-1, 0.5f});
        batch.step();
        batch.output(id, y);
        assertThat(y).isEqualTo(next);
    }

    @Test
    void bytesThatAreDamagedOrOfAnotherNetworkAreRefusedAndChangeNothing() {
        Session session = Session.of(network);
        step(session, 1, 2);
        byte[] saved = session.save();
        Session other = Session.of(packed(SPEC, 2));
        byte[] before = other.save();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.restore(saved))
                .withMessageContaining("of the network " + network.fingerprint());
        for (int i = 0; i < saved.length; i++) {
            byte[] damaged = saved.clone();
            damaged[i] ^= 1;
            assertThatIllegalArgumentException().isThrownBy(() -> session.restore(damaged));
        }
        for (int length = 0; length < saved.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(saved, length);
            assertThatIllegalArgumentException().isThrownBy(() -> session.restore(cut));
        }
        assertThat(session.save()).isEqualTo(saved);
        assertThat(other.save()).isEqualTo(before);
    }

    @Test
    void aStateOfAnotherNetworkIsRefused() {
        Tape tape = network.tape(Team.single());
        Sequence x = Sequence.zeros(4, 2, 2);
        NetworkSpec smaller = NetworkSpec.of(LayerSpec.Recurrent.lstm(2, 5).withLayers(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(x, State.fresh(smaller, 2)))
                .withMessageContaining("The state has the parts h of 5 and c of 5, h of 5 and c of 5 but those of the"
                        + " network have the parts h of 6 and c of 6, h of 6 and c of 6. Is it of another model?");
        NetworkSpec otherCell = NetworkSpec.of(LayerSpec.Recurrent.gru(2, 6).withLayers(2));
        assertThatIllegalArgumentException().isThrownBy(() -> tape.forward(x, State.fresh(otherCell, 2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stepper.of(network).step(State.fresh(smaller, 1), new float[2], new float[3]));
        // Of an equal description made twice it is one of this network.
        NetworkSpec same = NetworkSpec.of(LayerSpec.Recurrent.lstm(2, 6).withLayers(2), LayerSpec.Dense.head(6, 3));
        assertThat(tape.forward(x, State.fresh(same, 2)).steps()).isEqualTo(4);
    }

    @Test
    void aStateOfAnotherNetworkIsNotSaved() {
        // As many numbers, but of other parts.
        PackedNetwork lstm = packed(NetworkSpec.of(LayerSpec.Recurrent.lstm(2, 32)), 1);
        PackedNetwork gru = packed(NetworkSpec.of(LayerSpec.Recurrent.gru(2, 64)), 1);
        State state = gru.freshState(1);
        assertThat(state.values()).hasSameSizeAs(lstm.freshState(1).values());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stepper.of(lstm).save(state))
                .withMessageContaining(
                        "they must be of the same network and batch size. The other has the parts h of 64,"
                                + " this one the parts h of 32 and c of 32.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stepper.of(lstm).save(lstm.freshState(2)))
                .withMessageContaining("The other state is of a batch of 2 and 128 numbers, this one of 1 and 64");
        assertThat(Stepper.of(gru).restore(Stepper.of(gru).save(state)).values())
                .isEqualTo(state.values());
    }

    @Test
    void outputsThatWereCollectedSayThatTheyHaveBeenOverwritten() {
        Tape tape = network.tape(Team.single());
        State state = network.freshState(1);
        List<Sequence> outputs = new ArrayList<>();
        List<Sequence> copies = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Sequence y = tape.forward(Sequence.of(new float[] {t, 1}, 1, 1, 2), state);
            outputs.add(y);
            copies.add(y.copy());
        }
        assertThat(copies.get(0).data()).isNotEqualTo(copies.get(1).data()).hasSize(3);
        assertThat(outputs.get(2).get(0, 0, 0)).isEqualTo(copies.get(2).get(0, 0, 0));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> outputs.get(0).get(0, 0, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("take a copy() before");
    }
}
