package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.kernel.OneThread;
import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;
import dev.carousel.tensor.Sequence;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * Forecasts from a state that a {@link dev.carousel.stream.Session} carries from row to row, for forecasters and anomaly detectors.
 *
 * <pre>{@code
 * at once        a step for each row that came, with its values; for the horizon, steps of a copy of the state
 * step by step   a step for each row that comes, with the values of the row before, the step that forecasts it; for the
 *                horizon, steps of a copy of the state, each with what the one before forecast
 * }</pre>
 *
 * <p>Step by step, the first step of a horizon is the one that the next row takes, where all that is known of that row was
 * told before: it is taken once. One thread at a time; a second one gets an error.
 */
public final class CarriedForecast {

    private final ForecastSpec spec;
    private final ForecastInputs inputs;
    private final RecentRows rows;
    private final RowSteps network;
    private final boolean atOnce;

    private final Sequence x;
    private final float[] y;
    private final Sequence output;

    /** The step of the upcoming row, taken for a horizon: its input and its output. */
    private final float[] nextX;

    private final float[] nextY;
    private boolean taken;

    /** What an output of 0 would have forecast of the row that has begun, if a step was taken for it. */
    private final double[] zero;

    private final float[] target;
    private boolean begunWithStep;

    private long steps;

    private final OneThread one = new OneThread("CarriedForecast");

    CarriedForecast(PackedNetwork network, ForecastInputs inputs, RecentRows rows) {
        this(new RowSteps.Frozen(network), inputs, rows);
    }

    CarriedForecast(RowSteps network, ForecastInputs inputs, RecentRows rows) {
        this.spec = inputs.spec();
        this.inputs = inputs;
        this.rows = rows;
        this.network = network;
        this.atOnce = spec.stepping() == Stepping.AT_ONCE;
        this.x = Sequence.zeros(1, 1, spec.inputSize());
        this.y = new float[spec.outputSize()];
        this.output = Sequence.of(y, 1, 1, y.length);
        this.nextX = new float[x.data().length];
        this.nextY = new float[y.length];
        this.zero = new double[spec.columns().targets()];
        this.target = new float[zero.length];
    }

    /**
     * A stream at its beginning, of whose rows each is forecast before it is taken.
     *
     * @param spec step by step, relative to nothing or the row before, single numbers
     * @param series the name, by whose own statistics it is normalised where each series has its own
     * @throws DataException if there are no such numbers
     */
    public static CarriedForecast ofNextRows(PackedNetwork network, ForecastSpec spec, String series) {
        return ofNextRows(new RowSteps.Frozen(network), spec, series);
    }

    /**
     * A stream at its beginning whose network learns from each row, after it was forecast.
     *
     * @param learner begins too; its loss compares outputs with one number a target, and its targets are not late
     * @see #ofNextRows(PackedNetwork, ForecastSpec, String)
     */
    public static CarriedForecast learning(OnlineLearner learner, ForecastSpec spec, String series) {
        return ofNextRows(new LearningSteps(learner), spec, series);
    }

    private static CarriedForecast ofNextRows(RowSteps network, ForecastSpec spec, String series) {
        Normaliser own = spec.columns().of(series);
        RecentRows rows = new RecentRows(spec, own.columns(), spec.season() + 2, 1);
        return new CarriedForecast(network, new ForecastInputs(spec, own.columns(), rows), rows);
    }

    /**
     * Refuses a row that does not fit, before anything of it is taken in.
     *
     * @param values one a target
     * @param known one a column that is known ahead
     */
    public void require(Optional<LocalDateTime> date, double[] values, double[] known) {
        one.enter();
        try {
            rows.requireNext(date, values, known);
        } finally {
            one.leave();
        }
    }

    /**
     * Takes a row that fits, after forecasting it.
     *
     * @param values one a target
     * @param known one a column that is known ahead
     * @param categories the ids of its categories
     * @param forecast receives z of each target, if enough rows came before it
     * @return whether enough did
     */
    public boolean add(
            Optional<LocalDateTime> date, double[] values, double[] known, int[] categories, double[] forecast) {
        one.enter();
        try {
            boolean ready = rows.count() > spec.rowsBefore() - spec.context();
            rows.begin(date, known, categories);
            begun();
            for (int k = 0; ready && k < forecast.length; k++) {
                forecast[k] = inputs.next(k, rows.size(), y[k]);
            }
            rows.end(values);
            learn();
            return ready;
        } finally {
            one.leave();
        }
    }

    /** How a target is normalised. */
    public Normaliser.Column target(int target) {
        return inputs.target(target);
    }

    /** How many rows came. */
    public long rows() {
        return rows.count();
    }

    /** The date of the last row that had one. */
    public Optional<LocalDateTime> lastDate() {
        return rows.dates().last();
    }

    /** Forgets all rows. */
    public void clear() {
        one.enter();
        try {
            rows.clear();
            reset();
        } finally {
            one.leave();
        }
    }

