package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Observation;
import dev.carousel.data.table.Missing;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Events as rows of a series, missing values treated as in the training. What stands in for a missing value is that of the
 * last row that was {@linkplain #accepted accepted}, never of one that was refused; of a row that is told ahead, that of
 * the upcoming row before it.
 */
final class EventRows {

    /** What stands for a category that training did not have, in an event by order: a text that no file can hold. */
    private static final String UNKNOWN = "\0";

    private final ColumnRoles columns;
    private final Missing missing;
    private final List<Categories> categories;
    private final List<String> names;
    private final List<String> inputs;
    private double[] lastNumbers;
    private List<String> lastTexts;

    /** Of the last row that was told ahead, while some of them have not come: the value before an upcoming row is there. */
    private double[] aheadNumbers;

    private List<String> aheadTexts;
    private int ahead;

    // Of the row that was read last.
    private double[] numbers;
    private List<String> texts;
    private boolean upcoming;

    EventRows(ColumnRoles columns, Missing missing, List<Categories> categories) {
        this.columns = columns;
        this.missing = missing;
        this.categories = categories;
        this.names = columns.numbers();
        this.inputs =
                Stream.concat(names.stream(), columns.categories().stream()).toList();
        this.lastNumbers = new double[names.size()];
        this.lastTexts = List.of();
        reset();
        this.numbers = lastNumbers;
        this.texts = lastTexts;
        this.aheadNumbers = lastNumbers;
        this.aheadTexts = lastTexts;
    }

    void reset() {
        lastNumbers = new double[names.size()];
        Arrays.fill(lastNumbers, Double.NaN);
        lastTexts = columns.categories().stream().map(name -> "").toList();
        ahead = 0;
    }

    /** How many rows were told ahead and have not come. */
    int ahead() {
        return ahead;
    }

    /** Sets how many rows were told ahead and have not come; 0 to forget them. */
    void setAhead(int rows) {
        ahead = rows;
    }

    /** Refuses names that the model does not read. */
    static void requireKnown(Collection<String> found, Collection<String> known) {
        for (String name : found) {
            if (!known.contains(name)) {
                throw new DataException(
                                DataException.Kind.UNKNOWN_COLUMN,
                                "The event has a value of '" + name + "' but the model reads " + known + "."
                                        + Spelling.nearest(name, known)
                                                .map(near -> " Did you mean '" + near + "'?")
                                                .orElse(""))
                        .inColumn(name);
            }
        }
    }

    /** The row of an event; nothing is remembered of it before {@link #accepted}. */
    Observation read(Event event) {
        if (event.ordered().isPresent()) {
            OrderedValues.requireLength(event.ordered().get(), inputs);
        } else {
            requireNames(event);
        }
        int targets = columns.targets().size();
        int seen = targets + columns.features().size();
        upcoming = event.ahead();
        double[] beforeNumbers = upcoming && ahead > 0 ? aheadNumbers : lastNumbers;
        List<String> beforeTexts = upcoming && ahead > 0 ? aheadTexts : lastTexts;
        numbers = beforeNumbers.clone();
        double[] marks = new double[names.size()];
        for (int j = event.ahead() ? seen : 0; j < names.size(); j++) {
            double value = number(event, j);
            if (Double.isNaN(value)) {
                marks[j] = 1;
                value = filled(names.get(j), beforeNumbers[j]);
            }
            numbers[j] = value;
        }
        List<String> kinds = new ArrayList<>();
        for (int c = 0; c < categories.size(); c++) {
            kinds.add(category(event, c, beforeTexts.get(c)));
        }
        texts = List.copyOf(kinds);
        double[] none = {};
        return new Observation(
                event.date(),
                event.ahead() ? none : Arrays.copyOf(numbers, targets),
                event.ahead() ? none : marked(Arrays.copyOfRange(numbers, targets, seen), Arrays.copyOf(marks, seen)),
                marked(
                        Arrays.copyOfRange(numbers, seen, numbers.length),
                        Arrays.copyOfRange(marks, seen, marks.length)),
                texts);
    }

    private void requireNames(Event event) {
        for (String name : event.texts().keySet()) {
            if (names.contains(name)) {
                throw textForNumber(name);
            }
        }
        requireKnown(event.texts().keySet(), columns.categories());
        for (String name : event.numbers().keySet()) {
            if (columns.categories().contains(name)) {
                throw new DataException(
                                DataException.Kind.MISSING_VALUE,
                                "The event has a number of '" + name + "', which is a category and needs a text.")
                        .inColumn(name);
            }
        }
        requireKnown(event.numbers().keySet(), names);
    }

    static DataException textForNumber(String name) {
        return new DataException(
                        DataException.Kind.NOT_A_NUMBER,
                        "The event has a text of '" + name + "', which needs a number. Is it one of the categories?")
                .inColumn(name);
    }

    /** The row that was read last has been taken in. */
    void accepted() {
        if (upcoming) {
            aheadNumbers = numbers;
            aheadTexts = texts;
            ahead++;
        } else {
            lastNumbers = numbers;
            lastTexts = texts;
            ahead = Math.max(0, ahead - 1);
        }
    }

    private double[] marked(double[] own, double[] marks) {
        if (missing != Missing.ZERO) {
            return own;
        }
        double[] both = Arrays.copyOf(own, own.length + marks.length);
        System.arraycopy(marks, 0, both, own.length, marks.length);
        return both;
    }

    private boolean fills() {
        return missing == Missing.FORWARD || missing == Missing.INTERPOLATE;
    }

    private double filled(String name, double before) {
        if (missing == Missing.ZERO) {
            return 0;
        }
        if (!fills() || Double.isNaN(before)) {
            throw absent(name);
        }
        return before;
    }

    /** NaN where it is missing. */
    private double number(Event event, int j) {
        return event.ordered().isPresent()
                ? event.ordered().get()[j]
                : event.numbers().getOrDefault(names.get(j), Double.NaN);
    }

    private String category(Event event, int c, String before) {
        String value = text(event, c);
        if (!value.isEmpty()) {
            return value;
        }
        if (missing != Missing.ZERO && (!fills() || before.isEmpty())) {
            throw absent(columns.categories().get(c));
        }
        return missing == Missing.ZERO ? "" : before;
    }

    /** Empty where it is missing. */
    private String text(Event event, int c) {
        String name = columns.categories().get(c);
        if (event.ordered().isEmpty()) {
            return event.texts().getOrDefault(name, "");
        }
        double value = event.ordered().get()[names.size() + c];
        if (Double.isNaN(value)) {
            return "";
        }
        int id = OrderedValues.id(value, name, categories.get(c).size());
        return id == Categories.UNKNOWN ? UNKNOWN : categories.get(c).value(id);
    }

    private DataException absent(String name) {
        return new DataException(
                        DataException.Kind.MISSING_VALUE,
                        "The event has no value of '" + name + "' "
                                + (fills()
                                        ? "and none came before it that could stand in."
                                        : "but the model was trained on rows without missing values (missing: "
                                                + missing.label() + "). Fill it in, or leave the event out."))
                .inColumn(name);
    }

    void write(DataOutputStream out) throws IOException {
        write(out, lastNumbers, lastTexts);
        out.writeInt(ahead);
        if (ahead > 0) {
            write(out, aheadNumbers, aheadTexts);
        }
    }

    private static void write(DataOutputStream out, double[] numbers, List<String> texts) throws IOException {
        for (double number : numbers) {
            out.writeDouble(number);
        }
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /** Reads what was written; the caller takes it over with {@link #set}. */
    Remembered read(DataInputStream in) throws IOException {
        Values last = values(in);
        int rows = in.readInt();
        if (rows < 0) {
            throw SavedState.damaged("it remembers " + rows + " upcoming rows");
        }
        return new Remembered(last, rows > 0 ? values(in) : last, rows);
    }

    private Values values(DataInputStream in) throws IOException {
        double[] readNumbers = new double[names.size()];
        for (int j = 0; j < readNumbers.length; j++) {
            readNumbers[j] = in.readDouble();
        }
        List<String> readTexts = new ArrayList<>();
        for (int c = 0; c < categories.size(); c++) {
            readTexts.add(in.readUTF());
        }
        return new Values(readNumbers, List.copyOf(readTexts));
    }

    /** The values of a row. */
    // An array of its own; compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    record Values(double[] numbers, List<String> texts) {}

    /** What stands in for missing values, of rows that came and of upcoming ones, and how many of these there are. */
    record Remembered(Values last, Values upcoming, int ahead) {}

    void set(Remembered remembered) {
        lastNumbers = remembered.last().numbers();
        lastTexts = remembered.last().texts();
        aheadNumbers = remembered.upcoming().numbers();
        aheadTexts = remembered.upcoming().texts();
        ahead = remembered.ahead();
    }
}
