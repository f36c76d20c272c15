package dev.carousel.data.series;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.DateColumn;
import dev.carousel.data.file.DecimalFields;
import dev.carousel.data.file.FileText;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.RowStore;
import dev.carousel.data.file.StoreWriter;
import dev.carousel.data.file.Utf8Reader;
import dev.carousel.data.table.TableReading;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** From a CSV file to its series: which column is of which type, the rows, their groups, what is missing, vocabularies. */
final class TableAssembly {

    /** What stands in for a category that is missing: the number of no text. */
    static final double NO_TEXT = -1;

    /** What the features are called where all columns of numbers are meant that are nothing else. */
    static final String ALL = "*";

    /** So many rows tell the types of the columns. */
    private static final int ROWS_LOOKED_AT = 1000;

    private final String source;
    private final TableReading reading;

    private TableAssembly(String source, TableReading reading) {
        this.source = source;
        this.reading = reading;
    }

    static SeriesSet read(Path file, ColumnRoles columns, TableReading reading) {
        FileText.requireFile(file);
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, Files.size(file), columns, reading);
        } catch (IOException e) {
            throw FileText.notRead(file.toString(), e);
        }
    }

    static SeriesSet read(String source, InputStream in, long bytes, ColumnRoles columns, TableReading reading) {
        FileText.requireNotEmpty(source, bytes);
        Utf8Reader text = new Utf8Reader(source, in, bytes, reading.listener());
        try (CsvRecords records = CsvRecords.open(source, text)) {
            SeriesSet set = new TableAssembly(source, reading).assemble(records, columns);
            return set.from(new Provenance.Data(source, text.bytesRead(), text.sha256()));
        }
    }

    private SeriesSet assemble(CsvRecords records, ColumnRoles asked) {
        List<CsvRecord> first = new ArrayList<>();
        while (first.size() < ROWS_LOOKED_AT) {
            Optional<CsvRecord> next = records.next();
            if (next.isEmpty()) {
                break;
            }
            first.add(next.get());
        }
        ColumnTypes types = ColumnTypes.of(source, records, first, asked, reading);
        ColumnRoles columns = types.resolve(asked);
        StoreLayout layout = new StoreLayout(columns, reading.missing());
        try (StoreWriter writer = new StoreWriter(layout.width(), reading.heapBytes(), reading.folder())) {
            Optional<DateColumn> dates = columns.date().map(name -> DateColumn.of(reading.dates(), types.fields(name)));
            StoreLoader.Table table =
                    new StoreLoader(source, records, layout, writer, dates, types.decimal()).read(first);
            RowStore store = table.grouped() ? table.store() : grouped(table, writer);
            MissingRows.Inserted rows = reading.insertsRows() && columns.date().isPresent()
                    ? MissingRows.insert(store, layout, writer, table.counts(), table.ids())
                    : new MissingRows.Inserted(store, table.counts(), List.of());
            List<String> notes = new ArrayList<>(rows.notes());
            notes.addAll(types.notes(columns));
            return SeriesSet.of(source, series(table, rows, layout), columns)
                    .readWith(new SeriesSet.Seen(table.dates(), table.decimals(), types.decimal(), notes));
        }
    }

    private static RowStore grouped(StoreLoader.Table table, StoreWriter writer) {
        int[] next = new int[table.counts().length];
        for (int id = 1; id < next.length; id++) {
            next[id] = next[id - 1] + table.counts()[id - 1];
        }
        RowStore grouped = writer.alike(table.store());
        for (int row = 0; row < table.store().rows(); row++) {
            int id = (int) table.store().bits(row, StoreLayout.ID);
            table.store().copyRow(row, grouped, next[id]++);
        }
        return grouped;
    }

    private List<TimeSeries> series(StoreLoader.Table table, MissingRows.Inserted read, StoreLayout layout) {
        List<Categories> vocabularies = new ArrayList<>();
        List<double[]> ids = new ArrayList<>();
        for (int j = 0; j < table.categories().size(); j++) {
            List<String> texts = table.categories().get(j);
            Categories vocabulary = Categories.of(layout.columns().categories().get(j), texts);
            vocabularies.add(vocabulary);
            ids.add(texts.stream().mapToDouble(vocabulary::id).toArray());
        }
        List<TimeSeries> all = new ArrayList<>();
        int from = 0;
        int[] counts = read.counts();
        for (int id = 0; id < counts.length; id++) {
            GapFilling rows = new GapFilling(source, table.ids().get(id), read.store(), layout, from, counts[id]);
            if (table.missing() || !read.notes().isEmpty()) {
                rows.complete();
            }
            for (int j = 0; j < ids.size(); j++) {
                rows.rename(j, ids.get(j));
            }
            all.add(rows.series(vocabularies));
            from += counts[id];
        }
        return all;
    }

    /** Decides which column is what, by the header and the first rows. */
    private record ColumnTypes(
            String source, CsvRecords records, List<CsvRecord> first, DateReading dates, DecimalSign decimal) {

        /** The types by the first rows, whose numbers tell the decimal sign. */
        static ColumnTypes of(
                String source, CsvRecords records, List<CsvRecord> first, ColumnRoles asked, TableReading reading) {
            ColumnTypes types = new ColumnTypes(source, records, first, reading.dates(), DecimalSign.POINT);
            List<String> fields = (asked.features().contains(ALL) ? records.names() : types.joined(asked.numbers()))
                    .stream()
                            .filter(name -> !name.equals(ALL) && records.has(name))
                            .flatMap(name -> types.fields(name).stream())
                            .toList();
            DecimalSign found = DecimalFields.of(source, fields, reading.decimal());
            return new ColumnTypes(source, records, first, reading.dates(), found);
        }

        /** Names that were taken apart at a comma that is part of a column's name, put together again. */
        private List<String> joined(List<String> names) {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                int end = i + 1;
                while (end < names.size() && !records.has(String.join(",", names.subList(i, end)))) {
                    end++;
                }
                String whole = String.join(",", names.subList(i, end));
                all.add(records.has(whole) ? whole : names.get(i));
                i = records.has(whole) ? end - 1 : i;
            }
            return all;
        }

        private ColumnRoles joined(ColumnRoles asked) {
            return new ColumnRoles(
                    joined(asked.targets()),
                    joined(asked.features()),
                    joined(asked.known()),
                    joined(asked.categories()),
                    asked.id(),
                    asked.date());
        }

        ColumnRoles resolve(ColumnRoles written) {
            ColumnRoles asked = joined(written);
            asked.numbers().stream().filter(name -> !name.equals(ALL)).forEach(records::index);
            asked.categories().forEach(records::index);
            asked.id().ifPresent(records::index);
            asked.date().ifPresent(records::index);
            Optional<String> date = asked.date().or(() -> firstDate(asked));
            List<String> features = features(asked, date);
            Set<String> categories = new LinkedHashSet<>(asked.categories());
            List<String> numbers = numbersOf(features, categories);
            List<String> known = numbersOf(asked.known(), categories);
            ColumnRoles columns =
                    new ColumnRoles(asked.targets(), numbers, known, List.copyOf(categories), asked.id(), date);
            requireOneRole(columns);
            return columns;
        }

        private List<String> features(ColumnRoles asked, Optional<String> date) {
            if (!asked.features().contains(ALL)) {
                return asked.features();
            }
            Set<String> taken = new LinkedHashSet<>(asked.targets());
            taken.addAll(asked.known());
            taken.addAll(asked.categories());
            asked.id().ifPresent(taken::add);
            date.ifPresent(taken::add);
            return records.names().stream()
                    .filter(name -> !taken.contains(name) && !isDate(name))
                    .toList();
        }

        /** The first column of dates that has no other role; those of ISO 8601 come before other spellings and numbers. */
        private Optional<String> firstDate(ColumnRoles asked) {
            List<String> free = free(asked);
            return Stream.of(DateColumn.Likeness.ISO, DateColumn.Likeness.SPELLED, DateColumn.Likeness.NUMBERS)
                    .flatMap(likeness -> free.stream().filter(name -> likeness(name) == likeness))
                    .findFirst();
        }

        private List<String> free(ColumnRoles asked) {
            return records.names().stream()
                    .filter(name -> !asked.numbers().contains(name)
                            && !asked.categories().contains(name)
                            && !asked.id().equals(Optional.of(name)))
                    .toList();
        }

        private DateColumn.Likeness likeness(String name) {
            return DateColumn.likeness(dates, name, fields(name));
        }

        private boolean isDate(String name) {
            DateColumn.Likeness likeness = likeness(name);
            return likeness == DateColumn.Likeness.ISO || likeness == DateColumn.Likeness.SPELLED;
        }

        /** The first fields of a column. */
        List<String> fields(String name) {
            int at = records.index(name);
            return first.stream().map(record -> record.getField(at).strip()).toList();
        }

        /** Which columns a person may take for dates although they are not read as such, where there are no dates. */
        List<String> notes(ColumnRoles found) {
            if (found.date().isPresent()) {
                return List.of();
            }
            return free(found).stream()
                    .filter(name -> likeness(name) == DateColumn.Likeness.ALIKE)
                    .map(name -> "column '" + name + "' looks like dates ('"
                            + Numbers.shortened(fields(name).get(0))
                            + "') but is not used, so rows count as equal steps"
                            + " without a calendar; --date " + name
                            + " reads it, with --date-format if its spelling is unusual")
                    .toList();
        }

        private String field(CsvRecord record, String name) {
            return record.getField(records.index(name)).strip();
        }

        /** The columns of numbers among some; those of texts go to the categories. */
        private List<String> numbersOf(List<String> names, Set<String> categories) {
            List<String> numbers = new ArrayList<>();
            for (String name : names) {
                (isText(name) ? categories : numbers).add(name);
            }
            return numbers;
        }

        private boolean isText(String name) {
            Optional<CsvRecord> number = find(name, true);
            Optional<CsvRecord> text = find(name, false);
            if (number.isPresent() && text.isPresent()) {
                throw new DataException(
                                DataException.Kind.NOT_A_NUMBER,
                                CsvRecords.place(source, text.get()) + ", column '" + name
                                        + "': expected fields of one type but found the text '"
                                        + Numbers.shortened(field(text.get(), name)) + "', and the number '"
                                        + Numbers.shortened(field(number.get(), name)) + "' in line "
                                        + number.get().getStartingLineNumber()
                                        + ". Are there notes or units among the numbers? Else name it as a category.")
                        .inColumn(name)
                        .atLine(text.get().getStartingLineNumber());
            }
            return text.isPresent();
        }

        private Optional<CsvRecord> find(String name, boolean number) {
            return first.stream()
                    .filter(record -> !Numbers.isMissing(field(record, name))
                            && Numbers.isNumber(DecimalFields.plain(decimal, field(record, name))) == number)
                    .findFirst();
        }

        private void requireOneRole(ColumnRoles columns) {
            List<String> all = Stream.concat(columns.numbers().stream(), columns.categories().stream())
                    .toList();
            // An id may be a category too: then a network knows which series it sees.
            if (columns.id().filter(columns.numbers()::contains).isPresent()) {
                throw new DataException(source + ", column '" + columns.id().get()
                        + "': the column of ids can be a category as well, but no target or feature.");
            }
            if (columns.date().filter(all::contains).isPresent()) {
                throw new DataException(source + ", column '" + columns.date().get()
                        + "': the column of dates cannot be a target, a feature or a category as well.");
            }
            if (columns.id().isPresent() && columns.id().equals(columns.date())) {
                throw new DataException(
                        source + ", column '" + columns.id().get() + "': it cannot hold the ids and the dates.");
            }
            if (all.isEmpty()) {
                throw new DataException(
                        source + ": expected a target, a feature or a category among the columns but none is named.");
            }
        }
    }
}
