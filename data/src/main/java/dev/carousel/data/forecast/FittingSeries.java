package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.loss.Distribution;
import java.util.List;

/** Checks that a series has what a formulation needs, with errors for the person who gave the file. */
public final class FittingSeries {

    /** What to do about values that a distribution cannot have, before there is a model. */
    static final String TAKE_ANOTHER = "Take another distribution, such as student-t.";

    /** Why a model that is trained already may meet such values. */
    static final String OF_ANOTHER_MODEL = "Is it the file of another model, or in another unit?";

    private FittingSeries() {}

    /**
     * The series with the vocabularies of the formulation.
     *
     * @throws DataException if the columns or the spacing are others
     */
    public static TimeSeries require(TimeSeries series, ForecastSpec spec) {
        ForecastColumns columns = spec.columns();
        if (!series.targets().equals(spec.targets()) || !series.features().equals(spec.features())) {
            throw new DataException(series.place() + ": expected the target" + shown(spec.targets())
                    + " and the features " + spec.features() + " but found" + shown(series.targets()) + " and "
                    + series.features() + ".");
        }
        List<String> categories =
                columns.categories().stream().map(Categories::name).toList();
        List<String> found = series.categories().stream().map(Categories::name).toList();
        if (!series.known().equals(columns.knownNames()) || !found.equals(categories)) {
            throw new DataException(series.place() + ": expected the known columns " + columns.knownNames()
                    + " and the categories " + categories + " but found " + series.known() + " and " + found + ".");
        }
        boolean dated = !spec.calendar().isEmpty() || spec.season() > 0;
        if (dated && spec.spacing().regular() && !series.spacing().equals(spec.spacing())) {
            throw new DataException(series.place() + ": expected rows " + spec.spacing()
                    + " apart, as in the file that the model was trained on, but found " + series.spacing() + "."
                    + series.note().map(note -> " In this file " + note + ".").orElse(""));
        }
        return categories.isEmpty() || series.categories().equals(columns.categories())
                ? series
                : series.withCategories(columns.categories());
    }

    /**
     * Refuses a series whose targets a distribution cannot have, such as halves of counts.
     *
     * @param advice ends the message: {@link #TAKE_ANOTHER} or {@link #OF_ANOTHER_MODEL}
     * @throws DataException with the row
     */
    static void requireValues(TimeSeries series, Distribution distribution, String advice) {
        for (int k = 0; k < series.targets().size(); k++) {
            for (int row = 0; row < series.length(); row++) {
                double value = series.value(k, row);
                if (!distribution.has(value)) {
                    throw new DataException(
                                    DataException.Kind.IMPOSSIBLE_VALUE,
                                    series.place() + ", row " + (row + 1) + ", column '"
                                            + series.targets().get(k) + "': expected " + expected(distribution)
                                            + ", but found " + value + ". " + advice)
                            .inColumn(series.targets().get(k));
                }
            }
        }
    }

    /**
     * Refuses a row of a stream whose targets a distribution cannot have.
     *
     * @throws DataException with the column
     */
    static void requireValues(List<String> targets, double[] values, Distribution distribution) {
        for (int k = 0; k < values.length; k++) {
            if (!distribution.has(values[k])) {
                throw new DataException(
                                DataException.Kind.IMPOSSIBLE_VALUE,
                                "A row holds " + values[k] + " in '" + targets.get(k) + "' but must hold "
                                        + expected(distribution) + ". " + OF_ANOTHER_MODEL)
                        .inColumn(targets.get(k));
            }
        }
    }

    private static String expected(Distribution distribution) {
        return switch (distribution.kind()) {
                    case BERNOULLI -> "0 or 1";
                    case NEGATIVE_BINOMIAL -> "a count (0, 1, 2 and so on, below 16,777,216)";
                    default -> "a finite number";
                }
                + ", as the distribution " + distribution.text() + " has them";
    }

    private static String shown(List<String> targets) {
        return targets.size() == 1 ? " '" + targets.get(0) + "'" : "s " + targets;
    }

    /**
     * Refuses an origin whose horizon goes on beyond what the file knows ahead. A category that is the same in the last
     * rows stays what it is.
     */
    static void requireAhead(TimeSeries series, ForecastSpec spec, int origin) {
        int needed = origin + spec.horizon();
        if (needed <= series.knownLength()) {
            return;
        }
        ForecastColumns columns = spec.columns();
        if (columns.known() > 0) {
            throw new DataException(series.place() + ": expected the columns " + columns.knownNames()
                    + ", which are known ahead, to go on for a horizon of " + spec.horizon() + " rows after row "
                    + origin + " but they end at row " + series.knownLength()
                    + ". Add the rows to come, with the targets left empty.");
        }
        for (int c = 0; c < columns.categories().size(); c++) {
            int last = series.knownLength() - 1;
            for (int row = Math.max(0, origin - spec.context()); row < last; row++) {
                if (series.category(c, row) != series.category(c, last)) {
                    throw new DataException(series.place() + ": expected the category '"
                            + columns.categories().get(c).name() + "', which changes from row to row, to go on for a"
                            + " horizon of " + spec.horizon() + " rows after row " + origin + " but it ends at row "
                            + series.knownLength() + ". Add the rows to come, with the targets left empty.");
                }
            }
        }
    }
}
