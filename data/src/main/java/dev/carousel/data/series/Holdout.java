package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.file.DateFields;
import dev.carousel.data.file.Numbers;
import java.time.LocalDateTime;

/**
 * How much of a series is held out: a share of its rows, a number of rows, or all from a date on.
 *
 * <pre>{@code
 * Holdout.parse("0.1");           // a tenth of the rows
 * Holdout.parse("2880");          // 2880 rows
 * Holdout.parse("2018-01-01");    // what is from that day on, up to the part after it
 * }</pre>
 */
public sealed interface Holdout {

    /**
     * A share of the rows, at least one horizon.
     *
     * @param share from 0 to below 1
     */
    record Share(double share) implements Holdout {

        /** Checks the share. */
        public Share {
            if (!(share >= 0 && share < 1)) {
                throw new DataException("A share of rows must be at least 0 and below 1 but is " + share + ".");
            }
        }
    }

    /**
     * So many rows.
     *
     * @param rows at least 1
     */
    record Rows(int rows) implements Holdout {

        /** Checks the number. */
        public Rows {
            if (rows < 1) {
                throw new DataException("A number of rows must be at least 1 but is " + rows + ".");
            }
        }
    }

    /**
     * The rows from a date on.
     *
     * @param date the first that belongs to the part
     */
    record From(LocalDateTime date) implements Holdout {}

    /**
     * What a person wrote.
     *
     * @param text a share with a decimal point, a whole number of rows, or a date
     * @throws DataException if it is none of these
     */
    static Holdout parse(String text) {
        String field = text.strip();
        if (DateFields.parse(field).isPresent()) {
            return new From(DateFields.parse(field).get());
        }
        if (Numbers.isNumber(field)) {
            double number = Double.parseDouble(field);
            boolean whole = field.chars().allMatch(Character::isDigit);
            if (whole && number >= 1 && number <= Integer.MAX_VALUE) {
                return new Rows((int) number);
            }
            if (number >= 0 && number < 1) {
                return new Share(number);
            }
        }
        throw new DataException("Rows to hold out are '" + Numbers.shortened(field)
                + "': expected a share from 0 to below 1 such as 0.1, a number of rows such as 2880, or a date such as"
                + " 2018-01-01.");
    }

    /**
     * The first row of the part.
     *
     * @param series whose rows they are
     * @param rows how many of them are used, of which shares are taken
     * @param end the row after the last one of the part
     * @param horizon what a share is at least
     * @throws DataException if it asks for a date and the series has none, or, of the kind {@link DataException.Kind#NOT_READY},
     *     for one that its rows end before or begin after
     */
    default int from(TimeSeries series, int rows, int end, int horizon) {
        if (this instanceof Share share) {
            return end - Math.max(horizon, (int) Math.round(share.share() * rows));
        }
        if (this instanceof Rows number) {
            return end - number.rows();
        }
        LocalDateTime date = ((From) this).date();
        if (!series.hasDates()) {
            throw new DataException(series.source() + ": rows from " + date
                    + " on are to be held out but the rows have no dates. Name the column of dates, or hold out a number"
                    + " of rows.");
        }
        int row = 0;
        while (row < end && series.date(row).isBefore(date)) {
            row++;
        }
        if (row == 0 || row == end) {
            throw new DataException(
                    DataException.Kind.NOT_READY,
                    series.source() + ": rows from " + date + " on are to be held out but the rows are of "
                            + series.date(0) + " to " + series.date(end - 1) + ".");
        }
        return row;
    }
}
