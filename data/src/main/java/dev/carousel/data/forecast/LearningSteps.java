package dev.carousel.data.forecast;

import dev.carousel.network.State;
import dev.carousel.online.OnlineLearner;

/** Steps of a network that learns from each row what it should have said of it. */
final class LearningSteps implements RowSteps {

    private static final float[] ELSEWHERE = {};

    private final OnlineLearner learner;

    /** The state in the horizon. */
    private final State ahead;

    /**
     * Of a learner whose targets come before the next event.
     *
     * @param learner saves its state itself
     */
    LearningSteps(OnlineLearner learner) {
        this.learner = learner;
        this.ahead = learner.network().freshState(1);
    }

    @Override
    public void step(float[] x, float[] y) {
        learner.predict(x, y);
    }

    @Override
    public void beginHorizon() {
        learner.copyState(ahead);
    }

    @Override
    public void ahead(float[] x, float[] y) {
        learner.step(ahead, x, y);
    }

    @Override
    public void endHorizon() {
        // The stream has not moved.
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void learn(float[] target) {
        learner.learn(target);
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
