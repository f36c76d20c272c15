package dev.carousel.data.table;

import dev.carousel.data.DataException;
import dev.carousel.data.file.CsvFields;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.text.TextLines;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a CSV text as they come, such as from standard input: a header, then a row a line.
 *
 * <pre>{@code
 * CsvLines lines = CsvLines.of("standard input", System.in);
 * int sales = lines.index("sales");
 * for (Optional<CsvLines.Row> row = lines.next(); row.isPresent(); row = lines.next()) {
 *     row.get().fields().get(sales);
 * }
 * }</pre>
 *
 * <p>As in a file ({@link CsvTable}), but a field cannot go on in another line: so a row is there as soon as its line has
 * ended, and a quote that is left open spoils its own line alone. After an error of one row the next can be asked for.
 */
public final class CsvLines {

    private final TextLines lines;
    private final char separator;
    private final Map<String, Integer> columns;

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

    private CsvLines(TextLines lines, char separator, Map<String, Integer> columns) {
        this.lines = lines;
        this.separator = separator;
        this.columns = columns;
    }

    /**
     * Waits for the header.
     *
     * @param source what messages call the text
     * @param in its bytes; not closed
     * @throws DataException if there is no header or it is no good
     */
    public static CsvLines of(String source, InputStream in) {
        TextLines lines = TextLines.of(source, in);
        Optional<TextLines.Line> first = notBlank(lines);
        if (first.isEmpty()) {
            throw new DataException(source + ": expected a header line and rows but found "
                    + (lines.number() == 0 ? "nothing." : "blank lines only."));
        }
        String text = first.get().text();
        char separator = CsvFields.separator(text);
        String place = lines.place(first.get().number());
        return new CsvLines(lines, separator, CsvRecords.columns(place, CsvFields.of(place, text, separator)));
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
        Integer index = columns.get(name);
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
        Optional<TextLines.Line> line = notBlank(lines);
        if (line.isEmpty()) {
            return Optional.empty();
        }
        String place = lines.place(line.get().number());
        List<String> fields = CsvFields.of(place, line.get().text(), separator);
        if (fields.size() != columns.size()) {
            throw CsvRecords.ragged(place, columns.size(), fields.size());
        }
        return Optional.of(new Row(line.get().number(), fields));
    }

    /**
     * A number of a row.
     *
     * @return NaN where the field says that there is none
     * @throws DataException if it is something else, with line and column
     */
    public float number(Row row, int column) {
        String field = row.fields().get(column);
        if (Numbers.isMissing(field)) {
            return Float.NaN;
        }
        if (Numbers.isNumber(field) && Numbers.fits(Numbers.parse(field))) {
            return (float) Numbers.parse(field);
        }
        throw Numbers.refusal(place(row.line()) + ", column '" + names().get(column) + "'", field);
    }
}
