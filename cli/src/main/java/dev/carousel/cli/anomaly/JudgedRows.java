package dev.carousel.cli.anomaly;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.cli.forecast.ForecastNames;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionScores;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.network.PackedNetwork;
import dev.carousel.report.Axis;
import dev.carousel.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The scores of some rows, and how well they tell the labelled ones, beside a naive score.
 *
 * @param network how well the network's scores do
 * @param naive how well the naive ones do
 * @param labelled whether anything is known about which rows should be found
 * @param scores the network's, of all rows
 * @param oddest the rows with the largest scores, the largest first
 */
record JudgedRows(DetectionScores network, DetectionScores naive, boolean labelled, double[] scores, List<Odd> oddest) {

    private static final int MOST_POINTS = 2000;

    private static final int MOST_ODD = 20;

    /** A row that is not as expected, and the column in which it is most so. */
    private record Odd(String place, double score, String column, boolean expected) {}

    /**
     * Scores rows: each series is followed from its first row on.
     *
     * @param from of each series the first row that is judged
     * @param to of each series the row after the last one
     */
    static JudgedRows of(
            AnomalyTask task, PackedNetwork network, SeriesSet series, AnomalyLabels labels, int[] from, int[] to) {
        int count = IntStream.range(0, from.length).map(i -> to[i] - from[i]).sum();
        double[] scores = new double[count];
        double[] naive = new double[count];
        boolean[] expected = new boolean[count];
        PriorityQueue<Odd> oddest = new PriorityQueue<>(Comparator.comparingDouble(Odd::score));
        int at = 0;
        for (int i = 0; i < from.length; i++) {
            // The vocabularies of the model, where there are categories.
            TimeSeries one =
                    ForecastWindows.of(series.get(i), task.forecast().spec()).series();
            AnomalyStream stream = AnomalyStream.of(network, task.anomaly(), one.id());
            for (int row = 0; row < to[i]; row++) {
                double score = stream.add(one, row);
                if (row >= from[i]) {
                    scores[at] = score;
                    naive[at] = Double.isNaN(score)
                            ? Double.NaN
                            : task.naive().score(task.forecast().spec(), one, row);
                    expected[at] = labels.labelled(i, row);
                    if (score
                            > (oddest.size() < MOST_ODD
                                    ? Double.NEGATIVE_INFINITY
                                    : oddest.element().score())) {
                        String place = (from.length == 1 ? "" : one.id() + ", ") + ForecastNames.row(one, row);
                        String column = task.forecast().spec().targets().get(stream.oddest());
                        oddest.add(new Odd(place, score, column, expected[at]));
                        if (oddest.size() > MOST_ODD) {
                            oddest.remove();
                        }
                    }
                    at++;
                }
            }
        }
        return new JudgedRows(
                DetectionScores.of(scores, expected, task.anomaly().threshold()),
                DetectionScores.of(naive, expected, task.naiveThreshold()),
                labels.known(),
                scores,
                oddest.stream()
                        .sorted(Comparator.comparingDouble(Odd::score).reversed())
                        .toList());
    }

    void print(Console console) {
        TextTable table = labelled
                ? new TextTable("", "alarms", "precision", "recall", "F1", "area")
                : new TextTable("", "alarms", "of all rows");
        table.row(cells("the network", network));
        table.row(cells("the difference to the row before", naive));
        console.line("");
        table.lines().forEach(console::line);
        console.line("");
        if (labelled) {
            console.line(
                    Format.count(network.labelled()) + " of " + Format.count(network.rows()) + " rows should be found");
        }
    }

    private String[] cells(String name, DetectionScores scores) {
        String alarms = Format.count(scores.alarms());
        return labelled
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
        figures.with("rows", network.rows())
                .with("alarms", network.alarms())
                .with("alarm_share", (double) network.alarms() / network.rows())
                .with("naive_alarms", naive.alarms());
        if (labelled) {
            figures.with("labelled", network.labelled())
                    .with("precision", network.precision())
                    .with("recall", network.recall())
                    .with("f1", network.f1())
                    .with("area", network.area())
                    .with("naive_precision", naive.precision())
                    .with("naive_recall", naive.recall())
                    .with("naive_f1", naive.f1())
                    .with("naive_area", naive.area());
        }
    }

    /** The scores over time with the threshold. */
    List<Section> sections(AnomalyTask task) {
        AlarmThreshold threshold = task.anomaly().threshold();
        // The largest score of each stretch, so that no alarm is lost where there are more rows than points.
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
        figures.put("alarms", Format.count(network.alarms()) + " of " + Format.count(network.rows()) + " rows");
        if (labelled) {
            figures.put("F1", Format.percent(network.f1()));
            figures.put("area under the curve", Format.fixed(network.area(), 4));
            figures.put("F1 of the naive score", Format.percent(naive.f1()));
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
        if (labelled) {
            headings.add("should be found");
        }
        List<List<String>> table = new ArrayList<>();
        for (Odd odd : oddest) {
            List<String> cells = new ArrayList<>(List.of(
                    odd.place(),
                    Format.figure(odd.score()),
                    odd.score() > threshold.value() ? "yes" : "no",
                    odd.column()));
            if (labelled) {
                cells.add(odd.expected() ? "yes" : "no");
            }
            table.add(cells);
        }
        return new Section.Table(
                "The oddest rows",
                "The largest scores of the test, and the column that is furthest from what was expected.",
                headings,
                table);
    }
}
