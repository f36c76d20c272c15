package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.loss.Distribution;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a network reads of the rows of one series, and what its outputs are in the units of that series: the equations of
 * {@link ForecastSpec}, for {@link ForecastWindows} and {@link StreamForecaster} alike.
 */
final class ForecastInputs {

    /** A window that hardly changes counts as one that deviates by this share of its size. */
    private static final double LEAST_DEVIATION = 0.01;

    /** So many deviations, times any weight there is, are still a float. */
    private static final double FARTHEST = 1e30;

    /** Where what targets are relative to is computed when it is needed. */
    private static final List<Level> UNKNOWN = List.of();

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
        fillNext(origin, h, UNKNOWN, path, x, n);
    }

    /** The same where the levels before the origin are known, as they are the same for all of its paths. */
    void fillNext(int origin, int h, List<Level> levels, ForecastPath path, Sequence x, int n) {
        fill(origin, spec.context() - 1 + h, 1, levels, path, x, n);
    }

    /**
     * What a target is relative to at an origin.
     *
     * @param level m
     * @param season m of the season
     * @param unit s
     * @param scale v, of counts
     */
    record Level(double level, double season, double unit, double scale) {}

    /** Those of all targets. */
    List<Level> levels(int origin) {
        List<Level> all = new ArrayList<>();
        for (int k = 0; k < targets; k++) {
            double scale = counts() ? scale(k, origin) : 1;
            all.add(new Level(level(k, origin), seasonLevel(k, origin), unit(k, origin), scale));
        }
        return all;
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
        fill(origin, firstStep, steps, UNKNOWN, path, x, n);
    }

    private void fill(int origin, int firstStep, int steps, List<Level> levels, ForecastPath path, Sequence x, int n) {
        int firstRow = origin - spec.context() + (atOnce ? 0 : 1) + firstStep;
        for (int k = 0; k < targets; k++) {
            boolean known = !levels.isEmpty();
            double level = known ? levels.get(k).level() : level(k, origin);
            double seasonLevel = known ? levels.get(k).season() : seasonLevel(k, origin);
            double unit = known ? levels.get(k).unit() : unit(k, origin);
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

    /** Whether what the network gives is about counts as they are, rather than about normalised numbers. */
    private boolean counts() {
        return spec.distribution().filter(Distribution::counts).isPresent();
    }

    /** v of counts: 1 + their mean over the context. */
    private double scale(int target, int origin) {
        double sum = 0;
        for (int row = origin - spec.context(); row < origin; row++) {
            sum += columns.get(target).restore(rows.z(target, row));
        }
        return 1 + Math.max(0, sum / spec.context());
    }

    /**
     * What a drawn number becomes in the units of the series: counts stay as they are and have a scale.
     *
     * @param unit what it is multiplied by, or the scale of counts
     * @param base what is then added, in z
     */
    record Frame(double unit, double base) {}

    /** That of a target in row h of a horizon. */
    Frame frame(int target, int origin, int h, Level level, ForecastPath path) {
        return counts()
                ? new Frame(level.scale(), 0)
                : new Frame(level.unit(), base(target, origin + h, level.level(), level.season(), path));
    }

    /**
     * Draws a value of a target, in the units of the series, from the distribution whose parameters are one step's output.
     *
     * @throws DataException if it is beyond what the network could read next
     */
    double sample(Sequence output, int t, int n, int target, Frame frame, RandomGenerator random) {
        Distribution distribution = spec.distribution().orElseThrow();
        int at = output.offset(t, n) + target * distribution.parameters();
        double value;
        try {
            double drawn = distribution.sample(output.data(), at, frame.unit(), random);
            value = counts() ? drawn : columns.get(target).restore(drawn * frame.unit() + frame.base());
        } catch (IllegalArgumentException e) {
            throw unreadable(target, String.valueOf(e.getMessage()));
        }
        if (!(Math.abs(columns.get(target).normalise(value)) <= FARTHEST)) {
            throw unreadable(target, "It drew " + value + ".");
        }
        return value;
    }

    private DataException unreadable(int target, String why) {
        return new DataException("A sampled path of '" + spec.targets().get(target)
                + "' left what a network can compute with. " + why
                + " Was the model trained at too large a rate, does the series lie far from its training rows, or are"
                + " logarithms (--log) combined with a distribution of heavy tails?");
    }

    /** Writes the counts of one forecast and their scale, [horizon, N, 2 targets]. */
    private void fillCounts(int origin, Sequence y, int n) {
        for (int k = 0; k < targets; k++) {
            float scale = (float) scale(k, origin);
            for (int t = 0; t < spec.horizon(); t++) {
                double count = Math.rint(columns.get(k).restore(rows.z(k, origin + t)));
                y.set(t, n, 2 * k, (float) count);
                y.set(t, n, 2 * k + 1, scale);
            }
        }
    }

    /** Writes what the outputs of one forecast should be, [horizon, N, targets]; of counts [horizon, N, 2 targets]. */
    void fillTarget(int origin, Sequence y, int n) {
        if (counts()) {
            fillCounts(origin, y, n);
            return;
        }
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
