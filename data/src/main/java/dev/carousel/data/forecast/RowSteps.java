package dev.carousel.data.forecast;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.stream.Session;

/** What takes the network's steps of a stream of rows, and those of a horizon that the stream does not take. */
interface RowSteps {

    /**
     * The step of the next row.
     *
     * @param x the network's inputSize numbers
     * @param y receives its outputSize numbers
     */
    void step(float[] x, float[] y);

    /** A horizon begins after the last row. */
    void beginHorizon();

    /** A step of it. */
    void ahead(float[] x, float[] y);

    /** The stream is where it was before the horizon. */
    void endHorizon();

    /** The last step of the horizon may be the one that the stream takes next. */
    default void keepAhead() {}

    /** Takes the step that was kept; false if it has to be taken anew. */
    default boolean takeKept() {
        return false;
    }

    /** Whether {@link #learn} is wanted. */
    default boolean learns() {
        return false;
    }

    /**
     * What the output of the last step of the stream should have been.
     *
     * @param target one number a target
     */
    default void learn(float[] target) {}

    /** The numbers of the state, not a copy; empty where they are saved otherwise. */
    float[] numbers();

    /** The next row begins a new stream. */
    void reset();

    /** Steps of a network that stays as it is. */
    final class Frozen implements RowSteps {

        private final Session session;

        /** The state after the last row, while the horizon is gone through. */
        private final State kept;

        /** The state after the step that was kept. */
        private final State next;

        Frozen(PackedNetwork network) {
            this.session = Session.of(network);
            this.kept = network.freshState(1);
            this.next = network.freshState(1);
        }

        @Override
        public void step(float[] x, float[] y) {
            session.step(x, y);
        }

        @Override
        public void beginHorizon() {
            kept.copyFrom(session.state());
        }

        @Override
        public void ahead(float[] x, float[] y) {
            session.step(x, y);
        }

        @Override
        public void endHorizon() {
            session.state().copyFrom(kept);
        }

        @Override
        public void keepAhead() {
            next.copyFrom(session.state());
        }

        @Override
        public boolean takeKept() {
            session.state().copyFrom(next);
            return true;
        }

        @Override
        public float[] numbers() {
            return session.state().values();
        }

        @Override
        public void reset() {
            session.reset();
        }
    }
}
