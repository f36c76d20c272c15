package dev.carousel.spark;

import dev.carousel.data.DataException;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.table.TableReading;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Long rows of many series as the table that Carousel reads of a file: the rows of each partition go through a temporary file, so
 * that missing values, inserted rows, categories and what is known ahead are treated in exactly the same way.
 *
 * @param names of the columns, in order
 * @param columns which of them is what
 * @param order by which the rows of a series are ordered
 */
record SeriesTable(List<String> names, Portable<ColumnRoles> columns, String order) implements Serializable {

    private static final Pattern LINE = Pattern.compile("line (\\d{1,9})");

    /**
     * The columns of a schema.
     *
     * @param order by which rows are ordered, where they have no dates
     * @throws IllegalArgumentException if a column is missing or of another type, or nothing orders the rows
     */
    static SeriesTable of(StructType schema, ColumnRoles columns, Optional<String> order) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        columns.id().ifPresent(names::add);
        columns.date().ifPresent(names::add);
        names.addAll(columns.numbers());
        names.addAll(columns.categories());
        List<String> found = Arrays.asList(schema.fieldNames());
        for (String name : Stream.concat(names.stream(), order.stream()).toList()) {
            if (!found.contains(name)) {
                throw new IllegalArgumentException(
                        "There is no column '" + name + "', which the series have; there are " + found + ".");
            }
        }
        for (String name : columns.numbers()) {
            if (!(schema.apply(name).dataType() instanceof NumericType)) {
                throw new IllegalArgumentException("The column '" + name + "' is "
                        + schema.apply(name).dataType().simpleString() + " but must be of numbers.");
            }
        }
        columns.date().ifPresent(name -> requireDates(name, schema.apply(name).dataType()));
        String by = columns.date()
                .or(() -> order)
                .orElseThrow(
                        () -> new IllegalArgumentException("Rows of a DataFrame have no order, and these series have no"
                                + " column of dates: name the column that orders them."));
        return new SeriesTable(List.copyOf(names), Portable.of(ColumnRoles.class, columns), by);
    }

    private static void requireDates(String name, DataType type) {
        if (!List.of(DataTypes.DateType, DataTypes.TimestampType, DataTypes.TimestampNTZType)
                .contains(type)) {
            throw new IllegalArgumentException("The column '" + name + "' is " + type.simpleString()
                    + " but must be date, timestamp or timestamp_ntz. Convert it with to_date or to_timestamp_ntz.");
        }
    }

    /** The rows of each series in one partition, one series after the other, each in the order of time. */
    Dataset<Row> grouped(Dataset<Row> rows) {
        ColumnRoles roles = columns.value();
        List<Column> all = new ArrayList<>();
        for (String name : names) {
            Column column = rows.col(quoted(name));
            boolean text = roles.id().filter(name::equals).isPresent()
                    || roles.categories().contains(name);
            all.add((roles.numbers().contains(name) ? column.cast("double") : text ? column.cast("string") : column)
                    .as(name));
        }
        all.add(rows.col(quoted(order)).as(ORDER));
        Dataset<Row> chosen = rows.select(all.toArray(Column[]::new));
        if (roles.id().isEmpty()) {
            return chosen.coalesce(1).sortWithinPartitions(functions.col(ORDER));
        }
        Column id = functions.col(quoted(roles.id().get()));
        return chosen.repartition(id).sortWithinPartitions(id, functions.col(ORDER));
    }

    private static final String ORDER = "carousel order";

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /**
     * The series of a partition.
     *
     * @param rows at least one, as {@link #grouped} has them
     * @throws DataException if they are no series, with the row at fault
     */
    SeriesSet read(Iterator<Row> rows, TableReading reading) {
        try {
            Path file = Files.createTempFile("carousel-series", ".csv");
            try {
                write(rows, file);
                return SeriesSet.read(file, columns.value(), reading);
            } catch (DataException e) {
                throw explained(e, file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The rows of a partition go through a temporary file, which failed: " + e, e);
        }
    }

    private void write(Iterator<Row> rows, Path file) throws IOException {
        int date = columns.value().date().map(names::indexOf).orElse(-1);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(line(names));
            while (rows.hasNext()) {
                Row row = rows.next();
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    fields.add(row.isNullAt(i) ? "" : text(row.get(i), i == date));
                }
                out.write(line(fields));
            }
        }
    }

    private static String line(List<String> fields) {
        StringJoiner line = new StringJoiner(",", "", "\n");
        for (String field : fields) {
            boolean plain = field.chars().allMatch(c -> c != '"' && c != ',' && c != '\n' && c != '\r')
                    && !field.isBlank()
                    && field.strip().length() == field.length();
            line.add(plain || field.isEmpty() ? field : '"' + field.replace("\"", "\"\"") + '"');
        }
        return line.toString();
    }

    private static String text(Object value, boolean date) {
        return date ? DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(EventTime.date(value)) : value.toString();
    }

    /** Nobody can look into a temporary file, so the error says what stands in its line. */
    private DataException explained(DataException e, Path file) throws IOException {
        String message = String.valueOf(e.getMessage()).replace(file.toString(), "the rows of a partition");
        Matcher line = LINE.matcher(message);
        String content = "";
        if (line.find()) {
            try (Stream<String> lines = Files.lines(file)) {
                content = lines.skip(Integer.parseInt(line.group(1)) - 1L)
                        .findFirst()
                        .map(text -> " That line, of " + names + ": " + text)
                        .orElse("");
            }
        }
        return new DataException(e.kind(), message + content, e);
    }
}
