package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.data.series.Categories;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the columns of a series are to a forecaster, and how their numbers are normalised.
 *
 * <p>Several series of one file are either all normalised by the same statistics, and then unseen series can be
 * forecast as well, or each by its own, so that a small shop weighs as much as a large one.
 *
 * @param targets how many columns are forecast: the first ones of the normaliser
 * @param features how many columns are known up to the present: those after them
 * @param normaliser the targets' columns, the features', and those that are known ahead
 * @param categories the columns of categories, known ahead
 * @param embeddings for each category the length of the vectors that are learned for its values, which then enter as ids;
 *     0 where they enter one-hot
 * @param series where each series is normalised by its own numbers, these by its name; else empty
 */
public record ForecastColumns(
        int targets,
        int features,
        Normaliser normaliser,
        List<Categories> categories,
        List<Integer> embeddings,
        Map<String, Normaliser> series) {

    /** Checks that there is a target, and a length for each category. */
    public ForecastColumns {
        categories = List.copyOf(categories);
        embeddings = List.copyOf(embeddings);
        series = Map.copyOf(new LinkedHashMap<>(series));
        int all = normaliser.columns().size();
        if (targets < 1 || features < 0 || targets + features > all) {
            throw new DataException("Of " + all + " columns " + targets + " cannot be forecast and " + features
                    + " be known up to the present.");
        }
        if (embeddings.size() != categories.size() || embeddings.stream().anyMatch(length -> length < 0)) {
            throw new DataException("Each of " + categories.size()
                    + " categories needs the length of its vectors, at least 0, but these are " + embeddings + ".");
        }
    }

    /** One target, and all other columns known up to the present. */
    public static ForecastColumns of(Normaliser normaliser) {
        return new ForecastColumns(1, normaliser.columns().size() - 1, normaliser, List.of(), List.of(), Map.of());
    }

    /**
     * Refuses a row of another number of targets.
     *
     * @throws DataException if these are not as many as the targets
     */
    public void requireTargets(int values) {
        require(values, targets, "target", "targets");
    }

    /**
     * Refuses a row of another number of features.
     *
     * @throws DataException if these are not as many as the columns known up to the present
     */
    public void requireFeatures(int values) {
        require(values, features, "column that is known up to the present", "columns that are known up to the present");
    }

    /**
     * Refuses another number of what is known ahead of a row.
     *
     * @param values how many numbers
     * @param ids of how many categories
     * @throws DataException if these are not as many as the columns
     */
    public void requireAhead(int values, int ids) {
        require(values, known(), "column that is known ahead", "columns that are known ahead");
        require(ids, categories.size(), "category", "categories");
    }

    private static void require(int found, int expected, String one, String many) {
        if (found != expected) {
            String needs = expected == 0
                    ? "no value, since the model has no " + many
                    : expected == 1 ? "1 value, for its " + one : expected + " values, one for each of its " + many;
            throw new DataException(
                    DataException.Kind.WRONG_WIDTH,
                    "A row needs " + needs + ", but has " + found + ". Was the model trained on other columns?");
        }
    }

    /** How many columns of numbers are known ahead. */
    public int known() {
        return normaliser.columns().size() - targets - features;
    }

    /** The names of the columns that are forecast. */
    public List<String> targetNames() {
        return names(0, targets);
    }

    /** The names of the columns that are known up to the present. */
    public List<String> featureNames() {
        return names(targets, features);
    }

    /** The names of the columns of numbers that are known ahead. */
    public List<String> knownNames() {
        return names(targets + features, known());
    }

    private List<String> names(int from, int count) {
        return normaliser.columns().subList(from, from + count).stream()
                .map(Normaliser.Column::name)
                .toList();
    }

    /** Whether the values of a category enter as ids, for which vectors are learned. */
    public boolean embedded(int category) {
        return embeddings.get(category) > 0;
    }

    /** How many inputs a category has: one for its id, or one for each value. */
    int categorySize(int category) {
        return embedded(category) ? 1 : categories.get(category).size();
    }

    /** How many inputs all categories have. */
    public int categorySize() {
        return IntStream.range(0, categories.size()).map(this::categorySize).sum();
    }

    /** The names of those inputs: {@code kind} of an id, else {@code kind=shop}. */
    public Stream<String> categoryInputs() {
        return IntStream.range(0, categories.size()).boxed().flatMap(this::categoryInputs);
    }

    private Stream<String> categoryInputs(int category) {
        Categories one = categories.get(category);
        return embedded(category)
                ? Stream.of(one.name())
                : IntStream.range(0, one.size()).mapToObj(id -> one.name() + "=" + one.value(id));
    }

    /**
     * Writes the inputs of a category.
     *
     * @param x receives them
     * @param at from where on
     * @return where the next inputs begin
     */
    public int writeCategory(int category, int id, float[] x, int at) {
        int end = at + categorySize(category);
        if (embedded(category)) {
            x[at] = id;
        } else {
            Arrays.fill(x, at, end, 0);
            x[at + id] = 1;
        }
        return end;
    }

    /**
     * How a series is normalised.
     *
     * @param name the series' name among those of its file
     * @throws DataException if each is normalised by its own numbers and this one was not among them
     */
    public Normaliser of(String name) {
        if (series.isEmpty()) {
            return normaliser;
        }
        Normaliser own = series.get(name);
        if (own == null) {
            throw new DataException(
                    DataException.Kind.UNKNOWN_COLUMN,
                    "The series '" + Numbers.shortened(name) + "' is not among the " + series.size()
                            + " that the model was trained on, and each is normalised by its own numbers."
                            + Spelling.nearest(name, series.keySet())
                                    .map(near -> " Did you mean '" + near + "'?")
                                    .orElse(
                                            " To forecast new ones, train with all series normalised alike (--scale all), or each by"
                                                    + " the rows that a forecast reads (--scale window)."));
        }
        return own;
    }
}
