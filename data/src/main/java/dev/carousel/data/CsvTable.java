package dev.carousel.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A CSV file with a header line, read whole and checked.
 *
 * <p>Fields are separated by commas, or by semicolons or tabs where the header has no comma; they may be quoted as in
 * RFC 4180. The text is UTF-8, with or without a byte order mark. Empty lines are skipped, blanks around names and
 * numbers do not count. A number is written with a decimal point, as in {@code -12.5e3}; there are no missing values.
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

    private static final int MAXIMUM_NAMES_SHOWN = 20;

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
        String text = FileText.decode(source, bytes);
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new DataException(source + ": expected a CSV text but found a zero character at position " + zero
                    + ". The file is probably binary, or UTF-16: save it as CSV in UTF-8.");
        }
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .fieldSeparator(separator(text))
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .trimWhitespacesAroundQuotes(true)
                .ofCsvRecord(text)) {
            return read(source, bytes, reader.iterator());
        } catch (CsvParseException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new DataException(
                    source + ": cannot be read as CSV (" + e.getMessage() + (why == e ? "" : " " + why.getMessage())
                            + "). Is a quote left open?",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("A text in memory cannot fail to be read.", e);
        }
    }

    private static CsvTable read(String source, byte[] file, Iterator<CsvRecord> records) {
        CsvRecord header = next(records)
                .orElseThrow(() ->
                        new DataException(source + ": expected a header line and rows but found blank lines only."));
        Map<String, CsvColumn> columns = columns(source, header);
        List<CsvColumn> inOrder = List.copyOf(columns.values());
        int[] lines = new int[64];
        int rows = 0;
        for (Optional<CsvRecord> row = next(records); row.isPresent(); row = next(records)) {
            requireWidth(source, row.get(), header);
            for (int c = 0; c < inOrder.size(); c++) {
                inOrder.get(c).add(row.get().getField(c).strip());
            }
            if (rows == lines.length) {
                lines = Arrays.copyOf(lines, Math.addExact(rows, rows / 2));
            }
            lines[rows++] = Math.toIntExact(row.get().getStartingLineNumber());
        }
        if (rows == 0) {
            throw new DataException(source + ": expected rows below the header " + names(columns.keySet())
                    + " but found none. Was the file written to the end?");
        }
        return new CsvTable(source, file, columns, Arrays.copyOf(lines, rows));
    }

    /** The next line that is not blank. */
    private static Optional<CsvRecord> next(Iterator<CsvRecord> records) {
        while (records.hasNext()) {
            CsvRecord one = records.next();
            if (one.getFieldCount() > 1 || !one.getField(0).isBlank()) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The comma, or the semicolon or tab that stands in a first line without commas. */
    private static char separator(String text) {
        String first = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        if (first.indexOf(',') >= 0) {
            return ',';
        }
        if (first.indexOf(';') >= 0) {
            return ';';
        }
        return first.indexOf('\t') >= 0 ? '\t' : ',';
    }

    private static Map<String, CsvColumn> columns(String source, CsvRecord header) {
        Map<String, CsvColumn> columns = new LinkedHashMap<>();
        boolean allValues = true;
        for (int c = 0; c < header.getFieldCount(); c++) {
            String field = header.getField(c).strip();
            allValues &= Numbers.isNumber(field) || Dates.parse(field).isPresent();
            String name = field.isEmpty() ? "column " + (c + 1) : field;
            if (columns.putIfAbsent(name, new CsvColumn()) != null) {
                int before = List.copyOf(columns.keySet()).indexOf(name);
                throw new DataException(place(source, header) + ": the column name '" + name + "' stands in column "
                        + (before + 1) + " and again in column " + (c + 1) + ". Rename one of them.");
            }
        }
        if (allValues) {
            throw new DataException(
                    place(source, header) + ": expected a header with the names of the columns but found "
                            + names(columns.keySet()) + ". Is the header line missing?");
        }
        return columns;
    }

    private static void requireWidth(String source, CsvRecord row, CsvRecord header) {
        int expected = header.getFieldCount();
        int found = row.getFieldCount();
        if (found != expected) {
            String cause = found < expected
                    ? "Is a field missing, or the line cut off?"
                    : "Does a field hold the separator without quotes, such as a decimal comma?";
            throw new DataException(place(source, row) + ": expected " + expected
                    + " fields as in the header but found " + found + ". " + cause);
        }
    }

    private static String place(String source, CsvRecord row) {
        return source + ", line " + row.getStartingLineNumber();
    }

    private static String names(Collection<String> names) {
        List<String> all = names.stream().map(Numbers::shortened).toList();
        return all.size() <= MAXIMUM_NAMES_SHOWN
                ? all.toString()
                : all.subList(0, MAXIMUM_NAMES_SHOWN) + " and " + (all.size() - MAXIMUM_NAMES_SHOWN) + " more";
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
        CsvColumn found = column(column);
        CsvColumn.Failure failure = found.notNumber();
        if (failure != CsvColumn.Failure.NONE) {
            throw Numbers.refusal(place(failure.row(), column), failure.field());
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
     * A column of dates or date-times, in one of the forms 1969-01-31, 1969-01, 1969-01-31 23:59, 1969-01-31T23:59:59.
     *
     * @param column its name
     * @return one a row; a date without time stands for its midnight, an offset such as +02:00 is left out
     * @throws DataException if there is no such column or a field is not a date
     */
    public List<LocalDateTime> dates(String column) {
        CsvColumn found = column(column);
        CsvColumn.Failure failure = found.notDate();
        if (failure != CsvColumn.Failure.NONE) {
            throw new DataException(place(failure.row(), column)
                    + ": expected a date as in 1969-01-31 or 1969-01-31 23:59 but found '"
                    + Numbers.shortened(failure.field())
                    + "'. Is the row complete and its date written like the others?");
        }
        return found.dates();
    }

    private String place(int row, String column) {
        return source + ", line " + lines[row] + ", column '" + column + "'";
    }

    private CsvColumn column(String name) {
        CsvColumn column = columns.get(name);
        if (column == null) {
            throw new DataException(source + ": there is no column '" + Numbers.shortened(name) + "'. The file has "
                    + names(columns.keySet()) + "."
                    + Spelling.nearest(name, columns.keySet())
                            .map(near -> " Did you mean '" + near + "'?")
                            .orElse(""));
        }
        return column;
    }

    @Override
    public String toString() {
        return "CsvTable[" + source + ", " + rows() + " rows, " + names(columns.keySet()) + "]";
    }
}
