package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.cli.forecast.ForecastNames;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionScores;
import dev.carousel.data.anomaly.DetectionSkill;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.report.Axis;
import dev.carousel.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is said of rows that were judged.
 *
 * @param series the series of the rows
 * @param skill how well they were told
 */
record JudgedRows(SeriesSet series, DetectionSkill skill) {

    private static final int MOST_POINTS = 2000;

    void print(Console console) {
        TextTable table = skill.labelled()
                ? new TextTable("", "alarms", "precision", "recall", "F1", "area")
                : new TextTable("", "alarms", "of all rows");
        table.row(cells("the network", skill.network()));
        table.row(cells("the difference to the row before", skill.naive()));
        console.line("");
        table.lines().forEach(console::line);
        console.line("");
        if (skill.labelled()) {
            console.line(Format.count(skill.network().labelled()) + " of "
                    + Format.count(skill.network().rows()) + " rows should be found");
        }
    }

    private String[] cells(String name, DetectionScores scores) {
        String alarms = Format.count(scores.alarms());
        return skill.labelled()
                ? new String[] {
                    name,
                    alarms,
                    Format.percent(scores.precision()),
                    Format.percent(scores.recall()),
                    Format.percent(scores.f1()),
                    Format.fixed(scores.area(), 4)
                }
                : new String[] {
                    name, alarms, Format.fixed(100.0 * scores.alarms() / Math.max(1, scores.rows()), 3) + " %"
                };
    }

    void addTo(Figures figures) {
        figures.with("rows", skill.network().rows())
                .with("alarms", skill.network().alarms())
                .with(
                        "alarm_share",
                        (double) skill.network().alarms() / skill.network().rows())
                .with("naive_alarms", skill.naive().alarms());
        if (skill.labelled()) {
            figures.with("labelled", skill.network().labelled())
                    .with("precision", skill.network().precision())
                    .with("recall", skill.network().recall())
                    .with("f1", skill.network().f1())
                    .with("area", skill.network().area())
                    .with("naive_precision", skill.naive().precision())
                    .with("naive_recall", skill.naive().recall())
                    .with("naive_f1", skill.naive().f1())
                    .with("naive_area", skill.naive().area())
                    .with("events", skill.events())
                    .with("events_found", skill.eventsFound());
        }
    }

    /** The scores over time with the threshold. */
    List<Section> sections(AnomalyTask task) {
        AlarmThreshold threshold = task.anomaly().threshold();
        // The largest score of each stretch, so that no alarm is lost where there are more rows than points.
        double[] scores = skill.scores();
        int points = Math.min(MOST_POINTS, scores.length);
        double[] places = new double[points];
        double[] shown = new double[points];
        for (int i = 0; i < points; i++) {
            int begin = (int) ((long) i * scores.length / points);
            int end = (int) ((long) (i + 1) * scores.length / points);
            places[i] = begin + 1;
            shown[i] = Arrays.stream(scores, begin, end)
                    .filter(score -> !Double.isNaN(score))
                    .max()
                    .orElse(Double.NaN);
        }
        double[] line = new double[points];
        Arrays.fill(line, threshold.value());
        List<Section> sections = new ArrayList<>();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put(
                "alarms",
                Format.count(skill.network().alarms()) + " of "
                        + Format.count(skill.network().rows()) + " rows");
        if (skill.labelled()) {
            figures.put("F1", Format.percent(skill.network().f1()));
            figures.put("area under the curve", Format.fixed(skill.network().area(), 4));
            figures.put("F1 of the naive score", Format.percent(skill.naive().f1()));
        }
        sections.add(new Section.Summary("What was found", "Rows of the test, which training has not seen.", figures));
        sections.add(new Section.Curves(
                "Scores over the test",
                "How far each row is from what was expected, in spreads of the errors on held-out rows; alarms lie above"
                        + " the threshold.",
                Axis.of("row of the test"),
                Axis.of("score"),
                places,
                List.of(new Section.Line("score", shown), new Section.Line("threshold", line))));
        sections.add(oddest(threshold));
        return sections;
    }

    private Section oddest(AlarmThreshold threshold) {
        List<String> headings = new ArrayList<>(List.of("row", "score", "alarm", "column"));
        if (skill.labelled()) {
            headings.add("should be found");
        }
        List<List<String>> table = new ArrayList<>();
        for (DetectionSkill.ScoredRow odd : skill.largest()) {
            List<String> cells = new ArrayList<>(List.of(
                    place(odd),
                    Format.figure(odd.score()),
                    odd.score() > threshold.value() ? "yes" : "no",
                    odd.column()));
            if (skill.labelled()) {
                cells.add(odd.labelled() ? "yes" : "no");
            }
            table.add(cells);
        }
        return new Section.Table(
                "The oddest rows",
                "The largest scores of the test, and the column that is furthest from what was expected.",
                headings,
                table);
    }

    private String place(DetectionSkill.ScoredRow row) {
        TimeSeries one = series.get(row.series());
        return (series.size() == 1 ? "" : one.id() + ", ") + ForecastNames.row(one, row.row());
    }
}
