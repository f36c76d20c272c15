package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.file.DateColumn;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.OneThread;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rows of a CSV text as they arrive, such as from standard input, each an event of a key.
 *
 * <pre>{@code
 * EventLines lines = EventLines.of(model, CsvLines.of("standard input", System.in), Optional.of("shop"));
 * for (Optional<EventLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
 *     Answer answer = streams.add(line.get().key(), line.get().event());
 * }
 * }</pre>
 *
 * <p>Columns, upcoming rows and missing values are as in a file ({@link dev.carousel.data.series.SeriesSet}): a field
 * that says that its value is missing is not in the event, and the stream decides what stands in for it. A row of a
 * model whose training dropped rows with missing values is left out here.
 */
public final class EventLines {

    private final CsvLines lines;
    private final List<String> names;
    private final int[] numbers;
    private final List<String> categoryNames;
    private final int[] categories;
    private final int key;

    /** How many of the numbers are targets, and how many are not known ahead. */
    private final int targets;

    private final int seen;

    /** Whether rows without targets are still to come, and tell what is known of them. */
    private final boolean goesOn;

    private final boolean drops;
    private final boolean looksForDates;

    /** Where the dates stand, -1 for nowhere; looked for in the first row where no column is named. */
    private int date;

    private int label = -1;
    private boolean begun;
    private final DateReading reading;
    private final DecimalSign decimal;
    private final DateColumn dates;

    /** Is told of fields that are no numbers and count as missing; where nobody is, they are errors. */
    private Optional<Consumer<DataException>> onBadField = Optional.empty();

    /** The last date of each key, which tells the two hours apart that clocks show twice. */
    private final Map<String, LocalDateTime> last = new HashMap<>();

    private Optional<String> lastKey = Optional.empty();

    private final OneThread one = new OneThread("EventLines");

    /**
     * A row.
     *
     * @param line the number of its line, counted from 1
     * @param key what tells its stream from others; empty where there is one alone
     * @param event what stands in it
     * @param label what stands in the column that {@link #labelled} names; none where it is empty or no column is named
     */
    public record Line(long line, String key, Event event, Optional<String> label) {}

    /** The rows of series, whose dates are spelled as the first row shows. */
    EventLines(CsvLines lines, ColumnRoles columns, Missing missing) {
        this(lines, columns, missing, DateReading.defaults().countedAt(Optional.empty()), DecimalSign.POINT);
    }

    /** The rows of series. */
    EventLines(CsvLines lines, ColumnRoles columns, Missing missing, DateReading reading, DecimalSign decimal) {
        this.lines = lines;
        this.names = columns.numbers();
        this.numbers = names.stream().mapToInt(lines::index).toArray();
        this.categoryNames = columns.categories();
        this.categories = categoryNames.stream().mapToInt(lines::index).toArray();
        this.key = columns.id().map(lines::index).orElse(-1);
        this.targets = columns.targets().size();
        this.seen = targets + columns.features().size();
        this.goesOn = !(columns.known().isEmpty() && columns.categories().isEmpty());
        this.drops = missing == Missing.DROP;
        this.date = columns.date().map(lines::index).orElse(-1);
        this.looksForDates = columns.date().isEmpty();
        this.reading = reading;
        this.decimal = decimal;
        this.dates = DateColumn.of(reading, List.of());
    }

    /** The steps of sequences of numbers. */
    private EventLines(CsvLines lines, List<String> names, Optional<String> key) {
        this.lines = lines;
        this.key = key.map(lines::index).orElse(-1);
        this.names = names;
        this.numbers = names.stream().mapToInt(lines::index).toArray();
        this.categoryNames = List.of();
        this.categories = new int[0];
        this.targets = names.size();
        this.seen = names.size();
        this.goesOn = false;
        this.drops = false;
        this.date = -1;
        this.looksForDates = false;
        this.reading = DateReading.defaults();
        this.decimal = DecimalSign.POINT;
        this.dates = DateColumn.of(reading, List.of());
    }

    /**
     * The rows of a text for a model.
     *
     * @param model one that reads rows: of text models, each line is a text
     * @param key the column that tells streams apart; empty for that of the training, if it had one
     * @throws DataException if a column is missing, or the model reads text
     */
    public static EventLines of(StreamModel model, CsvLines lines, Optional<String> key) {
        return of(model, lines, key, model.dates(), model.decimal());
    }

