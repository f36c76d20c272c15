package dev.carousel.data.series;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One row of a series as it comes: what was measured, what is known ahead, and when.
 *
 * <pre>{@code
 * Observation.of(20.5, 3.1)                           // one number a target
 *         .withDate(LocalDateTime.now())
 *         .withKnown(1.25)
 *         .withCategories("sun");
 * }</pre>
 *
 * <p>The arrays are not copied and are to be read only.
 *
 * @param date when it is, where the series has dates
 * @param targets one number a target; none in an upcoming row
 * @param features one a column known up to the present; none in an upcoming row
 * @param known one a column of numbers that is known ahead
 * @param categories the value of each category; one that training did not have is unknown
 */
// Arrays, since rows come by the million; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
public record Observation(
        Optional<LocalDateTime> date, double[] targets, double[] features, double[] known, List<String> categories) {

    private static final double[] NONE = {};

    /** Takes a copy of the list. */
    public Observation {
        categories = List.copyOf(categories);
    }

    /** A row of targets. */
    public static Observation of(double... targets) {
        return new Observation(Optional.empty(), targets, NONE, NONE, List.of());
    }

    /** An upcoming row, of which is told what is known ahead. */
    public static Observation ahead() {
        return of();
    }

    /** With a date. */
    public Observation withDate(LocalDateTime date) {
        return new Observation(Optional.of(date), targets, features, known, categories);
    }

    /** With columns that are known up to the present. */
    public Observation withFeatures(double... features) {
        return new Observation(date, targets, features, known, categories);
    }

    /** With columns that are known ahead. */
    public Observation withKnown(double... known) {
        return new Observation(date, targets, features, known, categories);
    }

    /** With the values of categories. */
    public Observation withCategories(String... categories) {
        return new Observation(date, targets, features, known, List.of(categories));
    }

    /** A row of a series; beyond its last row with targets, what is known ahead of it. */
    public static Observation of(TimeSeries series, int row) {
        boolean seen = row < series.length();
        double[] targets = new double[seen ? series.targets().size() : 0];
        for (int k = 0; k < targets.length; k++) {
            targets[k] = series.value(k, row);
        }
        double[] features = new double[seen ? series.features().size() : 0];
        for (int j = 0; j < features.length; j++) {
            features[j] = series.feature(j, row);
        }
        double[] known = new double[series.known().size()];
        for (int j = 0; j < known.length; j++) {
            known[j] = series.known(j, row);
        }
        List<String> categories = new ArrayList<>();
        for (int c = 0; c < series.categories().size(); c++) {
            categories.add(series.categories().get(c).value(series.category(c, row)));
        }
        Optional<LocalDateTime> date = series.hasDates() ? Optional.of(series.date(row)) : Optional.empty();
        return new Observation(date, targets, features, known, categories);
    }
}
