package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.ReadingListener;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a table is read.
 *
 * <pre>{@code
 * TableReading.defaults().withMissing(Missing.FORWARD).withListener((bytes, total) -> ...)
 * }</pre>
 *
 * @param missing what happens to missing values
 * @param heapBytes how much of Java's memory the rows may take; more of them go into a temporary file
 * @param folder where that file is made
 * @param listener is told how far the reading is
 * @param dates how dates are read
 * @param decimal the decimal sign of numbers, where they do not tell it themselves
 * @param insertsRows whether rows that are missing among evenly spaced dates are inserted, to be filled as missing values
 */
public record TableReading(
        Missing missing,
        long heapBytes,
        Path folder,
        ReadingListener listener,
        DateReading dates,
        Optional<DecimalSign> decimal,
        boolean insertsRows) {

    /** The share of Java's memory that rows take at most, where nothing else is said: one in four. */
    private static final int HEAP_PARTS = 4;

    /** Checks the memory. */
    public TableReading {
        if (heapBytes < 0) {
            throw new IllegalArgumentException("Rows cannot take " + heapBytes + " bytes of memory.");
        }
    }

    /** Missing values are errors, rows take a quarter of Java's memory, and nobody listens. */
    public static TableReading defaults() {
        return new TableReading(
                Missing.ERROR,
                Runtime.getRuntime().maxMemory() / HEAP_PARTS,
                Path.of(System.getProperty("java.io.tmpdir", ".")),
                ReadingListener.NONE,
                DateReading.defaults(),
                Optional.empty(),
                false);
    }

    /** With another way to treat missing values. */
    public TableReading withMissing(Missing missing) {
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }

    /** With other bounds of memory. */
    public TableReading withHeapBytes(long heapBytes) {
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }

    /** With another folder for the temporary file. */
    public TableReading withFolder(Path folder) {
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }

    /** With somebody who is told how far the reading is. */
    public TableReading withListener(ReadingListener listener) {
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }

    /** With dates read in another way. */
    public TableReading withDates(DateReading dates) {
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }

    /** With a decimal sign for numbers that do not tell it themselves. */
    public TableReading withDecimal(DecimalSign decimal) {
        return new TableReading(missing, heapBytes, folder, listener, dates, Optional.of(decimal), insertsRows);
    }

    /**
     * With the rows inserted that are missing among dates which would be evenly spaced otherwise, or as they are.
     *
     * @throws DataException if missing values are errors or rows without them are left out, which are such rows
     */
    public TableReading withInsertedRows(boolean insertsRows) {
        if (insertsRows && (missing == Missing.ERROR || missing == Missing.DROP)) {
            throw new DataException(
                    "Rows that are inserted have no values, so missing values must be filled in: forward,"
                            + " interpolate or zero, but they are treated as " + missing.label() + ".");
        }
        return new TableReading(missing, heapBytes, folder, listener, dates, decimal, insertsRows);
    }
}
