package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.scaling.Scaling;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import dev.carousel.loss.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fits a {@link ForecastSpec} on the training rows of one series or of several: the choices that were made, and what
 * follows from the data for the rest.
 *
 * <pre>{@code
 * ForecastSpec spec = ForecastFit.of(series, split)
 *         .withRelative(Relative.LAST)
 *         .withQuantiles(List.of(0.1, 0.5, 0.9))
 *         .fit(96, 24);
 * }</pre>
 *
 * <p>Without your own season, {@link #fit} takes the one that alone forecasts the training rows best, of those that
 * the spacing suggests and that leave half of the rows to learn from, or that the rows allow twice. Immutable.
 */
public final class ForecastFit {

    /** Those that have rows to learn from. */
    private final List<TimeSeries> series;

    private final List<Split> splits;
    private final Choices choices;
    private final Optional<Distribution> distribution;

    /** What a person chose. */
    private record Choices(
            Optional<Integer> season,
            Optional<List<Calendar>> calendar,
            Relative relative,
            Stepping stepping,
            List<Double> quantiles,
            Scaling scaling,
            boolean log,
            boolean eachScaled,
            EmbeddingSize embedding) {

        Choices withSeason(int other) {
            return new Choices(
                    Optional.of(other), calendar, relative, stepping, quantiles, scaling, log, eachScaled, embedding);
        }

        Choices withCalendar(List<Calendar> other) {
            return new Choices(
                    season,
                    Optional.of(List.copyOf(other)),
                    relative,
                    stepping,
                    quantiles,
                    scaling,
                    log,
                    eachScaled,
                    embedding);
        }

        Choices withRelative(Relative other) {
            return new Choices(season, calendar, other, stepping, quantiles, scaling, log, eachScaled, embedding);
        }

        Choices withStepping(Stepping other) {
            return new Choices(season, calendar, relative, other, quantiles, scaling, log, eachScaled, embedding);
        }

        Choices withQuantiles(List<Double> other) {
            return new Choices(
                    season, calendar, relative, stepping, List.copyOf(other), scaling, log, eachScaled, embedding);
        }

        Choices withScaling(Scaling other, boolean logarithms) {
            return new Choices(
                    season, calendar, relative, stepping, quantiles, other, logarithms, eachScaled, embedding);
        }

        Choices withEachScaled(boolean other) {
            return new Choices(season, calendar, relative, stepping, quantiles, scaling, log, other, embedding);
        }

        Choices withEmbedding(EmbeddingSize other) {
            return new Choices(season, calendar, relative, stepping, quantiles, scaling, log, eachScaled, other);
        }
    }

    private ForecastFit(
            List<TimeSeries> series, List<Split> splits, Choices choices, Optional<Distribution> distribution) {
        this.series = series;
        this.splits = splits;
        this.choices = choices;
        this.distribution = distribution;
    }

    /** Of one series, relative to the mean of the context, at once, without quantiles. */
    public static ForecastFit of(TimeSeries series, Split split) {
        return of(List.of(series), List.of(split));
    }

    /**
     * Of several series of a file, each normalised by its own statistics; all alike where some are held out whole, of
     * which nothing is known in training.
     *
     * @param series at least one, of the same columns
     * @param splits one a series
     * @throws DataException if their spacings differ, or none has rows for training
     */
    public static ForecastFit of(List<TimeSeries> series, List<Split> splits) {
        if (series.isEmpty() || series.size() != splits.size()) {
            throw new IllegalArgumentException(series.size() + " series need as many splits but have " + splits.size());
        }
        List<Spacing> spacings = series.stream().map(TimeSeries::spacing).toList();
        Spacing common = Spacing.common(spacings);
        for (TimeSeries one : series) {
            if (!one.spacing().within(common)) {
                throw new DataException(
                        one.place() + ": expected rows " + series.get(0).spacing() + " apart, as in "
                                + series.get(0).place() + ", but found " + one.spacing() + "."
                                + one.note().map(note -> " Here " + note + ".").orElse(""));
            }
        }
        int[] learned = IntStream.range(0, series.size())
                .filter(i -> splits.get(i).trainingRows() > 0)
                .toArray();
        if (learned.length == 0) {
            throw new DataException(series.get(0).source() + ": no rows are left for training. Hold out fewer.");
        }
        return new ForecastFit(
                Arrays.stream(learned).mapToObj(series::get).toList(),
                Arrays.stream(learned).mapToObj(splits::get).toList(),
                new Choices(
                        Optional.empty(),
                        Optional.empty(),
                        Relative.MEAN,
                        Stepping.AT_ONCE,
                        List.of(),
                        Scaling.STANDARD,
                        false,
                        series.size() > 1 && learned.length == series.size(),
                        EmbeddingSize.ONE_HOT),
                Optional.empty());
    }

    private ForecastFit with(Choices other) {
        return new ForecastFit(series, splits, other, distribution);
    }

    /** With your own season: 0 for none. */
    public ForecastFit withSeason(int season) {
        return with(choices.withSeason(season));
    }

    /** With your own calendar entries; none for no calendar. */
    public ForecastFit withCalendar(List<Calendar> calendar) {
        return with(choices.withCalendar(calendar));
    }

    /** With values relative to something else. */
    public ForecastFit withRelative(Relative relative) {
        return with(choices.withRelative(relative));
    }

    /** With another way through the horizon. */
    public ForecastFit withStepping(Stepping stepping) {
        return with(choices.withStepping(stepping));
    }

    /** For quantiles; none for point forecasts. */
    public ForecastFit withQuantiles(List<Double> quantiles) {
        return with(choices.withQuantiles(quantiles));
    }

    /** For a distribution, of which quantiles are forecast; none for others. */
    public ForecastFit withDistribution(Optional<Distribution> family) {
        return new ForecastFit(series, splits, choices, family);
    }

    /** With columns normalised by other numbers, and the logarithms of the targets where asked for. */
    public ForecastFit withScaling(Scaling scaling, boolean log) {
        return with(choices.withScaling(scaling, log));
    }

    /**
     * With each series normalised by its own statistics, or all alike, so that others can be forecast as well: series that
     * are held out whole need the latter.
     */
    public ForecastFit withEachScaled(boolean eachScaled) {
        return with(choices.withEachScaled(eachScaled));
    }

    /**
     * With learned vectors for the values of categories, or with those of a rule, instead of an input for each. The network
     * then begins with {@link ForecastSpec#embedding}.
     */
    public ForecastFit withEmbedding(EmbeddingSize embedding) {
        return with(choices.withEmbedding(embedding));
    }

    /**
     * The formulation.
     *
     * @param context how many rows are read
     * @param horizon how many rows are forecast
     * @throws DataException if the training rows are too few, a target never changes in them, or the choices do not go
     *     together
     */
    public ForecastSpec fit(int context, int horizon) {
        TimeSeries first = series.get(0);
        Spacing spacing =
                Spacing.common(series.stream().map(TimeSeries::spacing).toList());
        List<Calendar> suggested = spacing.regular()
                ? Calendar.defaults(
                        spacing, first.date(0), first.date(splits.get(0).trainingEnd() - 1))
                : List.of();
        ForecastSpec point = new ForecastSpec(
                context,
                horizon,
                0,
                spacing,
                choices.calendar().orElse(suggested),
                columns(),
                choices.relative(),
                choices.stepping(),
                choices.quantiles());
        ForecastSpec plain = distribution.map(point::withDistribution).orElse(point);
        series.forEach(one ->
                distribution.ifPresent(family -> FittingSeries.requireValues(one, family, FittingSeries.TAKE_ANOTHER)));
        ForecastSpec chosen = choices.season().map(plain::withSeason).orElse(plain);
        for (int i = 0; i < series.size(); i++) {
            requireTrainingRows(chosen, series.get(i), splits.get(i));
        }
        requireChange();
        return choices.season().isPresent() ? chosen : bestSeason(plain);
    }

    private ForecastColumns columns() {
        TimeSeries first = series.get(0);
        Map<String, Normaliser> own = new LinkedHashMap<>();
        if (choices.eachScaled()) {
            for (int i = 0; i < series.size(); i++) {
                own.put(
                        series.get(i).id(),
                        Normaliser.fit(
                                series.get(i), 0, splits.get(i).trainingEnd(), choices.scaling(), choices.log()));
            }
        }
        // A value that only held-out rows have is unknown, as it would be in use: nothing can be learned for it.
        List<Categories> categories = Categories.ofTraining(series, splits);
        return new ForecastColumns(
                first.targets().size(),
                first.features().size(),
                normaliserOfAll(),
                categories,
                categories.stream()
                        .map(one -> choices.embedding().size(one.size()))
                        .toList(),
                own);
    }

    /** Of the training rows of all series together. */
    private Normaliser normaliserOfAll() {
        int columns = numbers(series.get(0)).size();
        List<Normaliser.Column> fitted = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            int column = c;
            Column all = Column.concatenated(IntStream.range(0, series.size())
                    .mapToObj(i -> numbers(series.get(i))
                            .get(column)
                            .rows(0, splits.get(i).trainingEnd()))
                    .toList());
            boolean log = choices.log() && c < series.get(0).targets().size();
            fitted.add(choices.scaling().fit(all, 0, all.length(), log));
        }
        return new Normaliser(fitted);
    }

    private static List<Column> numbers(TimeSeries series) {
        return Stream.of(series.targetColumns(), series.featureColumns(), series.knownColumns())
                .flatMap(List::stream)
                .toList();
    }

    private static void requireTrainingRows(ForecastSpec spec, TimeSeries series, Split split) {
        long needed = (long) spec.rowsBefore() + spec.horizon();
        if (split.trainingRows() < needed) {
            throw new DataException(series.place() + ": expected at least "
                    + (needed + split.end() - split.trainingEnd()) + " rows (" + needed + " for training: "
                    + (spec.season() == 0 ? "" : "season " + spec.season() + " + ") + "context " + spec.context()
                    + " + horizon " + spec.horizon() + "; " + split.validationRows() + " for validation; "
                    + split.testRows() + " for the test) but found " + split.end()
                    + ". Take a shorter context or horizon, or a longer file.");
        }
    }

    private void requireChange() {
        for (int k = 0; k < series.get(0).targets().size(); k++) {
            if (!changes(k)) {
                TimeSeries first = series.get(0);
                throw new DataException(first.source() + ", column '"
                        + first.targets().get(k) + "': expected values that change but all "
                        + splits.stream().mapToLong(Split::trainingRows).sum() + " training rows hold "
                        + first.value(k, 0) + ". Is it the right column?");
            }
        }
    }

    private boolean changes(int target) {
        double first = series.get(0).value(target, 0);
        for (int i = 0; i < series.size(); i++) {
            for (int row = 0; row < splits.get(i).trainingEnd(); row++) {
                if (series.get(i).value(target, row) != first) {
                    return true;
                }
            }
        }
        return false;
    }

    private ForecastSpec bestSeason(ForecastSpec plain) {
        List<ForecastSpec> candidates =
                new ArrayList<>(seasons(plain).stream().map(plain::withSeason).toList());
        candidates.add(plain);
        return SeasonChoice.best(series, splits, candidates);
    }

    /**
     * The lags that are tried: those that leave half of the rows to learn from or, where none does, those that the rows allow
     * twice.
     */
    private List<Integer> seasons(ForecastSpec plain) {
        long rows = splits.stream().mapToInt(Split::trainingRows).min().orElseThrow();
        long needed = (long) plain.context() + plain.horizon();
        List<Integer> half = suggested(plain).stream()
                .filter(lag -> lag <= rows / 2 - needed)
                .toList();
        return half.isEmpty()
                ? suggested(plain).stream()
                        .filter(lag -> 2L * lag + needed <= rows)
                        .toList()
                : half;
    }

    /** The lags of the seasons that the spacing suggests. */
    private static List<Integer> suggested(ForecastSpec plain) {
        Spacing spacing = plain.spacing();
        return Stream.of(spacing.longSeason(), spacing.shortSeason())
                .filter(period -> period > 0)
                .map(period -> plain.stepping() == Stepping.AT_ONCE
                        ? NaiveForecast.of(period).lag(plain.horizon())
                        : period)
                .filter(lag -> lag <= ForecastSpec.MAXIMUM_SEASON)
                .toList();
    }

    /** The shortest season that the dates suggest and the training rows hold twice, in rows. */
    public Optional<Integer> suggestedSeason(ForecastSpec fitted) {
        return seasons(fitted.withSeason(0)).stream().min(Integer::compare);
    }

    /**
     * What the user should know where the dates suggest a season but the rows are too few for any.
     *
     * @param fitted the formulation
     */
    public Optional<String> noteOnSeason(ForecastSpec fitted) {
        List<Integer> lags = suggested(fitted.withSeason(0));
        if (choices.season().isPresent()
                || lags.isEmpty()
                || !seasons(fitted.withSeason(0)).isEmpty()) {
            return Optional.empty();
        }
        int lag = Collections.min(lags);
        long rows = splits.stream().mapToInt(Split::trainingRows).min().orElseThrow();
        return Optional.of(
                "no season is used: one of " + lag + " rows needs " + (2L * lag + fitted.context() + fitted.horizon())
                        + " training rows but there are " + rows
                        + (lag + (long) fitted.context() + fitted.horizon() <= rows
                                ? "; --season " + lag + " takes it all the same"
                                : "; hold out fewer or take a shorter context"));
    }
}
