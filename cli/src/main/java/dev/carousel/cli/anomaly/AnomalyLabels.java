package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.forecast.TableOptions;
import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.TableReading;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a file are what should be found, where a column says so.
 *
 * @param column the columns of labels, one a series; none where there are no labels
 */
record AnomalyLabels(List<TimeSeries> column) {

    /** No labels. */
    static final AnomalyLabels NONE = new AnomalyLabels(List.of());

    /**
     * Reads the column of labels of a file whose series have been read.
     *
     * @throws DataException if a label is neither 0 nor 1, or the rows are not those of the series
     */
    static AnomalyLabels read(
            Subcommand command, Path file, Optional<String> label, TableReading reading, SeriesSet series) {
        if (label.isEmpty()) {
            return NONE;
        }
        ColumnRoles others = series.columns();
        ColumnRoles columns =
                new ColumnRoles(List.of(label.get()), List.of(), List.of(), List.of(), others.id(), others.date());
        SeriesSet labels = TableOptions.read(command, file, columns, reading);
        for (int i = 0; i < labels.size(); i++) {
            TimeSeries one = labels.get(i);
            if (one.length() < series.get(i).length()) {
                throw new DataException(one.place() + ", column '" + label.get() + "': expected a label for each of "
                        + series.get(i).length() + " rows but found " + one.length() + ".");
            }
            for (int row = 0; row < one.length(); row++) {
                if (one.value(row) != 0 && one.value(row) != 1) {
                    throw new DataException(one.source() + ", line " + one.line(row) + ", column '" + label.get()
                            + "': expected 0, or 1 for a row that should be found, but found " + one.value(row)
                            + ". Is it the column of labels?");
                }
            }
        }
        return new AnomalyLabels(labels.series());
    }

    /** Whether there are labels. */
    boolean known() {
        return !column.isEmpty();
    }

    /** Whether a row of a series is what should be found; false where nothing is known. */
    boolean labelled(int series, int row) {
        return known() && column.get(series).value(row) == 1;
    }
}
