package dev.carousel.report;

import dev.carousel.report.Section.Confusion;
import java.util.Locale;
import java.util.stream.LongStream;

/** A confusion matrix: a table with a colour behind each count, by its share of the row. */
final class ConfusionHtml {

    /** From here on the colour is so dark that text on it must be light. */
    private static final double DARK = 0.55;

    private ConfusionHtml() {}

    static void write(Html html, Confusion confusion) {
        int n = confusion.labels().size();
        html.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"confusion\"><thead>");
        html.raw("<tr><td></td><th class=\"side\" colspan=\"" + n
                + "\" scope=\"colgroup\">predicted</th><td></td></tr>");
        html.raw("<tr><th class=\"side\" scope=\"col\">truth</th>");
        for (String label : confusion.labels()) {
            html.raw("<th scope=\"col\">").text(label).raw("</th>");
        }
        html.raw("<th scope=\"col\" class=\"rate\">found (recall)</th></tr></thead><tbody>");
        for (int i = 0; i < n; i++) {
            row(html, confusion, i);
        }
        html.raw("<tr><th scope=\"row\" class=\"rate\">right (precision)</th>");
        for (int j = 0; j < n; j++) {
            int column = j;
            long all = LongStream.of(sums(confusion.counts(), column)).sum();
            html.raw("<td class=\"rate\">" + share(confusion.counts()[j][j], all) + "</td>");
        }
        html.raw("<td class=\"rate\">" + accuracy(confusion) + " right</td></tr></tbody></table></div>");
        html.raw("<p class=\"key\"><span class=\"ramp\" aria-hidden=\"true\"></span> share of the row, 0 to 100 %</p>");
    }

    private static void row(Html html, Confusion confusion, int i) {
        long[] counts = confusion.counts()[i];
        long all = LongStream.of(counts).sum();
        html.raw("<tr><th scope=\"row\">").text(confusion.labels().get(i)).raw("</th>");
        for (int j = 0; j < counts.length; j++) {
            double share = all == 0 ? 0 : (double) counts[j] / all;
            html.raw("<td class=\"" + (i == j ? "right" : "wrong") + (share > DARK ? " dark" : "") + "\" style=\"--p:"
                    + String.format(Locale.ROOT, "%.3f", share) + "\">" + Digits.count(counts[j]) + "</td>");
        }
        html.raw("<td class=\"rate\">" + share(counts[i], all) + "</td></tr>");
    }

    private static long[] sums(long[][] counts, int column) {
        long[] cells = new long[counts.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = counts[i][column];
        }
        return cells;
    }

    private static String accuracy(Confusion confusion) {
        long right = 0;
        long all = 0;
        for (int i = 0; i < confusion.counts().length; i++) {
            right += confusion.counts()[i][i];
            all += LongStream.of(confusion.counts()[i]).sum();
        }
        return share(right, all);
    }

    private static String share(long part, long all) {
        return all == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / all);
    }
}
