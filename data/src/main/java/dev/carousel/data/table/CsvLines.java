package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.file.CsvFields;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.DateFields;
import dev.carousel.data.file.DecimalFields;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.text.TextLines;
import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a CSV text as they arrive, such as from standard input: a header, then one row per line.
 *
 * <pre>{@code
 * CsvLines lines = CsvLines.of("standard input", System.in);
 * int sales = lines.index("sales");
 * for (Optional<CsvLines.Row> row = lines.next(); row.isPresent(); row = lines.next()) {
 *     row.get().fields().get(sales);
 * }
 * }</pre>
 *
 * <p>As in a file ({@link CsvTable}), but a field cannot span lines: so a row is complete as soon as its line has
 * ended, and a quote that is left open spoils its own line alone. After an error of one row the next can be read.
 *
 * <p>Where the first line begins with a brace, every line is an object of JSON, such as {@code {"date": "2023-01-01", "y": 3.5}}:
 * its names are the columns; what is null or not named is missing.
 */
public final class CsvLines {

    private final TextLines lines;
    private final char separator;
    private final Map<String, Integer> columns;

    /** Whether each line is an object of JSON rather than fields. */
    private final boolean json;

    /** The first line, where it is a row and no header, until it was asked for. */
    private Optional<TextLines.Line> first;

    /**
     * One row.
     *
     * @param line the number of its line, counted from 1
     * @param fields as many as the header has names, without blanks around them
     */
    public record Row(long line, List<String> fields) {

        /** Takes a copy of the list. */
        public Row {
            fields = List.copyOf(fields);
        }
    }

    private CsvLines(
            TextLines lines, char separator, Map<String, Integer> columns, Optional<TextLines.Line> firstObject) {
        this.lines = lines;
        this.separator = separator;
        this.columns = columns;
        this.json = firstObject.isPresent();
        this.first = firstObject;
    }

    /**
     * Waits for the header.
     *
     * @param source what messages call the text
     * @param in its bytes; not closed
     * @throws DataException if there is no header or it is no good
     */
    public static CsvLines of(String source, InputStream in) {
        return of(source, in, List.of());
    }

