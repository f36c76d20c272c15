package dev.carousel.data.series;

import dev.carousel.data.file.RowStore;
import dev.carousel.data.table.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a {@link RowStore} keeps what: the line, the date, the id, the numbers, what says where they were missing, and the
 * categories.
 *
 * <p>A date is the microseconds since 1970, as a whole number; an id and a category the number of its text; a number its
 * bits, NaN while it is missing.
 *
 * @param columns which column is what, with the column of dates found and the types of all known
 * @param missing what happens to missing values
 */
record StoreLayout(ColumnRoles columns, Missing missing) {

    static final int LINE = 0;
    static final int DATE = 1;
    static final int ID = 2;

    /** How far the written time is ahead of UTC, in seconds. */
    static final int OFFSET = 3;

    private static final int NUMBERS = 4;

    int numberOfTargets() {
        return columns.targets().size();
    }

    /** The columns of numbers in the file: targets, features, known. */
    int numberOfNumbers() {
        return columns.numbers().size();
    }

    int number(int index) {
        return NUMBERS + index;
    }

    /** What says whether a number is missing; there where missing values become 0. */
    int indicator(int index) {
        return NUMBERS + numberOfNumbers() + index;
    }

    int category(int index) {
        return NUMBERS + numberOfNumbers() * (indicators() ? 2 : 1) + index;
    }

    int width() {
        return category(columns.categories().size());
    }

    boolean indicators() {
        return missing == Missing.ZERO;
    }

    boolean dated() {
        return columns.date().isPresent();
    }

    /** Whether rows after the last known target may stand in the file, for what is known ahead. */
    boolean goesOn() {
        return numberOfTargets() > 0
                && !(columns.known().isEmpty() && columns.categories().isEmpty());
    }

    /** Whether a number is known ahead, and so there in the rows after the last known target. */
    boolean knownAhead(int index) {
        return index >= numberOfTargets() + columns.features().size();
    }

    static String indicatorName(String column) {
        return column + " missing";
    }

    /** Where a column of the file stands among the numbers or categories, for messages. */
    List<String> names() {
        List<String> names = new ArrayList<>(columns.numbers());
        names.addAll(columns.categories());
        return names;
    }

    Optional<String> id() {
        return columns.id();
    }
}
