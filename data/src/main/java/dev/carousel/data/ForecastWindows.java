package dev.carousel.data;

import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The forecasts of a series as batches for a network: inputs, targets, and outputs turned back into the series' units.
 *
 * <pre>{@code
 * TimeSeries series = Births.series();
 * Split split = Births.split();
 * ForecastSpec spec = ForecastSpec.fitted(series, split, 56, 28);
 * ForecastWindows windows = ForecastWindows.of(series, spec);
 * int[] origins = windows.origins(0, split.trainingEnd());
 * Sequence x = Sequence.zeros(spec.steps(), 64, spec.inputSize());
 * Sequence y = Sequence.zeros(spec.horizon(), 64, 1);
 * windows.fillInputs(origins, 0, x);                    // the first 64 forecasts
 * windows.fillTargets(origins, 0, y);
 * }</pre>
 *
 * <p>An origin is the first row that a forecast is about. Immutable, so that any thread may fill its own batches from it;
 * nothing is allocated while filling, and nothing is kept for each row of a series that is larger than memory.
 */
public final class ForecastWindows {

    private final TimeSeries series;
    private final ForecastSpec spec;
    private final List<Normaliser.Column> columns;
    private final int targets;

    /** Of each target; empty where values are not relative to the mean. */
    private final LevelSums[] levels;

    private final CalendarRows calendar;

    private ForecastWindows(TimeSeries series, ForecastSpec spec) {
        this.series = series;
        this.spec = spec;
        this.columns = spec.columns().of(series.id()).columns();
        this.targets = spec.columns().targets();
        this.levels = new LevelSums[spec.relative() == Relative.MEAN ? targets : 0];
        for (int k = 0; k < levels.length; k++) {
            int target = k;
            levels[k] = LevelSums.of(series.length(), row -> z(target, row));
        }
        this.calendar = CalendarRows.of(series, spec.calendar(), spec.horizon());
    }

    /**
     * The forecasts of a series, which may be another one than the formulation was fitted on.
     *
     * @param series has the columns of the formulation
     * @param spec how a forecast is put before a network
     * @throws DataException if the columns or the spacing are others, or the rows too few for a single forecast
     */
    public static ForecastWindows of(TimeSeries series, ForecastSpec spec) {
        TimeSeries checked = FittingSeries.require(series, spec);
        int needed = spec.rowsBefore();
        if (series.length() < needed) {
            throw new DataException(
                    series.place() + ": expected at least " + needed + " rows (context " + spec.context()
                            + (spec.season() > 0 ? " + season " + spec.season() : "") + ") to forecast from but found "
                            + series.length() + ". Give the model a longer file.");
        }
        return new ForecastWindows(checked, spec);
    }

    /** How a forecast is put before a network. */
    public ForecastSpec spec() {
        return spec;
    }

    /** The series. */
    public TimeSeries series() {
        return series;
    }

    /** How a target of this series is normalised. */
    public Normaliser.Column target(int target) {
        return columns.get(target);
    }

    /** The first origin that has enough rows before it. */
    public int firstOrigin() {
        return spec.rowsBefore();
    }

    /** The origin whose horizon begins after the last row: nothing is known of it. */
    public int nextOrigin() {
        return series.length();
    }

    /**
     * All origins whose horizon lies in a stretch of rows.
     *
     * @param from the first row of the stretch
     * @param to the row after its last one, at most the length of the series
     * @return at least one, in order
     * @throws DataException if there is none
     */
    public int[] origins(int from, int to) {
        ForecastStretch stretch = stretch(from, to);
        return IntStream.rangeClosed(stretch.first(), stretch.last()).toArray();
    }

    /**
     * The same origins, not listed.
     *
     * @param from the first row of the stretch
     * @param to the row after its last one, at most the length of the series
     * @throws DataException if there is none
     */
    public ForecastStretch stretch(int from, int to) {
        if (from < 0 || to > series.length()) {
            throw new IllegalArgumentException(
                    "Rows " + from + " to " + to + " do not lie in a series of " + series.length() + ".");
        }
        int first = Math.max(from, firstOrigin());
        int last = to - spec.horizon();
        if (last < first) {
            throw new DataException(series.place() + ": expected a stretch of rows that holds a whole horizon of "
                    + spec.horizon() + " rows, with " + firstOrigin() + " rows before it, but rows " + from + " to "
                    + to
                    + " do not. The file is too short for these settings.");
        }
        return new ForecastStretch(this, first, last);
    }