    /**
     * The rows of a text for a model, whose dates are read in a way of your choice.
     *
     * @param model one that reads rows: of text models, each line is a text
     * @param key the column that tells streams apart; empty for that of the training, if it had one
     * @param dates how dates are read: those of the training, changed
     * @param decimal the decimal sign of numbers
     * @throws DataException if a column is missing, or the model reads text
     */
    public static EventLines of(
            StreamModel model, CsvLines lines, Optional<String> key, DateReading dates, DecimalSign decimal) {
        if (model.rows().isPresent()) {
            ColumnRoles columns = model.rows().get().columns();
            return new EventLines(
                    lines,
                    key.map(columns::withId).orElse(columns),
                    model.rows().get().missing(),
                    dates,
                    decimal);
        }
        if (model.inputs().stream().anyMatch(input -> input.type() != StreamModel.Type.NUMBER)) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    "The model reads text, not rows of columns. Read its lines with TextLines.");
        }
        return new EventLines(
                lines, model.inputs().stream().map(StreamModel.Input::name).toList(), key);
    }

    /** Where a line stands, for messages. */
    public String place(long line) {
        return lines.place(line);
    }

    /** The name of the column that tells streams apart, if there is one. */
    public Optional<String> keyColumn() {
        return key < 0 ? Optional.empty() : Optional.of(lines.names().get(key));
    }

    /** Whether rows have dates; known when the first has come. */
    public boolean hasDates() {
        return date >= 0;
    }

    /** What a stream says against the event of a line, with the line. */
    public DataException refused(Line line, DataException why) {
        return lines.refused(line.line(), why);
    }

    /**
     * Waits for the next row.
     *
     * @return none at the end of the text
     * @throws DataException if a field is not what it must be, with line and column; the next row can be read
     */
    public Optional<Line> next() {
        return one.alone(this::read);
    }

    /** The key of the row that came or was refused last; none where its line had no such field, or nothing in it. */
    public Optional<String> lastKey() {
        return lastKey;
    }

    private Optional<CsvLines.Row> nextRow() {
        lastKey = Optional.empty();
        Optional<CsvLines.Row> row = lines.next();
        lastKey = row.map(found -> key < 0 ? "" : found.fields().get(key)).filter(found -> key < 0 || !found.isEmpty());
        return row;
    }

    private Optional<Line> read() {
        for (Optional<CsvLines.Row> row = nextRow(); row.isPresent(); row = nextRow()) {
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
        if (!looksForDates) {
            return;
        }
        DateColumn.Likeness best = DateColumn.Likeness.ALIKE;
        for (int c = 0; c < first.fields().size(); c++) {
            String name = lines.names().get(c);
            boolean other = names.contains(name) || categoryNames.contains(name) || c == key;
            DateColumn.Likeness likeness =
                    DateColumn.likeness(reading, name, List.of(first.fields().get(c)));
            if (!other && likeness.compareTo(best) < 0) {
                best = likeness;
                date = c;
            }
        }
    }

    private LocalDateTime written(CsvLines.Row row) {
        String name = lines.names().get(date);
        try {
            return dates.readAlone(
                    lines.place(row.line()) + ", column '" + name + "'",
                    row.fields().get(date));
        } catch (DataException e) {
            throw e.inColumn(name).atLine(row.line());
        }
    }

    private LocalDateTime date(CsvLines.Row row) {
        LocalDateTime read = written(row);
        if (reading.zone().isEmpty()) {
            return read;
        }
        return last.merge(
                key < 0 ? "" : row.fields().get(key),
                read,
                (before, now) -> dates.lastHadOffset() ? now : reading.afterDoubledHour(now, before));
    }

    /** What a row says; none where it is left out since something is missing. */
    private Optional<Line> line(CsvLines.Row row) {
        List<String> fields = row.fields();
        if (key >= 0 && fields.get(key).isEmpty()) {
            throw lines.refused(
                    row,
                    key,
                    DataException.Kind.MISSING_VALUE,
                    "expected the id of a series but found an empty field. Every row needs to belong to a series.");
        }
        boolean ahead = goesOn && targets > 0;
        for (int j = 0; ahead && j < targets; j++) {
            ahead = Numbers.isMissing(fields.get(numbers[j]));
        }
        if (drops && misses(fields, ahead)) {
            return Optional.empty();
        }
        Optional<LocalDateTime> when = date < 0 ? Optional.empty() : Optional.of(date(row));
        Map<String, Double> values = new HashMap<>();
        for (int j = ahead ? seen : 0; j < numbers.length; j++) {
            double value = value(row, numbers[j]);
            if (!Double.isNaN(value)) {
                values.put(names.get(j), value);
            }
        }
        Map<String, String> texts = new HashMap<>();
        for (int c = 0; c < categories.length; c++) {
            String field = fields.get(categories[c]);
            if (!Numbers.isMissingName(field)) {
                texts.put(categoryNames.get(c), field);
            }
        }
        Event event = new Event(when, values, texts, ahead, Optional.empty());
        String told = label < 0 ? "" : fields.get(label).strip();
        return Optional.of(new Line(
                row.line(),
                key < 0 ? "" : fields.get(key),
                event,
                told.isEmpty() ? Optional.empty() : Optional.of(told)));
    }

    /**
     * From now on each line has what stands in a column of classes.
     *
     * @return this
     * @throws DataException if there is no such column, or it is one of the numbers
     */
    public EventLines labelled(String column) {
        label = lines.index(column);
        if (names.contains(column) || label == key) {
            throw new DataException(
                    DataException.Kind.UNKNOWN_COLUMN,
                    "The column '" + column + "' holds "
                            + (label == key ? "the names of sequences" : "numbers that the model reads")
                            + " and cannot hold the classes as well.");
        }
        return this;
    }

    private double value(CsvLines.Row row, int column) {
        try {
            return lines.value(row, column, decimal);
        } catch (DataException e) {
            onBadField.orElseThrow(() -> e).accept(e);
            return Double.NaN;
        }
    }

    /**
     * From now on a field that is no number is taken as a missing value, which the stream fills in as in training or refuses,
     * instead of being an error.
     *
     * @param told what is wrong with each
     * @return this
     */
    public EventLines badFieldsMissing(Consumer<DataException> told) {
        onBadField = Optional.of(told);
        return this;
    }

    private boolean misses(List<String> fields, boolean ahead) {
        for (int j = ahead ? seen : 0; j < numbers.length; j++) {
            if (Numbers.isMissing(fields.get(numbers[j]))) {
                return true;
            }
        }
        for (int category : categories) {
            if (Numbers.isMissingName(fields.get(category))) {
                return true;
            }
        }
        return false;
    }
}
