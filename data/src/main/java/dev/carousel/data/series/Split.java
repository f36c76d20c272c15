package dev.carousel.data.series;

import dev.carousel.data.DataException;

/**
 * Which rows of a series are for training, for validation and for the test: three stretches of time, the oldest first.
 *
 * <pre>{@code
 * training [0, trainingEnd)   validation [trainingEnd, validationEnd)   test [validationEnd, end)
 * }</pre>
 *
 * <p>A forecast belongs to the stretch in which its whole horizon lies; what it reads may lie in the one before.
 *
 * @param trainingEnd the row after the last training row
 * @param validationEnd the row after the last validation row
 * @param end the number of rows
 */
public record Split(int trainingEnd, int validationEnd, int end) {

    /** Checks the order. */
    public Split {
        if (trainingEnd < 0 || validationEnd < trainingEnd || end < validationEnd) {
            throw new IllegalArgumentException("A split must have 0 <= trainingEnd <= validationEnd <= end but has "
                    + trainingEnd + ", " + validationEnd + ", " + end + ".");
        }
    }

    /**
     * Holds out the last rows.
     *
     * @param series the series
     * @param validationRows how many rows before the test are for choosing
     * @param testRows how many rows at the end are for the test
     * @throws DataException if no row is left for training
     */
    public static Split ofLast(TimeSeries series, int validationRows, int testRows) {
        long training = (long) series.length() - validationRows - testRows;
        if (validationRows < 0 || testRows < 0 || training <= 0) {
            throw new DataException(series.source() + ": expected more than " + ((long) validationRows + testRows)
                    + " rows, so that some are left for training when " + validationRows
                    + " are held out for validation and "
                    + testRows + " for the test, but found " + series.length()
                    + ". Take a longer file or a shorter horizon, or hold out fewer.");
        }
        return new Split((int) training, (int) training + validationRows, series.length());
    }

    /**
     * Holds out shares of the rows, but never less than one horizon each.
     *
     * @param series the series
     * @param validation the share for choosing, 0 to 1
     * @param test the share for the test, 0 to 1
     * @param horizon how many steps a forecast has
     * @throws DataException if no row is left for training
     */
    public static Split ofShares(TimeSeries series, double validation, double test, int horizon) {
        if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
            throw new DataException(
                    "The shares held out for validation and test must be 0 or more and less than 1 together"
                            + " but are " + validation + " and " + test + ".");
        }
        int validationRows = Math.max(horizon, (int) Math.round(validation * series.length()));
        int testRows = Math.max(horizon, (int) Math.round(test * series.length()));
        return ofLast(series, validationRows, testRows);
    }

    /**
     * Holds out what a person asked for, of all rows or of the first ones.
     *
     * @param series the series
     * @param rows how many of its rows, the first ones, are used at all
     * @param validation what is for choosing, before the test
     * @param test what is for the test, up to the end
     * @param horizon how many steps a forecast has; a share is never less
     * @throws DataException if no row is left for training, or the series has fewer rows; of the kind
     *     {@link DataException.Kind#NOT_READY} if a longer series could be split so
     */
    public static Split of(TimeSeries series, int rows, Holdout validation, Holdout test, int horizon) {
        if (rows > series.length()) {
            throw new DataException(
                    series.place() + ": expected " + rows + " rows to use but found " + series.length() + ".");
        }
        int testFrom = test.from(series, rows, rows, horizon);
        if (testFrom <= 0) {
            throw new DataException(
                    DataException.Kind.NOT_READY,
                    series.place() + ": expected some of " + rows
                            + " rows to be left for training but the test takes " + (rows - (long) testFrom)
                            + "; a share has at least as many as a forecast has steps, " + horizon
                            + ". Hold out fewer, or take a longer file.");
        }
        int validationFrom = validation.from(series, rows, testFrom, horizon);
        if (validationFrom <= 0 || validationFrom > testFrom || testFrom > rows) {
            DataException.Kind kind = validationFrom <= 0 ? DataException.Kind.NOT_READY : DataException.Kind.OTHER;
            throw new DataException(
                    kind,
                    series.place() + ": expected some of " + rows
                            + " rows to be left for training but "
                            + (validationFrom > 0
                                    ? "the validation begins with row " + (validationFrom + 1L)
                                            + " and the test with row " + (testFrom + 1L) + "."
                                    : "validation and test take " + (rows - (long) validationFrom)
                                            + "; each has at least as many as a forecast has steps, " + horizon + ".")
                            + " Hold out fewer, or take a longer file.");
        }
        return new Split(validationFrom, testFrom, rows);
    }

    /** The same stretches this many rows earlier, as an earlier origin of a backtest has them. */
    public Split earlier(int rows) {
        return new Split(trainingEnd - rows, validationEnd - rows, end - rows);
    }

    /** How many rows are for training. */
    public int trainingRows() {
        return trainingEnd;
    }

    /** How many rows are for choosing. */
    public int validationRows() {
        return validationEnd - trainingEnd;
    }

    /** How many rows are for the test. */
    public int testRows() {
        return end - validationEnd;
    }
}
