package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.tensor.Sequence;
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
    private final ForecastInputs inputs;

    private ForecastWindows(TimeSeries series, ForecastSpec spec) {
        this.series = series;
        this.spec = spec;
        List<Normaliser.Column> columns = spec.columns().of(series.id()).columns();
        this.inputs = new ForecastInputs(spec, columns, new TableRows(series, spec, columns));
    }

    /** The rows of a series in a table. */
    private static final class TableRows implements ForecastRows {

        private final TimeSeries series;
        private final List<Normaliser.Column> columns;
        private final int targets;
        private final int ahead;

        /** Of each target; empty where values are not relative to the mean. */
        private final LevelSums[] levels;

        private final CalendarRows calendar;

        TableRows(TimeSeries series, ForecastSpec spec, List<Normaliser.Column> columns) {
            this.series = series;
            this.columns = columns;
            this.targets = spec.columns().targets();
            this.ahead = targets + spec.columns().features();
            this.levels =
                    new LevelSums[List.of(Relative.MEAN, Relative.WINDOW).contains(spec.relative()) ? targets : 0];
            for (int k = 0; k < levels.length; k++) {
                int target = k;
                levels[k] = LevelSums.of(series.length(), row -> z(target, row));
            }
            this.calendar = CalendarRows.of(series, spec.calendar(), spec.horizon());
        }

        @Override
        public double z(int target, int row) {
            return columns.get(target).normalise(series.value(target, row));
        }

        @Override
        public double mean(int target, int end, int count) {
            return (levels[target].before(end) - levels[target].before(end - count)) / count;
        }

        @Override
        public double feature(int feature, int row) {
            return columns.get(targets + feature).normalise(series.feature(feature, row));
        }

        @Override
        public double known(int feature, int row) {
            return columns.get(ahead + feature).normalise(series.known(feature, row));
        }

        @Override
        public int category(int category, int row) {
            return series.category(category, Math.min(row, series.knownLength() - 1));
        }

        @Override
        public void calendar(int row, float[] into, int at) {
            calendar.write(row, into, at);
        }
    }

    /**
     * The forecasts of a series, which may be another one than the formulation was fitted on.
     *
     * @param series has the columns of the formulation
     * @param spec how a forecast is put before a network
     * @throws DataException if the columns or the spacing are others, the rows too few for a single forecast, or, with the row, if
     *     the distribution of the formulation cannot have a target
     */
    public static ForecastWindows of(TimeSeries series, ForecastSpec spec) {
        TimeSeries checked = FittingSeries.require(series, spec);
        spec.distribution()
                .ifPresent(family -> FittingSeries.requireValues(checked, family, FittingSeries.OF_ANOTHER_MODEL));
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
        return inputs.target(target);
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
        inputs.fill(origin, x, n);
    }

    /** The inputs and outputs of its forecasts, unchecked. */
    ForecastInputs inputs() {
        return inputs;
    }

    /** What a network whose output is 0 forecasts of a target, in the units of the series, from rows that were seen. */
    double seasonForecast(int target, int origin, int row) {
        return inputs.seasonForecast(target, origin, row);
    }

    /**
     * Writes what the outputs of a batch should be.
     *
     * @param origins one a forecast, whose horizon lies in the series
     * @param from which of them is the first of the batch
     * @param y receives the targets of the last horizon steps [horizon, N, targets], of counts [horizon, N, 2 targets]
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
     * @param y receives the targets of the last horizon steps [horizon, N, targets], of counts [horizon, N, 2 targets]
     * @param n which of its sequences
     */
    public void fillTarget(int origin, Sequence y, int n) {
        requireShape("y", y, spec.horizon(), spec.columns().targets() * spec.numbersOfTarget());
        requireOrigin(origin, series.length() - spec.horizon());
        inputs.fillTarget(origin, y, n);
    }

    /**
     * Turns outputs into forecasts in the units of the series; step by step, each from the rows before it as they came.
     *
     * @param output of a network, of which the last horizon steps count: [steps, N, O] or [horizon, N, O]
     * @param origins one a forecast
     * @param from which of them is the first of the batch
     * @param forecasts receives N x horizon x O numbers, one forecast after another; of each row and target the only number
     *     or its quantiles, in increasing order
     * @throws IllegalArgumentException if a shape does not fit, an origin lies outside, or the network gives the parameters of a
     *     distribution, of which {@link Forecaster} draws
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
        if (spec.distribution().isPresent()) {
            throw new IllegalArgumentException("The outputs are parameters of the distribution "
                    + spec.distribution().get().text() + ", not forecasts. Let a Forecaster draw paths of it.");
        }
        requireShape(
                "The output",
                output,
                output.steps() == spec.horizon() ? spec.horizon() : spec.steps(),
                spec.outputSize());
        boolean atOnce = spec.stepping() == Stepping.AT_ONCE;
        requireOrigin(origin, atOnce ? nextOrigin() : series.length() - spec.horizon());
        inputs.forecast(output, n, origin, forecasts, at);
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

    /**
     * Refuses a series of whose next rows too little is known to forecast them.
     *
     * @throws DataException if what should be known ahead does not reach as far as the horizon
     */
    public void requireNext() {
        requireOrigin(nextOrigin());
    }

    /** Refuses an origin of which too little is known. */
    void requireOrigin(int origin) {
        requireOrigin(origin, nextOrigin());
    }

    private void requireOrigin(int origin, int last) {
        if (origin < firstOrigin() || origin > last) {
            throw new IllegalArgumentException(
                    "Origin " + origin + " must lie between " + firstOrigin() + " and " + last + ".");
        }
        FittingSeries.requireAhead(series, spec, origin);
    }
}
