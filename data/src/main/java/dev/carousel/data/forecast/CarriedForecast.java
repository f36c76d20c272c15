package dev.carousel.data.forecast;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Sequence;

/**
 * Forecasts from a state that a {@link Session} carries from row to row.
 *
 * <pre>{@code
 * at once        a step for each row that came, with its values; for the horizon, steps of a copy of the state
 * step by step   a step for each row that comes, with the values of the row before, the step that forecasts it; for the
 *                horizon, steps of a copy of the state, each with what the one before forecast
 * }</pre>
 */
final class CarriedForecast {

    private final ForecastSpec spec;
    private final ForecastInputs inputs;
    private final RecentRows rows;
    private final Session session;
    private final boolean atOnce;

    /** The state after the last row, while the horizon is gone through. */
    private final State kept;

    private final Sequence x;
    private final float[] y;
    private final Sequence output;

    CarriedForecast(PackedNetwork network, ForecastInputs inputs, RecentRows rows) {
        this.spec = inputs.spec();
        this.inputs = inputs;
        this.rows = rows;
        this.session = Session.of(network);
        this.atOnce = spec.stepping() == Stepping.AT_ONCE;
        this.kept = network.freshState(1);
        this.x = Sequence.zeros(1, 1, spec.inputSize());
        this.y = new float[spec.outputSize()];
        this.output = Sequence.of(y, 1, 1, y.length);
    }

    State state() {
        return session.state();
    }

    void reset() {
        session.reset();
    }

    /** A row has begun: all is known of it but its values. */
    void begun() {
        boolean enough = rows.count() > spec.rowsBefore() - spec.context();
        if (!atOnce && enough) {
            inputs.fillNext(rows.size(), 0, ForecastPath.SEEN, x, 0);
            session.step(x.data(), y);
        }
    }

    /** A row has come. */
    void ended() {
        boolean enough = rows.count() > spec.rowsBefore() - spec.context();
        if (atOnce && enough) {
            inputs.fill(rows.size(), spec.context() - 1, 1, ForecastPath.SEEN, x, 0);
            session.step(x.data(), y);
        }
    }

    /** Forecasts a horizon; the stream stays where it is. */
    void forecast(double[] forecast) {
        kept.copyFrom(session.state());
        try {
            int origin = rows.size();
            int targets = spec.columns().targets();
            ForecastPath path = new ForecastPath(targets);
            if (!atOnce) {
                path.moveTo(origin, new double[spec.horizon() * targets], 0);
            }
            for (int h = 0; h < spec.horizon(); h++) {
                inputs.fill(origin, spec.context() - (atOnce ? 0 : 1) + h, 1, path, x, 0);
                session.step(x.data(), y);
                int at = h * spec.outputSize();
                inputs.forecastRow(output, 0, 0, origin, h, path, forecast, at);
                for (int k = 0; !atOnce && k < targets; k++) {
                    double value = forecast[at + k * spec.levels() + spec.middle()];
                    path.set(k, origin + h, inputs.target(k).normalise(value));
                }
            }
        } finally {
            session.state().copyFrom(kept);
        }
    }
}
