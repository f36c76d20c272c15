package dev.carousel.data.series;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.carousel.data.DataException;
import dev.carousel.data.DateReading;
import dev.carousel.data.DecimalSign;
import dev.carousel.data.file.CsvRecords;
import dev.carousel.data.file.DateColumn;
import dev.carousel.data.file.DecimalFields;
import dev.carousel.data.file.DistinctTexts;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.RowStore;
import dev.carousel.data.file.StoreWriter;
import dev.carousel.data.file.WrittenDate;
import dev.carousel.data.table.CsvTable;
import dev.carousel.data.table.Missing;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads the rows of a CSV text once, into a {@link RowStore}, and finds how many each id has. */
final class StoreLoader {

    private static final int MOST_IDS = 1_000_000;
    private static final int MOST_CATEGORIES = 100_000;

    private final String source;
    private final CsvRecords records;
    private final StoreLayout layout;
    private final StoreWriter writer;
    private final Optional<DateColumn> dates;
    private final DecimalSign decimal;
    private final int[] numberAt;
    private final int[] categoryAt;
    private final int dateAt;
    private final int idAt;
    private final DistinctTexts ids = new DistinctTexts(MOST_IDS);
    private final List<DistinctTexts> categories = new ArrayList<>();
    private final long[] row;

    /** How many decimals each column of numbers has. */
    private final int[] decimals;

    /** How many rows each id has. */
    private int[] counts = new int[1];

    private boolean grouped = true;
    private boolean missing;
    private long lastId = -1;

    StoreLoader(
            String source,
            CsvRecords records,
            StoreLayout layout,
            StoreWriter writer,
            Optional<DateColumn> dates,
            DecimalSign decimal) {
        this.source = source;
        this.records = records;
        this.layout = layout;
        this.writer = writer;
        this.dates = dates;
        this.decimal = decimal;
        ColumnRoles columns = layout.columns();
        this.numberAt = columns.numbers().stream().mapToInt(records::index).toArray();
        this.categoryAt = columns.categories().stream().mapToInt(records::index).toArray();
        this.dateAt = columns.date().map(records::index).orElse(-1);
        this.idAt = columns.id().map(records::index).orElse(-1);
        columns.categories().forEach(name -> categories.add(new DistinctTexts(MOST_CATEGORIES)));
        this.row = new long[layout.width()];
        this.decimals = new int[numberAt.length];
        if (idAt < 0) {
            ids.code("");
        }
    }

    /**
     * What stands in the file.
     *
     * @param store all rows
     * @param ids the texts of the ids
     * @param counts how many rows each id has
     * @param categories the texts of each column of categories
     * @param grouped whether the rows of each id stand together
     * @param missing whether a value is missing anywhere
     * @param dates how dates are read, for a model to remember
     * @param decimals how many decimals each column of numbers has, by its name
     */
    record Table(
            RowStore store,
            List<String> ids,
            int[] counts,
            List<List<String>> categories,
            boolean grouped,
            boolean missing,
            DateReading dates,
            Map<String, Integer> decimals) {}

    /** Reads the records that have been read already, and all others. */
    Table read(List<CsvRecord> first) {
        first.forEach(this::add);
        int rows = first.size();
        for (Optional<CsvRecord> next = records.next(); next.isPresent(); next = records.next()) {
            add(next.get());
            rows++;
        }
        if (rows == 0) {
            throw CsvTable.noRows(source, records.names());
        }
        RowStore store = writer.finish();
        DateReading settled = dates.map(column -> settled(column, store)).orElseGet(DateReading::defaults);
        return new Table(
                store,
                Collections.unmodifiableList(ids.texts()),
                Arrays.copyOf(counts, ids.texts().size()),
                categories.stream().map(DistinctTexts::texts).toList(),
                grouped,
                missing,
                settled,
                decimals());
    }

    private Map<String, Integer> decimals() {
        Map<String, Integer> named = new HashMap<>();
        for (int j = 0; j < decimals.length; j++) {
            named.put(records.names().get(numberAt[j]), decimals[j]);
        }
        return named;
    }

    /** Writes the dates as they are now that all are known over those that were read. */
    private DateReading settled(DateColumn column, RowStore store) {
        String name = records.names().get(dateAt);
        String place = source + ", column '" + name + "'";
        DateReading settled;
        try {
            settled = column.settled(place);
        } catch (DataException e) {
            throw e.inColumn(name);
        }
        if (!column.changes(settled)) {
            return settled;
        }
        LocalDateTime[] before = new LocalDateTime[ids.texts().size()];
        Arrays.fill(before, LocalDateTime.MIN);
        for (int r = 0; r < store.rows(); r++) {
            long line = store.bits(r, StoreLayout.LINE);
            int offset = (int) store.bits(r, StoreLayout.OFFSET);
            int id = (int) store.bits(r, StoreLayout.ID);
            LocalDateTime date;
            try {
                date = column.settle(
                        source + ", line " + line + ", column '" + name + "'",
                        settled,
                        r,
                        StoredDates.date(store.bits(r, StoreLayout.DATE)),
                        offset);
            } catch (DataException e) {
                throw e.inColumn(name).atLine(line);
            }
            if (offset == WrittenDate.NO_OFFSET) {
                date = settled.afterDoubledHour(date, before[id]);
            }
            before[id] = date;
            store.setBits(r, StoreLayout.DATE, StoredDates.bits(date));
        }
        return settled;
    }

