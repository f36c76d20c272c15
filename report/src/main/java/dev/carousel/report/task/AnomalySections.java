package dev.carousel.report.task;

import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionSkill;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.report.Axis;
import dev.carousel.report.Section;
import dev.carousel.report.words.ReadableNumbers;
import dev.carousel.report.words.SeriesNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a page shows of a detector of anomalies: how many alarms there were and how well labelled rows were found, the scores
 * over time with the threshold, and the rows with the largest scores.
 *
 * <pre>{@code
 * DetectionSkill skill = DetectionSkill.of(task, network.pack(), series, labels, from, to);
 * List<Section> sections = AnomalySections.of(task, series, skill);
 * }</pre>
 */
public final class AnomalySections {

    private static final int MOST_POINTS = 2000;

    private final AlarmThreshold threshold;
    private final SeriesSet series;
    private final DetectionSkill skill;

    private AnomalySections(AlarmThreshold threshold, SeriesSet series, DetectionSkill skill) {
        this.threshold = threshold;
        this.series = series;
        this.skill = skill;
    }

    /**
     * The sections, the figures first.
     *
     * @param task the detector's, which knows the threshold
     * @param series those that were judged
     * @param skill how well anomalies and normal rows of these series were told apart
     * @throws IndexOutOfBoundsException if one of the rows with the largest scores is not one of these series
     */
    public static List<Section> of(AnomalyTask task, SeriesSet series, DetectionSkill skill) {
        return new AnomalySections(task.anomaly().threshold(), series, skill).sections();
    }

    private List<Section> sections() {
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
                ReadableNumbers.count(skill.network().alarms()) + " of "
                        + ReadableNumbers.count(skill.network().rows()) + " rows");
        if (skill.labelled()) {
            figures.put("F1", ReadableNumbers.percent(skill.network().f1()));
            figures.put(
                    "area under the curve",
                    ReadableNumbers.fixed(skill.network().area(), 4));
            figures.put(
                    "F1 of the naive score",
                    ReadableNumbers.percent(skill.naive().f1()));
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
        sections.add(largest());
        return sections;
    }

    private Section largest() {
        List<String> headings = new ArrayList<>(List.of("row", "score", "alarm", "column"));
        if (skill.labelled()) {
            headings.add("should be found");
        }
        List<List<String>> table = new ArrayList<>();
        for (DetectionSkill.ScoredRow row : skill.largest()) {
            List<String> cells = new ArrayList<>(List.of(
                    place(row),
                    ReadableNumbers.figure(row.score()),
                    threshold.alarms(row.score()) ? "yes" : "no",
                    row.column()));
            if (skill.labelled()) {
                cells.add(row.labelled() ? "yes" : "no");
            }
            table.add(cells);
        }
        return new Section.Table(
                "The most unusual rows",
                "The largest scores of the test, and the column that is farthest from what was expected.",
                headings,
                table);
    }

    private String place(DetectionSkill.ScoredRow row) {
        TimeSeries one = series.get(row.series());
        return (series.size() == 1 ? "" : one.id() + ", ") + SeriesNames.row(one, row.row());
    }
}
