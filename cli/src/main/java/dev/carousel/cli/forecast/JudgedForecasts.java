package dev.carousel.cli.forecast;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastScores;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.forecast.IntervalErrors;
import dev.carousel.data.scaling.Normaliser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far forecasts were from the truth, as lines of text and as figures.
 *
 * @param skill the figures
 */
record JudgedForecasts(ForecastSkill skill) {

    private static final int MOST_BLOCKS = 4;

    /** Judges the forecasts of some stretches, as {@link ForecastSkill#of} does. */
    static JudgedForecasts of(
            Forecaster forecaster, List<ForecastStretch> stretches, List<Baseline> baselines, int scaleRows) {
        return new JudgedForecasts(ForecastSkill.of(forecaster, stretches, baselines, scaleRows));
    }

    private ForecastSpec spec() {
        return skill.spec();
    }

    /** The network's scores. */
    ForecastScores network() {
        return skill.network();
    }

    /** Those of the naive forecasts. */
    List<ForecastSkill.Naive> naive() {
        return skill.naive();
    }

    private int targets() {
        return spec().columns().targets();
    }

    /** The mean absolute errors of a target, with columns for parts of the horizon. */
    List<String> table(int target, String stepsName) {
        int horizon = network().horizon();
        int blocks = Math.min(MOST_BLOCKS, horizon);
        String[] headings = new String[blocks + 2];
        headings[0] = (targets() == 1 ? "" : spec().targets().get(target) + ": ") + "mean absolute error, " + stepsName
                + " ahead";
        for (int b = 0; b < blocks; b++) {
            int first = b * horizon / blocks + 1;
            int last = (b + 1) * horizon / blocks;
            headings[b + 1] = first == last ? String.valueOf(first) : first + "-" + last;
        }
        headings[blocks + 1] = "all";
        TextTable table = new TextTable(headings);
        int decimals = decimals(network().total(target).mae());
        table.row(cells("the network", network().byStep(target, ForecastErrors::mae), blocks, decimals));
        naive().forEach(one -> table.row(
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
        table.row(figureCells("the network", network().total(target)));
        naive().forEach(one ->
                table.row(figureCells(one.baseline().label(), one.scores().total(target))));
        List<String> lines = new ArrayList<>(table.lines());
        if (!network().quantiles().isEmpty()) {
            lines.add("");
            lines.addAll(quantileTable(network().intervals(target)));
            lines.add("CRPS "
                    + Format.figure(network().intervals(target).crps())
                    + ", twice the mean pinball loss; of a naive forecast it is its mean absolute error, "
                    + Format.figure(naiveCrps(target)));
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
        TextTable table = new TextTable("quantile", "pinball loss", "actual below");
        for (int q = 0; q < intervals.quantiles().size(); q++) {
            table.row(
                    String.valueOf(intervals.quantiles().get(q)),
                    Format.figure(intervals.pinball(q)),
                    Format.percent(intervals.below(q)));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("the " + Format.percent(intervals.expectedCoverage()) + " interval held "
                + Format.percent(intervals.coverage()) + " of the actual values and is "
                + Format.figure(intervals.width())
                + " wide on average");
        return lines;
    }

    /** The least continuous ranked probability score of a naive forecast: that of a single number is its absolute error. */
    private double naiveCrps(int target) {
        return naive().stream()
                .mapToDouble(one -> one.scores().total(target).mae())
                .min()
                .orElseThrow();
    }

    /** The last word: how it compares with the better naive forecast. */
    String verdict() {
        double share = skill.improvement();
        return Format.percent(Math.abs(share)) + (share >= 0 ? " below " : " ABOVE ") + "the "
                + (naive().size() == 1 ? "" : naive().size() == 2 ? "better " : "best ") + "naive forecast ("
                + skill.bestNaive().baseline().label() + ")";
    }

    /** The same by mean squared errors. */
    String squaredVerdict() {
        return "mean squared error " + Format.fixed(skill.squaredRatio(), 3)
                + " times that of the best naive forecast ("
                + skill.bestNaiveBySquares().baseline().label() + ")";
    }

    /** The figures for {@code --json}. */
    void addTo(Figures figures) {
        figures.with("mae", skill.mae(network()));
        naive().forEach(one -> figures.with("naive_" + one.baseline().key() + "_mae", skill.mae(one.scores())));
        figures.with("naive_mae", skill.mae(skill.bestNaive().scores())).with("improvement", skill.improvement());
        figures.with("mse", skill.mse(network()));
        naive().forEach(one -> figures.with("naive_" + one.baseline().key() + "_mse", skill.mse(one.scores())));
        figures.with("naive_mse", skill.mse(skill.bestNaiveBySquares().scores()))
                .with("mse_ratio", skill.squaredRatio())
                .with("forecasts", skill.forecasts());
        spec().distribution().ifPresent(family -> figures.with("spread", family.spread()));
        if (targets() == 1) {
            ofTarget(0).forEach(figures::with);
        } else {
            Map<String, Object> byTarget = new LinkedHashMap<>();
            for (int k = 0; k < targets(); k++) {
                Figures one = new Figures();
                ofTarget(k).forEach(one::with);
                byTarget.put(spec().targets().get(k), one.toMap());
            }
            figures.with("targets", byTarget);
        }
    }

    private Map<String, Object> ofTarget(int target) {
        ForecastErrors errors = network().total(target);
        Map<String, Object> map = new LinkedHashMap<>();
        if (targets() > 1) {
            map.put("mae", errors.mae());
            map.put("mse", errors.mse());
            naive().forEach(one -> {
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
        Normaliser.Column column = spec().normaliser().columns().get(target);
        if (!column.log()) {
            map.put("mse_normalised", errors.mse() / (column.deviation() * column.deviation()));
        }
        map.put("mae_by_step", list(network().byStep(target, ForecastErrors::mae)));
        map.put("rmse_by_step", list(network().byStep(target, ForecastErrors::rmse)));
        if (!network().quantiles().isEmpty()) {
            IntervalErrors intervals = network().intervals(target);
            map.put("quantiles", network().quantiles());
            map.put("pinball", intervals.pinball());
            map.put(
                    "pinball_by_quantile",
                    list(IntStream.range(0, network().quantiles().size())
                            .mapToDouble(intervals::pinball)
                            .toArray()));
            map.put(
                    "below_by_quantile",
                    list(IntStream.range(0, network().quantiles().size())
                            .mapToDouble(intervals::below)
                            .toArray()));
            map.put("coverage", intervals.coverage());
            map.put("expected_coverage", intervals.expectedCoverage());
            map.put("interval_width", intervals.width());
            map.put("crps", intervals.crps());
            map.put("naive_crps", naiveCrps(target));
        }
        return map;
    }

    private static List<Double> list(double[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }
}
