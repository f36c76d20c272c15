package dev.carousel.online;

import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that predicts at the newest event and learns at the oldest one whose target may still come.
 *
 * <p>Where targets may be late, these are two streams of the same events: the one ahead predicts, the one behind takes each event
 * again when its target is known, or when it is too late for it, and carries the gradient. Else they are one.
 */
final class LaggingPass {

    private final LearningPass pass;
    private final PendingEvents pending;
    private final boolean lags;
    private final boolean readsIds;
    private final Sequence vector;
    private final Tokens token = Tokens.of(new int[1], 1, 1);

    /** The state before the oldest pending event. */
    private State behind;

    /** The state after the event that the pass has just taken, or room for one. */
    private State after;

    /** The state after the newest event, where targets may be late. */
    private State ahead;

    private final State spare;
    private final State other;

    /** Whether the pass holds the step of the oldest pending event, and {@link #after} is the state after it. */
    private boolean held;

    private Sequence output = Sequence.zeros(0, 0, 0);

    /**
     * A stream that begins.
     *
     * @param weights as {@link TransposedWeights} has them
     * @param lags whether targets may be late
     */
    LaggingPass(Network network, Parameters weights, PendingEvents pending, boolean lags) {
        NetworkSpec spec = network.spec();
        this.pass = new LearningPass(spec, weights, network.kernels());
        this.pending = pending;
        this.lags = lags;
        this.readsIds = spec.readsIds();
        this.vector = Sequence.zeros(1, 1, readsIds ? 0 : spec.inputSize());
        this.behind = network.freshState(1);
        this.after = network.freshState(1);
        this.ahead = network.freshState(1);
        this.spare = network.freshState(1);
        this.other = network.freshState(1);
    }

    /** Before an event is added: if there is no room, the oldest goes without a target. */
    void makeRoom() {
        if (pending.isFull()) {
            settleOldest();
        }
    }

    /** The output of the newest event, which has just been added; valid until the next step. */
    Sequence predict() {
        if (!lags) {
            // The step that learns is the one that predicts.
            return oldest();
        }
        held = false;
        SequenceBatch x = readsIds ? id(pending.newestId()) : vector(pending.newestVector());
        Sequence y = pass.forward(x, ahead, after, false);
        State last = ahead;
        ahead = after;
        after = last;
        return y;
    }

    /** The output of the oldest event by the weights of now; valid until the next step. */
    Sequence oldest() {
        if (!held) {
            SequenceBatch x = readsIds ? id(pending.oldestId()) : vector(pending.oldestVector());
            output = pass.forward(x, behind, after, true);
            held = true;
        }
        return output;
    }

    private Sequence vector(float[] x) {
        System.arraycopy(x, 0, vector.data(), 0, x.length);
        return vector;
    }

    private Tokens id(int id) {
        token.set(0, 0, id);
        return token;
    }

    /**
     * Writes the gradient for the target of the oldest event, which is then done with. {@link #oldest} comes before it.
     *
     * @param dY the gradient of the loss in its output
     */
    void learnOldest(Sequence dY, Parameters gradient) {
        pass.learn(dY, gradient);
        settled();
    }

    /** The oldest event goes without a target. */
    void settleOldest() {
        oldest();
        pass.carry();
        settled();
    }

    /** The state after the newest event, or of a stream that begins. */
    State last() {
        if (lags || pending.isEmpty()) {
            return lags ? ahead : behind;
        }
        oldest();
        return after;
    }

    /** A step of another state, which is overwritten; valid until the next step. */
    Sequence step(State state, float[] x) {
        held = false;
        spare.copyFrom(state); // refuses a state of another network
        Sequence y = pass.forward(vector(x), spare, other, false);
        state.copyFrom(other);
        return y;
    }

    /** What comes next goes on from the state after the oldest event. */
    private void settled() {
        State last = behind;
        behind = after;
        after = last;
        held = false;
        pending.removeOldest();
    }

    /** The weights have changed. */
    void changed() {
        pass.changed();
    }

    /** A stream begins. */
    void clear() {
        behind.clear();
        ahead.clear();
        pass.clear();
        pending.clear();
        held = false;
    }

    /** What {@link #carried} gave has been overwritten, and so have the weights and the pending events. */
    void restored() {
        pass.changed();
        held = false;
    }

    /** The states, and what is carried with them: the arrays as they are now. */
    List<float[]> carried() {
        List<float[]> all = new ArrayList<>(List.of(behind.values(), ahead.values()));
        all.addAll(pass.carried());
        return all;
    }
}
