package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.TableReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which rows of a file should be found, if a column says so. Immutable.
 *
 * <pre>{@code
 * SeriesSet series = SeriesSet.read(file, columns);
 * AnomalyLabels labels = AnomalyLabels.read(file, "broken", TableReading.defaults(), series);
 * labels.labelled(0, 512);      // whether row 512 of the first series should be found
 * }</pre>
 *
 * @param column the columns of labels, one a series; none where there are no labels
 */
public record AnomalyLabels(List<TimeSeries> column) {

    /** No labels. */
    public static final AnomalyLabels NONE = new AnomalyLabels(List.of());

    /** Takes a copy. */
    public AnomalyLabels {
        column = List.copyOf(column);
    }

    /**
     * Reads the column of labels of a file whose series have been read.
     *
     * @param label the column of 0 and 1, or of false and true
     * @param reading how the file is read, as the series were
     * @param series all series of the file
     * @throws DataException if a label is neither of them, or a row of the series has none. Rows are matched by their lines,
     *     for where rows with missing values are dropped the two do not drop the same ones; a row that was inserted has the
     *     label of the one that follows it
     */
    public static AnomalyLabels read(Path file, String label, TableReading reading, SeriesSet series) {
        ColumnRoles others = series.columns();
        SeriesSet labels = SeriesSet.read(
                file,
                new ColumnRoles(List.of(), List.of(label), List.of(), List.of(), others.id(), others.date()),
                reading.withInsertedRows(false));
        List<TimeSeries> column = new ArrayList<>();
        for (TimeSeries rows : series) {
            TimeSeries found = labels.find(rows.id())
                    .orElseThrow(() -> new DataException(
                                    DataException.Kind.MISSING_VALUE,
                                    rows.place() + ", column '" + label + "': expected a label for each of "
                                            + rows.length() + " rows but found none.")
                            .inColumn(label));
            requireLabels(found, label);
            column.add(ofRows(rows, found, label));
        }
        return new AnomalyLabels(column);
    }

    private static void requireLabels(TimeSeries found, String label) {
        for (int row = 0; row < found.length(); row++) {
            double value = value(found, row);
            if (value != 0 && value != 1) {
                throw new DataException(found.source() + ", line " + found.line(row) + ", column '" + label
                                + "': expected 0, or 1 for a row that should be found (or false and true), but found "
                                + (found.categories().isEmpty()
                                        ? value
                                        : "'" + Numbers.shortened(text(found, row)) + "'")
                                + ". Is it the column of labels?")
                        .inColumn(label)
                        .atLine(found.line(row));
            }
        }
    }

    private static String text(TimeSeries found, int row) {
        return found.categories().get(0).value(found.category(0, row));
    }

    /** 0 or 1, where a column of texts says false or true; NaN where it says neither. */
    private static double value(TimeSeries found, int row) {
        if (found.categories().isEmpty()) {
            return found.feature(0, row);
        }
        return switch (text(found, row).toLowerCase(Locale.ROOT)) {
            case "true" -> 1;
            case "false" -> 0;
            default -> Double.NaN;
        };
    }

    /** The labels of the rows that a series has: as they are where they lie alike, else those of the same lines. */
    private static TimeSeries ofRows(TimeSeries rows, TimeSeries found, String label) {
        int same = 0;
        while (same < Math.min(rows.length(), found.length()) && rows.line(same) == found.line(same)) {
            same++;
        }
        double[] picked = new double[rows.length()];
        if (same == rows.length()) {
            return TimeSeries.of(
                    label,
                    IntStream.range(0, same)
                            .mapToDouble(row -> value(found, row))
                            .toArray());
        }
        int at = 0;
        for (int row = 0; row < picked.length; row++) {
            while (at < found.length() && found.line(at) < rows.line(row)) {
                at++;
            }
            if (at == found.length() || found.line(at) != rows.line(row)) {
                throw new DataException(
                                DataException.Kind.MISSING_VALUE,
                                rows.place() + ", line " + rows.line(row) + ", column '" + label
                                        + "': expected a label for each of " + rows.length() + " rows but found "
                                        + found.length()
                                        + ", and none in this line. Write 0 where nothing should be found.")
                        .inColumn(label)
                        .atLine(rows.line(row));
            }
            picked[row] = value(found, at);
        }
        return TimeSeries.of(label, picked);
    }

    /** Whether there are labels. */
    public boolean known() {
        return !column.isEmpty();
    }

    /**
     * Whether a row of a series is what should be found; false where nothing is known.
     *
     * @param series which of the series
     * @param row which of its rows
     */
    public boolean labelled(int series, int row) {
        return known() && column.get(series).value(row) == 1;
    }
}
