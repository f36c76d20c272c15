package dev.carousel.report.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.carousel.cell.Gru;
import dev.carousel.data.anomaly.AnomalyFit;
import dev.carousel.data.anomaly.AnomalyLabels;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.DetectionSkill;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.network.Network;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** Two pumps, the second of which breaks in the test, at rows 2101 and 2102 counted from 0. */
class AnomalySectionsTest {

    private static final int ROWS = 2600;
    private static final int TEST = 1100;
    private static final int BROKEN = 2101;

    private static final List<TimeSeries> PUMPS = List.of(pump("a", ROWS), pump("b", BROKEN));
    private static final SeriesSet SERIES = SeriesSet.of("pumps", PUMPS);

    private static TimeSeries pump(String id, int broken) {
        return TimeSeries.builder("pumps")
                .withId(id)
                .withTarget("pressure", values(broken, 30))
                .withTarget("flow", values(ROWS, 0))
                .build();
    }

    private static double[] values(int broken, double by) {
        return IntStream.range(0, ROWS)
                .mapToDouble(row ->
                        Math.sin(row / 3.0) + row * 37 % 11 / 50.0 + (row == broken || row == broken + 1 ? by : 0))
                .toArray();
    }

    /** A detector whose network has random parameters, judged by the last rows of both. */
    private record Judged(AnomalyTask task, DetectionSkill skill) {

        static Judged of(AnomalyLabels labels) {
            List<Split> splits =
                    PUMPS.stream().map(one -> Split.ofLast(one, 500, TEST)).toList();
            ForecastSpec spec = ForecastFit.of(PUMPS, splits)
                    .withStepping(Stepping.STEP_BY_STEP)
                    .withRelative(Relative.PREVIOUS)
                    .fit(8, 8);
            Network network = Network.initialised(
                    spec.network(RecurrentArchitecture.of(Gru.STANDARD, 4)),
                    Initialisation.uniform(),
                    new Seeds(1).initialisation());
            ForecastTask forecast = new ForecastTask(
                    "pumps", SERIES.columns(), Missing.ERROR, spec, Map.of("a", splits.get(0), "b", splits.get(1)));
            AnomalyTask task = AnomalyFit.of(forecast, PUMPS).fit(network.pack());
            int[] from = {ROWS - TEST, ROWS - TEST};
            int[] to = {ROWS, ROWS};
            return new Judged(task, DetectionSkill.of(task, network.pack(), SERIES, labels, from, to));
        }

        List<Section> sections() {
            return AnomalySections.of(task, SERIES, skill);
        }
    }

    private static Judged labelled() {
        return Judged.of(new AnomalyLabels(List.of(
                TimeSeries.of("broken", new double[ROWS]),
                TimeSeries.of(
                        "broken",
                        IntStream.range(0, ROWS)
                                .mapToDouble(row -> row == BROKEN || row == BROKEN + 1 ? 1 : 0)
                                .toArray()))));
    }

    @Test
    void figuresAreAlarmsAndWithLabelsHowWellTheyWereFound() {
        Judged judged = labelled();
        DetectionSkill skill = judged.skill();
        assertThat(skill.network().alarms()).isPositive();
        Section.Summary summary = (Section.Summary) judged.sections().get(0);
        assertThat(summary.title()).isEqualTo("What was found");
        assertThat(summary.figures().keySet())
                .containsExactly("alarms", "F1", "area under the curve", "F1 of the naive score");
        assertThat(summary.figures().values())
                .containsExactly(
                        skill.network().alarms() + " of 2,200 rows",
                        String.format(
                                Locale.ROOT, "%.1f %%", 100 * skill.network().f1()),
                        String.format(Locale.ROOT, "%.4f", skill.network().area()),
                        String.format(
                                Locale.ROOT, "%.1f %%", 100 * skill.naive().f1()));
        Section.Summary unknown =
                (Section.Summary) Judged.of(AnomalyLabels.NONE).sections().get(0);
        assertThat(unknown.figures()).containsOnlyKeys("alarms");
    }

    @Test
    void noLargeScoreIsLostWhereThereAreMoreRowsThanPointsAndTheThresholdIsALine() {
        Judged judged = labelled();
        Section.Curves curves = (Section.Curves) judged.sections().get(1);
        assertThat(curves.places()).hasSize(2000).startsWith(1).endsWith(2199);
        assertThat(curves.lines().stream().map(Section.Line::name)).containsExactly("score", "threshold");
        double[] scores = judged.skill().scores();
        double[] shown = curves.lines().get(0).values();
        assertThat(scores).hasSize(2200);
        assertThat(Arrays.stream(shown).max()).isEqualTo(Arrays.stream(scores).max());
        // The broken pump is the second: 1100 rows of the first come before its test.
        double broken = scores[TEST + BROKEN - (ROWS - TEST)];
        assertThat(broken).isGreaterThan(judged.task().anomaly().threshold().value());
        assertThat(shown).contains(broken);
        assertThat(Arrays.stream(shown).boxed().collect(Collectors.toSet()))
                .isSubsetOf(Arrays.stream(scores).boxed().collect(Collectors.toSet()));
        assertThat(curves.lines().get(1).values())
                .hasSize(2000)
                .containsOnly(judged.task().anomaly().threshold().value());
    }

    @Test
    void rowsWithTheLargestScoresAreNamedByTheirSeriesAndColumn() {
        Judged judged = labelled();
        Section.Table table = (Section.Table) judged.sections().get(2);
        assertThat(table.title()).isEqualTo("The most unusual rows");
        assertThat(table.headings()).containsExactly("row", "score", "alarm", "column", "should be found");
        assertThat(table.rows()).hasSize(20);
        List<String> worst = table.rows().get(0);
        double[] scores = judged.skill().scores();
        int largest = IntStream.range(0, scores.length)
                .reduce((i, k) -> !(scores[i] >= scores[k]) ? k : i)
                .orElseThrow();
        // The break, or the return from it, of the second pump.
        int row = largest - TEST + ROWS - TEST;
        assertThat(row).isBetween(BROKEN, BROKEN + 2);
        assertThat(worst.get(0)).isEqualTo(String.format(Locale.ROOT, "b, row %,d", row + 1));
        assertThat(Double.parseDouble(worst.get(1).replace(",", ""))).isCloseTo(scores[largest], withinPercentage(0.1));
        assertThat(worst.subList(2, 4)).containsExactly("yes", "pressure");
        assertThat(table.rows().stream().map(cells -> cells.get(0))).doesNotHaveDuplicates();
        for (List<String> cells : table.rows()) {
            boolean broken = cells.get(0).equals("b, row 2,102") || cells.get(0).equals("b, row 2,103");
            assertThat(cells.get(4)).isEqualTo(broken ? "yes" : "no");
        }
        assertThat(table.rows().stream().map(cells -> cells.get(0))).contains("b, row 2,102");
        Section.Table unknown =
                (Section.Table) Judged.of(AnomalyLabels.NONE).sections().get(2);
        assertThat(unknown.headings()).containsExactly("row", "score", "alarm", "column");
        assertThat(unknown.rows().get(0)).isEqualTo(worst.subList(0, 4));
    }

    @Test
    void pageHasAllOfIt() {
        Document page = Jsoup.parse(Report.of("pumps", labelled().sections()).html());
        assertThat(page.select("section")).hasSize(3);
        assertThat(page.select("dl.summary dd").eachText()).hasSize(4).doesNotContain("");
        assertThat(page.select("figure.chart tbody tr")).hasSize(2000);
        assertThat(page.select("#s-the-most-unusual-rows tbody tr")).hasSize(20);
    }
}
