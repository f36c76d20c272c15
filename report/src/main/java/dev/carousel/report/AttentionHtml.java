package dev.carousel.report;

import dev.carousel.report.Section.AttentionMap;
import dev.carousel.report.Section.AttentionMaps;
import java.util.List;
import java.util.Locale;

/** Where a network looked, as a picture for each sequence: what was read above, what was written to the left. */
final class AttentionHtml {

    /** The side of a cell, and how wide a character of a label is, in pixels. */
    private static final int CELL = 22;

    private static final int CHARACTER = 8;
    private static final int GAP = 6;

    /** Longer words are cut in labels; all of it stands in the cell's title. */
    private static final int MOST_CHARACTERS = 14;

    private AttentionHtml() {}

    static void write(Html html, AttentionMaps section) {
        html.raw("<div class=\"maps\">");
        for (AttentionMap map : section.maps()) {
            html.raw("<figure>").optional("figcaption", "name", map.name());
            picture(html, map);
            html.raw("</figure>");
        }
        html.raw("</div>");
        html.raw("<p class=\"key\"><span class=\"ramp\" aria-hidden=\"true\"></span> share of a row, 0 to 100 %</p>");
    }

    private static void picture(Html html, AttentionMap map) {
        boolean words = map.read().stream().anyMatch(unit -> unit.codePointCount(0, unit.length()) > 1);
        int left = width(map.written()) + GAP;
        int top = (words ? width(map.read()) : CELL) + GAP;
        int width = left + map.read().size() * CELL + 1;
        int height = top + map.written().size() * CELL + 1;
        html.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + width + " " + height
                + "\" width=\"" + width + "\" height=\"" + height + "\" aria-label=\"");
        html.text("attention: " + String.join(" ", map.written())).raw("\">");
        for (int s = 0; s < map.read().size(); s++) {
            int x = left + s * CELL + CELL / 2;
            html.raw(
                    words
                            ? "<text transform=\"translate(" + (x + 4) + " " + (top - GAP) + ") rotate(-90)\">"
                            : "<text text-anchor=\"middle\" x=\"" + x + "\" y=\"" + (top - GAP) + "\">");
            html.text(label(map.read().get(s))).raw("</text>");
        }
        for (int t = 0; t < map.written().size(); t++) {
            int y = top + t * CELL;
            html.raw("<text text-anchor=\"end\" x=\"" + (left - GAP) + "\" y=\"" + (y + 16) + "\">");
            html.text(label(map.written().get(t))).raw("</text>");
            for (int s = 0; s < map.read().size(); s++) {
                cell(html, map, t, s, left + s * CELL, y);
            }
        }
        html.raw("</svg>");
    }

    private static void cell(Html html, AttentionMap map, int t, int s, int x, int y) {
        float share = map.shares()[t][s];
        html.raw("<rect x=\"" + x + "\" y=\"" + y + "\" width=\"" + CELL + "\" height=\"" + CELL + "\" fill-opacity=\""
                + String.format(Locale.ROOT, "%.3f", share) + "\"><title>");
        html.text(map.written().get(t) + " from " + map.read().get(s) + ": "
                        + String.format(Locale.ROOT, "%.1f %%", 100 * share))
                .raw("</title></rect>");
    }

    private static int width(List<String> units) {
        int most = units.stream()
                .mapToInt(unit -> label(unit).codePointCount(0, label(unit).length()))
                .max()
                .orElse(1);
        return most * CHARACTER;
    }

    /** A blank would not be seen. */
    private static String label(String unit) {
        String shown = unit.equals(" ") ? "␣" : unit;
        int characters = shown.codePointCount(0, shown.length());
        return characters <= MOST_CHARACTERS
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, MOST_CHARACTERS - 1)) + "…";
    }
}
