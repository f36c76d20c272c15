package dev.carousel.data.forecast;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.stream.Session;

/** Steps of a network that stays as it is. */
final class FrozenSteps implements RowSteps {

    private final Session session;

    /** The state after the last row, while the horizon is gone through. */
    private final State kept;

    /** The state after the step that was kept. */
    private final State next;

    FrozenSteps(PackedNetwork network) {
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
