package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.anomaly.DetectionScores;
import dev.carousel.data.anomaly.DetectionSkill;

/**
 * What is said of rows that were judged.
 *
 * @param skill how well anomalies and normal rows were told apart
 */
record JudgedRows(DetectionSkill skill) {

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
}