    /** Writes what is remembered of rows that are forecast one by one. */
    public void write(DataOutput out) throws IOException {
        one.enter();
        try {
            float[] state = network.numbers();
            double[] numbers = rows.numbers();
            out.writeInt(state.length);
            out.writeInt(numbers.length);
            out.writeLong(rows.count());
            out.writeUTF(lastDate().map(LocalDateTime::toString).orElse(""));
            for (float number : state) {
                out.writeFloat(number);
            }
            for (double number : numbers) {
                out.writeDouble(number);
            }
        } finally {
            one.leave();
        }
    }

    /**
     * Reads it back and changes nothing.
     *
     * @return takes over what was read; to be run by the same thread
     * @throws DataException if the sizes are others, or something is no state
     */
    public Runnable read(DataInput in) throws IOException {
        one.enter();
        try {
            float[] state = new float[network.numbers().length];
            double[] numbers = new double[rows.numbers().length];
            int foundState = in.readInt();
            int foundNumbers = in.readInt();
            if (foundState != state.length || foundNumbers != numbers.length) {
                throw new DataException(
                        DataException.Kind.STATE_OF_ANOTHER_MODEL,
                        "The saved stream has a state of " + foundState + " numbers and " + foundNumbers
                                + " of rows but this one has " + state.length + " and " + numbers.length
                                + ". Is it of another model?");
            }
            long count = in.readLong();
            Optional<LocalDateTime> date = StreamDates.parse(in.readUTF());
            RecentRows.requireCount(count);
            for (int i = 0; i < state.length; i++) {
                state[i] = in.readFloat();
            }
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = in.readDouble();
            }
            return () -> {
                rows.set(count, numbers, date);
                restore(state);
            };
        } finally {
            one.leave();
        }
    }

    /** The state after the last row. */
    float[] state() {
        return network.numbers();
    }

    /** Goes on with another state. */
    void restore(float[] state) {
        System.arraycopy(state, 0, network.numbers(), 0, state.length);
        taken = false;
    }

    void reset() {
        network.reset();
        taken = false;
    }

    /** How many steps the network has taken. */
    long steps() {
        return steps;
    }

    /** A row has begun: all is known of it but its values. */
    void begun() {
        boolean enough = rows.count() > spec.rowsBefore() - spec.context();
        if (!atOnce && enough) {
            inputs.fillNext(rows.size(), 0, ForecastPath.SEEN, x, 0);
            if (taken && Arrays.equals(x.data(), nextX) && network.takeKept()) {
                System.arraycopy(nextY, 0, y, 0, y.length);
            } else {
                step();
            }
        }
        taken = false;
        begunWithStep = !atOnce && enough;
        for (int k = 0; begunWithStep && network.learns() && k < zero.length; k++) {
            zero[k] = inputs.next(k, rows.size(), 0);
        }
    }

    /** A row has come. */
    void ended() {
        boolean enough = rows.count() > spec.rowsBefore() - spec.context();
        if (atOnce && enough) {
            inputs.fill(rows.size(), spec.context() - 1, 1, ForecastPath.SEEN, x, 0);
            step();
        }
        learn();
    }

    /** What the step before the last row should have given, where the network learns. */
    private void learn() {
        if (!begunWithStep || !network.learns()) {
            return;
        }
        for (int k = 0; k < target.length; k++) {
            target[k] = (float) (rows.z(k, rows.size() - 1) - zero[k]);
        }
        begunWithStep = false;
        network.learn(target);
    }

    private void step() {
        network.step(x.data(), y);
        steps++;
    }

    /** Forecasts a horizon; the stream stays where it is. */
    void forecast(double[] forecast) {
        network.beginHorizon();
        try {
            int origin = rows.size();
            int targets = spec.columns().targets();
            ForecastPath path = new ForecastPath(targets);
            if (!atOnce) {
                path.moveTo(origin, new double[spec.horizon() * targets], 0);
            }
            for (int h = 0; h < spec.horizon(); h++) {
                inputs.fill(origin, spec.context() - (atOnce ? 0 : 1) + h, 1, path, x, 0);
                network.ahead(x.data(), y);
                steps++;
                if (h == 0 && !atOnce) {
                    keepNext();
                }
                int at = h * spec.outputSize();
                inputs.forecastRow(output, 0, 0, origin, h, path, forecast, at);
                for (int k = 0; !atOnce && k < targets; k++) {
                    double value = forecast[at + k * spec.levels() + spec.middle()];
                    path.set(k, origin + h, inputs.target(k).normalise(value));
                }
            }
        } finally {
            network.endHorizon();
        }
    }

    private void keepNext() {
        System.arraycopy(x.data(), 0, nextX, 0, nextX.length);
        System.arraycopy(y, 0, nextY, 0, nextY.length);
        network.keepAhead();
        taken = true;
    }
}
