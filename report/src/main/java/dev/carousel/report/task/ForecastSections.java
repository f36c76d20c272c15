package dev.carousel.report.task;

import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.IntervalErrors;
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
import java.util.stream.IntStream;

/**
 * What a page shows of a network that forecasts: some forecasts against the truth, with their intervals and next to the best
 * naive forecast; the error by horizon; the errors over the test.
 *
 * <pre>{@code
 * List<ForecastStretch> test = List.of(windows.stretch(split.validationEnd(), split.end()));
 * ForecastSkill skill = ForecastSkill.of(forecaster, test, baselines, split.trainingEnd());
 * List<Section> sections = ForecastSections.of(forecaster, test, skill);
 * }</pre>
 *
 * <p>Charts are of the first of several series, and of the first {@value #MOST_TARGETS} of several targets.
 */
public final class ForecastSections {

    private static final int MOST_TARGETS = 4;
    private static final int MOST_POINTS = 500;
    private static final int EXAMPLES = 3;

    private final Forecaster forecaster;
    private final List<ForecastStretch> test;
    private final ForecastSkill skill;
    private final ForecastSpec spec;

    private ForecastSections(Forecaster forecaster, List<ForecastStretch> test, ForecastSkill skill) {
        this.forecaster = forecaster;
        this.test = List.copyOf(test);
        this.skill = skill;
        this.spec = skill.spec();
    }

    /**
     * The sections, the figures first.
     *
     * @param forecaster the trained network; it forecasts on the calling thread, which its team helps
     * @param test the forecasts of the test, at least one stretch; all of the skill's formulation
     * @param skill how good these forecasts are
     * @throws IllegalArgumentException if the test is empty, is not of the skill's formulation, or has not as many forecasts as
     *     were judged
     */
    public static List<Section> of(Forecaster forecaster, List<ForecastStretch> test, ForecastSkill skill) {
        long forecasts = test.stream().mapToLong(ForecastStretch::size).sum();
        if (forecasts != skill.forecasts()) {
            throw new IllegalArgumentException("ForecastSections: the test has " + forecasts + " forecasts but "
                    + skill.forecasts() + " were judged. Is the skill that of another test?");
        }
        for (ForecastStretch stretch : test) {
            if (!stretch.windows().spec().equals(skill.spec())) {
                throw new IllegalArgumentException("ForecastSections: the test of "
                        + stretch.windows().series().place() + " has another formulation than the forecasts that were"
                        + " judged. Is the skill that of another network?");
            }
        }
        return new ForecastSections(forecaster, test, skill).sections();
    }

