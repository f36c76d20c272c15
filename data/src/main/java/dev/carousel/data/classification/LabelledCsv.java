package dev.carousel.data.classification;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences.Item;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.DateFields;
import dev.carousel.data.file.DistinctTexts;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SourceLines;
import dev.carousel.data.file.Utf8Reader;
import dev.carousel.data.table.CsvTable;
import dev.carousel.model.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * CSV files in long form, a row for each step: columns of numbers, one that says which sequence a row belongs to, and
 * one with the class.
 *
 * <pre>{@code
 * ride,second,speed,angle,label
 * a,0,3.1,12,calm
 * a,1,3.3,14,calm
 * b,0,9.7,80,wild
 *
 * LabelledCsv form = new LabelledCsv(Optional.of("ride"), Optional.of("second"), Optional.of("label"), List.of());
 * LabelledSequences rides = form.read(Path.of("rides.csv"), false);
 * }</pre>
 *
 * <p>The rows of a sequence may stand apart; they are taken in the file's order, which a column of times must agree with. A
 * number may be missing: an empty field, {@code NA}, {@code NaN}, {@code ?}. The file is read a record at a time.
 *
 * @param id the column that names the sequence; without it the file is one
 * @param time the column of times, numbers or dates; ascending within a sequence
 * @param label the column of classes; {@link #readUnlabelled} does without
 * @param features the columns of numbers; empty for all others
 * @param group the column of groups, such as persons, one a sequence
 */
public record LabelledCsv(
        Optional<String> id,
        Optional<String> time,
        Optional<String> label,
        List<String> features,
        Optional<String> group) {

    /** Takes a copy of the list. */
    public LabelledCsv {
        features = List.copyOf(features);
    }

    /** Without groups. */
    public LabelledCsv(Optional<String> id, Optional<String> time, Optional<String> label, List<String> features) {
        this(id, time, label, features, Optional.empty());
    }

    /** With a column of groups, or none. */
    public LabelledCsv withGroup(Optional<String> group) {
        return new LabelledCsv(id, time, label, features, group);
    }

    /** Whether a file is one of these by its name. */
    public static boolean reads(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.regionMatches(true, name.length() - 4, ".csv", 0, 4);
    }

    /**
     * Reads a file with classes.
     *
     * @param perStep whether each step has a class, which may be missing; otherwise each sequence has one
     * @throws DataException with line and column, if a column is missing, a number is none, times do not ascend, or a sequence
     *     has no class or two, or two groups
     */
    public LabelledSequences read(Path file, boolean perStep) {
        if (label.isEmpty()) {
            throw new DataException(file + ": which column holds the classes? It has no label.");
        }
        if (id.isEmpty() && !perStep) {
            throw new DataException(
                    file + ": which column says to which sequence a row belongs? It has no id, and without"
                            + " one the whole file is a single sequence.");
        }
        return read(file, perStep, label);
    }

    /**
     * Reads a file to be classified, whose classes, if it has any, are left out.
     *
     * @throws DataException as {@link #read}
     */
    public LabelledSequences readUnlabelled(Path file, boolean perStep) {
        return read(file, perStep, Optional.empty());
    }

    /**
     * Reads a file in which each sequence has a text, the same in every row of it, as its class; it may be empty.
     *
     * @throws DataException as {@link #read}
     */
    public LabelledSequences readTexts(Path file) {
        if (label.isEmpty() || id.isEmpty()) {
            throw new DataException(file + ": which column holds the texts, and which says to which sequence a row"
                    + " belongs? It needs a label and an id.");
        }
        return read(file, false, label, true);
    }

    private LabelledSequences read(Path file, boolean perStep, Optional<String> classes) {
        return read(file, perStep, classes, perStep);
    }

    private LabelledSequences read(Path file, boolean perStep, Optional<String> classes, boolean mayBeEmpty) {
        Utf8Reader text = SourceLines.text(file);
        try (CsvRecords records = CsvRecords.open(file.toString(), text)) {
            Reading reading = new Reading(file, records, perStep, classes, mayBeEmpty);
            for (Optional<CsvRecord> record = records.next(); record.isPresent(); record = records.next()) {
                reading.add(record.get());
            }
            return reading.sequences(SourceLines.source(file, text));
        }
    }

    /** One sequence, as far as it has been read. */
    private static final class Rows {

        private final int firstLine;
        private float[] values;
        private int count;
        private int[] labels = new int[16];
        private double lastTime = Double.NEGATIVE_INFINITY;
        private final String group;

        Rows(int firstLine, int D, String group) {
            this.firstLine = firstLine;
            this.group = group;
            this.values = new float[16 * D];
        }
    }

    /** A file while it is read. */
    private final class Reading {

        private final Path file;
        private final boolean perStep;
        private final boolean mayBeEmpty;
        private final List<String> names;
        private final int idColumn;
        private final int timeColumn;
        private final int labelColumn;
        private final int groupColumn;
        private final int[] numbers;
        private final Map<String, Rows> sequences = new LinkedHashMap<>();
        private final DistinctTexts classes = new DistinctTexts(Integer.MAX_VALUE);

        Reading(Path file, CsvRecords records, boolean perStep, Optional<String> classColumn, boolean mayBeEmpty) {
            this.file = file;
            this.perStep = perStep;
            this.mayBeEmpty = mayBeEmpty;
            this.names = records.names();
            this.idColumn = id.map(records::index).orElse(-1);
            this.timeColumn = time.map(records::index).orElse(-1);
            this.labelColumn = classColumn.map(records::index).orElse(-1);
            this.groupColumn = group.map(records::index).orElse(-1);
            int unread = label.map(names::indexOf).orElse(-1);
            this.numbers = features.isEmpty()
                    ? IntStream.range(0, names.size())
                            .filter(c -> c != idColumn && c != timeColumn && c != unread && c != groupColumn)
                            .toArray()
                    : features.stream().mapToInt(records::index).toArray();
            if (numbers.length == 0) {
                throw new DataException(
                        file + ": no column of numbers is left apart from the id, the time and the label: "
                                + CsvRecords.shown(names) + ".");
            }
        }

        private DataException wrong(DataException.Kind kind, CsvRecord record, int column, String message) {
            return new DataException(
                            kind,
                            CsvRecords.place(file.toString(), record) + ", column '" + names.get(column) + "': "
                                    + message)
                    .inColumn(names.get(column))
                    .atLine(record.getStartingLineNumber());
        }

        private String field(CsvRecord record, int column) {
            return record.getField(column).strip();
        }

        void add(CsvRecord record) {
            String name = idColumn < 0 ? "1" : field(record, idColumn);
            if (name.isEmpty()) {
                throw wrong(
                        DataException.Kind.MISSING_VALUE,
                        record,
                        idColumn,
                        "expected the name of a sequence but found an empty field.");
            }
            int D = numbers.length;
            String group = group(record);
            Rows rows = sequences.computeIfAbsent(
                    name, key -> new Rows(Math.toIntExact(record.getStartingLineNumber()), D, group));
            if (!rows.group.equals(group)) {
                throw wrong(
                        DataException.Kind.MALFORMED,
                        record,
                        groupColumn,
                        "the sequence '" + Numbers.shortened(name) + "' is of the group '" + Numbers.shortened(group)
                                + "' here but of '" + Numbers.shortened(rows.group) + "' in line " + rows.firstLine
                                + ". A sequence has one group, so that it can be held out whole.");
            }
            if (rows.count == rows.labels.length) {
                int more = Math.addExact(rows.count, rows.count / 2);
                rows.labels = Arrays.copyOf(rows.labels, more);
                rows.values = Arrays.copyOf(rows.values, Math.multiplyExact(more, D));
            }
            requireLater(record, name, rows);
            for (int d = 0; d < D; d++) {
                rows.values[rows.count * D + d] = number(record, numbers[d]);
            }
            rows.labels[rows.count] = label(record, name, rows);
            rows.count++;
        }

        private String group(CsvRecord record) {
            String group = groupColumn < 0 ? "" : field(record, groupColumn);
            if (groupColumn >= 0 && group.isEmpty()) {
                throw wrong(
                        DataException.Kind.MISSING_VALUE,
                        record,
                        groupColumn,
                        "expected the name of a group but found an empty field.");
            }
            return group;
        }

        private float number(CsvRecord record, int column) {
            String field = field(record, column);
            if (Numbers.isMissing(field)) {
                return Float.NaN;
            }
            if (Numbers.isNumber(field)) {
                double number = Double.parseDouble(field);
                if (Numbers.fits(number)) {
                    return (float) number;
                }
            }
            throw Numbers.refusal(
                            CsvRecords.place(file.toString(), record) + ", column '" + names.get(column) + "'", field)
                    .inColumn(names.get(column))
                    .atLine(record.getStartingLineNumber());
        }

        private void requireLater(CsvRecord record, String name, Rows rows) {
            if (timeColumn < 0) {
                return;
            }
            String field = field(record, timeColumn);
            double now;
            if (Numbers.isNumber(field)) {
                now = Double.parseDouble(field);
            } else {
                now = DateFields.seconds(field)
                        .orElseThrow(() -> wrong(
                                DataException.Kind.NOT_A_DATE,
                                record,
                                timeColumn,
                                "expected a number or a date such as 1969-01-31 23:59 but found '"
                                        + Numbers.shortened(field) + "'. Is the year written first?"));
            }
            if (!(now > rows.lastTime)) {
                throw wrong(
                        DataException.Kind.DATE_ORDER,
                        record,
                        timeColumn,
                        "the times of a sequence must ascend, but in '" + Numbers.shortened(name)
                                + "' '" + Numbers.shortened(field) + "' is "
                                + (now == rows.lastTime ? "there twice" : "before the" + " row above it")
                                + ". Sort the file by time, or is the id column another?");
            }
            rows.lastTime = now;
        }

        private int label(CsvRecord record, String name, Rows rows) {
            if (labelColumn < 0) {
                return LabelledSequences.UNLABELLED;
            }
            String field = field(record, labelColumn);
            if (field.isEmpty() && !(mayBeEmpty && !perStep)) {
                if (perStep) {
                    return LabelledSequences.UNLABELLED;
                }
                throw wrong(
                        DataException.Kind.MISSING_VALUE,
                        record,
                        labelColumn,
                        "expected a class but found an empty field. Fill it in for every row of the" + " sequence.");
            }
            int code = classes.code(field);
            if (!perStep && rows.count > 0 && rows.labels[0] != code) {
                throw wrong(
                        DataException.Kind.MALFORMED,
                        record,
                        labelColumn,
                        "the sequence '" + Numbers.shortened(name) + "' has the class '"
                                + Numbers.shortened(field) + "' here but '"
                                + Numbers.shortened(classes.texts().get(rows.labels[0])) + "' in line " + rows.firstLine
                                + ". A sequence has one class; where each step has its own, use train tag.");
            }
            return code;
        }

        LabelledSequences sequences(Provenance.Data source) {
            if (sequences.isEmpty()) {
                throw CsvTable.noRows(file.toString(), names);
            }
            List<String> sorted = new ArrayList<>(new TreeSet<>(classes.texts()));
            int[] place = classes.texts().stream().mapToInt(sorted::indexOf).toArray();
            List<Item> items = new ArrayList<>();
            sequences.forEach((name, rows) -> {
                int[] labels = Arrays.copyOf(rows.labels, perStep ? rows.count : 1);
                for (int t = 0; t < labels.length; t++) {
                    labels[t] = labels[t] < 0 ? LabelledSequences.UNLABELLED : place[labels[t]];
                }
                String where = file + (idColumn < 0 ? "" : ", '" + name + "' (from line " + rows.firstLine + ")");
                float[] values = Arrays.copyOf(rows.values, rows.count * numbers.length);
                items.add(new Item(name, where, values, new int[0], labels, rows.group));
            });
            List<String> columns = Arrays.stream(numbers).mapToObj(names::get).toList();
            return LabelledSequences.ofVectors(source, columns, perStep, sorted, items);
        }
    }
}
