package dev.carousel.data.file;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A CSV text record by record, from a file of any length: the header checked, blank lines left out, every record as wide as
 * the header.
 */
public final class CsvRecords implements AutoCloseable {

    private static final int MAXIMUM_NAMES_SHOWN = 20;

    /** So many characters are looked at to find the separator. */
    private static final int MOST_HEADER = 1 << 20;

    private final String source;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final Map<String, Integer> columns;

    private CsvRecords(String source, CsvReader<CsvRecord> reader) {
        this.source = source;
        this.reader = reader;
        this.records = reader.iterator();
        CsvRecord header = nextOfAnyWidth()
                .orElseThrow(() -> new DataException(
                        DataException.Kind.MALFORMED,
                        source + ": expected a header line and rows but found blank lines only."));
        try {
            this.columns = columns(place(source, header), header.getFields());
        } catch (DataException e) {
            throw e.atLine(header.getStartingLineNumber());
        }
    }

    /**
     * Begins to read.
     *
     * @param source what messages call the text
     * @param text is closed with the records
     * @throws DataException if there is no header or it is no good
     */
    public static CsvRecords open(String source, Reader text) {
        BufferedReader buffered = new BufferedReader(text, MOST_HEADER);
        try {
            TableLayout layout = layout(buffered);
            Reader seen = layout.changesLines() ? new LayoutReader(buffered, layout) : buffered;
            return new CsvRecords(source, CsvFields.records(seen, layout.separator()));
        } catch (IOException e) {
            throw FileText.notRead(source, e);
        }
    }

    private static TableLayout layout(BufferedReader text) throws IOException {
        text.mark(MOST_HEADER);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < MOST_HEADER - 1 && lines.size() < TableLayout.LINES; i++) {
            int c = text.read();
            if (c == '\n' || c < 0) {
                if (c >= 0 || !line.isEmpty()) {
                    lines.add(line.toString());
                }
                line.setLength(0);
            } else if (c != '\r') {
                line.append((char) c);
            }
            if (c < 0) {
                break;
            }
        }
        if (lines.isEmpty() && !line.isEmpty()) {
            lines.add(line.toString());
        }
        text.reset();
        return TableLayout.of(lines);
    }

    /**
     * Where each column of a header stands.
     *
     * @param place where the header stands, for messages
     */
    public static Map<String, Integer> columns(String place, List<String> header) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        boolean allValues = header.stream().map(String::strip).allMatch(CsvRecords::isValue)
                && header.stream()
                        .map(String::strip)
                        .anyMatch(field ->
                                Numbers.isNumber(field) || DateFields.iso(field).isPresent());
        if (allValues) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    place + ": expected a header with the names of the columns but found " + shown(header)
                            + ". Is the header line missing?");
        }
        for (int c = 0; c < header.size(); c++) {
            String field = Normalizer.normalize(header.get(c).strip(), Normalizer.Form.NFC);
            String name = field.isEmpty() ? "column " + (c + 1) : field;
            Integer before = columns.putIfAbsent(name, c);
            if (before != null) {
                throw new DataException(
                        DataException.Kind.MALFORMED,
                        place + ": the column name '" + name + "' stands in column " + (before + 1)
                                + " and again in column " + (c + 1) + ". Rename one of them.");
            }
        }
        return columns;
    }

    private static boolean isValue(String field) {
        return Numbers.isNumber(field) || DateFields.written(field).isPresent() || DecimalFields.looksLikeNumber(field);
    }

    /** The names of the columns in the file's order; one without a name is called after its place: "column 1". */
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    /** Whether there is a column of this name. */
    public boolean has(String name) {
        return columns.containsKey(Normalizer.normalize(name, Normalizer.Form.NFC));
    }

    /**
     * Where a column stands.
     *
     * @throws DataException if there is none of this name, with the nearest
     */
    public int index(String name) {
        Integer index = columns.get(Normalizer.normalize(name, Normalizer.Form.NFC));
        if (index == null) {
            throw unknown(source, name, columns.keySet());
        }
        return index;
    }

    /** That there is no column of a name. */
    public static DataException unknown(String source, String name, Collection<String> names) {
        return new DataException(
                        DataException.Kind.UNKNOWN_COLUMN,
                        source + ": there is no column '" + Numbers.shortened(name) + "'. The file has "
                                + shown(names) + "."
                                + Spelling.nearest(name, names)
                                        .map(near -> " Did you mean '" + near + "'?")
                                        .orElse(""))
                .inColumn(name);
    }

    /**
     * The next record.
     *
     * @throws DataException if it is not as wide as the header, or is no CSV or no text
     */
    public Optional<CsvRecord> next() {
        Optional<CsvRecord> next = nextOfAnyWidth();
        while (next.isPresent() && columns.size() > 1 && isComment(next.get())) {
            next = nextOfAnyWidth();
        }
        if (next.isPresent() && next.get().getFieldCount() != columns.size()) {
            throw ragged(place(source, next.get()), columns.size(), next.get().getFieldCount())
                    .atLine(next.get().getStartingLineNumber());
        }
        return next;
    }

    /** A line of one field that begins with #, which no row of several columns can be. */
    private static boolean isComment(CsvRecord record) {
        return record.getFieldCount() == 1 && record.getField(0).startsWith("#");
    }

    /** That a row has not as many fields as the header. */
    public static DataException ragged(String place, int expected, int found) {
        String cause = found < expected
                ? "Is a field missing, or the line cut off?"
                : "Does a field hold the separator without quotes, such as a decimal comma?";
        return new DataException(
                DataException.Kind.WRONG_WIDTH,
                place + ": expected " + expected + " fields as in the header but found " + found + ". " + cause);
    }

    private Optional<CsvRecord> nextOfAnyWidth() {
        try {
            while (records.hasNext()) {
                CsvRecord one = records.next();
                if (one.getFieldCount() > 1 || !one.getField(0).isBlank()) {
                    return Optional.of(one);
                }
            }
            return Optional.empty();
        } catch (CsvParseException | UncheckedIOException e) {
            throw notCsv(e);
        }
    }

    /** What the parser says, or what the text said to it. */
    private DataException notCsv(RuntimeException e) {
        for (Throwable why = e; why != null; why = why.getCause()) {
            if (why instanceof DataException known) {
                return known;
            }
            if (why instanceof IOException io) {
                return FileText.notRead(source, io);
            }
        }
        Throwable why = e.getCause() == null ? e : e.getCause();
        return new DataException(
                DataException.Kind.MALFORMED,
                source + ": cannot be read as CSV (" + e.getMessage() + (why == e ? "" : " " + why.getMessage())
                        + "). Is a quote left open?",
                e);
    }

    public static String place(String source, CsvRecord record) {
        return source + ", line " + record.getStartingLineNumber();
    }

    /** Names as a message has room for them. */
    public static String shown(Collection<String> names) {
        List<String> all = names.stream().map(Numbers::shortened).toList();
        return all.size() <= MAXIMUM_NAMES_SHOWN
                ? all.toString()
                : all.subList(0, MAXIMUM_NAMES_SHOWN) + " and " + (all.size() - MAXIMUM_NAMES_SHOWN) + " more";
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileText.notRead(source, e);
        }
    }
}
