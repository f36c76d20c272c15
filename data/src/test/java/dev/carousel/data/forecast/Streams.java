package dev.carousel.data.forecast;

import dev.carousel.data.series.Observation;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import java.util.List;

/** Streams of hourly forecasts for tests. */
final class Streams {

    static final int ROWS = 120;
    static final int HORIZON = 6;

    private Streams() {}

    /** What the streams are fed with: {@link #ROWS} hours. */
    static TimeSeries hours() {
        return Formulations.hours("", ROWS, 1);
    }

    /** A forecast of such hours in three quantiles, with a price and a category that are known a day ahead. */
    static ForecastSpec spec(TimeSeries series, Relative relative, Stepping stepping, int season) {
        return ForecastFit.of(series, new Split(100, 110, ROWS))
                .withSeason(season)
                .withRelative(relative)
                .withStepping(stepping)
                .withQuantiles(List.of(0.1, 0.5, 0.9))
                .fit(12, HORIZON);
    }

    /** Over a window, or with a carried state. */
    static StreamForecaster of(Forecaster forecaster, ForecastSpec spec, boolean carrying) {
        return carrying ? StreamForecaster.carrying(forecaster, spec, "") : StreamForecaster.of(forecaster, spec, "");
    }

    /** What is known ahead is told a horizon before its row comes. */
    static void feed(StreamForecaster stream, TimeSeries series, int row) {
        stream.add(Observation.of(series, row));
        while (stream.rowsAhead() < HORIZON) {
            int next = (int) stream.rows() + stream.rowsAhead();
            Observation known = Observation.of(series, next);
            stream.addAhead(
                    new Observation(known.date(), new double[0], new double[0], known.known(), known.categories()));
        }
    }
}
