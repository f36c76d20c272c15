package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastScores;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.IntervalErrors;
import dev.carousel.data.scaling.Normaliser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far the forecasts of a network were from the truth, beside those of naive ones.
 *
 * @param spec what was forecast
 * @param network the network's scores
 * @param naive those of the naive forecasts
 */
record JudgedForecasts(ForecastSpec spec, ForecastScores network, List<Naive> naive) {

    private static final int MOST_BLOCKS = 4;

    /**
     * One naive forecast, judged.
     *
     * @param baseline the forecast
     * @param scores its scores
     */
    record Naive(Baseline baseline, ForecastScores scores) {}

    /**
     * Judges the forecasts of some stretches.
     *
     * @param scaleRows on how many rows of each series the scale of the MASE is measured
     */
    static JudgedForecasts of(
            Forecaster forecaster, List<ForecastStretch> stretches, List<Baseline> baselines, int scaleRows) {
        ForecastSpec spec = stretches.get(0).windows().spec();
        int season = spec.spacing().shortSeason();
        int period = season > 1 && season < scaleRows ? season : 1;
        ForecastScores network = ForecastScores.of(spec, period, scaleRows);
        forecaster.judge(stretches, network);
        List<Naive> naive = new ArrayList<>();
        for (Baseline baseline : baselines) {
            ForecastScores scores = network.ofPoints();
            scores.addNaive(stretches, baseline.naive());
            naive.add(new Naive(baseline, scores));
        }
        return new JudgedForecasts(spec, network, List.copyOf(naive));
    }

    /** How many forecasts were judged. */
    long forecasts() {
        return network.forecasts();
    }

    private int targets() {
        return spec.columns().targets();
    }

    /** Of one target in its unit, of several on average in their standard deviations. */
    private double mae(ForecastScores scores) {
        return average(scores, ForecastErrors::mae, 1);
    }

    private double mse(ForecastScores scores) {
        return average(scores, ForecastErrors::mse, 2);
    }

    private double average(ForecastScores scores, ToDoubleFunction<ForecastErrors> figure, int power) {
        return IntStream.range(0, targets())
                .mapToDouble(k -> figure.applyAsDouble(scores.total(k)) / Math.pow(unit(k), power))
                .average()
                .orElseThrow();
    }

    private double unit(int target) {
        return targets() == 1 ? 1 : spec.normaliser().columns().get(target).deviation();
    }

    /** The naive forecast with the least mean absolute error. */
    Naive bestNaive() {
        return naive.stream()
                .min(Comparator.comparingDouble(one -> mae(one.scores())))
                .orElseThrow();
    }

    private Naive bestNaiveBySquares() {
        return naive.stream()
                .min(Comparator.comparingDouble(one -> mse(one.scores())))
                .orElseThrow();
    }

    /** How much less than the best naive one the network errs, as a share of that; below 0 if it errs more. */
    double improvement() {
        return 1 - mae(network) / mae(bestNaive().scores());
    }

    /** The mean squared error as a multiple of the least of a naive forecast. */
    double squaredRatio() {
        return mse(network) / mse(bestNaiveBySquares().scores());
    }

    /** The mean absolute errors of a target, with columns for parts of the horizon. */
    List<String> table(int target, String stepsName) {
        int horizon = network.horizon();
        int blocks = Math.min(MOST_BLOCKS, horizon);
        String[] headings = new String[blocks + 2];
        headings[0] = (targets() == 1 ? "" : spec.targets().get(target) + ": ") + "mean absolute error, " + stepsName
                + " ahead";
        for (int b = 0; b < blocks; b++) {
            int first = b * horizon / blocks + 1;
            int last = (b + 1) * horizon / blocks;
            headings[b + 1] = first == last ? String.valueOf(first) : first + "-" + last;
        }
        headings[blocks + 1] = "all";
        TextTable table = new TextTable(headings);
        int decimals = decimals(network.total(target).mae());
        table.row(cells("the network", network.byStep(target, ForecastErrors::mae), blocks, decimals));
        naive.forEach(one -> table.row(
                cells(one.baseline().label(), one.scores().byStep(target, ForecastErrors::mae), blocks, decimals)));
        return table.lines();
    }

    /** So many that a number has four digits. */
    private static int decimals(double number) {
        double size = Math.max(number, 1e-9);
        return Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    }

    private static String[] cells(String label, double[] byStep, int blocks, int decimals) {
        int horizon = byStep.length;
        String[] cells = new String[blocks + 2];
        cells[0] = label;
        for (int b = 0; b < blocks; b++) {
            int from = b * horizon / blocks;
            int to = (b + 1) * horizon / blocks;
            cells[b + 1] =
                    Format.fixed(Arrays.stream(byStep, from, to).average().orElse(Double.NaN), decimals);
        }
        cells[blocks + 1] = Format.fixed(Arrays.stream(byStep).average().orElse(Double.NaN), decimals);
        return cells;
    }

