package dev.carousel.report;

import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Forecast;
import dev.carousel.report.Section.Interval;
import dev.carousel.report.Section.Line;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Charts: a place to draw in, and the table of the numbers, from which the script draws. */
final class ChartHtml {

    private ChartHtml() {}

    static void curves(Html html, Curves curves) {
        begin(
                html,
                "lines",
                curves.across(),
                curves.up(),
                curves.lines().stream().map(Line::name));
        html.raw(">");
        place(html, curves.title(), curves.across(), curves.up());
        head(html, curves.across());
        for (Line line : curves.lines()) {
            column(html, "line", line.name(), "");
        }
        html.raw("</tr></thead><tbody>");
        for (int i = 0; i < curves.places().length; i++) {
            html.raw("\n<tr><th scope=\"row\">").number(curves.places()[i]);
            cells(html, curves.lines(), i);
        }
        end(html);
    }

    static void forecast(Html html, Forecast forecast) {
        Stream<String> names = Stream.concat(
                Stream.of("truth"),
                Stream.concat(
                        forecast.forecasts().stream().map(Line::name),
                        forecast.intervals().stream().map(Interval::name)));
        int decimals = Digits.decimals(forecast.truth());
        begin(html, "forecast", forecast.across(), forecast.up(), names);
        html.raw(" data-origin=\"" + forecast.origin() + "\">");
        place(html, forecast.title(), forecast.across(), forecast.up());
        head(html, forecast.across());
        column(html, "truth", "truth", "");
        for (Line line : forecast.forecasts()) {
            column(html, line.faint() ? "path" : "line", line.name(), "");
        }
        for (Interval interval : forecast.intervals()) {
            column(html, "lower", interval.name(), ", from");
            column(html, "upper", interval.name(), ", to");
        }
        html.raw("</tr></thead><tbody>");
        for (int i = 0; i < forecast.steps().size(); i++) {
            html.raw("\n<tr><th scope=\"row\">").text(forecast.steps().get(i));
            html.raw("<td>").number(forecast.truth()[i], decimals);
            for (Line line : forecast.forecasts()) {
                html.raw("<td>").number(line.values()[i], decimals);
            }
            for (Interval interval : forecast.intervals()) {
                html.raw("<td>").number(interval.lower()[i], decimals);
                html.raw("<td>").number(interval.upper()[i], decimals);
            }
        }
        end(html);
    }

    private static void begin(Html html, String kind, Axis across, Axis up, Stream<String> names) {
        html.raw("<figure class=\"chart\" data-chart=\"" + kind + "\" data-across=\"")
                .text(across.label())
                .raw("\" data-up=\"")
                .text(up.label())
                .raw("\" data-names=\"")
                .text(names.collect(Collectors.joining(", ")))
                .raw("\"");
    }

    private static void place(Html html, String title, Axis across, Axis up) {
        html.raw("<div class=\"plot\" role=\"img\" aria-label=\"")
                .text(title + ": " + up.label() + " against " + across.label()
                        + ". The numbers are in the table below.")
                .raw("\"></div>");
        html.raw(
                "<details class=\"numbers\"><summary>The numbers</summary><div class=\"scroll\" tabindex=\"0\"><table>");
    }

    private static void head(Html html, Axis across) {
        html.raw("<thead><tr><th scope=\"col\">").text(across.label()).raw("</th>");
    }

    private static void column(Html html, String role, String name, String which) {
        html.raw("<th scope=\"col\" data-role=\"" + role + "\" data-name=\"")
                .text(name)
                .raw("\">")
                .text(name + which)
                .raw("</th>");
    }

    private static void cells(Html html, List<Line> lines, int i) {
        for (Line line : lines) {
            html.raw("<td>").number(line.values()[i]);
        }
    }

    private static void end(Html html) {
        html.raw("\n</tbody></table></div></details></figure>");
    }
}
