package dev.carousel.data;

import dev.carousel.tensor.Sequence;
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
    private final Normaliser.Column target;

    private final LevelSums levels;
    private final CalendarRows calendar;

    private ForecastWindows(TimeSeries series, ForecastSpec spec) {
        this.series = series;
        this.spec = spec;
        this.target = spec.normaliser().columns().get(0);
        this.levels = LevelSums.of(series.length(), this::z);
        this.calendar = CalendarRows.of(series, spec.calendar(), spec.horizon());
    }

    /** z of a row. */
    private double z(int row) {
        return target.normalise(series.value(row));
    }

    /**
     * The forecasts of a series, which may be another one than the formulation was fitted on.
     *
     * @param series has the columns of the formulation
     * @param spec how a forecast is put before a network
     * @throws DataException if the columns or the spacing are others, or the rows too few for a single forecast
     */
    public static ForecastWindows of(TimeSeries series, ForecastSpec spec) {
        if (!series.target().equals(spec.target()) || !series.features().equals(spec.features())) {
            throw new DataException(series.source() + ": expected the target '" + spec.target() + "' and the features "
                    + spec.features() + " but found '" + series.target() + "' and " + series.features() + ".");
        }
        boolean dated = !spec.calendar().isEmpty() || spec.season() > 0;
        if (dated && spec.spacing().regular() && !series.spacing().equals(spec.spacing())) {
            throw new DataException(series.source() + ": expected rows " + spec.spacing()
                    + " apart, as in the file that the model was trained on, but found " + series.spacing() + "."
                    + series.note().map(note -> " In this file " + note + ".").orElse(""));
        }
        int needed = spec.context() + spec.season();
        if (series.length() < needed) {
            throw new DataException(
                    series.source() + ": expected at least " + needed + " rows (context " + spec.context()
                            + (spec.season() > 0 ? " + season " + spec.season() : "") + ") to forecast from but found "
                            + series.length() + ". Give the model a longer file.");
        }
        return new ForecastWindows(series, spec);
    }

    /** How a forecast is put before a network. */
    public ForecastSpec spec() {
        return spec;
    }

    /** The series. */
    public TimeSeries series() {
        return series;
    }

    /** The first origin that has enough rows before it. */
    public int firstOrigin() {
        return spec.context() + spec.season();
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
        if (from < 0 || to > series.length()) {
            throw new IllegalArgumentException(
                    "Rows " + from + " to " + to + " do not lie in a series of " + series.length() + ".");
        }
        int first = Math.max(from, firstOrigin());
        int last = to - spec.horizon();
        if (last < first) {
            throw new DataException(series.source() + ": expected a stretch of rows that holds a whole horizon of "
                    + spec.horizon() + " rows, with " + firstOrigin() + " rows before it, but rows " + from + " to "
                    + to
                    + " do not. The file is too short for these settings.");
        }
        return IntStream.rangeClosed(first, last).toArray();
    }

    /**
     * Writes the inputs of a batch of forecasts.
     *
     * @param origins one a forecast, each from {@link #firstOrigin} to {@link #nextOrigin}
     * @param from which of them is the first of the batch
     * @param x receives the inputs [context + horizon, N, D]
     * @throws IllegalArgumentException if x has another shape or an origin lies outside
     */
    public void fillInputs(int[] origins, int from, Sequence x) {
        requireShape("x", x, spec.steps(), spec.inputSize());
        requireOrigins(origins, from, x.batchSize(), nextOrigin());
        for (int n = 0; n < x.batchSize(); n++) {
            int origin = origins[from + n];
            double level = level(origin);
            double seasonLevel = seasonLevel(origin);
            for (int t = 0; t < spec.steps(); t++) {
                fillStep(origin - spec.context() + t, origin, level, seasonLevel, x.data(), x.offset(t, n));
            }
        }
    }

    private void fillStep(int row, int origin, double level, double seasonLevel, float[] x, int at) {
        boolean known = row < origin;
        x[at] = known ? (float) (z(row) - level) : 0;
        if (spec.season() > 0) {
            x[at + 1] = (float) (z(row - spec.season()) - seasonLevel);
        }
        int knownAt = at + spec.knownOffset();
        x[knownAt] = known ? 1 : 0;
        int count = spec.normaliser().columns().size() - 1;
        for (int j = 0; j < count; j++) {
            Normaliser.Column column = spec.normaliser().columns().get(j + 1);
            x[knownAt + 1 + j] = known ? (float) column.normalise(series.feature(j, row)) : 0;
        }
        calendar.write(row, x, at + spec.calendarOffset());
    }

    /** m: the mean of z over the context before a row. */
    private double level(int origin) {
        return (levels.before(origin) - levels.before(origin - spec.context())) / spec.context();
    }

    /** m of the season, or 0 where there is none. */
    private double seasonLevel(int origin) {
        return spec.season() == 0 ? 0 : level(origin - spec.season());
    }

    /** What the output is added to, in z: the season's course, moved to the level of the context. */
    private double base(int row, double level, double seasonLevel) {
        return spec.season() == 0 ? level : level + z(row - spec.season()) - seasonLevel;
    }

    /** What a network whose output is 0 forecasts, in the units of the series. */
    double seasonForecast(int origin, int row) {
        return target.restore(base(row, level(origin), seasonLevel(origin)));
    }

    /**
     * Writes what the outputs of a batch should be.
     *
     * @param origins one a forecast, whose horizon lies in the series
     * @param from which of them is the first of the batch
     * @param y receives the targets of the last horizon steps [horizon, N, 1]
     * @throws IllegalArgumentException if y has another shape or an origin lies outside
     */
    public void fillTargets(int[] origins, int from, Sequence y) {
        requireShape("y", y, spec.horizon(), 1);
        requireOrigins(origins, from, y.batchSize(), series.length() - spec.horizon());
        for (int n = 0; n < y.batchSize(); n++) {
            int origin = origins[from + n];
            double level = level(origin);
            double seasonLevel = seasonLevel(origin);
            for (int t = 0; t < spec.horizon(); t++) {
                y.set(t, n, 0, (float) (z(origin + t) - base(origin + t, level, seasonLevel)));
            }
        }
    }

    /**
     * Turns outputs into forecasts in the units of the series.
     *
     * @param output of a network, of which the last horizon steps count: [context + horizon, N, 1] or [horizon, N, 1]
     * @param origins one a forecast
     * @param from which of them is the first of the batch
     * @param forecasts receives N x horizon numbers, one forecast after another
     * @throws IllegalArgumentException if a shape does not fit or an origin lies outside
     */
    public void forecast(Sequence output, int[] origins, int from, double[] forecasts) {
        if (output.steps() != spec.horizon()) {
            requireShape("The output", output, spec.steps(), 1);
        } else {
            requireShape("The output", output, spec.horizon(), 1);
        }
        if (forecasts.length < output.batchSize() * spec.horizon()) {
            throw new IllegalArgumentException("forecasts holds " + forecasts.length + " numbers but must hold "
                    + output.batchSize() + " x " + spec.horizon() + ".");
        }
        requireOrigins(origins, from, output.batchSize(), nextOrigin());
        int skip = output.steps() - spec.horizon();
        for (int n = 0; n < output.batchSize(); n++) {
            int origin = origins[from + n];
            double level = level(origin);
            double seasonLevel = seasonLevel(origin);
            for (int t = 0; t < spec.horizon(); t++) {
                double normalised = output.get(skip + t, n, 0) + base(origin + t, level, seasonLevel);
                forecasts[n * spec.horizon() + t] = target.restore(normalised);
            }
        }
    }

    private static void requireShape(String what, Sequence batch, int steps, int size) {
        if (batch.steps() != steps || batch.size() != size) {
            throw new IllegalArgumentException(
                    what + " is " + batch + " but must be [" + steps + ", N, " + size + "].");
        }
    }

    private void requireOrigins(int[] origins, int from, int count, int last) {
        if (from < 0 || origins.length - from < count) {
            throw new IllegalArgumentException(
                    "A batch of " + count + " needs as many origins from " + from + " on, of " + origins.length + ".");
        }
        for (int i = from; i < from + count; i++) {
            if (origins[i] < firstOrigin() || origins[i] > last) {
                throw new IllegalArgumentException(
                        "Origin " + origins[i] + " must lie between " + firstOrigin() + " and " + last + ".");
            }
        }
    }
}
