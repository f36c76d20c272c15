package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.scaling.Quantiles;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.loss.Distribution;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a forecast is presented to a network: what it reads, how many steps, and how the numbers are normalised. All that
 * a model file must hold to forecast from a new file.
 *
 * <p>One forecast is one sequence. With the origin o, the first row to forecast, step t of a forecast AT_ONCE is row
 * o - context + t, of context + horizon steps, and its inputs are, in this order:
 *
 * <pre>{@code
 * values     z[row] - m while row < o, then 0           z = (y - mean) / deviation, fitted on the training rows; a target each
 * seasons    z[row - season] - mS                       where there is a season; known at every step
 * known      1 while row < o, then 0
 * features   each normalised while row < o, then 0      what they will be is not known
 * ahead      each normalised                            columns that are known ahead
 * categories one-hot, each, or its id                   known ahead as well
 * calendar   what the row's date tells                  known at every step
 *
 * m  = mean of z over the context rows                  takes the level out, which drifts; or another, and its unit, see Relative
 * mS = mean of z over the context rows, a season earlier
 * }</pre>
 *
 * <p>STEP_BY_STEP, step t forecasts row o - context + 1 + t, of context - 1 + horizon steps: its values are those of the
 * row before, seen or forecast, and there is neither the input "known" nor a feature.
 *
 * <p>With a distribution, the network gives its parameters for each target: of counts, which are not normalised and whose scale is 1 +
 * their mean over the context, or else of the output in the equation below.
 *
 * <p>Without, the network gives a number for each target at a step, or one for each quantile of each target, of which the last
 * horizon steps count: by how much the season's course is missed.
 *
 * <pre>{@code
 * forecast = mean + deviation (output + season input + m)      the season input is 0 where there is no season
 * }</pre>
 *
 * @param context how many rows are read before the origin
 * @param horizon how many rows are forecast
 * @param season how many rows earlier a row's season input stands: 0 for none; at once at least the horizon
 * @param spacing how far apart the rows stand
 * @param calendar what is told about the dates
 * @param columns the targets and what helps
 * @param relative what values are taken relative to
 * @param stepping how the horizon is gone through
 * @param quantiles which quantiles are forecast, increasing, the median among them; none for a point forecast
 * @param distribution the family whose parameters the network gives, of which paths are drawn and their quantiles forecast; none
 *     where the network gives the forecast itself
 */
