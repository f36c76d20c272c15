package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.TableReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
     * @param label the column of 0 and 1
     * @param reading how the file is read, as the series were
     * @param series all series of the file
     * @throws DataException if a label is neither 0 nor 1, or a row of the series has none. Rows are matched by their lines,
     *     for where rows with missing values are dropped the two do not drop the same ones
     */
    public static AnomalyLabels read(Path file, String label, TableReading reading, SeriesSet series) {
        ColumnRoles others = series.columns();
        SeriesSet labels = SeriesSet.read(
                file,
                new ColumnRoles(List.of(label), List.of(), List.of(), List.of(), others.id(), others.date()),
                reading);
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
            if (found.value(row) != 0 && found.value(row) != 1) {
                throw new DataException(found.source() + ", line " + found.line(row) + ", column '" + label
                                + "': expected 0, or 1 for a row that should be found, but found " + found.value(row)
                                + ". Is it the column of labels?")
                        .inColumn(label)
                        .atLine(found.line(row));
            }
        }
    }

    /** The labels of the rows that a series has: as they are where they lie alike, else those of the same lines. */
    private static TimeSeries ofRows(TimeSeries rows, TimeSeries found, String label) {
        int same = 0;
        while (same < Math.min(rows.length(), found.length()) && rows.line(same) == found.line(same)) {
            same++;
        }
        if (same == rows.length()) {
            return found;
        }
        double[] picked = new double[rows.length()];
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
            picked[row] = found.value(at);
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
