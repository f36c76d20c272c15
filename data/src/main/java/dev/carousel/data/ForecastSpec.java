package dev.carousel.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a forecast is put before a network: what it reads, how many steps, and how the numbers are normalised. All that a
 * model file must hold to forecast from a new file.
 *
 * <p>One forecast is one sequence of context + horizon steps. With the origin o, the first row to forecast, step t of it
 * is row o - context + t, and its inputs are, in this order:
 *
 * <pre>{@code
 * value      z[row] - m while row < o, then 0           z = (y - mean) / deviation, fitted on the training rows
 * season     z[row - season] - mS                       where there is a season; known at every step
 * known      1 while row < o, then 0
 * features   each normalised while row < o, then 0      what they will be is not known
 * calendar   what the row's date tells                  known at every step
 *
 * m  = mean of z over the context rows                  takes the level out, which drifts
 * mS = mean of z over the context rows, a season earlier
 * }</pre>
 *
 * <p>The network gives one number a step, of which the last horizon count: by how much the season's course is missed.
 *
 * <pre>{@code
 * forecast = mean + deviation (output + season input + m)      the season input is 0 where there is no season
 * }</pre>
 *
 * @param context how many rows are read before the origin
 * @param horizon how many rows are forecast
 * @param season how many rows earlier a row's season input stands: 0 for none, or at least the horizon
 * @param spacing how far apart the rows stand
 * @param calendar what is told about the dates
 * @param normaliser the target's column first, then the features'
 */