public record ForecastSpec(
        int context,
        int horizon,
        int season,
        Spacing spacing,
        List<Calendar> calendar,
        ForecastColumns columns,
        Relative relative,
        Stepping stepping,
        List<Double> quantiles,
        Optional<Distribution> distribution) {

    /** The quantiles of a distribution where none are named. */
    public static final List<Double> DECILES = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);

    static final int MAXIMUM_STEPS = 100_000;
    static final int MAXIMUM_SEASON = 1_000_000;

    /** Checks that the sizes are possible and the choices go together. */
    public ForecastSpec {
        calendar = List.copyOf(calendar);
        quantiles = List.copyOf(quantiles);
        if (context < 1 || horizon < 1 || context > MAXIMUM_STEPS || horizon > MAXIMUM_STEPS) {
            throw new DataException("Context and horizon must be 1 to " + MAXIMUM_STEPS + " steps but are " + context
                    + " and " + horizon + ".");
        }
        int least = stepping == Stepping.AT_ONCE ? horizon : 1;
        if (season != 0 && (season < least || season > MAXIMUM_SEASON)) {
            throw new DataException("The season must be 0 (none) or at least "
                    + (least == 1 ? "1 step" : "the horizon of " + horizon + " steps, so that its values are known,")
                    + " but is " + season + ". Take a multiple of it.");
        }
        if (!calendar.isEmpty() && !spacing.regular()) {
            throw new DataException("A calendar needs rows with evenly spaced dates but these are " + spacing + ".");
        }
        if (stepping == Stepping.STEP_BY_STEP && columns.features() > 0) {
            throw new DataException(
                    "A forecast step by step needs every input at the rows to come, but " + columns.featureNames()
                            + " are known up to the present only. Forecast them too, as further targets, or forecast at once.");
        }
        if (stepping == Stepping.AT_ONCE && relative == Relative.PREVIOUS) {
            throw new DataException("Values relative to the row before need a forecast step by step:"
                    + " at once, the row before is not known. Take them relative to the last value instead.");
        }
        Quantiles.require(quantiles);
        if (distribution.isPresent() && quantiles.isEmpty()) {
            throw new DataException("Of the distribution " + distribution.get().text()
                    + " quantiles are forecast, but none are named, as in 0.1,0.5,0.9.");
        }
    }

    /** Where the network gives the forecast itself. */
    public ForecastSpec(
            int context,
            int horizon,
            int season,
            Spacing spacing,
            List<Calendar> calendar,
            ForecastColumns columns,
            Relative relative,
            Stepping stepping,
            List<Double> quantiles) {
        this(context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, Optional.empty());
    }

    /** One target at once, relative to the mean of the context, without quantiles; change it with the {@code with} methods. */
    public static ForecastSpec of(int context, int horizon, Spacing spacing, ForecastColumns columns) {
        return new ForecastSpec(
                context, horizon, 0, spacing, List.of(), columns, Relative.MEAN, Stepping.AT_ONCE, List.of());
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
     * @throws DataException if the training rows are too few or a target never changes in them
     */
    public static ForecastSpec fitted(TimeSeries series, Split split, int context, int horizon) {
        return ForecastFit.of(series, split).fit(context, horizon);
    }

    /**
     * The formulation for a series with your own season.
     *
     * @param series the series
     * @param split which rows are for training
     * @param context how many rows are read
     * @param horizon how many rows are forecast
     * @param season how many rows earlier the season input stands: 0 for none, or at least the horizon
     * @throws DataException if the training rows are too few or a target never changes in them
     */
    public static ForecastSpec fitted(TimeSeries series, Split split, int context, int horizon, int season) {
        return ForecastFit.of(series, split).withSeason(season).fit(context, horizon);
    }

    /** The formulation with another season: 0 for none, or at least the horizon. */
    public ForecastSpec withSeason(int season) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation with another horizon, which a network that forecasts step by step goes on for. */
    public ForecastSpec withHorizon(int horizon) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation with other calendar entries. */
    public ForecastSpec withCalendar(List<Calendar> calendar) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation with values relative to something else. */
    public ForecastSpec withRelative(Relative relative) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation with another way through the horizon. */
    public ForecastSpec withStepping(Stepping stepping) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation for quantiles; none for point forecasts. */
    public ForecastSpec withQuantiles(List<Double> quantiles) {
        return new ForecastSpec(
                context, horizon, season, spacing, calendar, columns, relative, stepping, quantiles, distribution);
    }

    /** The formulation for a distribution, with its quantiles, or deciles where there are none. */
    public ForecastSpec withDistribution(Distribution distribution) {
        return new ForecastSpec(
                context,
                horizon,
                season,
                spacing,
                calendar,
                columns,
                relative,
                stepping,
                quantiles.isEmpty() ? DECILES : quantiles,
                Optional.of(distribution));
    }

    /** How the columns are normalised, unless each series has its own statistics. */
    public Normaliser normaliser() {
        return columns.normaliser();
    }

    /** The name of the first column that is forecast. */
    public String target() {
        return columns.targetNames().get(0);
    }

    /** The names of the columns that are forecast. */
    public List<String> targets() {
        return columns.targetNames();
    }

    /** The names of the columns that help and are known up to the present. */
    public List<String> features() {
        return columns.featureNames();
    }

    /**
     * Whether rows are missing between two dates, where the formulation hangs on the dates: where it has a calendar or a
     * season of dates.
     *
     * @param date after the other
     */
    public boolean gap(LocalDateTime before, LocalDateTime date) {
        boolean dated = spacing.regular() && (!calendar.isEmpty() || season > 0);
        return dated && !spacing.follows(before, date);
    }

    /** T: context + horizon at once; one less step by step. */
    public int steps() {
        return context + horizon - (stepping == Stepping.AT_ONCE ? 0 : 1);
    }

    /** How many rows must stand before an origin. */
    public int rowsBefore() {
        return context + Math.max(season, relative == Relative.PREVIOUS ? 1 : 0);
    }

    /** D: how many inputs a step has. */
    public int inputSize() {
        return calendarOffset() + calendar.stream().mapToInt(Calendar::size).sum();
    }

    /** A network for it, which begins with the learned vectors of its categories, if it has any. */
    public NetworkSpec network(RecurrentArchitecture architecture) {
        Optional<ColumnEmbedding> embedding = embedding();
        return architecture.network(
                embedding.<List<LayerSpec>>map(List::of).orElse(List.of()),
                embedding.map(ColumnEmbedding::outputSize).orElse(inputSize()),
                networkOutputs());
    }

    /**
     * The layer with which the network of a formulation begins whose categories enter as ids: it learns their vectors.
     *
     * @return empty where all categories enter one-hot, or there are none
     */
    public Optional<ColumnEmbedding> embedding() {
        List<ColumnEmbedding.Column> embedded = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        int at = categoryOffset();
        for (int c = 0; c < columns.categories().size(); c++) {
            Categories one = columns.categories().get(c);
            if (columns.embedded(c)) {
                // A name of a parameter: without dots, and no two alike.
                String plain = one.name().replaceAll("[^\\p{L}\\p{N}_-]", "_");
                String name = plain.isBlank() || !taken.add(plain) ? plain + "_" + c : plain;
                taken.add(name);
                embedded.add(new ColumnEmbedding.Column(
                        name, at, one.size(), columns.embeddings().get(c)));
            }
            at += columns.categorySize(c);
        }
        return embedded.isEmpty()
                ? Optional.empty()
                : Optional.of(new ColumnEmbedding("embedding", inputSize(), embedded));
    }

    /** How many numbers the network gives at a step: those of a row of a forecast, or the parameters of each target's distribution. */
    public int networkOutputs() {
        return distribution
                .map(family -> columns.targets() * family.parameters())
                .orElseGet(this::outputSize);
    }

    /** How many numbers a target has in a training target: 1, of counts 2, the count and its scale. */
    int numbersOfTarget() {
        return distribution.map(Distribution::numbersOfValue).orElse(1);
    }

    /** How many numbers a row of a forecast has: for each target one, or one for each quantile. */
    public int outputSize() {
        return columns.targets() * levels();
    }

    /** How many numbers a target has at a step: 1, or one for each quantile. */
    public int levels() {
        return Math.max(1, quantiles.size());
    }

    /** Which of a target's numbers is the forecast: the only one, or the median. */
    public int middle() {
        return Math.max(0, quantiles.indexOf(0.5));
    }

    /** Where the calendar's inputs begin. */
    int calendarOffset() {
        return categoryOffset() + columns.categorySize();
    }

    /** Where the categories' inputs begin. */
    int categoryOffset() {
        return aheadOffset() + columns.known();
    }

    /** Where the inputs that are known ahead begin. */
    public int aheadOffset() {
        return knownOffset() + (stepping == Stepping.AT_ONCE ? 1 : 0) + columns.features();
    }

    /** Where the input "known" stands; the features follow it. */
    int knownOffset() {
        return season == 0 ? columns.targets() : 2 * columns.targets();
    }

    /** The names of the inputs in order. */
    public List<String> inputNames() {
        List<String> names = new ArrayList<>(targets());
        if (season > 0) {
            targets().forEach(target -> names.add(target + " " + season + " rows earlier"));
        }
        if (stepping == Stepping.AT_ONCE) {
            names.add("known");
        }
        names.addAll(features());
        names.addAll(columns.knownNames());
        columns.categoryInputs().forEach(names::add);
        calendar.forEach(entry -> names.addAll(entry.names()));
        return List.copyOf(names);
    }

    /** As plain maps, lists, strings and numbers, for the metadata of a model file. */
    public Map<String, Object> toMap() {
        return ForecastMetadata.toMap(this);
    }

    /**
     * Back from {@link #toMap}, from a file that nobody vouches for. What earlier versions did not write is what they did.
     *
     * @throws DataException if a value is missing or is not what it must be
     */
    public static ForecastSpec fromMap(Map<?, ?> map) {
        return ForecastMetadata.fromMap(map);
    }
}
