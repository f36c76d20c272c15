package dev.carousel.data.classification;

import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;
import dev.carousel.stream.Session;

/** What takes the network's steps of a stream of events. */
interface ClassSteps {

    /**
     * The step of the next event.
     *
     * @param x the network's inputSize numbers
     * @param y receives its outputSize numbers
     */
    void step(float[] x, float[] y);

    /** The step of the next event, an id. */
    void step(int id, float[] y);

    /** The numbers of the state, not a copy; empty where they are saved otherwise. */
    float[] numbers();

    /** The next event begins a new sequence. */
    void reset();

    /** Steps of a network that stays as it is. */
    record Frozen(Session session) implements ClassSteps {

        static Frozen of(PackedNetwork network) {
            return new Frozen(Session.of(network));
        }

        @Override
        public void step(float[] x, float[] y) {
            session.step(x, y);
        }

        @Override
        public void step(int id, float[] y) {
            session.step(id, y);
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

    /** Steps of a network that somebody else tells the classes. */
    record Learning(OnlineLearner learner) implements ClassSteps {

        private static final float[] ELSEWHERE = {};

        @Override
        public void step(float[] x, float[] y) {
            learner.predict(x, y);
        }

        @Override
        public void step(int id, float[] y) {
            learner.predict(id, y);
        }

        @Override
        public float[] numbers() {
            return ELSEWHERE;
        }

        @Override
        public void reset() {
            learner.reset();
        }
    }
}