public record ForecastSpec(
        int context, int horizon, int season, Spacing spacing, List<Calendar> calendar, Normaliser normaliser) {

    private static final int MAXIMUM_STEPS = 100_000;
    private static final int MAXIMUM_SEASON = 1_000_000;

    /** Checks that the sizes are possible. */
    public ForecastSpec {
        calendar = List.copyOf(calendar);
        if (context < 1 || horizon < 1 || context > MAXIMUM_STEPS || horizon > MAXIMUM_STEPS) {
            throw new DataException("Context and horizon must be 1 to " + MAXIMUM_STEPS + " steps but are " + context
                    + " and " + horizon + ".");
        }
        if (season != 0 && (season < horizon || season > MAXIMUM_SEASON)) {
            throw new DataException("The season must be 0 (none) or at least the horizon of " + horizon
                    + " steps, so that its values are known, but is " + season + ". Take a multiple of it.");
        }
        if (!calendar.isEmpty() && !spacing.regular()) {
            throw new DataException("A calendar needs rows with evenly spaced dates but these are " + spacing + ".");
        }
    }

    /**
     * The formulation for a series, fitted on its training rows: the calendar entries that its dates make worthwhile, and
     * the season that alone forecasts the training rows best, of those that the spacing suggests and that leave half of the
     * rows to learn from.
     *
     * @param series the series
     * @param split which rows are for training
     * @param context how many rows are read
     * @param horizon how many rows are forecast
     * @throws DataException if the training rows are too few or the target never changes in them
     */
    public static ForecastSpec fitted(TimeSeries series, Split split, int context, int horizon) {
        ForecastSpec plain = fitted(series, split, context, horizon, 0);
        long room = split.trainingRows() / 2 - (long) context - horizon;
        List<ForecastSpec> candidates = Stream.of(
                        series.spacing().longSeason(), series.spacing().shortSeason())
                .filter(period -> period > 0 && period <= room)
                .map(period -> NaiveForecast.of(period).lag(horizon))
                .filter(lag -> lag <= room)
                .map(plain::withSeason)
                .collect(Collectors.toCollection(ArrayList::new));
        candidates.add(plain);
        return SeasonChoice.best(series, split.trainingEnd(), candidates);
    }

    /**
     * The formulation for a series with a season of one's own.
     *
     * @param series the series
     * @param split which rows are for training
     * @param context how many rows are read
     * @param horizon how many rows are forecast
     * @param season how many rows earlier the season input stands: 0 for none, or at least the horizon
     * @throws DataException if the training rows are too few or the target never changes in them
     */
    public static ForecastSpec fitted(TimeSeries series, Split split, int context, int horizon, int season) {
        Spacing spacing = series.spacing();
        List<Calendar> calendar = spacing.regular()
                ? Calendar.defaults(spacing, series.date(0), series.date(split.trainingEnd() - 1))
                : List.of();
        ForecastSpec spec = new ForecastSpec(
                context, horizon, season, spacing, calendar, Normaliser.fit(series, 0, split.trainingEnd()));
        spec.requireTrainingRows(series, split);
        double first = series.value(0);
        for (int row = 1; row < split.trainingEnd(); row++) {
            if (series.value(row) != first) {
                return spec;
            }
        }
        throw new DataException(
                series.source() + ", column '" + series.target() + "': expected values that change but all "
                        + split.trainingEnd() + " training rows hold " + first + ". Is it the right column?");
    }

    private void requireTrainingRows(TimeSeries series, Split split) {
        long needed = (long) season + context + horizon;
        if (split.trainingRows() < needed) {
            throw new DataException(
                    series.source() + ": expected at least " + (needed + split.end() - split.trainingEnd())
                            + " rows (" + needed + " for training: " + parts() + "; " + split.validationRows()
                            + " for validation; "
                            + split.testRows() + " for the test) but found " + series.length()
                            + ". Take a shorter context or horizon, or a longer file.");
        }
    }

    private String parts() {
        return (season == 0 ? "" : "season " + season + " + ") + "context " + context + " + horizon " + horizon;
    }

    /** The formulation with another season: 0 for none, or at least the horizon. */
    public ForecastSpec withSeason(int season) {
        return new ForecastSpec(context, horizon, season, spacing, calendar, normaliser);
    }

    /** The formulation with other calendar entries. */
    public ForecastSpec withCalendar(List<Calendar> calendar) {
        return new ForecastSpec(context, horizon, season, spacing, calendar, normaliser);
    }

    /** The name of the column that is forecast. */
    public String target() {
        return normaliser.columns().get(0).name();
    }

    /** The names of the columns that help. */
    public List<String> features() {
        return normaliser.columns().stream()
                .skip(1)
                .map(Normaliser.Column::name)
                .toList();
    }

    /** T: context + horizon. */
    public int steps() {
        return context + horizon;
    }

    /** D: how many inputs a step has. */
    public int inputSize() {
        return calendarOffset() + calendar.stream().mapToInt(Calendar::size).sum();
    }

    /** Where the calendar's inputs begin. */
    int calendarOffset() {
        return knownOffset() + normaliser.columns().size();
    }

    /** Where the input "known" stands; the features follow it. */
    int knownOffset() {
        return season == 0 ? 1 : 2;
    }

    /** The names of the inputs in order. */
    public List<String> inputNames() {
        List<String> names = new ArrayList<>();
        names.add(target());
        if (season > 0) {
            names.add(target() + " " + season + " rows earlier");
        }
        names.add("known");
        names.addAll(features());
        calendar.forEach(entry -> names.addAll(entry.names()));
        return List.copyOf(names);
    }

    /** As plain maps, lists, strings and numbers, for the metadata of a model file. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("context", context);
        map.put("horizon", horizon);
        map.put("season", season);
        map.put("spacing", spacing.kind().name().toLowerCase(Locale.ROOT));
        map.put("spacing_amount", spacing.amount());
        map.put("calendar", calendar.stream().map(Calendar::label).toList());
        map.put("columns", normaliser.toList());
        return map;
    }

    /**
     * Back from {@link #toMap}, from a file that nobody vouches for.
     *
     * @throws DataException if a value is missing or is not what it must be
     */
    public static ForecastSpec fromMap(Map<?, ?> map) {
        List<Calendar> calendar = new ArrayList<>();
        for (Object label : Metadata.list(map, "calendar")) {
            Calendar entry = Calendar.ofLabel(String.valueOf(label));
            if (calendar.contains(entry)) {
                throw Metadata.wrong("calendar", "a list of different entries", Metadata.list(map, "calendar"));
            }
            calendar.add(entry);
        }
        String kind = Metadata.text(map, "spacing");
        Spacing spacing = Stream.of(Spacing.Kind.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(kind))
                .findFirst()
                .map(one -> Metadata.spacing(one, map))
                .orElseThrow(() -> Metadata.wrong("spacing", "a known spacing", kind));
        return new ForecastSpec(
                Metadata.integer(map, "context", 1, MAXIMUM_STEPS),
                Metadata.integer(map, "horizon", 1, MAXIMUM_STEPS),
                Metadata.integer(map, "season", 0, MAXIMUM_SEASON),
                spacing,
                calendar,
                Normaliser.fromList(Metadata.list(map, "columns")));
    }
}