    /** So many paths make a fan in which each can be followed. */
    private static final int MOST_PATHS = 8;

    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        sections.add(summary());
        for (int k = 0; k < Math.min(MOST_TARGETS, spec.targets().size()); k++) {
            for (int i = 0; i < (k == 0 ? EXAMPLES : 1); i++) {
                sections.add(forecast(k, i));
            }
            sections.add(byHorizon(k));
            sections.add(residuals(k));
        }
        return sections;
    }

    private Section summary() {
        Map<String, String> figures = new LinkedHashMap<>();
        int shown = Math.min(MOST_TARGETS, spec.targets().size());
        for (int k = 0; k < shown; k++) {
            figures.put(
                    "mean absolute error" + of(k),
                    ReadableNumbers.figure(skill.network().total(k).mae()));
        }
        figures.put("best naive forecast", skill.bestNaive().baseline().label());
        figures.put("below the naive error", ReadableNumbers.percent(skill.improvement()));
        figures.put("squared error, times the naive", ReadableNumbers.fixed(skill.squaredRatio(), 3));
        for (int k = 0; k < shown && !spec.quantiles().isEmpty(); k++) {
            IntervalErrors intervals = skill.network().intervals(k);
            figures.put(
                    "coverage of the " + ReadableNumbers.percent(intervals.expectedCoverage()) + " interval" + of(k),
                    ReadableNumbers.percent(intervals.coverage()));
            if (spec.distribution().isPresent()) {
                figures.put("CRPS, from the quantiles" + of(k), ReadableNumbers.figure(intervals.crps()));
            }
        }
        return new Section.Summary(
                "How good the forecasts are",
                ReadableNumbers.count(skill.forecasts()) + " forecasts of " + SeriesNames.stretch(test)
                        + ", which the network has not seen in training."
                        + (spec.targets().size() == 1
                                ? ""
                                : " Where no target is named, a figure is the mean over all "
                                        + spec.targets().size() + ", each in its standard deviations."),
                figures);
    }

    /** Which target a figure is of, where there are several. */
    private String of(int target) {
        return spec.targets().size() == 1 ? "" : " of " + name(target);
    }

    private String name(int target) {
        return spec.targets().get(target);
    }

    /** One forecast of the test, the last one first and others evenly before it. */
    private Section forecast(int target, int example) {
        ForecastStretch stretch = test.get(0);
        ForecastWindows windows = stretch.windows();
        TimeSeries series = windows.series();
        int origin = stretch.last() - (int) ((long) example * (stretch.size() - 1) / EXAMPLES);
        double[] forecast = forecaster.from(windows, origin);
        int first = origin - spec.context();
        int steps = spec.context() + spec.horizon();
        double[] truth = IntStream.range(0, steps)
                .mapToDouble(i -> series.value(target, first + i))
                .toArray();
        ForecastSkill.Naive naive = skill.bestNaive();
        double[] naiveLine = line(h -> naive.baseline().naive().value(series, target, origin, h));
        int at = target * spec.levels();
        List<Section.Interval> intervals = new ArrayList<>();
        int levels = spec.quantiles().size();
        for (int q = 0; q < levels / 2; q++) {
            int low = at + q;
            int high = at + levels - 1 - q;
            double share =
                    spec.quantiles().get(levels - 1 - q) - spec.quantiles().get(q);
            intervals.add(new Section.Interval(
                    ReadableNumbers.percent(share),
                    line(h -> forecast[h * spec.outputSize() + low]),
                    line(h -> forecast[h * spec.outputSize() + high])));
        }
        return new Section.Forecast(
                "Forecast of " + name(target) + " from " + SeriesNames.row(series, origin),
                (example == 0 ? "The last forecast of the test." : "A forecast of the test.")
                        + " Left of the broken line is what the network read, right of it the forecast."
                        + (spec.distribution().isPresent()
                                ? " The intervals are made of paths drawn from the distribution, of which some are shown as thin lines."
                                : ""),
                Axis.of(series.hasDates() ? "date" : "row"),
                Axis.of(name(target)),
                IntStream.range(first, first + steps)
                        .mapToObj(row -> SeriesNames.row(series, row))
                        .toList(),
                spec.context(),
                truth,
                lines(
                        target,
                        new Section.Line("network", line(h -> forecast[h * spec.outputSize() + at + spec.middle()])),
                        new Section.Line(naive.baseline().label(), naiveLine),
                        windows,
                        origin),
                intervals);
    }

    /** The forecast and the naive one, and of a distribution some of the paths that it was made of. */
    private List<Section.Line> lines(
            int target, Section.Line network, Section.Line naive, ForecastWindows windows, int origin) {
        List<Section.Line> lines = new ArrayList<>(List.of(network, naive));
        if (spec.distribution().isPresent()) {
            double[][] paths = forecaster.paths(windows, origin);
            int targets = spec.targets().size();
            for (int i = 0; i < Math.min(MOST_PATHS, paths.length); i++) {
                double[] path = paths[i];
                lines.add(new Section.Line("sampled path " + (i + 1), line(h -> path[h * targets + target]), true));
            }
        }
        return lines;
    }

    private interface AtStep {
        double value(int h);
    }

    /** Nothing over the context, then a number at each step of the horizon. */
    private double[] line(AtStep value) {
        double[] line = new double[spec.context() + spec.horizon()];
        Arrays.fill(line, Double.NaN);
        for (int h = 0; h < spec.horizon(); h++) {
            line[spec.context() + h] = value.value(h);
        }
        return line;
    }

    private Section byHorizon(int target) {
        List<Section.Line> lines = new ArrayList<>();
        lines.add(new Section.Line("network", skill.network().byStep(target, ForecastErrors::mae)));
        skill.naive()
                .forEach(one -> lines.add(
                        new Section.Line(one.baseline().label(), one.scores().byStep(target, ForecastErrors::mae))));
        return new Section.Curves(
                "Error of " + name(target) + " by horizon",
                "Mean absolute error over all forecasts of the test, by how far ahead.",
                Axis.of(SeriesNames.steps(spec.spacing()) + " ahead"),
                Axis.of("mean absolute error", name(target)),
                IntStream.rangeClosed(1, spec.horizon()).mapToDouble(h -> h).toArray(),
                lines);
    }

    /** Actual minus forecast over the test, of the first step of the horizon and of the last. */
    private Section residuals(int target) {
        ForecastStretch stretch = test.get(0);
        int points = Math.min(MOST_POINTS, stretch.size());
        double[] places = new double[points];
        double[] first = new double[points];
        double[] last = new double[points];
        int at = target * spec.levels() + spec.middle();
        for (int i = 0; i < points; i++) {
            int origin = stretch.first() + (int) ((long) i * stretch.size() / points);
            double[] forecast = forecaster.from(stretch.windows(), origin);
            TimeSeries series = stretch.windows().series();
            int h = spec.horizon() - 1;
            places[i] = origin + 1;
            first[i] = series.value(target, origin) - forecast[at];
            last[i] = series.value(target, origin + h) - forecast[h * spec.outputSize() + at];
        }
        List<Section.Line> lines =
                new ArrayList<>(List.of(new Section.Line(SeriesNames.ahead(spec.spacing(), 1), first)));
        if (spec.horizon() > 1) {
            lines.add(new Section.Line(SeriesNames.ahead(spec.spacing(), spec.horizon()), last));
        }
        return new Section.Curves(
                "Errors in " + name(target) + " over the test",
                "Actual minus forecast, by the row from which the forecast starts. A visible pattern here is one that the"
                        + " network missed.",
                Axis.of("row"),
                Axis.of("actual minus forecast", name(target)),
                places,
                lines);
    }
}
