package dev.carousel.data.dataset;

import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.CsvTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The live births of each day in the United States of America, 1969 to 1988: 7,305 days without a gap.
 *
 * <p>Numbers of the National Center for Health Statistics, in the public domain; the text next to the resource names the
 * source and the licence. They show a weekly and a yearly course, holidays and a drifting level, and so are what the
 * main example forecasts: from 56 days the next 28, with the last two years held out and the year before for choosing.
 */
public final class Births {

    /** How many days a forecast reads. */
    public static final int CONTEXT = 56;

    /** How many days it forecasts. */
    public static final int HORIZON = 28;

    /** How many days before a day its season stands: a year of whole weeks. */
    public static final int SEASON = 364;

    /** The days of 1986, for choosing. */
    public static final int VALIDATION_DAYS = 365;

    /** The days of 1987 and 1988, for the test. */
    public static final int TEST_DAYS = 731;

    private static final String RESOURCE = "births-usa-1969-1988.csv";

    private Births() {}

    /** The table: the columns "date" and "births". */
    public static CsvTable table() {
        try (InputStream in = open()) {
            return CsvTable.parse(RESOURCE, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as the bytes of a CSV file, for what reads row by row; to be closed by the caller. */
    public static InputStream open() {
        InputStream in = Births.class.getResourceAsStream(RESOURCE);
        if (in == null) {
            throw new IllegalStateException("The resource " + RESOURCE + " is missing. Was the jar built whole?");
        }
        return in;
    }

    /** The series: the births of each day. */
    public static TimeSeries series() {
        return TimeSeries.of(table(), "births", List.of());
    }

    /** The split: up to 1985 for training, 1986 for choosing, 1987 and 1988 for the test. */
    public static Split split() {
        return Split.ofLast(series(), VALIDATION_DAYS, TEST_DAYS);
    }

    /** How a forecast is put before a network: 24 inputs a day. */
    public static ForecastSpec spec() {
        return ForecastSpec.fitted(series(), split(), CONTEXT, HORIZON, SEASON);
    }
}
