package dev.carousel.data.file;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How the lines of a table are cut, told by the first of them: at commas, semicolons, tabs, bars or blanks; after a first line
 * {@code sep=;}, and after comments that begin with {@code #}.
 *
 * <p>What is outside of quotes cuts. Where several separators give rows as wide as the header, the one is taken whose fields
 * are numbers and dates; of equal ones the first of the list, so that a comma remains a comma.
 *
 * @param separator what stands between fields; a tab where blanks do
 * @param skipped how many lines stand before the header
 * @param blanks how many blanks at least separate two fields; 0 where another sign does
 */
record TableLayout(char separator, int skipped, int blanks) {

    /** So many lines are looked at. */
    static final int LINES = 20;

    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final Pattern SEP = Pattern.compile("sep=(.)", Pattern.CASE_INSENSITIVE);

    /** What cuts the lines of a text that begins with these. */
    static TableLayout of(List<String> lines) {
        int skipped = skipped(lines);
        List<String> rest = lines.subList(skipped, lines.size());
        int first = firstNotBlank(rest);
        if (first < 0) {
            return new TableLayout(',', 0, 0);
        }
        var named = SEP.matcher(rest.get(first).strip());
        if (named.matches() && rest.size() > first + 1) {
            return new TableLayout(named.group(1).charAt(0), skipped + first + 1, 0);
        }
        return new TableLayout(',', skipped, 0).cutting(rest.subList(first, rest.size()));
    }

    private static int firstNotBlank(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                return i;
            }
        }
        return -1;
    }

    /** Comments at the beginning; the last is the header where it is as wide as the row below and that is one of values. */
    private static int skipped(List<String> lines) {
        int end = 0;
        while (end < lines.size() && lines.get(end).startsWith("#")) {
            end++;
        }
        if (end == 0 || end == lines.size()) {
            return 0;
        }
        TableLayout below = new TableLayout(',', 0, 0).cutting(lines.subList(end, lines.size()));
        List<String> row = below.cut(lines.get(end));
        List<String> last = below.cut(lines.get(end - 1));
        boolean header = last.size() == row.size() && row.stream().allMatch(TableLayout::isValue);
        return header ? end - 1 : end;
    }

    private TableLayout cutting(List<String> lines) {
        TableLayout best = this;
        double most = -1;
        List<TableLayout> all = new ArrayList<>();
        for (char one : SEPARATORS) {
            all.add(new TableLayout(one, skipped, 0));
        }
        all.add(new TableLayout('\t', skipped, 2));
        all.add(new TableLayout('\t', skipped, 1));
        for (TableLayout one : all) {
            boolean cuts = one.cut(lines.get(0)).size() > 1;
            if (one.blanks > 0 && most >= 0) {
                break;
            }
            double share = cuts ? one.shareOfValues(lines) : -1;
            boolean sure = one.blanks == 0 || share >= 0.5;
            if (share > most && sure) {
                most = share;
                best = one;
            }
        }
        return most < 0 ? oldest(lines.get(0)) : best;
    }

    /** Where no separator gives rows of one width, the first that the header has: the rows are then refused with their line. */
    private TableLayout oldest(String header) {
        for (char one : SEPARATORS) {
            if (new TableLayout(one, skipped, 0).cut(header).size() > 1) {
                return new TableLayout(one, skipped, 0);
            }
        }
        return this;
    }

    /** How many of the fields below the header are numbers and dates; below 0 if a row is not as wide as the header. */
    private double shareOfValues(List<String> lines) {
        int width = cut(lines.get(0)).size();
        long fields = 0;
        long values = 0;
        for (String line : lines.subList(1, lines.size())) {
            if (line.isBlank()) {
                continue;
            }
            List<String> row = cut(line);
            if (row.size() != width) {
                return -1;
            }
            fields += width;
            values += row.stream().filter(TableLayout::isValue).count();
        }
        return fields == 0 ? 0 : values / (double) fields;
    }

    private static boolean isValue(String field) {
        return Numbers.isNumber(field)
                || Numbers.isMissing(field)
                || DecimalFields.looksLikeNumber(field)
                || DateFields.written(field).isPresent();
    }

    /** The fields of a line, outside of quotes. */
    List<String> cut(String line) {
        if (blanks > 0) {
            return List.of(line.strip().split(blanks == 1 ? "[ \\t]+" : "(?: {2,}|\\t+)", -1));
        }
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** A line as a parser of this separator is to see it: what stands before the header is blank, and blanks are tabs. */
    String seen(long number, String line) {
        if (number < skipped) {
            return "";
        }
        return blanks == 0 ? line : String.join("\t", cut(line));
    }

    /** Whether lines are to be changed before they are parsed. */
    boolean changesLines() {
        return skipped > 0 || blanks > 0;
    }
}
