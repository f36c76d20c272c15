package dev.carousel.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
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
    private final Map<String, Integer> indices;
    private final List<CsvRecord> records;

    private CsvTable(String source, String sha256, Map<String, Integer> indices, List<CsvRecord> records) {
        this.source = source;
        this.sha256 = sha256;
        this.indices = indices;
        this.records = records;
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
        List<CsvRecord> records = split(source, text);
        if (records.isEmpty()) {
            throw new DataException(source + ": expected a header line and rows but found blank lines only.");
        }
        CsvRecord header = records.get(0);
        Map<String, Integer> indices = headerNames(source, header);
        List<CsvRecord> rows = List.copyOf(records.subList(1, records.size()));
        if (rows.isEmpty()) {
            throw new DataException(source + ": expected rows below the header " + names(indices)
                    + " but found none. Was the file written to the end?");
        }
        for (CsvRecord row : rows) {
            requireWidth(source, row, header);
        }
        return new CsvTable(source, FileText.sha256(bytes), indices, rows);
    }

    private static List<CsvRecord> split(String source, String text) {
        List<CsvRecord> records = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .fieldSeparator(separator(text))
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(text)) {
            for (CsvRecord one : reader) {
                if (!blank(one)) {
                    records.add(one);
                }
            }
        } catch (CsvParseException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new DataException(
                    source + ": cannot be read as CSV (" + e.getMessage() + (why == e ? "" : " " + why.getMessage())
                            + "). Is a quote left open?",
                    e);
        } catch (java.io.IOException e) {
            throw new IllegalStateException("A text in memory cannot fail to be read.", e);
        }
        return records;
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

    private static boolean blank(CsvRecord one) {
        return one.getFieldCount() == 1 && one.getField(0).isBlank();
    }

    private static Map<String, Integer> headerNames(String source, CsvRecord header) {
        Map<String, Integer> indices = new LinkedHashMap<>();
        boolean allNumbers = true;
        for (int c = 0; c < header.getFieldCount(); c++) {
            String field = header.getField(c).strip();
            allNumbers &= Numbers.isNumber(field) || Dates.parse(field).isPresent();
            String name = field.isEmpty() ? "column " + (c + 1) : field;
            Integer before = indices.putIfAbsent(name, c);
            if (before != null) {
                throw new DataException(place(source, header) + ": the column name '" + name + "' stands in column "
                        + (before + 1) + " and again in column " + (c + 1) + ". Rename one of them.");
            }
        }
        if (allNumbers) {
            throw new DataException(place(source, header) + ": expected a header with the names of the columns but found "
                    + header.getFields() + ". Is the header line missing?");
        }
        return indices;
    }

    private static void requireWidth(String source, CsvRecord row, CsvRecord header) {
        int expected = header.getFieldCount();
        int found = row.getFieldCount();
        if (found != expected) {
            String cause = found < expected
                    ? "Is a field missing, or the line cut off?"
                    : "Does a field hold the separator without quotes, such as a decimal comma?";
            throw new DataException(place(source, row) + ": expected " + expected + " fields as in the header but found "
                    + found + ". " + cause);
        }
    }

    private static String place(String source, CsvRecord row) {
        return source + ", line " + row.getStartingLineNumber();
    }

    private static String names(Map<String, Integer> indices) {
        List<String> all = List.copyOf(indices.keySet());
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

    /** The names of the columns in the file's order; a column without a name is called after its place: "column 1". */
    public List<String> columns() {
        return List.copyOf(indices.keySet());
    }

    /** Whether there is a column of this name. */
    public boolean has(String column) {
        return indices.containsKey(column);
    }

    /** The number of rows below the header, at least 1. */
    public int rows() {
        return records.size();
    }

    /** The line of the file in which a row begins, counted from 1. */
    public long line(int row) {
        return records.get(row).getStartingLineNumber();
    }

    /**
     * One field as it stands in the file, without the blanks around it.
     *
     * @throws DataException if there is no such column
     */
    public String text(String column, int row) {
        return records.get(row).getField(index(column)).strip();
    }

    /**
     * A column of numbers.
     *
     * @param column its name
     * @return a new array, one finite number a row, each within the range of a float
     * @throws DataException if there is no such column, or a field is empty, a text, NaN, infinite or too large
     */
    public double[] numbers(String column) {
        int index = index(column);
        double[] numbers = new double[records.size()];
        for (int row = 0; row < numbers.length; row++) {
            String where = source + ", line " + line(row) + ", column '" + column + "'";
            numbers[row] = Numbers.parse(where, records.get(row).getField(index).strip());
        }
        return numbers;
    }

    /** The first column whose first field is a date, if there is one. */
    public Optional<String> dateColumn() {
        CsvRecord first = records.get(0);
        return indices.entrySet().stream()
                .filter(entry ->
                        Dates.parse(first.getField(entry.getValue()).strip()).isPresent())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * A column of dates or date-times, in one of the forms 1969-01-31, 1969-01, 1969-01-31 23:59, 1969-01-31T23:59:59.
     *
     * @param column its name
     * @return a new list, one a row; a date without time stands for its midnight, a zone or offset is left out
     * @throws DataException if there is no such column or a field is not a date
     */
    public List<LocalDateTime> dates(String column) {
        int index = index(column);
        List<LocalDateTime> dates = new ArrayList<>(records.size());
        for (int row = 0; row < records.size(); row++) {
            String field = records.get(row).getField(index).strip();
            int at = row;
            dates.add(Dates.parse(field)
                    .orElseThrow(() -> new DataException(source + ", line " + line(at) + ", column '" + column
                            + "': expected a date as in 1969-01-31 or 1969-01-31 23:59 but found '"
                            + Numbers.shortened(field) + "'.")));
        }
        return dates;
    }

    private int index(String column) {
        Integer index = indices.get(column);
        if (index == null) {
            throw new DataException(source + ": there is no column '" + column + "'. The file has " + names(indices) + "."
                    + Spelling.nearest(column, indices.keySet())
                            .map(near -> " Did you mean '" + near + "'?")
                            .orElse(""));
        }
        return index;
    }

    @Override
    public String toString() {
        return "CsvTable[" + source + ", " + rows() + " rows, " + names(indices) + "]";
    }
}
