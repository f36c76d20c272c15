package dev.carousel.train;

import dev.carousel.network.State;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;

/** The state that each batch begins from: that of the batch before where it is carried, else zero. */
final class CarriedState {

    private final NetworkSpec spec;
    private final List<State> states = new ArrayList<>();
    private int batchSizeBefore = NONE;

    private static final int NONE = -1;
    private static final float[] EMPTY = {};

    CarriedState(NetworkSpec spec) {
        this.spec = spec;
    }

    /** An epoch begins: there is no batch before. */
    void restart() {
        batchSizeBefore = NONE;
    }

    /** The state to begin from, which the forward pass turns into the one to carry. */
    State before(Batch batch) {
        int N = batch.input().batchSize();
        if (batch.carried() && N != batchSizeBefore) {
            throw new IllegalArgumentException(
                    "A batch of " + N + " sequences says that it continues the batch before it, "
                            + (batchSizeBefore == NONE
                                    ? "but it is the first of its epoch."
                                    : "but that had " + batchSizeBefore + "."));
        }
        batchSizeBefore = N;
        State state = ofSize(N);
        if (!batch.carried()) {
            state.clear();
        }
        return state;
    }

    private State ofSize(int batchSize) {
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).batchSize() == batchSize) {
                return states.get(i);
            }
        }
        State state = State.fresh(spec, batchSize);
        states.add(state);
        return state;
    }

    /** How many sequences the batch before had; 0 if there was none. */
    int batchSize() {
        return Math.max(0, batchSizeBefore);
    }

    /** The state that a batch would carry on from now, not a copy; empty if there was no batch before. */
    float[] values() {
        return batchSizeBefore == NONE ? EMPTY : ofSize(batchSizeBefore).values();
    }

    /**
     * Goes on after a batch of this many sequences that ended with this state.
     *
     * @throws IllegalArgumentException if it is not a state of this network
     */
    void restore(int batchSize, float[] values) {
        State state = ofSize(batchSize);
        if (state.values().length != values.length) {
            throw new IllegalArgumentException("The recurrent state that was saved has " + values.length
                    + " numbers but one of " + batchSize + " sequences has " + state.values().length
                    + ". Was it saved with another network?");
        }
        System.arraycopy(values, 0, state.values(), 0, values.length);
        batchSizeBefore = batchSize;
    }
}
