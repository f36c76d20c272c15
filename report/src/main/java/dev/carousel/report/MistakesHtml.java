package dev.carousel.report;

import dev.carousel.report.Section.Mistake;
import dev.carousel.report.Section.Mistakes;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** The worst mistakes: a table with the text or a small drawing of each. */
final class MistakesHtml {

    private static final int WIDTH = 220;
    private static final int HEIGHT = 48;

    /** A drawing of this size has no room for more points. */
    private static final int MOST_POINTS = 220;

    private static final int MOST_CHANNELS = 8;

    private MistakesHtml() {}

    static void write(Html html, Mistakes mistakes) {
        if (mistakes.mistakes().isEmpty()) {
            html.raw("<p>None.</p>");
            return;
        }
        html.raw(
                        "<div class=\"scroll\" tabindex=\"0\"><table class=\"mistakes\"><thead><tr><th scope=\"col\">which</th>"
                                + "<th scope=\"col\">what it is</th><th scope=\"col\">truth</th><th scope=\"col\">predicted</th>"
                                + "<th scope=\"col\" class=\"n\">")
                .text(mistakes.measure())
                .raw("</th></tr></thead><tbody>");
        for (Mistake mistake : mistakes.mistakes()) {
            html.raw("\n<tr><th scope=\"row\">").text(mistake.name()).raw("</th><td class=\"what\">");
            html.text(mistake.text());
            if (!mistake.signals().isEmpty()) {
                drawing(html, mistake.signals());
            }
            html.raw("</td><td>").text(mistake.truth());
            html.raw("</td><td class=\"bad\">").text(mistake.predicted());
            html.raw("</td><td class=\"n\">" + Digits.figure(mistake.measure()) + "</td></tr>");
        }
        html.raw("</tbody></table></div>");
    }

    /** All channels over each other, on a common scale. */
    private static void drawing(Html html, List<double[]> signals) {
        double[] range = signals.stream()
                .flatMapToDouble(DoubleStream::of)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (range.length == 0) {
            return;
        }
        double low = range[0];
        double high = range[range.length - 1];
        html.raw("<svg class=\"signals\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" width=\"" + WIDTH + "\" height=\""
                        + HEIGHT + "\" role=\"img\" aria-label=\"")
                .text(signals.size() + (signals.size() == 1 ? " channel" : " channels") + ", " + signals.get(0).length
                        + " steps, from " + Digits.figure(low) + " to " + Digits.figure(high))
                .raw("\">");
        for (int c = 0; c < Math.min(signals.size(), MOST_CHANNELS); c++) {
            html.raw("<path class=\"c" + (c + 1) + "\" d=\"" + path(signals.get(c), low, high) + "\"/>");
        }
        html.raw("</svg>");
    }

    private static String path(double[] values, double low, double high) {
        StringBuilder path = new StringBuilder();
        int points = Math.min(values.length, MOST_POINTS);
        boolean down = false;
        for (int i = 0; i < points; i++) {
            double value = values[(int) ((long) i * values.length / points)];
            if (Double.isFinite(value)) {
                double x = points == 1 ? WIDTH / 2.0 : 1 + i * (WIDTH - 2.0) / (points - 1);
                double y = high > low ? HEIGHT - 2 - (value - low) / (high - low) * (HEIGHT - 4) : HEIGHT / 2.0;
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", down ? "L" : "M", x, y));
            }
            down = Double.isFinite(value);
        }
        return path.toString();
    }
}
