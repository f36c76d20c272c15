package dev.carousel.cli.forecast;

import dev.carousel.cli.console.Format;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.report.Axis;
import dev.carousel.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a report shows of a forecaster: forecasts against the truth, the errors by horizon and over time.
 *
 * @param run what was trained on what
 * @param forecaster the trained network
 * @param judged its forecasts of the test
 */
record ForecastSections(ForecastRun run, Forecaster forecaster, JudgedForecasts judged) {

    private static final int MOST_TARGETS = 4;
    private static final int MOST_POINTS = 500;
    private static final int EXAMPLES = 3;

    List<Section> sections() {
        ForecastSpec spec = run.spec();
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
        figures.put(
                "mean absolute error", Format.figure(judged.network().total(0).mae()));
        figures.put("best naive forecast", judged.skill().bestNaive().baseline().label());
        figures.put("below the naive error", Format.percent(judged.skill().improvement()));
        figures.put(
                "squared error, times the naive", Format.fixed(judged.skill().squaredRatio(), 3));
        if (!run.spec().quantiles().isEmpty()) {
            figures.put(
                    "truths in the "
                            + Format.percent(judged.network().intervals(0).expectedCoverage()) + " interval",
                    Format.percent(judged.network().intervals(0).coverage()));
        }
        return new Section.Summary(
                "How good the forecasts are",
                Format.count(judged.skill().forecasts()) + " forecasts of " + ForecastNames.stretch(run.test())
                        + ", which the network has not seen in training.",
                figures);
    }

    private String name(int target) {
        return run.spec().targets().get(target);
    }

    /** One forecast of the test, the last one first and others evenly before it. */
    private Section forecast(int target, int example) {
        ForecastSpec spec = run.spec();
        ForecastStretch stretch = run.test().get(0);
        ForecastWindows windows = stretch.windows();
        TimeSeries series = windows.series();
        int origin = stretch.last() - (int) ((long) example * (stretch.size() - 1) / EXAMPLES);
        double[] forecast = forecaster.from(windows, origin);
        int first = origin - spec.context();
        int steps = spec.context() + spec.horizon();
        double[] truth = IntStream.range(0, steps)
                .mapToDouble(i -> series.value(target, first + i))
                .toArray();
        ForecastSkill.Naive naive = judged.skill().bestNaive();
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
                    Format.percent(share),
                    line(h -> forecast[h * spec.outputSize() + low]),
                    line(h -> forecast[h * spec.outputSize() + high])));
        }
        return new Section.Forecast(
                "Forecast of " + name(target) + " from " + ForecastNames.row(series, origin),
                (example == 0 ? "The last forecast of the test." : "A forecast of the test.")
                        + " What stands left of the broken line was read by the network, right of it is forecast.",
                Axis.of(series.hasDates() ? "date" : "row"),
                Axis.of(name(target)),
                IntStream.range(first, first + steps)
                        .mapToObj(row -> ForecastNames.row(series, row))
                        .toList(),
                spec.context(),
                truth,
                List.of(
                        new Section.Line("network", line(h -> forecast[h * spec.outputSize() + at + spec.middle()])),
                        new Section.Line(naive.baseline().label(), naiveLine)),
                intervals);
    }

    private interface AtStep {
        double value(int h);
    }

    /** Nothing over the context, then a number at each step of the horizon. */
    private double[] line(AtStep value) {
        double[] line = new double[run.spec().context() + run.spec().horizon()];
        Arrays.fill(line, Double.NaN);
        for (int h = 0; h < run.spec().horizon(); h++) {
            line[run.spec().context() + h] = value.value(h);
        }
        return line;
    }

    private Section byHorizon(int target) {
        List<Section.Line> lines = new ArrayList<>();
        lines.add(new Section.Line("network", judged.network().byStep(target, ForecastErrors::mae)));
        judged.naive()
                .forEach(one -> lines.add(
                        new Section.Line(one.baseline().label(), one.scores().byStep(target, ForecastErrors::mae))));
        return new Section.Curves(
                "Error of " + name(target) + " by horizon",
                "Mean absolute error over all forecasts of the test, by how far ahead.",
                Axis.of(ForecastNames.steps(run.series()) + " ahead"),
                Axis.of("mean absolute error", name(target)),
                IntStream.rangeClosed(1, run.spec().horizon())
                        .mapToDouble(h -> h)
                        .toArray(),
                lines);
    }

    /** How far ahead, in words: {@code 1 day ahead}. */
    private String ahead(int steps) {
        String unit = ForecastNames.steps(run.series());
        return steps + " " + (steps == 1 ? unit.substring(0, unit.length() - 1) : unit) + " ahead";
    }

    /** Truth less forecast over the test, of the first step of the horizon and of the last. */
    private Section residuals(int target) {
        ForecastSpec spec = run.spec();
        ForecastStretch stretch = run.test().get(0);
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
        List<Section.Line> lines = new ArrayList<>(List.of(new Section.Line(ahead(1), first)));
        if (spec.horizon() > 1) {
            lines.add(new Section.Line(ahead(spec.horizon()), last));
        }
        return new Section.Curves(
                "Errors in " + name(target) + " over the test",
                "Truth less forecast, by the row from which was forecast. A course that can be seen here is one that the"
                        + " network missed.",
                Axis.of("row"),
                Axis.of("truth less forecast", name(target)),
                places,
                lines);
    }
}