    /**
     * Waits for the header, whose separator is one that leaves the columns that are looked for.
     *
     * @param source what messages call the text
     * @param in its bytes; not closed
     * @param names columns that are looked for
     * @throws DataException if there is no header or it is no good
     */
    public static CsvLines of(String source, InputStream in, Collection<String> names) {
        TextLines lines = TextLines.of(source, in);
        Optional<TextLines.Line> first = notBlank(lines);
        if (first.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    source + ": expected a header line and rows but found "
                            + (lines.number() == 0 ? "nothing." : "blank lines only."));
        }
        String text = first.get().text();
        if (text.stripLeading().startsWith("{")) {
            return ofObjects(lines, first.get(), names);
        }
        char separator = CsvFields.separator(text, names);
        String place = lines.place(first.get().number());
        try {
            return new CsvLines(
                    lines,
                    separator,
                    CsvRecords.columns(place, CsvFields.of(place, text, separator)),
                    Optional.empty());
        } catch (DataException e) {
            throw e.atLine(first.get().number());
        }
    }

    /** Lines that are objects of JSON: the columns are those that are looked for, and what the first one names. */
    private static CsvLines ofObjects(TextLines lines, TextLines.Line first, Collection<String> names) {
        Set<String> all = new LinkedHashSet<>();
        names.forEach(name -> all.add(Normalizer.normalize(name, Normalizer.Form.NFC)));
        all.addAll(object(lines, first).keySet());
        return new CsvLines(
                lines, ',', CsvRecords.columns(lines.place(first.number()), List.copyOf(all)), Optional.of(first));
    }

    /** The fields of an object of JSON by their names. */
    private static Map<String, String> object(TextLines lines, TextLines.Line line) {
        Map<String, String> fields = new HashMap<>();
        Object read;
        try {
            read = Json.parse(line.text());
        } catch (JsonException e) {
            throw lines.refused(
                    line.number(),
                    DataException.Kind.MALFORMED,
                    "expected an object of JSON, as in the first line, but it cannot be read: " + e.getMessage());
        }
        if (!(read instanceof Map<?, ?> map)) {
            throw lines.refused(
                    line.number(), DataException.Kind.MALFORMED, "expected an object of JSON, as in the first line.");
        }
        map.forEach((name, value) -> {
            if (value instanceof Map<?, ?> || value instanceof Iterable<?>) {
                throw lines.refused(
                        line.number(),
                        DataException.Kind.MALFORMED,
                        "expected a number or a text of '" + name + "' but found a list or an object.");
            }
            String field = value instanceof Double number && Double.isFinite(number)
                    ? new BigDecimal(number.toString()).toPlainString()
                    : value == null ? "" : String.valueOf(value).strip();
            fields.put(Normalizer.normalize(String.valueOf(name), Normalizer.Form.NFC), field);
        });
        return fields;
    }

    private static Optional<TextLines.Line> notBlank(TextLines lines) {
        Optional<TextLines.Line> line = lines.next();
        while (line.isPresent() && line.get().text().isBlank()) {
            line = lines.next();
        }
        return line;
    }

    /** What messages call the text. */
    public String source() {
        return lines.source();
    }

    /** Where a line stands, for messages. */
    public String place(long line) {
        return lines.place(line);
    }

    /** The number of the line that came last. */
    public long number() {
        return lines.number();
    }

    /** The names of the columns; one without a name is called after its place: "column 1". */
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    /**
     * Where a column stands.
     *
     * @throws DataException if there is none of this name, with the nearest
     */
    public int index(String name) {
        Integer index = columns.get(Normalizer.normalize(name, Normalizer.Form.NFC));
        if (index == null) {
            throw CsvRecords.unknown(source(), name, columns.keySet());
        }
        return index;
    }

    /**
     * Waits for the next row; blank lines are skipped.
     *
     * @return none at the end of the text
     * @throws DataException if the line is not as wide as the header, or is no CSV or no text
     */
    public Optional<Row> next() {
        Optional<TextLines.Line> line = first.isPresent() ? first : notBlank(lines);
        first = Optional.empty();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(json ? rowOfObject(line.get()) : row(line.get()));
    }

    private Row rowOfObject(TextLines.Line line) {
        Map<String, String> object = object(lines, line);
        return new Row(
                line.number(),
                columns.keySet().stream()
                        .map(name -> object.getOrDefault(name, ""))
                        .toList());
    }

    private Row row(TextLines.Line line) {
        String place = lines.place(line.number());
        try {
            List<String> fields = CsvFields.of(place, line.text(), separator);
            if (fields.size() != columns.size()) {
                throw CsvRecords.ragged(place, columns.size(), fields.size());
            }
            return new Row(line.number(), fields);
        } catch (DataException e) {
            throw e.atLine(line.number());
        }
    }

    /**
     * A number of a row, in the range of a float.
     *
     * @return NaN where the field says that there is none
     * @throws DataException if it is something else, with line and column
     */
    public double value(Row row, int column) {
        return value(row, column, DecimalSign.POINT);
    }

    /**
     * A number of a row, in the range of a float, with a decimal sign.
     *
     * @return NaN where the field says that there is none
     * @throws DataException if it is something else, with line and column
     */
    public double value(Row row, int column, DecimalSign sign) {
        DecimalSign decimal = json ? DecimalSign.POINT : sign;
        String written = row.fields().get(column);
        String field =
                DecimalFields.contradicts(decimal, written) ? "'" + written : DecimalFields.plain(decimal, written);
        if (Numbers.isMissing(field)) {
            return Double.NaN;
        }
        if (Numbers.isNumber(field)) {
            double number = Numbers.parse(field);
            if (Numbers.fits(number)) {
                return number;
            }
        }
        throw at(row, column, Numbers.refusal(place(row, column), field));
    }

    /**
     * A date of a row.
     *
     * @throws DataException if it is something else, or the day or the month may come first, with line and column
     */
    public LocalDateTime date(Row row, int column) {
        String field = row.fields().get(column);
        return DateFields.parse(field)
                .orElseThrow(() -> at(row, column, DateFields.refusal(place(row, column), field)));
    }

    /**
     * That a field cannot be used, with its line and column.
     *
     * @param why what was expected, what was found, the likely cause
     */
    public DataException refused(Row row, int column, DataException.Kind kind, String why) {
        return at(row, column, new DataException(kind, place(row, column) + ": " + why));
    }

    /** What is said against what a line holds, with the line. */
    public DataException refused(long line, DataException why) {
        return lines.refused(line, why);
    }

    private String place(Row row, int column) {
        return place(row.line()) + ", column '" + names().get(column) + "'";
    }

    private DataException at(Row row, int column, DataException why) {
        return why.inColumn(names().get(column)).atLine(row.line());
    }
}