    /**
     * Writes the inputs of a batch of forecasts.
     *
     * @param origins one a forecast, each from {@link #firstOrigin} to {@link #nextOrigin}
     * @param from which of them is the first of the batch
     * @param x receives the inputs [steps, N, D]; step by step, the horizon is filled from the series
     * @throws IllegalArgumentException if x has another shape or an origin lies outside
     */
    public void fillInputs(int[] origins, int from, Sequence x) {
        requireRoom(origins, from, x.batchSize());
        for (int n = 0; n < x.batchSize(); n++) {
            fillInput(origins[from + n], x, n);
        }
    }

    /**
     * Writes the inputs of one forecast.
     *
     * @param origin from {@link #firstOrigin} to {@link #nextOrigin}; step by step at most a horizon before the end
     * @param x receives the inputs [steps, N, D]
     * @param n which of its sequences
     */
    public void fillInput(int origin, Sequence x, int n) {
        requireShape("x", x, spec.steps(), spec.inputSize());
        requireOrigin(origin, spec.stepping() == Stepping.AT_ONCE ? nextOrigin() : series.length() - spec.horizon());
        fill(origin, 0, spec.steps(), ForecastPath.SEEN, x, n);
    }

    /** Writes the inputs of the context of one forecast step by step, [context, N, D]: those that forecast its first row. */
    void fillContext(int origin, Sequence x, int n) {
        requireOrigin(origin, nextOrigin());
        fill(origin, 0, spec.context(), ForecastPath.SEEN, x, n);
    }

    /** Writes the input that forecasts row h of a horizon, [1, N, D], from what was forecast of the rows before it. */
    void fillNext(int origin, int h, ForecastPath path, Sequence x, int n) {
        fill(origin, spec.context() - 1 + h, 1, path, x, n);
    }

    private void fill(int origin, int firstStep, int steps, ForecastPath path, Sequence x, int n) {
        boolean atOnce = spec.stepping() == Stepping.AT_ONCE;
        int firstRow = origin - spec.context() + (atOnce ? 0 : 1) + firstStep;
        for (int k = 0; k < targets; k++) {
            double level = level(k, origin);
            double seasonLevel = seasonLevel(k, origin);
            for (int t = 0; t < steps; t++) {
                int row = firstRow + t;
                int at = x.offset(t, n) + k;
                x.data()[at] = atOnce && row >= origin ? 0 : (float) value(k, atOnce ? row : row - 1, level, path);
                if (spec.season() > 0) {
                    x.data()[at + targets] = (float) seasonInput(k, row, seasonLevel, path);
                }
            }
        }
        for (int t = 0; t < steps; t++) {
            fillHelp(firstRow + t, atOnce, firstRow + t < origin, x.data(), x.offset(t, n));
        }
    }

    private void fillHelp(int row, boolean atOnce, boolean seen, float[] x, int at) {
        int to = at + spec.knownOffset();
        if (atOnce) {
            x[to++] = seen ? 1 : 0;
        }
        for (int j = 0; j < spec.columns().features(); j++) {
            x[to++] = seen ? (float) columns.get(targets + j).normalise(series.feature(j, row)) : 0;
        }
        int ahead = targets + spec.columns().features();
        for (int j = 0; j < spec.columns().known(); j++) {
            x[to++] = (float) columns.get(ahead + j).normalise(series.known(j, row));
        }
        for (int c = 0; c < spec.columns().categories().size(); c++) {
            to = spec.columns().writeCategory(c, series.category(c, Math.min(row, series.knownLength() - 1)), x, to);
        }
        calendar.write(row, x, to);
    }

    /** z of a row that has been seen. */
    private double z(int target, int row) {
        return columns.get(target).normalise(series.value(target, row));
    }

    private double z(int target, int row, ForecastPath path) {
        return path.seen(row) ? z(target, row) : path.z(target, row);
    }

    private double value(int target, int row, double level, ForecastPath path) {
        double from = spec.relative() == Relative.PREVIOUS ? z(target, row - 1, path) : level;
        return z(target, row, path) - from;
    }

    private double seasonInput(int target, int row, double seasonLevel, ForecastPath path) {
        return value(target, row - spec.season(), seasonLevel, path);
    }