    private void add(CsvRecord record) {
        row[StoreLayout.LINE] = record.getStartingLineNumber();
        if (dates.isPresent()) {
            date(record, dates.get());
        }
        row[StoreLayout.ID] = idAt < 0 ? 0 : id(record);
        for (int j = 0; j < numberAt.length; j++) {
            row[layout.number(j)] = Double.doubleToRawLongBits(number(record, j));
        }
        for (int j = 0; j < categoryAt.length; j++) {
            row[layout.category(j)] = Double.doubleToRawLongBits(category(record, j));
        }
        if (missing && layout.missing() == Missing.ERROR) {
            requireAll(record);
        }
        count((int) row[StoreLayout.ID]);
        writer.add(row);
    }

    private void count(int id) {
        if (id == counts.length) {
            counts = Arrays.copyOf(counts, Math.min(MOST_IDS, 2 * id));
        }
        if (id != lastId && counts[id] > 0) {
            grouped = false;
        }
        counts[id]++;
        lastId = id;
    }

    private void date(CsvRecord record, DateColumn column) {
        String field = record.getField(dateAt).strip();
        WrittenDate date =
                column.read(field).orElseThrow(() -> at(record, dateAt, column.refusal(place(record, dateAt), field)));
        row[StoreLayout.DATE] = StoredDates.bits(date.local());
        row[StoreLayout.OFFSET] = date.offset();
    }

    private long id(CsvRecord record) {
        String field = record.getField(idAt).strip();
        if (field.isEmpty()) {
            throw refused(
                    record,
                    idAt,
                    DataException.Kind.MISSING_VALUE,
                    "expected the id of a series but found an empty field. Every row needs to belong to a series.");
        }
        int code = ids.code(field);
        if (code < 0) {
            throw refused(
                    record,
                    idAt,
                    DataException.Kind.TOO_LARGE,
                    "expected at most " + MOST_IDS
                            + " different ids but found more. Is it the column that tells the series apart?");
        }
        return code;
    }

    private double number(CsvRecord record, int j) {
        String written = record.getField(numberAt[j]).strip();
        String field = DecimalFields.plain(decimal, written);
        if (DecimalFields.contradicts(decimal, written)) {
            throw refused(
                    record,
                    numberAt[j],
                    DataException.Kind.NOT_A_NUMBER,
                    "expected decimals after a comma, as in other rows, but found '" + Numbers.shortened(written)
                            + "'. Were two files joined that write numbers in different ways?");
        }
        if (Numbers.isNumber(field)) {
            double number = Numbers.parse(field);
            if (Numbers.fits(number)) {
                decimals[j] = Math.max(decimals[j], Numbers.decimals(field));
                return number;
            }
        } else if (Numbers.isMissing(field)) {
            missing = true;
            return Double.NaN;
        }
        throw at(record, numberAt[j], Numbers.refusal(place(record, numberAt[j]), field));
    }

    private double category(CsvRecord record, int j) {
        String field = record.getField(categoryAt[j]).strip();
        if (Numbers.isMissingName(field)) {
            missing = true;
            return Double.NaN;
        }
        int code = categories.get(j).code(field);
        if (code < 0) {
            throw refused(
                    record,
                    categoryAt[j],
                    DataException.Kind.TOO_LARGE,
                    "expected at most " + MOST_CATEGORIES
                            + " different categories but found more. Is it a column of numbers or of notes?");
        }
        return code;
    }

    /** Refuses a missing value where it is an error, unless the row may be one of those after the last known target. */
    private void requireAll(CsvRecord record) {
        boolean ahead =
                layout.goesOn() && IntStream.range(0, layout.numberOfTargets()).allMatch(j -> isNaN(layout.number(j)));
        for (int j = 0; j < numberAt.length; j++) {
            if (isNaN(layout.number(j)) && (!ahead || layout.knownAhead(j))) {
                throw at(
                        record,
                        numberAt[j],
                        Numbers.refusal(
                                place(record, numberAt[j]),
                                record.getField(numberAt[j]).strip()));
            }
        }
        for (int j = 0; j < categoryAt.length; j++) {
            if (isNaN(layout.category(j))) {
                throw refused(
                        record,
                        categoryAt[j],
                        DataException.Kind.MISSING_VALUE,
                        "expected a category but found an empty field or one that says that it is missing."
                                + " Fill it in, or choose what becomes of missing values.");
            }
        }
    }

    private DataException refused(CsvRecord record, int column, DataException.Kind kind, String why) {
        return at(record, column, new DataException(kind, place(record, column) + ": " + why));
    }

    private DataException at(CsvRecord record, int column, DataException why) {
        return why.inColumn(records.names().get(column)).atLine(record.getStartingLineNumber());
    }

    private boolean isNaN(int field) {
        return Double.isNaN(Double.longBitsToDouble(row[field]));
    }

    private String place(CsvRecord record, int column) {
        return CsvRecords.place(source, record) + ", column '" + records.names().get(column) + "'";
    }
}
