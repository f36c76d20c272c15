package dev.carousel.data.file;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.carousel.data.DataException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a line of CSV is cut at, for files as for single lines. */
public final class CsvFields {

    private CsvFields() {}

    private static CsvReader.CsvReaderBuilder reader(char separator) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .trimWhitespacesAroundQuotes(true);
    }

    /** The records of a text, whose fields may go on in another line. */
    static CsvReader<CsvRecord> records(Reader text, char separator) {
        return reader(separator).ofCsvRecord(text);
    }

    /**
     * The separator of a header: the first that leaves all of some names, else the comma, or the semicolon, the tab or the bar
     * of one without commas outside of quotes.
     *
     * @param names columns that are looked for
     */
    public static char separator(String header, Collection<String> names) {
        for (char one : new char[] {',', ';', '\t', '|'}) {
            if (!names.isEmpty() && new TableLayout(one, 0, 0).cut(header).containsAll(names)) {
                return one;
            }
        }
        TableLayout alone = TableLayout.of(List.of(header));
        return alone.blanks() > 0 ? ',' : alone.separator();
    }

    /**
     * The fields of a line, without blanks around them.
     *
     * @param place where it stands, for messages
     * @throws DataException if a quote is left open
     */
    public static List<String> of(String place, String line, char separator) {
        List<String> fields = new ArrayList<>();
        if (line.indexOf('"') >= 0) {
            quoted(place, line, separator).forEach(field -> fields.add(field.strip()));
            return fields;
        }
        int from = 0;
        for (int to = line.indexOf(separator); to >= 0; to = line.indexOf(separator, from)) {
            fields.add(line.substring(from, to).strip());
            from = to + 1;
        }
        fields.add(line.substring(from).strip());
        return fields;
    }

    private static List<String> quoted(String place, String line, char separator) {
        try (CsvReader<CsvRecord> one = reader(separator).ofCsvRecord(line)) {
            return one.iterator().next().getFields();
        } catch (CsvParseException | IOException e) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    place + ": cannot be read as CSV (" + e.getMessage() + "). Is a quote left open?",
                    e);
        }
    }
}
