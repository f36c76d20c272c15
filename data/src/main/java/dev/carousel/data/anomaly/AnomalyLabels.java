package dev.carousel.data.anomaly;

import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.TableReading;
import java.nio.file.Path;
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
     * @throws DataException if a label is neither 0 nor 1, or the rows are not those of the series
     */
    public static AnomalyLabels read(Path file, String label, TableReading reading, SeriesSet series) {
        ColumnRoles others = series.columns();
        SeriesSet labels = SeriesSet.read(
                file,
                new ColumnRoles(List.of(label), List.of(), List.of(), List.of(), others.id(), others.date()),
                reading);
        for (int i = 0; i < labels.size(); i++) {
            TimeSeries one = labels.get(i);
            if (one.length() < series.get(i).length()) {
                throw new DataException(one.place() + ", column '" + label + "': expected a label for each of "
                        + series.get(i).length() + " rows but found " + one.length() + ".");
            }
            for (int row = 0; row < one.length(); row++) {
                if (one.value(row) != 0 && one.value(row) != 1) {
                    throw new DataException(one.source() + ", line " + one.line(row) + ", column '" + label
                            + "': expected 0, or 1 for a row that should be found, but found " + one.value(row)
                            + ". Is it the column of labels?");
                }
            }
        }
        return new AnomalyLabels(labels.series());
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
