package dev.carousel.data.forecast;

import dev.carousel.data.series.TimeSeries;
import java.time.LocalDateTime;
import java.util.List;

/**
 * The calendar inputs of a series, row by row: kept if they are few, otherwise computed each time.
 *
 * <p>Both give the same numbers. Immutable.
 */
public final class CalendarRows {

    /** So many numbers are kept, 16 MB; a series with more is not held in memory either. */
    private static final long MOST_KEPT = 1 << 22;

    private final TimeSeries series;
    private final List<Calendar> entries;
    private final int size;

    /** [rows + horizon, size], so that the upcoming rows have theirs as well; empty where nothing is kept. */
    private final float[] kept;

    private CalendarRows(TimeSeries series, List<Calendar> entries, int rows, long mostKept) {
        this.series = series;
        this.entries = entries;
        this.size = entries.stream().mapToInt(Calendar::size).sum();
        this.kept = new float[(long) rows * size <= mostKept ? rows * size : 0];
        for (int row = 0; row * size < kept.length; row++) {
            tell(row, kept, row * size);
        }
    }

    /**
     * The calendar of a series.
     *
     * @param series has dates, unless there are no entries
     * @param entries what is told about a date
     * @param ahead how many rows after the last one are asked for
     */
    public static CalendarRows of(TimeSeries series, List<Calendar> entries, int ahead) {
        return of(series, entries, ahead, MOST_KEPT);
    }

    /** The same, with another number of numbers that may be kept. */
    public static CalendarRows of(TimeSeries series, List<Calendar> entries, int ahead, long mostKept) {
        return new CalendarRows(series, entries, Math.addExact(series.length(), ahead), mostKept);
    }

    /** Writes what the date of a row tells. */
    public void write(int row, float[] into, int at) {
        if (kept.length > 0) {
            System.arraycopy(kept, row * size, into, at, size);
        } else {
            tell(row, into, at);
        }
    }

    private void tell(int row, float[] into, int offset) {
        if (entries.isEmpty()) {
            return;
        }
        LocalDateTime date = series.date(row);
        int at = offset;
        for (Calendar entry : entries) {
            entry.write(date, into, at);
            at += entry.size();
        }
    }
}
