package dev.carousel.report.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.carousel.cell.Gru;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.NaiveForecast;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.report.Report;
import dev.carousel.report.Section;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;

/** Two targets of a year of days, and a network whose parameters are random: what is shown must be what it forecasts. */
class ForecastSectionsTest {

    private static final int ROWS = 366;
    private static final int CONTEXT = 10;
    private static final int HORIZON = 4;

    private static final TimeSeries SERIES = TimeSeries.builder("shop")
            .withTarget("sold", values(100, 7))
            .withTarget("visits", values(300, 11))
            .withDates(IntStream.range(0, ROWS)
                    .mapToObj(day -> LocalDateTime.of(2020, 1, 1, 0, 0).plusDays(day))
                    .toList())
            .build();

    /** December is the test. */
    private static final Split SPLIT = Split.ofLast(SERIES, 30, 31);

    private static final List<Baseline> BASELINES =
            List.of(Baseline.LAST, new Baseline("7", "a week before", NaiveForecast.of(7)));

    private static double[] values(double level, int period) {
        return IntStream.range(0, ROWS)
                .mapToDouble(row -> level + 10 * Math.sin(2 * Math.PI * row / period) + row * 37 % 11)
                .toArray();
    }

    /** What is judged, as a program would have it. */
    private record Judged(Forecaster forecaster, List<ForecastStretch> test, ForecastSkill skill) {

        static Judged of(ForecastSpec spec) {
            Network network = Network.initialised(
                    spec.network(RecurrentArchitecture.of(Gru.STANDARD, 6)),
                    Initialisation.uniform(),
                    new Seeds(1).initialisation());
            Forecaster forecaster = Forecaster.of(network.pack(), Team.single());
            List<ForecastStretch> test =
                    List.of(ForecastWindows.of(SERIES, spec).stretch(SPLIT.validationEnd(), SPLIT.end()));
            return new Judged(forecaster, test, ForecastSkill.of(forecaster, test, BASELINES, SPLIT.trainingEnd()));
        }

        List<Section> sections() {
            return ForecastSections.of(forecaster, test, skill);
        }
    }

    private static ForecastFit fit() {
        return ForecastFit.of(SERIES, SPLIT);
    }

    private static Judged withQuantiles() {
        return Judged.of(fit().withQuantiles(List.of(0.1, 0.25, 0.5, 0.75, 0.9)).fit(CONTEXT, HORIZON));
    }

