package dev.carousel.data.forecast;

import dev.carousel.data.scaling.Normaliser;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * What a network reads of the rows of one series, and what its outputs are in the units of that series: the equations of
 * {@link ForecastSpec}, for {@link ForecastWindows} and {@link StreamForecaster} alike.
 */
final class ForecastInputs {

    /** A window that hardly changes counts as one that deviates by this share of its size. */
    private static final double LEAST_DEVIATION = 0.01;

    private final ForecastSpec spec;
    private final List<Normaliser.Column> columns;
    private final ForecastRows rows;
    private final int targets;
    private final boolean atOnce;

    /**
     * Of one series.
     *
     * @param spec how a forecast is put before the network
     * @param columns how the columns of this series are normalised
     * @param rows its rows
     */
    ForecastInputs(ForecastSpec spec, List<Normaliser.Column> columns, ForecastRows rows) {
        this.spec = spec;
        this.columns = columns;
        this.rows = rows;
        this.targets = spec.columns().targets();
        this.atOnce = spec.stepping() == Stepping.AT_ONCE;
    }

    ForecastSpec spec() {
        return spec;
    }

    /** How a target is normalised. */
    Normaliser.Column target(int target) {
        return columns.get(target);
    }

    /** Writes the inputs of one forecast, [steps, N, D]; step by step, the horizon as it was seen. */
    void fill(int origin, Sequence x, int n) {
        fill(origin, 0, spec.steps(), ForecastPath.SEEN, x, n);
    }

    /** Writes the inputs of the context of one forecast step by step, [context, N, D]: those that forecast its first row. */
    void fillContext(int origin, Sequence x, int n) {
        fill(origin, 0, spec.context(), ForecastPath.SEEN, x, n);
    }

    /** Writes the input that forecasts row h of a horizon, [1, N, D], from what was forecast of the rows before it. */
    void fillNext(int origin, int h, ForecastPath path, Sequence x, int n) {
        fill(origin, spec.context() - 1 + h, 1, path, x, n);
    }

    /**
     * Writes some of the inputs of a forecast.
     *
     * @param origin the first row that is forecast
     * @param firstStep which step of the forecast is the first
     * @param steps how many
     * @param path what was forecast of the rows from the origin on
     * @param x receives them from its first step on
     * @param n which of its sequences
     */
    void fill(int origin, int firstStep, int steps, ForecastPath path, Sequence x, int n) {
        int firstRow = origin - spec.context() + (atOnce ? 0 : 1) + firstStep;
        for (int k = 0; k < targets; k++) {
            double level = level(k, origin);
            double seasonLevel = seasonLevel(k, origin);
            double unit = unit(k, origin);
            for (int t = 0; t < steps; t++) {
                int row = firstRow + t;
                int at = x.offset(t, n) + k;
                x.data()[at] =
                        atOnce && row >= origin ? 0 : (float) (value(k, atOnce ? row : row - 1, level, path) / unit);
                if (spec.season() > 0) {
                    x.data()[at + targets] = (float) (value(k, row - spec.season(), seasonLevel, path) / unit);
                }
            }
        }
        for (int t = 0; t < steps; t++) {
            fillHelp(firstRow + t, firstRow + t < origin, x.data(), x.offset(t, n));
        }
    }

    private void fillHelp(int row, boolean seen, float[] x, int at) {
        int to = at + spec.knownOffset();
        if (atOnce) {
            x[to++] = seen ? 1 : 0;
        }
        for (int j = 0; j < spec.columns().features(); j++) {
            x[to++] = seen ? (float) rows.feature(j, row) : 0;
        }
        for (int j = 0; j < spec.columns().known(); j++) {
            x[to++] = (float) rows.known(j, row);
        }
        for (int c = 0; c < spec.columns().categories().size(); c++) {
            to = spec.columns().writeCategory(c, rows.category(c, row), x, to);
        }
        rows.calendar(row, x, to);
    }

    private double z(int target, int row, ForecastPath path) {
        return path.seen(row) ? rows.z(target, row) : path.z(target, row);
    }

    private double value(int target, int row, double level, ForecastPath path) {
        double from = spec.relative() == Relative.PREVIOUS ? z(target, row - 1, path) : level;
        return z(target, row, path) - from;
    }

