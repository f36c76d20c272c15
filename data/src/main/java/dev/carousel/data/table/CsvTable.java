package dev.carousel.data.table;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.carousel.data.DataException;
import dev.carousel.data.ReadingListener;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.FileText;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.Utf8Reader;
import java.io.ByteArrayInputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A CSV file with a header line, read whole and checked.
 *
 * <p>Fields are separated by commas, or by semicolons or tabs where the header has no comma; they may be quoted as in
 * RFC 4180. The text is UTF-8, with or without a byte order mark. Empty lines are skipped, spaces around names and
 * numbers are ignored. A number is written with a decimal point, as in {@code -12.5e3}; there are no missing values.
 *
 * <pre>{@code
 * CsvTable table = CsvTable.read(Path.of("sales.csv"));
 * double[] sales = table.numbers("sales");
 * Optional<String> date = table.dateColumn();
 * }</pre>
 *
 * <p>Immutable, so that any thread may read it.
 */
public final class CsvTable {

    private final String source;
    private final String sha256;
    private final long bytes;
    private final Map<String, CsvColumn> columns;
    private final int[] lines;

    private CsvTable(String source, byte[] file, Map<String, CsvColumn> columns, int[] lines) {
        this.source = source;
        this.sha256 = FileText.sha256(file);
        this.bytes = file.length;
        this.columns = columns;
        this.lines = lines;
    }

    /**
     * Reads a file.
     *
     * @param file a CSV file with a header
     * @throws DataException if the file is missing, empty, not UTF-8, not a table, ragged or has a header alone
     */
    public static CsvTable read(Path file) {
        return parse(file.toString(), FileText.bytes(file));
    }

    /**
     * Reads the bytes of a file that has been loaded already.
     *
     * @param source what messages call it
     * @param bytes what stands in it; not kept
     * @throws DataException as {@link #read}
     */
    public static CsvTable parse(String source, byte[] bytes) {
        FileText.requireNotEmpty(source, bytes);
        Reader text = new Utf8Reader(source, new ByteArrayInputStream(bytes), bytes.length, ReadingListener.NONE);
        try (CsvRecords records = CsvRecords.open(source, text)) {
            return read(source, bytes, records);
        }
    }

    private static CsvTable read(String source, byte[] file, CsvRecords records) {
        Map<String, CsvColumn> columns = new LinkedHashMap<>();
        records.names().forEach(name -> columns.put(name, new CsvColumn()));
        List<CsvColumn> inOrder = List.copyOf(columns.values());
        int[] lines = new int[64];
        int rows = 0;
        for (Optional<CsvRecord> row = records.next(); row.isPresent(); row = records.next()) {
            for (int c = 0; c < inOrder.size(); c++) {
                inOrder.get(c).add(row.get().getField(c).strip());
            }
            if (rows == lines.length) {
                lines = Arrays.copyOf(lines, Math.addExact(rows, rows / 2));
            }
            lines[rows++] = Math.toIntExact(row.get().getStartingLineNumber());
        }
        if (rows == 0) {
            throw noRows(source, columns.keySet());
        }
        return new CsvTable(source, file, columns, Arrays.copyOf(lines, rows));
    }

    public static DataException noRows(String source, Collection<String> names) {
        return new DataException(
                DataException.Kind.MALFORMED,
                source + ": expected rows below the header " + CsvRecords.shown(names)
                        + " but found none. Was the file written to the end?");
    }

    /** What messages call this table: the path of its file. */
    public String source() {
        return source;
    }

    /** The SHA-256 of the file in hexadecimal digits, by which a model names the data it was trained on. */
    public String sha256() {
        return sha256;
    }

    /** The size of the file. */
    public long bytes() {
        return bytes;
    }

    /** The names of the columns in the file's order; a column without a name is called after its place: "column 1". */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /** Whether there is a column of this name. */
    public boolean has(String column) {
        return columns.containsKey(column);
    }

    /** The number of rows below the header, at least 1. */
    public int rows() {
        return lines.length;
    }

    /** The line of the file in which a row begins, counted from 1. */
    public int line(int row) {
        return lines[row];
    }

    /**
     * A column of numbers.
     *
     * @param column its name
     * @return a new array, one finite number a row, each within the range of a float
     * @throws DataException if there is no such column, or a field is empty, a text, NaN, infinite or too large
     */
    public double[] numbers(String column) {
        CsvColumn found = found(column);
        CsvColumn.Failure failure = found.notNumber();
        if (failure != CsvColumn.Failure.NONE) {
            throw Numbers.refusal(place(failure.row(), column), failure.field())
                    .inColumn(column)
                    .atLine(lines[failure.row()]);
        }
        return found.numbers();
    }

    /** The first column whose first field is a date, if there is one. */
    public Optional<String> dateColumn() {
        return columns.entrySet().stream()
                .filter(entry -> entry.getValue().beginsWithDate())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * A column of dates or date-times, such as 1969-01-31, 1969-01, 1969-01-31 23:59, 31/01/1969, 31 Jan 1969, 1969Q1,
     * each with a time or without.
     *
     * @param column its name
     * @return one a row; a date without time stands for its midnight. Times with an offset such as +02:00 are counted at
     *     the offset of the first row, so that an hour is an hour when clocks change; days stay days
     * @throws DataException if there is no such column, a field is not a date, or nothing tells which number is the day
     */
    public List<LocalDateTime> dates(String column) {
        CsvColumn found = found(column);
        CsvColumn.Failure failure = found.notDate();
        if (failure != CsvColumn.Failure.NONE) {
            throw found.notDate(place(failure.row(), column), failure.field())
                    .inColumn(column)
                    .atLine(lines[failure.row()]);
        }
        return found.dates(source + ", column '" + column + "'");
    }

    private String place(int row, String column) {
        return source + ", line " + lines[row] + ", column '" + column + "'";
    }

    /** A column of numbers with its lines, errors as {@link #numbers}. */
    public Column column(String name) {
        return new ArrayColumn(name, numbers(name), lines);
    }

    private CsvColumn found(String name) {
        CsvColumn column = columns.get(name);
        if (column == null) {
            throw CsvRecords.unknown(source, name, columns.keySet());
        }
        return column;
    }

    @Override
    public String toString() {
        return "CsvTable[" + source + ", " + rows() + " rows, " + CsvRecords.shown(columns.keySet()) + "]";
    }
}
