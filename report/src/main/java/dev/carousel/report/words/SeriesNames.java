package dev.carousel.report.words;

import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.series.Spacing;
import dev.carousel.data.series.TimeSeries;
import java.time.Duration;
import java.util.List;

/** What the rows of a time series and the steps between them are called. */
public final class SeriesNames {

    private SeriesNames() {}

    /** What a step is called, in the plural: {@code days}. */
    public static String steps(Spacing spacing) {
        if (spacing.kind() == Spacing.Kind.SECONDS) {
            if (spacing.amount() == Duration.ofDays(1).toSeconds()) {
                return "days";
            }
            if (spacing.amount() == Duration.ofHours(1).toSeconds()) {
                return "hours";
            }
        }
        return spacing.kind() == Spacing.Kind.MONTHS && spacing.amount() == 1 ? "months" : "rows";
    }

    /** How far ahead some steps are: {@code 1 day ahead}, {@code 28 days ahead}. */
    public static String ahead(Spacing spacing, int steps) {
        String unit = steps(spacing);
        return steps + " " + (steps == 1 ? unit.substring(0, unit.length() - 1) : unit) + " ahead";
    }

    /**
     * A row's date, or its number counted from 1.
     *
     * @param row from 0
     */
    public static String row(TimeSeries series, int row) {
        return series.hasDates() ? DateText.text(series.date(row)) : "row " + ReadableNumbers.count(row + 1L);
    }

    /**
     * From which row to which some forecasts go: {@code 1987-01-01 to 1988-12-31}.
     *
     * @param stretches at least one; the rows are those of the first
     */
    public static String stretch(List<ForecastStretch> stretches) {
        ForecastStretch first = stretches.get(0);
        TimeSeries series = first.windows().series();
        int end = first.last() + first.windows().spec().horizon() - 1;
        return row(series, first.first()) + " to " + row(series, end)
                + (stretches.size() == 1 ? "" : " of " + ReadableNumbers.count(stretches.size()) + " series");
    }
}
