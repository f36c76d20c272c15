package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.DataException;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables in the ways in which people write them: each is read right, or refused with the reason and what to do. Never are
 * there other rows, another order or other values.
 */
class TablesAsWrittenTest {

    private static final int ROWS = 40;
    private static final LocalDateTime START = LocalDateTime.of(2023, 1, 2, 0, 0);
    private static final String TWO_DIGITS = "dd/MM/yy";
    private static final String SEP_LINE = "sep=;";
    private static final String BLANKS = "   ";

    private static final List<String> DATES = List.of(
            "yyyy-MM-dd",
            "dd/MM/yyyy",
            "MM/dd/yyyy",
            "dd.MM.yyyy",
            "yyyyMMdd",
            "d MMM yyyy",
            "yyyy-MM-dd'T'HH:mmxxx",
            TWO_DIGITS);
    private static final List<String> SEPARATORS = List.of(",", ";", "\t", "|", BLANKS, SEP_LINE);
    private static final List<String> SIGNS = List.of("point", "comma", "point and thousands", "comma and thousands");
    private static final List<String> MARKS = List.of("", "NA", "#N/A", "--", "NaT", "<NA>", "1.#IND");

    @TempDir
    Path folder;

    /** A way to write a table. */
    private record Way(String date, String separator, String sign, String mark, String encoding) {

        int hours() {
            return date.contains("HH") ? 1 : 24;
        }

        private String number(double value) {
            String text = String.format(Locale.ROOT, sign.endsWith("thousands") ? "%,.2f" : "%.2f", value);
            return sign.startsWith("comma")
                    ? text.replace(',', '_').replace('.', ',').replace('_', '.')
                    : text;
        }

        private String field(String text) {
            boolean quoted = text.contains(cut()) || text.contains(",");
            return quoted && !separator.equals(BLANKS) ? '"' + text + '"' : text;
        }

        private String cut() {
            return separator.equals(SEP_LINE) ? ";" : separator;
        }

        String text() {
            StringBuilder text = new StringBuilder(separator.equals(SEP_LINE) ? separator + "\n" : "");
            text.append("when").append(cut()).append(field("Value,kWh")).append('\n');
            DateTimeFormatter format = DateTimeFormatter.ofPattern(date, Locale.ENGLISH);
            for (int row = 0; row < ROWS; row++) {
                text.append(field(format.format(
                                START.plusHours((long) hours() * row).atOffset(ZoneOffset.ofHours(1)))))
                        .append(cut())
                        .append(row == 7 ? mark : field(number(value(row))))
                        .append('\n');
            }
            return text.toString();
        }

        byte[] bytes() {
            Charset charset = encoding.startsWith("UTF-16") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
            return ((encoding.endsWith("BOM") ? "\uFEFF" : "") + text()).getBytes(charset);
        }

        /** Another encoding, and where blanks separate a field of nothing. */
        boolean mayBeRefused() {
            return encoding.startsWith("UTF-16") || (separator.equals(BLANKS) && mark.isEmpty());
        }
    }

    private static double value(int row) {
        return 900.25 + 37.5 * row;
    }

    private static List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (String date : DATES) {
            for (String separator : SEPARATORS) {
                for (String sign : SIGNS) {
                    for (int again = 0; again < 2; again++) {
                        int turn = ways.size();
                        String encoding = turn % 11 == 3 ? "UTF-8 BOM" : turn % 17 == 5 ? "UTF-16 BOM" : "UTF-8";
                        ways.add(new Way(date, separator, sign, MARKS.get(turn % MARKS.size()), encoding));
                    }
                }
            }
        }
        return ways;
    }

    @Test
    void everyTableIsReadRightOrRefusedWithTheReason() throws IOException {
        int read = 0;
        for (Way way : ways()) {
            Path file = Files.write(folder.resolve("table.csv"), way.bytes());
            SeriesSet set;
            try {
                // As --target Value,kWh is cut, too.
                ColumnRoles columns = ColumnRoles.of("Value", "kWh");
                set = SeriesSet.read(file, columns, TableReading.defaults().withMissing(Missing.FORWARD));
            } catch (DataException e) {
                assertThat(way.mayBeRefused()).as("%s: %s", way, e.getMessage()).isTrue();
                assertThat(e.getMessage()).as("%s", way).contains("table.csv").containsPattern("--|UTF|line \\d");
                continue;
            }
            requireRight(way, set);
            read++;
        }
        assertThat(ways()).hasSizeGreaterThan(300);
        assertThat(read).isGreaterThan(ways().size() * 3 / 4);
    }

    private static void requireRight(Way way, SeriesSet set) {
        TimeSeries series = set.only();
        assertThat(series.targets()).as("%s", way).containsExactly("Value,kWh");
        assertThat(series.length()).as("%s", way).isEqualTo(ROWS);
        assertThat(set.decimals("Value,kWh")).as("%s", way).isEqualTo(2);
        for (int row = 0; row < ROWS; row++) {
            assertThat(series.value(row)).as("%s, row %d", way, row).isEqualTo(value(row == 7 ? 6 : row));
        }
        if (way.date().equals(TWO_DIGITS)) {
            assertThat(set.notes()).as("%s", way).anyMatch(note -> note.contains("--date-format"));
            return;
        }
        assertThat(series.hasDates()).as("%s: %s", way, set.notes()).isTrue();
        for (int row = 0; row < ROWS; row++) {
            assertThat(series.date(row))
                    .as("%s, row %d", way, row)
                    .isEqualTo(START.plusHours((long) way.hours() * row));
        }
    }
}
