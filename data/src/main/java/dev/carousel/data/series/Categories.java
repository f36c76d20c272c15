package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Metadata;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The vocabulary of a column of categories: each value it was fitted on has an id from 1, all others share the id 0.
 *
 * <pre>{@code
 * Categories kinds = Categories.of("kind", List.of("shop", "kiosk", "shop"));
 * kinds.size();                           // 3: unknown, kiosk, shop
 * kinds.id("shop");                       // 2
 * kinds.id("market");                     // 0, since training did not have it
 * kinds.value(0);                         // "unknown"
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Categories {

    /** The id of all values that the vocabulary does not hold. */
    public static final int UNKNOWN = 0;

    private static final String UNKNOWN_VALUE = "unknown";

    private final String name;
    private final List<String> values;
    private final Map<String, Integer> ids = new HashMap<>();

    private Categories(String name, List<String> values) {
        this.name = name;
        this.values = List.copyOf(values);
        for (int i = 0; i < values.size(); i++) {
            if (ids.put(values.get(i), i + 1) != null) {
                throw new IllegalArgumentException(
                        "The category '" + name + "' has the value '" + values.get(i) + "' twice.");
            }
        }
    }

    /**
     * The vocabulary of some values.
     *
     * @param name the column's name
     * @param values in any order, each as often as one likes; ids go by the order of the alphabet
     */
    public static Categories of(String name, Collection<String> values) {
        return new Categories(name, List.copyOf(new TreeSet<>(values)));
    }

    /** The vocabularies of what the training rows of some series of the same columns have. */
    public static List<Categories> ofTraining(List<TimeSeries> series, List<Split> splits) {
        List<Categories> trained = new ArrayList<>();
        for (int j = 0; j < series.get(0).categories().size(); j++) {
            Categories all = series.get(0).categories().get(j);
            BitSet seen = new BitSet(all.size());
            for (int i = 0; i < series.size(); i++) {
                for (int row = 0; row < splits.get(i).trainingEnd(); row++) {
                    seen.set(series.get(i).category(j, row));
                }
            }
            seen.clear(UNKNOWN);
            trained.add(of(all.name(), seen.stream().mapToObj(all::value).toList()));
        }
        return List.copyOf(trained);
    }

    /** The column's name. */
    public String name() {
        return name;
    }

    /** How many ids there are, the unknown one included. */
    public int size() {
        return values.size() + 1;
    }

    /** The known values in the order of their ids, which begin with 1. */
    public List<String> values() {
        return values;
    }

    /** The id of a value; {@link #UNKNOWN} if it has none of its own. */
    public int id(String value) {
        return ids.getOrDefault(value, UNKNOWN);
    }

    /**
     * The value of an id; "unknown" for {@link #UNKNOWN}.
     *
     * @throws IllegalArgumentException if there is no such id
     */
    public String value(int id) {
        if (id < 0 || id >= size()) {
            throw new IllegalArgumentException(
                    "Id " + id + " of the category '" + name + "' must lie between 0 and " + (size() - 1) + ".");
        }
        return id == UNKNOWN ? UNKNOWN_VALUE : values.get(id - 1);
    }

    /** As plain maps, lists and strings, for the metadata of a model file. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("values", values);
        return map;
    }

    /**
     * Back from {@link #toMap}, from a file that nobody vouches for.
     *
     * @throws DataException if a value is missing or is not what it must be
     */
    public static Categories fromMap(Map<?, ?> map) {
        List<?> list = Metadata.list(map, "values");
        if (list.stream().anyMatch(value -> !(value instanceof String))
                || list.stream().distinct().count() < list.size()) {
            throw Metadata.wrong("values", "a list of different texts", list);
        }
        return new Categories(
                Metadata.text(map, "name"),
                list.stream().map(String.class::cast).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Categories categories
                && name.equals(categories.name)
                && values.equals(categories.values);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + values.hashCode();
    }

    @Override
    public String toString() {
        return "Categories[" + name + ", " + values.size() + " values]";
    }
}
