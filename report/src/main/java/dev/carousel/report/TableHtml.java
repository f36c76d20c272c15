package dev.carousel.report;

import dev.carousel.report.Section.Facts;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;
import java.util.List;
import java.util.regex.Pattern;

/** Tables, and lists of names with what they stand for. */
final class TableHtml {

    /** What a column of numbers holds: numbers with a unit or without, a clock, nothing. */
    private static final Pattern NUMBER =
            Pattern.compile("|[-+−]?[0-9][0-9.,:]*(e[-+]?[0-9]+)?( ?[%\\p{L}/]{1,12})?|–|-|NaN");

    /** So many rows are shown at once; of more, a window that can be scrolled. */
    private static final int FIT = 30;

    /** From so many characters on a cell may be broken anywhere. */
    private static final int LONG = 60;

    private TableHtml() {}

    static void table(Html html, Table table) {
        boolean[] numbers = new boolean[table.headings().size()];
        for (int c = 0; c < numbers.length; c++) {
            int column = c;
            numbers[c] = table.rows().stream()
                    .allMatch(row -> NUMBER.matcher(row.get(column)).matches());
        }
        String tall = table.rows().size() > FIT ? " tall" : "";
        html.raw("<div class=\"scroll" + tall + "\" tabindex=\"0\"><table class=\"plain\"><thead><tr>");
        for (int c = 0; c < numbers.length; c++) {
            html.raw("<th scope=\"col\"" + align(numbers[c]) + ">")
                    .text(table.headings().get(c))
                    .raw("</th>");
        }
        html.raw("</tr></thead><tbody>");
        for (List<String> row : table.rows()) {
            html.raw("\n<tr>");
            for (int c = 0; c < numbers.length; c++) {
                String name = c == 0 ? "th" : "td";
                String shape = row.get(c).length() > LONG ? " class=\"long\"" : align(numbers[c]);
                html.raw("<" + name + (c == 0 ? " scope=\"row\"" : "") + shape + ">")
                        .text(row.get(c))
                        .raw("</" + name + ">");
            }
            html.raw("</tr>");
        }
        html.raw("</tbody></table></div>");
    }

    private static String align(boolean number) {
        return number ? " class=\"n\"" : "";
    }

    static void facts(Html html, Facts facts) {
        html.raw("<dl class=\"facts\">");
        facts.facts().forEach((name, value) -> html.element("dt", name).element("dd", value));
        html.raw("</dl>");
    }

    static void summary(Html html, Summary summary) {
        html.raw("<dl class=\"summary\">");
        summary.figures()
                .forEach((name, value) -> html.raw("<div>")
                        .element("dt", name)
                        .element("dd", value)
                        .raw("</div>"));
        html.raw("</dl>");
    }
}