    private static <S extends Section> S only(List<Section> sections, Class<S> kind, String title) {
        return sections.stream()
                .filter(section -> section.title().equals(title))
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void figuresComeFirstThenForecastsAndErrorsOfEachTarget() {
        assertThat(withQuantiles().sections().stream().map(Section::title))
                .containsExactly(
                        "How good the forecasts are",
                        "Forecast of sold from 2020-12-28",
                        "Forecast of sold from 2020-12-19",
                        "Forecast of sold from 2020-12-10",
                        "Error of sold by horizon",
                        "Errors in sold over the test",
                        "Forecast of visits from 2020-12-28",
                        "Error of visits by horizon",
                        "Errors in visits over the test");
    }

    @Test
    void figuresAreThoseOfTheSkill() {
        Judged judged = withQuantiles();
        ForecastSkill skill = judged.skill();
        Section.Summary summary = only(judged.sections(), Section.Summary.class, "How good the forecasts are");
        assertThat(summary.note()).startsWith("28 forecasts of 2020-12-01 to 2020-12-31, ");
        assertThat(summary.figures().keySet())
                .containsExactly(
                        "mean absolute error of sold",
                        "mean absolute error of visits",
                        "best naive forecast",
                        "below the naive error",
                        "squared error, times the naive",
                        "coverage of the 80.0 % interval of sold",
                        "coverage of the 80.0 % interval of visits");
        assertThat(summary.note()).contains("the mean over all 2");
        Map<String, String> figures = summary.figures();
        for (int k = 0; k < 2; k++) {
            String target = skill.spec().targets().get(k);
            assertThat(number(figures, "mean absolute error of " + target))
                    .isCloseTo(skill.network().total(k).mae(), withinPercentage(0.1));
            assertThat(figures.get("coverage of the 80.0 % interval of " + target))
                    .isEqualTo(String.format(
                            Locale.ROOT,
                            "%.1f %%",
                            100 * skill.network().intervals(k).coverage()));
        }
        assertThat(figures.get("best naive forecast"))
                .isEqualTo(skill.bestNaive().baseline().label());
        assertThat(figures.get("below the naive error"))
                .isEqualTo(String.format(Locale.ROOT, "%,.1f %%", 100 * skill.improvement()));
        assertThat(figures.get("squared error, times the naive"))
                .isEqualTo(String.format(Locale.ROOT, "%,.3f", skill.squaredRatio()));
    }

    private static double number(Map<String, String> figures, String name) {
        return Double.parseDouble(figures.getOrDefault(name, ""));
    }

    @Test
    void chartOfAForecastHasTheTruthTheForecastItsIntervalsAndTheNaiveOne() {
        Judged judged = withQuantiles();
        ForecastSpec spec = judged.skill().spec();
        List<Section> sections = judged.sections();
        for (int target = 0; target < 2; target++) {
            Section.Forecast chart = only(
                    sections,
                    Section.Forecast.class,
                    "Forecast of " + spec.targets().get(target) + " from 2020-12-28");
            int origin = ROWS - HORIZON;
            int first = origin - CONTEXT;
            assertThat(chart.origin()).isEqualTo(CONTEXT);
            assertThat(chart.steps())
                    .hasSize(CONTEXT + HORIZON)
                    .startsWith("2020-12-18")
                    .endsWith("2020-12-31");
            assertThat(chart.truth())
                    .isEqualTo(Arrays.copyOfRange(
                            target == 0 ? values(100, 7) : values(300, 11), first, origin + HORIZON));
            double[] forecast = judged.forecaster().from(judged.test().get(0).windows(), origin);
            // Five quantiles of each of two targets: the median is the third.
            assertThat(chart.forecasts().stream().map(Section.Line::name))
                    .containsExactly(
                            "network", judged.skill().bestNaive().baseline().label());
            double[] ours = chart.forecasts().get(0).values();
            double[] naive = chart.forecasts().get(1).values();
            NaiveForecast best = judged.skill().bestNaive().baseline().naive();
            assertThat(chart.intervals().stream().map(Section.Interval::name)).containsExactly("80.0 %", "50.0 %");
            for (int h = 0; h < HORIZON; h++) {
                int at = h * 10 + 5 * target;
                assertThat(ours[CONTEXT + h]).isEqualTo(forecast[at + 2]);
                assertThat(naive[CONTEXT + h]).isEqualTo(best.value(SERIES, target, origin, h));
                for (int i = 0; i < 2; i++) {
                    Section.Interval interval = chart.intervals().get(i);
                    assertThat(interval.lower()[CONTEXT + h]).isEqualTo(forecast[at + i]);
                    assertThat(interval.upper()[CONTEXT + h]).isEqualTo(forecast[at + 4 - i]);
                    assertThat(interval.lower()[CONTEXT + h]).isLessThan(interval.upper()[CONTEXT + h]);
                }
            }
            for (int i = 0; i < CONTEXT; i++) {
                assertThat(ours[i]).isNaN();
                assertThat(naive[i]).isNaN();
            }
        }
    }

    @Test
    void errorsByHorizonAreThoseOfTheNetworkAndOfEveryNaiveForecast() {
        Judged judged = withQuantiles();
        Section.Curves curves = only(judged.sections(), Section.Curves.class, "Error of visits by horizon");
        assertThat(curves.across().label()).isEqualTo("days ahead");
        assertThat(curves.places()).containsExactly(1, 2, 3, 4);
        assertThat(curves.lines().stream().map(Section.Line::name))
                .containsExactly("network", "the last value", "a week before");
        assertThat(curves.lines().get(0).values())
                .isEqualTo(judged.skill().network().byStep(1, ForecastErrors::mae));
        assertThat(curves.lines().get(2).values())
                .isEqualTo(judged.skill().naive().get(1).scores().byStep(1, ForecastErrors::mae));
    }

    @Test
    void errorsOverTheTestAreTruthLessForecastOfTheFirstAndTheLastStep() {
        Judged judged = Judged.of(fit().fit(CONTEXT, HORIZON));
        Section.Curves curves = only(judged.sections(), Section.Curves.class, "Errors in visits over the test");
        assertThat(curves.lines().stream().map(Section.Line::name)).containsExactly("1 day ahead", "4 days ahead");
        assertThat(curves.places()).hasSize(28);
        double[] truth = values(300, 11);
        for (int i = 0; i < 28; i++) {
            int origin = SPLIT.validationEnd() + i;
            double[] forecast = judged.forecaster().from(judged.test().get(0).windows(), origin);
            assertThat(curves.places()[i]).isEqualTo(origin + 1);
            assertThat(curves.lines().get(0).values()[i]).isEqualTo(truth[origin] - forecast[1]);
            assertThat(curves.lines().get(1).values()[i]).isEqualTo(truth[origin + 3] - forecast[2 * 3 + 1]);
        }
        assertThat(Judged.of(fit().fit(CONTEXT, 1)).sections().stream()
                        .filter(section -> section.title().equals("Errors in visits over the test"))
                        .map(Section.Curves.class::cast))
                .singleElement()
                .satisfies(one -> assertThat(one.lines()).hasSize(1));
    }

    @Test
    void withoutQuantilesThereIsNoIntervalAndNoShareOfTruthsInIt() {
        List<Section> sections = Judged.of(fit().fit(CONTEXT, HORIZON)).sections();
        assertThat(only(sections, Section.Forecast.class, "Forecast of sold from 2020-12-28")
                        .intervals())
                .isEmpty();
        assertThat(only(sections, Section.Summary.class, "How good the forecasts are")
                        .figures())
                .hasSize(5);
    }

    @Test
    void pageHasANumberForEveryStepOfEveryChart() {
        Elements sections = Jsoup.parse(
                        Report.of("shop", withQuantiles().sections()).html())
                .select("section");
        assertThat(sections).hasSize(9);
        assertThat(sections.get(0).select("dd").eachText()).hasSize(7).doesNotContain("");
        for (Element section : sections.subList(1, 9)) {
            Elements rows = section.select("tbody tr");
            assertThat(rows.size()).as(section.select("h2").text()).isIn(CONTEXT + HORIZON, HORIZON, 28);
            // Of a forecast the last rows are full, those before it have the truth alone.
            assertThat(rows.last().select("td").eachText()).doesNotContain("").hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void skillOfAnotherTestOrOfAnotherNetworkIsRefused() {
        Judged judged = withQuantiles();
        ForecastStretch all = judged.test().get(0);
        List<ForecastStretch> shorter = List.of(new ForecastStretch(all.windows(), all.first(), all.last() - 1));
        assertThatThrownBy(() -> ForecastSections.of(judged.forecaster(), shorter, judged.skill()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ForecastSections: the test has 27 forecasts but 28 were judged. Is the skill that of"
                        + " another test?");
        assertThatThrownBy(() -> ForecastSections.of(judged.forecaster(), List.of(), judged.skill()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the test has 0 forecasts but 28 were judged");
        Judged other = Judged.of(fit().fit(CONTEXT, HORIZON));
        assertThatThrownBy(() -> ForecastSections.of(other.forecaster(), other.test(), judged.skill()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has another formulation than the forecasts that were judged");
    }
}