    /** m before an origin. */
    private double level(int target, int origin) {
        return switch (spec.relative()) {
            case MEAN ->
                (levels[target].before(origin) - levels[target].before(origin - spec.context())) / spec.context();
            case LAST -> z(target, origin - 1);
            case PREVIOUS, NONE -> 0;
        };
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

    /**
     * Writes what the outputs of a batch should be.
     *
     * @param origins one a forecast, whose horizon lies in the series
     * @param from which of them is the first of the batch
     * @param y receives the targets of the last horizon steps [horizon, N, targets]
     * @throws IllegalArgumentException if y has another shape or an origin lies outside
     */
    public void fillTargets(int[] origins, int from, Sequence y) {
        requireRoom(origins, from, y.batchSize());
        for (int n = 0; n < y.batchSize(); n++) {
            fillTarget(origins[from + n], y, n);
        }
    }

    /**
     * Writes what the outputs of one forecast should be.
     *
     * @param origin a forecast whose horizon lies in the series
     * @param y receives the targets of the last horizon steps [horizon, N, targets]
     * @param n which of its sequences
     */
    public void fillTarget(int origin, Sequence y, int n) {
        requireShape("y", y, spec.horizon(), targets);
        requireOrigin(origin, series.length() - spec.horizon());
        for (int k = 0; k < targets; k++) {
            double level = level(k, origin);
            double seasonLevel = seasonLevel(k, origin);
            for (int t = 0; t < spec.horizon(); t++) {
                int row = origin + t;
                y.set(t, n, k, (float) (z(k, row) - base(k, row, level, seasonLevel, ForecastPath.SEEN)));
            }
        }
    }

    /**
     * Turns outputs into forecasts in the units of the series; step by step, each from the rows before it as they came.
     *
     * @param output of a network, of which the last horizon steps count: [steps, N, O] or [horizon, N, O]
     * @param origins one a forecast
     * @param from which of them is the first of the batch
     * @param forecasts receives N x horizon x O numbers, one forecast after another; of each row and target the only number
     *     or its quantiles, in increasing order
     * @throws IllegalArgumentException if a shape does not fit or an origin lies outside
     */
    public void forecast(Sequence output, int[] origins, int from, double[] forecasts) {
        int each = spec.horizon() * spec.outputSize();
        if (forecasts.length < output.batchSize() * each) {
            throw new IllegalArgumentException("forecasts holds " + forecasts.length + " numbers but must hold "
                    + output.batchSize() + " x " + each + ".");
        }
        requireRoom(origins, from, output.batchSize());
        for (int n = 0; n < output.batchSize(); n++) {
            forecast(output, n, origins[from + n], forecasts, n * each);
        }
    }

    /**
     * Turns the outputs of one sequence into a forecast.
     *
     * @param output as above
     * @param n which of its sequences
     * @param origin the forecast's origin
     * @param forecasts receives horizon x O numbers
     * @param at where they begin
     */
    public void forecast(Sequence output, int n, int origin, double[] forecasts, int at) {
        requireShape(
                "The output",
                output,
                output.steps() == spec.horizon() ? spec.horizon() : spec.steps(),
                spec.outputSize());
        boolean atOnce = spec.stepping() == Stepping.AT_ONCE;
        requireOrigin(origin, atOnce ? nextOrigin() : series.length() - spec.horizon());
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
            int to = at + k * levels;
            for (int q = 0; q < levels; q++) {
                forecasts[to + q] = columns.get(k).restore(output.get(t, n, k * levels + q) + base);
            }
            // Quantiles are learned apart and may cross; in order, none of them is worse (Chernozhukov and others
            // 2010).
            Arrays.sort(forecasts, to, to + levels);
        }
    }

    private static void requireShape(String what, Sequence batch, int steps, int size) {
        if (batch.steps() != steps || batch.size() != size) {
            throw new IllegalArgumentException(
                    what + " is " + batch + " but must be [" + steps + ", N, " + size + "].");
        }
    }

    private static void requireRoom(int[] origins, int from, int count) {
        if (from < 0 || origins.length - from < count) {
            throw new IllegalArgumentException(
                    "A batch of " + count + " needs as many origins from " + from + " on, of " + origins.length + ".");
        }
    }

    private void requireOrigin(int origin, int last) {
        if (origin < firstOrigin() || origin > last) {
            throw new IllegalArgumentException(
                    "Origin " + origin + " must lie between " + firstOrigin() + " and " + last + ".");
        }
        FittingSeries.requireAhead(series, spec, origin);
    }
}
