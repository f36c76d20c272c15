package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.forecast.CarriedForecast;
import dev.carousel.data.forecast.ForecastColumns;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.OneThread;
import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A stream of rows, each scored by its distance from what a network expected after the rows before it.
 *
 * <pre>{@code
 * Model model = Model.load(path);
 * AnomalyStream stream = AnomalyStream.of(model.network().pack(), AnomalyTask.spec(model.task()));
 * double score = stream.add(LocalDateTime.now(), 20.5, 3.1);       // one number a column
 * if (stream.alarm()) {
 *     warn("expected " + stream.expected(0) + " of the first column");
 * }
 * }</pre>
 *
 * <p>A step costs the same whatever came before: what is remembered is the state of a session and the last season of rows.
 * The first rows, as many as the network read before its first forecast in training, have no score. One thread at a time, and a
 * second one gets an error;
 * the network is shared by any number of streams.
 */
public final class AnomalyStream {

    private static final int MAGIC = 0x43534131;

    private final OneThread one = new OneThread("AnomalyStream");
    private final AnomalySpec spec;
    private final CarriedForecast stream;

    /** z of each target. */
    private final double[] expected;

    private final double[] errors;
    private double score = Double.NaN;

    private AnomalyStream(AnomalySpec spec, CarriedForecast stream) {
        this.spec = spec;
        this.stream = stream;
        this.expected = new double[spec.forecast().columns().targets()];
        this.errors = new double[spec.forecast().columns().targets()];
    }

    /** A new stream. */
    public static AnomalyStream of(PackedNetwork network, AnomalySpec spec) {
        return of(network, spec, "");
    }

    /**
     * A new stream of one of the series that the model was trained on.
     *
     * @param series the name, by whose own statistics it is normalised where each series has its own
     */
    public static AnomalyStream of(PackedNetwork network, AnomalySpec spec, String series) {
        return new AnomalyStream(spec, CarriedForecast.ofNextRows(network, spec.forecast(), series));
    }

    /**
     * A new stream whose network learns from each row, after it was scored.
     *
     * @param learner begins too; its loss compares outputs with one number a target, and its targets are not late. {@link #save}
     *     leaves it out: save both
     * @param series the name, by whose own statistics it is normalised where each series has its own
     */
    public static AnomalyStream learning(OnlineLearner learner, AnomalySpec spec, String series) {
        return new AnomalyStream(spec, CarriedForecast.learning(learner, spec.forecast(), series));
    }

    /**
     * Takes a row of a stream whose formulation has a calendar.
     *
     * @param date the row's
     * @param values one a target
     * @return its score; NaN while too little is known
     */
    public double add(LocalDateTime date, double... values) {
        return add(Optional.of(date), values, new double[0], new int[0]);
    }

    /** Takes a row of a stream without a calendar. */
    public double add(double... values) {
        return add(Optional.empty(), values, new double[0], new int[0]);
    }

    /**
     * Takes a row.
     *
     * @param date the row's, where the formulation has a calendar
     * @param values one a target, finite
     * @param known one a column that is known ahead, finite
     * @param categories one id a category
     * @return its score; NaN while too little is known
     * @throws DataException if a value is missing or not finite, or the row does not follow the last one ({@link
     *     dev.carousel.data.forecast.ForecastSpec#gap}); the stream is then where it was
     */
    public double add(Optional<LocalDateTime> date, double[] values, double[] known, int[] categories) {
        one.enter();
        try {
            ForecastColumns columns = spec.forecast().columns();
            columns.requireTargets(values.length);
            columns.requireAhead(known.length, categories.length);
            for (int c = 0; c < categories.length; c++) {
                if (categories[c] < 0
                        || categories[c] >= columns.categories().get(c).size()) {
                    throw new DataException(
                            DataException.Kind.UNKNOWN_UNIT,
                            "A row has the id " + categories[c] + " of "
                                    + columns.categories().get(c)
                                    + ". Was it made with the vocabulary of another model?");
                }
            }
            stream.require(date, values, known);
            // As many rows as the network read in training before a forecast of it counted.
            boolean counts = stream.rows() >= spec.forecast().rowsBefore();
            score = Double.NaN;
            if (stream.add(date, values, known, categories, expected)) {
                for (int k = 0; k < values.length; k++) {
                    errors[k] = stream.target(k).normalise(values[k]) - expected[k];
                }
                score = counts ? spec.score(errors) : Double.NaN;
            }
            return score;
        } finally {
            one.leave();
        }
    }

    /** Takes a row of a series of the formulation's columns. */
    public double add(TimeSeries series, int row) {
        Optional<LocalDateTime> date = series.hasDates() ? Optional.of(series.date(row)) : Optional.empty();
        return add(
                date,
                IntStream.range(0, series.targets().size())
                        .mapToDouble(k -> series.value(k, row))
                        .toArray(),
                IntStream.range(0, series.known().size())
                        .mapToDouble(j -> series.known(j, row))
                        .toArray(),
                IntStream.range(0, series.categories().size())
                        .map(c -> series.category(c, row))
                        .toArray());
    }

    /** The date of the last row, if it had one. */
    public Optional<LocalDateTime> lastDate() {
        return stream.lastDate();
    }

    /** How many rows came since the beginning. */
    public long rows() {
        return stream.rows();
    }

    /** Forgets the stream: the next row begins a new one. */
    public void reset() {
        one.enter();
        try {
            stream.clear();
            score = Double.NaN;
        } finally {
            one.leave();
        }
    }

    /** What the stream remembers, to be kept in a store and given to {@link #restore}; the last score is not part of it. */
    public byte[] save() {
        one.enter();
        try {
            return SavedState.write(MAGIC, stream::write);
        } finally {
            one.leave();
        }
    }

    /**
     * Goes on where a stream was saved, of this process or another.
     *
     * @param saved by a stream of the same model
     * @throws DataException if it is damaged, or of another model; the stream is then where it was
     */
    public void restore(byte[] saved) {
        one.enter();
        try {
            SavedState.read(saved, MAGIC, in -> {
                Runnable read = stream.read(in);
                return () -> {
                    read.run();
                    score = Double.NaN;
                };
            });
        } finally {
            one.leave();
        }
    }

    /** Whether the last row is an alarm. */
    public boolean alarm() {
        return spec.threshold().alarms(score);
    }

    /** The score of the last row; NaN while too little is known. */
    public double score() {
        return score;
    }

    /** What was expected of a target in the last row; meaningless where it has no score. */
    public double expected(int target) {
        return stream.target(target).restore(expected[target]);
    }

    /** The errors of the last row, normalised: truth less forecast of each target. */
    public double[] errors() {
        return errors.clone();
    }

    /** Which target of the last row was the farthest from what was expected. */
    public int farthestColumn() {
        return spec.farthestColumn(errors);
    }
}
