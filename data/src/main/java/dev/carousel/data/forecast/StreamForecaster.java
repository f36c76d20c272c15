package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Observation;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;
import dev.carousel.spec.NetworkSpec;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * A forecaster of one series whose rows arrive one at a time: after each of them it can forecast the next ones.
 *
 * <pre>{@code
 * ForecastTask task = ForecastTask.of(model);
 * StreamForecaster shop = StreamForecaster.of(model.network().pack(), task.spec());
 * shop.add(LocalDateTime.now(), 20.5);              // one number a target
 * if (shop.ready()) {
 *     double[] next = shop.forecast();              // in the series' units, as Forecaster.next gives them
 * }
 * }</pre>
 *
 * <p>There are two kinds, and they do not give the same numbers:
 *
 * <pre>{@code
 * of         each forecast reads the last context rows anew, from a state of zero, as in training
 *            a row costs a copy, a forecast the whole window; any formulation, any network
 * carrying   a Session carries the state from row to row, so that a forecast knows of all rows there were
 *            a row costs one step, a forecast one step for each row of the horizon; values relative to none, or
 *            step by step to previous, and a network that reads forward
 * }</pre>
 *
 * <p>{@link #of} gives the output of {@link Forecaster} for the same rows in a table, the mean of a window up to the
 * rounding of a double. {@link #carrying} gives what a context of all rows so far would: the same up to rounding while
 * no more than a context of them came, and from then on what no forecast of a table gives. Where training saw windows
 * far shorter than the stream, {@code of} is the one whose errors were measured.
 *
 * <p>What is remembered: of the targets the rows of a window and its season, of all else those of the window; carrying, a
 * season of targets and the session's state. One thread at a time. The network is shared by any number of streams, and a
 * {@link Forecaster}, whose buffers are the large part, by those of one thread.
 */
public final class StreamForecaster {

    private final OneThread one = new OneThread("StreamForecaster");
    private final ForecastSpec spec;
    private final Forecaster forecaster;
    private final RecentRows rows;
    private final ForecastInputs inputs;
    private final Optional<CarriedForecast> carried;

    /** The forecast after the last row, while nothing has come that it would read. */
    private Optional<double[]> last = Optional.empty();

    private StreamForecaster(Forecaster forecaster, ForecastSpec spec, String series, boolean carrying) {
        this(forecaster, spec, series, carrying, Optional.empty());
    }

    private StreamForecaster(
            Forecaster forecaster, ForecastSpec spec, String series, boolean carrying, Optional<RowSteps> learning) {
        this.spec = spec;
        this.forecaster = forecaster;
        forecaster.requireFits(spec);
        Normaliser own = spec.columns().of(series);
        boolean lastAlone = carrying && spec.columns().categories().isEmpty();
        this.rows = new RecentRows(
                spec, own.columns(), carrying ? spec.season() + 2 : spec.rowsBefore(), lastAlone ? 1 : spec.context());
        this.inputs = new ForecastInputs(spec, own.columns(), rows);
        this.carried = carrying
                ? Optional.of(new CarriedForecast(
                        learning.orElseGet(() -> new RowSteps.Frozen(forecaster.network())), inputs, rows))
                : Optional.empty();
    }

    /** A stream at its beginning, whose forecasts read the last rows anew. */
    public static StreamForecaster of(PackedNetwork network, ForecastSpec spec) {
        return of(Forecaster.of(network, Team.single()), spec, "");
    }

    /**
     * A stream at its beginning, whose forecasts read the last rows anew.
     *
     * @param forecaster may be shared with other streams of the same thread
     * @param spec how a forecast is put before the network
     * @param series the name, by whose own statistics it is normalised where each series has its own
     * @throws DataException if there are no such numbers
     */
    public static StreamForecaster of(Forecaster forecaster, ForecastSpec spec, String series) {
        return new StreamForecaster(forecaster, spec, series, false);
    }

    /** A stream at its beginning that carries the state from row to row. */
    public static StreamForecaster carrying(PackedNetwork network, ForecastSpec spec) {
        return carrying(Forecaster.of(network, Team.single()), spec, "");
    }

    /**
     * A stream at its beginning that carries the state from row to row.
     *
     * @param forecaster may be shared with other streams of the same thread
     * @param spec values relative to none, or step by step to previous
     * @param series the name, by whose own statistics it is normalised where each series has its own
     * @throws DataException if values are relative to a window, the network reads sequences from their end or has a mean
     *     over steps, or there are no such numbers
     */
    public static StreamForecaster carrying(Forecaster forecaster, ForecastSpec spec, String series) {
        requireCarrying(forecaster.network().spec(), spec);
        return new StreamForecaster(forecaster, spec, series, true);
    }

    /**
     * A stream at its beginning whose network learns from each row, after it was forecast, and carries the state from row to row.
     *
     * @param learner begins too; its loss compares outputs with one number a target, and its targets are not late. {@link #save}
     *     leaves it out: save both
     * @param spec step by step; values relative to none or previous
     * @param series the name, by whose own statistics it is normalised where each series has its own
     * @throws DataException if the horizon is gone through at once, where what a step should have given is known only a horizon
     *     later; or as for {@link #carrying}
     */
    public static StreamForecaster learning(OnlineLearner learner, ForecastSpec spec, String series) {
        PackedNetwork network = learner.network().pack();
        requireCarrying(network.spec(), spec);
        if (spec.stepping() == Stepping.AT_ONCE) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "The forecaster cannot learn from each row as it comes, since it goes through its horizon at once: its"
                            + " outputs are not of the next row. Train it step by step, with values relative to none or previous"
                            + " (carousel train forecast --stepping step_by_step --relative none).");
        }
        Forecaster forecaster = Forecaster.of(network, Team.single());
        return new StreamForecaster(forecaster, spec, series, true, Optional.of(new LearningSteps(learner)));
    }

    /**
     * Refuses what cannot be carried from row to row.
     *
     * @throws DataException if values are relative to a window, or the network reads sequences from their end or has a mean
     *     over steps
     */
    public static void requireCarrying(NetworkSpec network, ForecastSpec spec) {
        if (spec.distribution().isPresent()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "The state cannot be carried from row to row, since the model draws paths from a distribution. Let each"
                            + " forecast read its window anew.");
        }
        if (!spec.relative().streams()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "The state cannot be carried from row to row, since values are taken relative to the "
                            + (spec.relative() == Relative.LAST ? "last value" : "mean")
                            + " of a window, another one at each row. Let each forecast read its window anew, or train with"
                            + " values relative to none, or step by step to previous.");
        }
        if (!network.stepwise()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "The state cannot be carried from row to row, since the network "
                            + (network.readsAhead()
                                    ? "reads sequences from their end"
                                    : "takes a mean over all steps, or repeats or cuts them")
                            + ". Let each forecast read its window anew, or train in the forward direction alone.");
        }
    }

    /** How a forecast is put before the network. */
    public ForecastSpec spec() {
        return spec;
    }

    /** Whether the state is carried from row to row. */
    public boolean carries() {
        return carried.isPresent();
    }

    /** Takes a row of a series that has targets alone. */
    public void add(double... targets) {
        add(Observation.of(targets));
    }

    /** Takes a row of a series that has targets and dates alone. */
    public void add(LocalDateTime date, double... targets) {
        add(Observation.of(targets).withDate(date));
    }

    /**
     * Takes the row that comes next.
     *
     * @param row its targets, and whatever else the formulation has
     * @throws DataException if a value is missing or not finite, or the row does not follow the last one ({@link
     *     ForecastSpec#gap}); the stream is then where it was
     */
    public void add(Observation row) {
        one.enter();
        try {
            rows.require(row);
            last = Optional.empty();
            rows.begin(row);
            carried.ifPresent(CarriedForecast::begun);
            rows.end(row.targets());
            carried.ifPresent(CarriedForecast::ended);
        } finally {
            one.leave();
        }
    }

    /**
     * Takes a row of a series with the formulation's columns; beyond the last one with targets, what is known ahead.
     *
     * @param row 0 to knownLength - 1, each after the one before
     */
    public void add(TimeSeries series, int row) {
        if (row < series.length()) {
            add(Observation.of(series, row));
        } else {
            addAhead(Observation.of(series, row));
        }
    }

    /**
     * Takes what is known of an upcoming row, the one after all of which something is known. When that row comes,
     * {@link #add} takes it in place of this.
     *
     * @param row without targets and features
     * @throws DataException if something is missing or not finite, or the row does not follow the last one
     */
    public void addAhead(Observation row) {
        one.enter();
        try {
            if (row.targets().length > 0 || row.features().length > 0) {
                throw new DataException(
                        DataException.Kind.NOT_AHEAD,
                        "A row still to come has targets or features, which are not known ahead.");
            }
            rows.requireAhead(row);
            rows.announce(row);
            if (rows.announced() <= spec.horizon()) {
                last = Optional.empty();
            }
        } finally {
            one.leave();
        }
    }

    /** The date of the last row, if it had one. */
    public Optional<LocalDateTime> lastDate() {
        return rows.dates().last();
    }

    /** How many rows came since the beginning. */
    public long rows() {
        return rows.count();
    }

    /** Of how many upcoming rows something is known. */
    public int rowsAhead() {
        return rows.announced();
    }

    /** Whether enough rows came, and enough is known ahead, for a forecast. */
    public boolean ready() {
        return problem().isEmpty();
    }

    private Optional<String> problem() {
        if (rows.count() < spec.rowsBefore()) {
            return Optional.of(rows.count() + " rows came, but the first forecast needs " + spec.rowsBefore()
                    + " (context " + spec.context() + (spec.season() > 0 ? " + season " + spec.season() : "") + ")");
        }
        return rows.missingAhead();
    }

    /**
     * Forecasts the rows after the last one that came; asked again before anything has come, it is not computed again.
     *
     * @return horizon x outputs numbers in the series' units: of each row and each target the only one, or its quantiles in
     *     increasing order
     * @throws DataException if too few rows came, or too little is known ahead
     */
    public double[] forecast() {
        one.enter();
        try {
            problem().ifPresent(why -> {
                throw new DataException(DataException.Kind.NOT_READY, "There is no forecast yet: " + why + ".");
            });
            if (last.isPresent()) {
                return last.get().clone();
            }
            double[] forecast = new double[spec.horizon() * spec.outputSize()];
            if (carried.isPresent()) {
                carried.get().forecast(forecast);
            } else {
                forecaster.forecast(inputs, rows.size(), 1, forecast);
            }
            last = Optional.of(forecast.clone());
            return forecast;
        } finally {
            one.leave();
        }
    }

    /** How many steps the network has taken, where the state is carried. */
    long steps() {
        return carried.map(CarriedForecast::steps).orElse(0L);
    }

    /**
     * The date of an upcoming row.
     *
     * @param step 0 for the next one
     * @return none where rows have no dates, or dates follow no rule
     */
    public Optional<LocalDateTime> date(int step) {
        return rows.date(step);
    }

    /** Forgets the stream: the next row begins a new one. */
    public void reset() {
        one.enter();
        try {
            last = Optional.empty();
            rows.clear();
            carried.ifPresent(CarriedForecast::reset);
        } finally {
            one.leave();
        }
    }

    /** What the stream remembers, to be kept in a store and given to {@link #restore}. */
    public byte[] save() {
        one.enter();
        try {
            return StreamSnapshot.write(rows, carried);
        } finally {
            one.leave();
        }
    }

    /**
     * Goes on where a stream was saved, of this process or another.
     *
     * @param saved by a stream of the same model and kind
     * @throws DataException if it is damaged, or of another model or kind; the stream is then where it was
     */
    public void restore(byte[] saved) {
        one.enter();
        try {
            StreamSnapshot.read(saved, rows, carried);
            last = Optional.empty();
        } finally {
            one.leave();
        }
    }
}
