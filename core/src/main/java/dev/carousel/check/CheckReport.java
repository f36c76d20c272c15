package dev.carousel.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a check went: one row for each array that was compared, and in each row every single number.
 *
 * <p>Immutable. It passes when no row is {@link Verdict#NOT_OK}; a warning does not fail it.
 *
 * @param title what was checked, against what
 * @param rows the arrays, in the order in which they were checked
 */
public record CheckReport(String title, List<Row> rows) {

    /** Copies the list. */
    public CheckReport {
        rows = List.copyOf(rows);
    }

    /**
     * One array compared.
     *
     * @param subject the layer or cell it belongs to
     * @param what the array: {@code W}, {@code h0}
     * @param worst the largest relative error of a single number, leaving out those too small to tell
     * @param overall the relative error of the array as a whole, ‖a - b‖ / (‖a‖ + ‖b‖)
     * @param verdict what that came to
     * @param entries every number
     */
    public record Row(String subject, String what, double worst, double overall, Verdict verdict, List<Entry> entries) {

        /** Copies the list. */
        public Row {
            entries = List.copyOf(entries);
        }

        /** How many numbers the array has. */
        public int count() {
            return entries.size();
        }
    }

    /**
     * One number compared.
     *
     * @param index its place in the array, counted from 0
     * @param actual the number under test
     * @param expected what it is held to
     * @param error their relative error
     * @param verdict what that came to
     */
    public record Entry(int index, double actual, double expected, double error, Verdict verdict) {}

    /** Whether nothing failed. A report without rows has shown nothing and does not pass. */
    public boolean passed() {
        return !rows.isEmpty() && failures().isEmpty();
    }

    /** The rows that failed. */
    public List<Row> failures() {
        return rows.stream().filter(row -> row.verdict().failed()).toList();
    }

    /** The rows of both under this title. */
    public CheckReport and(CheckReport other) {
        List<Row> both = new ArrayList<>(rows);
        both.addAll(other.rows);
        return new CheckReport(title, both);
    }

    /** One line for each subject, its arrays taken together, those that failed first: enough when all is well. */
    public String summaryTable() {
        return render(bySubject(), false);
    }

    /** One line for each array, those that failed first. */
    public String table() {
        return render(rows, false);
    }

    /** One line for each array, those that failed first, and below it one for every single number. */
    public String verboseTable() {
        return render(rows, true);
    }

    private List<Row> bySubject() {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        rows.forEach(row -> groups.computeIfAbsent(row.subject(), subject -> new ArrayList<>())
                .add(row));
        List<Row> subjects = new ArrayList<>();
        groups.forEach((subject, group) -> subjects.add(new Row(
                subject,
                group.size() == 1 ? group.get(0).what() : group.size() + " arrays",
                group.stream().mapToDouble(Row::worst).reduce(0, Math::max),
                group.stream().mapToDouble(Row::overall).reduce(0, Math::max),
                group.stream().map(Row::verdict).max(Comparator.naturalOrder()).orElseThrow(),
                group.stream().flatMap(row -> row.entries().stream()).toList())));
        return subjects;
    }

    private String render(List<Row> inOrder, boolean everyNumber) {
        List<Row> lines = new ArrayList<>(inOrder);
        lines.sort(Comparator.comparing(row -> !row.verdict().failed()));
        int subjectWidth = width("subject", lines.stream().map(Row::subject).toList());
        int whatWidth = width("array", lines.stream().map(Row::what).toList());
        String layout = "%-" + subjectWidth + "s  %-" + whatWidth + "s  %7s  %9s  %9s  %s%n";
        StringBuilder text = new StringBuilder(title).append(System.lineSeparator());
        text.append(String.format(Locale.ROOT, layout, "subject", "array", "numbers", "worst", "overall", "verdict"));
        for (Row row : lines) {
            text.append(String.format(
                    Locale.ROOT,
                    layout,
                    row.subject(),
                    row.what(),
                    row.count(),
                    scientific(row.worst()),
                    scientific(row.overall()),
                    row.verdict().label()));
            if (everyNumber) {
                row.entries().forEach(entry -> text.append(line(row, entry)));
            }
        }
        return text.append(summary()).append(System.lineSeparator()).toString();
    }

    private static String line(Row row, Entry entry) {
        return String.format(
                Locale.ROOT,
                "    %-26s %+.10e  %+.10e  %9s  %s%n",
                row.what() + "[" + entry.index() + "]",
                entry.actual(),
                entry.expected(),
                scientific(entry.error()),
                entry.verdict().label());
    }

    /** One line: how much was compared, and what came of it. */
    public String summary() {
        long numbers = rows.stream().mapToLong(Row::count).sum();
        long warnings =
                rows.stream().filter(row -> row.verdict() == Verdict.WARNING).count();
        String compared = rows.size() + " arrays, " + numbers + " numbers: ";
        String warned = warnings == 0 ? "" : ", " + warnings + " with warnings";
        if (rows.isEmpty()) {
            return compared + "nothing was compared";
        }
        return compared + (passed() ? "passed" : failures().size() + " of " + rows.size() + " arrays FAILED") + warned;
    }

    private static int width(String heading, List<String> texts) {
        return texts.stream().mapToInt(String::length).reduce(heading.length(), Math::max);
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.2e", value);
    }
}
