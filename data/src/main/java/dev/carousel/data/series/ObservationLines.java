package dev.carousel.data.series;

import dev.carousel.data.DataException;
import dev.carousel.data.file.DateFields;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.table.Missing;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of series as they come, such as from standard input, for a stream each that forecasts or scores them.
 *
 * <pre>{@code
 * ObservationLines lines = ObservationLines.of(CsvLines.of("standard input", System.in), task.columns(), task.missing());
 * for (Optional<ObservationLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
 *     streams.computeIfAbsent(line.get().id(), ...).add(line.get().row());
 * }
 * }</pre>
 *
 * <p>Columns, rows still to come and missing values are as in a file ({@link SeriesSet}), with what a stream cannot know
 * left out: the line between two values looks ahead, so the last value stands in for it.
 */
public final class ObservationLines {

    /** What stands for a category that is missing: a name that no training has. */
    private static final String NO_CATEGORY = "";

    private final CsvLines lines;
    private final ColumnRoles columns;
    private final StoreLayout layout;
    private final int[] numbers;
    private final int[] categories;
    private final int id;

    /** Where the dates stand, -1 for nowhere; looked for in the first row where no column is named. */
    private int date;

    private boolean begun;
    private final Map<String, LastRow> last = new HashMap<>();

    /** What stands in for missing values of a series, those of the rows before: NaN and NO_CATEGORY where there is none. */
    private static final class LastRow {

        private double[] numbers;
        private String[] categories;

        LastRow(int numbers, int categories) {
            this.numbers = new double[numbers];
            this.categories = new String[categories];
            Arrays.fill(this.numbers, Double.NaN);
            Arrays.fill(this.categories, NO_CATEGORY);
        }
    }

    /**
     * A row of one of the series.
     *
     * @param line the number of its line
     * @param id the name of its series; empty where there is one alone
     * @param row what stands in it; without targets where it is still to come
     * @param ahead whether it is still to come
     */
    public record Line(long line, String id, Observation row, boolean ahead) {}

    private ObservationLines(CsvLines lines, ColumnRoles columns, Missing missing) {
        this.lines = lines;
        this.columns = columns;
        this.layout = new StoreLayout(columns, missing);
        this.numbers = columns.numbers().stream().mapToInt(lines::index).toArray();
        this.categories = columns.categories().stream().mapToInt(lines::index).toArray();
        this.id = columns.id().map(lines::index).orElse(-1);
        this.date = columns.date().map(lines::index).orElse(-1);
    }

    /**
     * The rows of some columns.
     *
     * @param lines the text
     * @param columns which column is what; without a column of dates, the first whose first field is a date
     * @param missing what becomes of missing values
     * @throws DataException if a column is missing
     */
    public static ObservationLines of(CsvLines lines, ColumnRoles columns, Missing missing) {
        return new ObservationLines(lines, columns, missing);
    }

    /** Where a line stands, for messages. */
    public String place(long line) {
        return lines.place(line);
    }

    /** The number of the line that came last. */
    public long number() {
        return lines.number();
    }

    /** Whether rows have dates; known when the first has come. */
    public boolean hasDates() {
        return date >= 0;
    }

    /**
     * Waits for the next row.
     *
     * @return none at the end of the text
     * @throws DataException if a field is not what it must be, with line and column; the next row can be asked for
     */
    public Optional<Line> next() {
        for (Optional<CsvLines.Row> row = lines.next(); row.isPresent(); row = lines.next()) {
            if (!begun) {
                begun = true;
                findDates(row.get());
            }
            Optional<Line> line = line(row.get());
            if (line.isPresent()) {
                return line;
            }
        }
        return Optional.empty();
    }

    private void findDates(CsvLines.Row first) {
        for (int c = 0;
                date < 0 && columns.date().isEmpty() && c < first.fields().size();
                c++) {
            String name = lines.names().get(c);
            boolean other = columns.numbers().contains(name)
                    || columns.categories().contains(name)
                    || columns.id().equals(Optional.of(name));
            if (!other && DateFields.parse(first.fields().get(c)).isPresent()) {
                date = c;
            }
        }
    }

    private String place(CsvLines.Row row, int column) {
        return lines.place(row.line()) + ", column '" + lines.names().get(column) + "'";
    }