    /** The other figures of a target, over all steps. */
    List<String> figuresTable(int target) {
        TextTable table = new TextTable("all steps", "MAE", "RMSE", "MSE", "sMAPE", "MASE");
        table.row(figureCells("the network", network.total(target)));
        naive.forEach(one ->
                table.row(figureCells(one.baseline().label(), one.scores().total(target))));
        List<String> lines = new ArrayList<>(table.lines());
        if (!network.quantiles().isEmpty()) {
            lines.add("");
            lines.addAll(quantileTable(network.intervals(target)));
        }
        return lines;
    }

    private static String[] figureCells(String label, ForecastErrors errors) {
        return new String[] {
            label,
            Format.figure(errors.mae()),
            Format.figure(errors.rmse()),
            Format.figure(errors.mse()),
            Format.percent(errors.smape()),
            Format.figure(errors.mase())
        };
    }

    private static List<String> quantileTable(IntervalErrors intervals) {
        TextTable table = new TextTable("quantile", "pinball loss", "truths below");
        for (int q = 0; q < intervals.quantiles().size(); q++) {
            table.row(
                    String.valueOf(intervals.quantiles().get(q)),
                    Format.figure(intervals.pinball(q)),
                    Format.percent(intervals.below(q)));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("the " + Format.percent(intervals.expectedCoverage()) + " interval held "
                + Format.percent(intervals.coverage()) + " of the truths and is " + Format.figure(intervals.width())
                + " wide on average");
        return lines;
    }

    /** The last word: how it compares with the better naive forecast. */
    String verdict() {
        double share = improvement();
        return Format.percent(Math.abs(share)) + (share >= 0 ? " below " : " ABOVE ") + "the "
                + (naive.size() == 1 ? "" : naive.size() == 2 ? "better " : "best ") + "naive forecast ("
                + bestNaive().baseline().label() + ")";
    }

    /** The same by mean squared errors. */
    String squaredVerdict() {
        return "mean squared error " + Format.fixed(squaredRatio(), 3) + " times that of the best naive forecast ("
                + bestNaiveBySquares().baseline().label() + ")";
    }

    /** The figures for {@code --json}. */
    void addTo(Figures figures) {
        figures.with("mae", mae(network));
        naive.forEach(one -> figures.with("naive_" + one.baseline().key() + "_mae", mae(one.scores())));
        figures.with("naive_mae", mae(bestNaive().scores())).with("improvement", improvement());
        figures.with("mse", mse(network));
        naive.forEach(one -> figures.with("naive_" + one.baseline().key() + "_mse", mse(one.scores())));
        figures.with("naive_mse", mse(bestNaiveBySquares().scores()))
                .with("mse_ratio", squaredRatio())
                .with("forecasts", forecasts());
        if (targets() == 1) {
            ofTarget(0).forEach(figures::with);
        } else {
            Map<String, Object> byTarget = new LinkedHashMap<>();
            for (int k = 0; k < targets(); k++) {
                Figures one = new Figures();
                ofTarget(k).forEach(one::with);
                byTarget.put(spec.targets().get(k), one.toMap());
            }
            figures.with("targets", byTarget);
        }
    }

    private Map<String, Object> ofTarget(int target) {
        ForecastErrors errors = network.total(target);
        Map<String, Object> map = new LinkedHashMap<>();
        if (targets() > 1) {
            map.put("mae", errors.mae());
            map.put("mse", errors.mse());
            naive.forEach(one -> {
                map.put(
                        "naive_" + one.baseline().key() + "_mae",
                        one.scores().total(target).mae());
                map.put(
                        "naive_" + one.baseline().key() + "_mse",
                        one.scores().total(target).mse());
            });
        }
        map.put("rmse", errors.rmse());
        map.put("smape", errors.smape());
        map.put("mase", errors.mase());
        map.put("bias", errors.bias());
        Normaliser.Column column = spec.normaliser().columns().get(target);
        if (!column.log()) {
            map.put("mse_normalised", errors.mse() / (column.deviation() * column.deviation()));
        }
        map.put("mae_by_step", list(network.byStep(target, ForecastErrors::mae)));
        map.put("rmse_by_step", list(network.byStep(target, ForecastErrors::rmse)));
        if (!network.quantiles().isEmpty()) {
            IntervalErrors intervals = network.intervals(target);
            map.put("quantiles", network.quantiles());
            map.put("pinball", intervals.pinball());
            map.put(
                    "pinball_by_quantile",
                    list(IntStream.range(0, network.quantiles().size())
                            .mapToDouble(intervals::pinball)
                            .toArray()));
            map.put("coverage", intervals.coverage());
            map.put("expected_coverage", intervals.expectedCoverage());
            map.put("interval_width", intervals.width());
        }
        return map;
    }

    private static List<Double> list(double[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }
}
