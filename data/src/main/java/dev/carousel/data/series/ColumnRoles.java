package dev.carousel.data.series;

import dev.carousel.data.DataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The role of each column of a table in a series.
 *
 * <pre>{@code
 * ColumnRoles.of("sales")
 *         .withFeatures(List.of("visitors"))      // known up to the present
 *         .withKnown(List.of("price", "holiday")) // known ahead as well
 *         .withCategories(List.of("kind"))
 *         .withId("shop")                         // one series for each shop
 *         .withDate("day");                       // else the first column of dates, if there is one
 * }</pre>
 *
 * @param targets the columns to forecast; none where a series is to be classified
 * @param features columns of numbers that help and are known up to the present
 * @param known columns of numbers that help and are known ahead, such as prices and holidays
 * @param categories columns whose fields are names rather than amounts; known ahead as well
 * @param id the column that tells several series of one file apart; it may be one of the categories too
 * @param date the column of dates; empty for the first that holds dates, if there is one
 */
public record ColumnRoles(
        List<String> targets,
        List<String> features,
        List<String> known,
        List<String> categories,
        Optional<String> id,
        Optional<String> date) {

    /** Checks that no column is named twice. */
    public ColumnRoles {
        targets = List.copyOf(targets);
        features = List.copyOf(features);
        known = List.copyOf(known);
        categories = List.copyOf(categories);
        List<String> all = new ArrayList<>();
        Stream.of(targets, features, known, categories).forEach(all::addAll);
        Set<String> seen = new HashSet<>();
        for (String name : all) {
            if (!seen.add(name)) {
                throw new DataException("The targets and the features must be different columns but are " + all + ": '"
                        + name + "' is named twice. The past of a target is an input anyway.");
            }
        }
    }

    /** The columns to forecast and nothing else. */
    public static ColumnRoles of(String... targets) {
        return new ColumnRoles(List.of(targets), List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());
    }

    /** With columns that help and are known up to the present. */
    public ColumnRoles withFeatures(List<String> features) {
        return new ColumnRoles(targets, features, known, categories, id, date);
    }

    /** With columns that help and are known ahead. */
    public ColumnRoles withKnown(List<String> known) {
        return new ColumnRoles(targets, features, known, categories, id, date);
    }

    /** With columns of categories. */
    public ColumnRoles withCategories(List<String> categories) {
        return new ColumnRoles(targets, features, known, categories, id, date);
    }

    /** With a column that tells several series of one file apart. */
    public ColumnRoles withId(String id) {
        return new ColumnRoles(targets, features, known, categories, Optional.of(id), date);
    }

    /** With a column of dates. */
    public ColumnRoles withDate(String date) {
        return new ColumnRoles(targets, features, known, categories, id, Optional.of(date));
    }

    /** The columns of numbers: targets, features, known, in this order. */
    public List<String> numbers() {
        return Stream.of(targets, features, known).flatMap(List::stream).toList();
    }
}