    /** What a row says; none where it is left out since something is missing. */
    private Optional<Line> line(CsvLines.Row row) {
        List<String> fields = row.fields();
        String name = id < 0 ? "" : fields.get(id);
        if (id >= 0 && name.isEmpty()) {
            throw new DataException(place(row, id)
                    + ": expected the id of a series but found an empty field. Every row needs to belong to a series.");
        }
        boolean ahead = layout.goesOn();
        for (int j = 0; ahead && j < layout.numberOfTargets(); j++) {
            ahead = Numbers.isMissing(fields.get(numbers[j]));
        }
        if (layout.missing() == Missing.DROP && misses(fields, ahead)) {
            return Optional.empty();
        }
        Optional<LocalDateTime> when = date < 0 ? Optional.empty() : Optional.of(date(row));
        LastRow before = last.computeIfAbsent(name, key -> new LastRow(numbers.length, categories.length));
        double[] values = before.numbers.clone();
        double[] missing = numbers(row, ahead, values);
        String[] kinds = categories(row, before.categories);
        // Only now, so that a row that is refused leaves nothing behind.
        before.numbers = values;
        before.categories = kinds;
        return Optional.of(new Line(row.line(), name, row(when, ahead, values, missing, kinds), ahead));
    }

    private Observation row(
            Optional<LocalDateTime> when, boolean ahead, double[] values, double[] missing, String[] kinds) {
        int targets = layout.numberOfTargets();
        int seen = targets + columns.features().size();
        double[] known = Arrays.copyOfRange(values, seen, values.length);
        double[] features = Arrays.copyOfRange(values, targets, seen);
        return new Observation(
                when,
                ahead ? new double[0] : Arrays.copyOf(values, targets),
                ahead ? new double[0] : withMarks(features, Arrays.copyOf(missing, seen)),
                withMarks(known, Arrays.copyOfRange(missing, seen, missing.length)),
                List.of(kinds));
    }

    private boolean misses(List<String> fields, boolean ahead) {
        for (int j = 0; j < numbers.length; j++) {
            if ((!ahead || layout.knownAhead(j)) && Numbers.isMissing(fields.get(numbers[j]))) {
                return true;
            }
        }
        for (int category : categories) {
            if (Numbers.isMissing(fields.get(category))) {
                return true;
            }
        }
        return false;
    }

    private LocalDateTime date(CsvLines.Row row) {
        String field = row.fields().get(date);
        return DateFields.parse(field).orElseThrow(() -> DateFields.refusal(place(row, date), field));
    }

    /** Writes the numbers of a row over those of the row before; returns 1 for each that is missing. */
    private double[] numbers(CsvLines.Row row, boolean ahead, double[] values) {
        double[] missing = new double[values.length];
        for (int j = 0; j < values.length; j++) {
            if (ahead && !layout.knownAhead(j)) {
                continue;
            }
            missing[j] = Numbers.isMissing(row.fields().get(numbers[j])) ? 1 : 0;
            values[j] = missing[j] > 0 ? filled(row, numbers[j], values[j]) : number(row, numbers[j]);
        }
        return missing;
    }

    private String[] categories(CsvLines.Row row, String[] before) {
        String[] kinds = new String[categories.length];
        for (int c = 0; c < kinds.length; c++) {
            kinds[c] = category(row, categories[c], before[c]);
        }
        return kinds;
    }

    /** Numbers and, where missing ones become 0, what says where they were missing. */
    private double[] withMarks(double[] own, double[] missing) {
        if (!layout.indicators()) {
            return own;
        }
        double[] both = Arrays.copyOf(own, own.length + missing.length);
        System.arraycopy(missing, 0, both, own.length, missing.length);
        return both;
    }

    private double number(CsvLines.Row row, int column) {
        String field = row.fields().get(column);
        if (Numbers.isNumber(field)) {
            double number = Numbers.parse(field);
            if (Numbers.fits(number)) {
                return number;
            }
        }
        throw Numbers.refusal(place(row, column), field);
    }

    private double filled(CsvLines.Row row, int column, double before) {
        if (layout.missing() == Missing.ZERO) {
            return 0;
        }
        if (!fills()) {
            throw Numbers.refusal(place(row, column), row.fields().get(column));
        }
        if (Double.isNaN(before)) {
            throw new DataException(
                    place(row, column) + ": expected a value but found none, and none before it that could stand in.");
        }
        return before;
    }

    /** Whether the last value stands in for a missing one. */
    private boolean fills() {
        return layout.missing() == Missing.FORWARD || layout.missing() == Missing.INTERPOLATE;
    }

    private String category(CsvLines.Row row, int column, String before) {
        String field = row.fields().get(column);
        if (!Numbers.isMissing(field)) {
            return field;
        }
        if (layout.missing() != Missing.ZERO && (!fills() || before.equals(NO_CATEGORY))) {
            throw new DataException(place(row, column)
                    + ": expected a category but found an empty field or one that says that it is missing"
                    + (fills() ? ", and none before it that could stand in." : ". Fill it in."));
        }
        return layout.missing() == Missing.ZERO ? NO_CATEGORY : before;
    }
}