    /** m before an origin. */
    private double level(int target, int origin) {
        return switch (spec.relative()) {
            case MEAN, WINDOW -> rows.mean(target, origin, spec.context());
            case LAST -> rows.z(target, origin - 1);
            case PREVIOUS, NONE -> 0;
        };
    }

    /** s before an origin; 1 where values are not relative to what the context deviates. */
    private double unit(int target, int origin) {
        if (spec.relative() != Relative.WINDOW) {
            return 1;
        }
        double zero = columns.get(target).normalise(0);
        double mean = rows.mean(target, origin, spec.context());
        double squares = 0;
        double size = 0;
        for (int row = origin - spec.context(); row < origin; row++) {
            double z = rows.z(target, row);
            squares += (z - mean) * (z - mean);
            size += Math.abs(z - zero);
        }
        double least = LEAST_DEVIATION * size / spec.context();
        double unit = Math.sqrt(squares / spec.context() + least * least);
        return unit > 0 ? unit : 1;
    }

    /** m of the season, or 0 where there is none. */
    private double seasonLevel(int target, int origin) {
        return spec.season() == 0 ? 0 : level(target, origin - spec.season());
    }

    /** What the output is added to, in z: the season's course, moved to the level of the context. */
    private double base(int target, int row, double level, double seasonLevel, ForecastPath path) {
        double from = spec.relative() == Relative.PREVIOUS ? z(target, row - 1, path) : level;
        if (spec.season() == 0) {
            return from;
        }
        int earlier = row - spec.season();
        double seasonFrom = spec.relative() == Relative.PREVIOUS ? z(target, earlier - 1, path) : seasonLevel;
        return from + z(target, earlier, path) - seasonFrom;
    }

    /** What a network whose output is 0 forecasts of a target, in the units of the series, from rows that were seen. */
    double seasonForecast(int target, int origin, int row) {
        double base = base(target, row, level(target, origin), seasonLevel(target, origin), ForecastPath.SEEN);
        return columns.get(target).restore(base);
    }

    /** z of a target in the row at the origin, forecast from rows that were seen by an output of the network. */
    double next(int target, int origin, double output) {
        double base = base(target, origin, level(target, origin), seasonLevel(target, origin), ForecastPath.SEEN);
        return output * unit(target, origin) + base;
    }

    /** Writes what the outputs of one forecast should be, [horizon, N, targets]. */
    void fillTarget(int origin, Sequence y, int n) {
        for (int k = 0; k < targets; k++) {
            double level = level(k, origin);
            double seasonLevel = seasonLevel(k, origin);
            double unit = unit(k, origin);
            for (int t = 0; t < spec.horizon(); t++) {
                int row = origin + t;
                double base = base(k, row, level, seasonLevel, ForecastPath.SEEN);
                y.set(t, n, k, (float) ((rows.z(k, row) - base) / unit));
            }
        }
    }

    /** Turns the last horizon steps of one sequence's outputs into a forecast. */
    void forecast(Sequence output, int n, int origin, double[] forecasts, int at) {
        int skip = output.steps() - spec.horizon();
        for (int h = 0; h < spec.horizon(); h++) {
            int to = at + h * spec.outputSize();
            forecastRow(output, skip + h, n, origin, h, ForecastPath.SEEN, forecasts, to);
        }
    }

    /** Turns one step's output into the forecast of row h of a horizon. */
    void forecastRow(Sequence output, int t, int n, int origin, int h, ForecastPath path, double[] forecasts, int at) {
        int levels = spec.levels();
        for (int k = 0; k < targets; k++) {
            double base = base(k, origin + h, level(k, origin), seasonLevel(k, origin), path);
            double unit = unit(k, origin);
            int to = at + k * levels;
            for (int q = 0; q < levels; q++) {
                forecasts[to + q] = columns.get(k).restore(output.get(t, n, k * levels + q) * unit + base);
            }
            // Quantiles are learned apart and may cross; in order, none of them is worse (Chernozhukov and others
            // 2010).
            Arrays.sort(forecasts, to, to + levels);
        }
    }
}
