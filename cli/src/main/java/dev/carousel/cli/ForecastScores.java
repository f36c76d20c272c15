package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.data.TimeSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How far the forecasts of a network were from the truth, beside those of naive ones: mean absolute errors.
 *
 * @param origins how many forecasts were judged
 * @param network the network's errors
 * @param naive those of the naive forecasts
 */
record ForecastScores(int origins, Errors network, List<Errors> naive) {

    private static final int MOST_BLOCKS = 4;

    /**
     * The errors of one way to forecast.
     *
     * @param key its name in {@code --json}
     * @param label its name in tables
     * @param byStep the mean absolute error of each step of the horizon
     */
    record Errors(String key, String label, double[] byStep) {

        double mean() {
            return mean(0, byStep.length);
        }

        double mean(int from, int to) {
            return Arrays.stream(byStep, from, to).average().orElse(Double.NaN);
        }
    }

    static ForecastScores of(TimeSeries series, int[] origins, double[][] forecasts, List<Baseline> baselines) {
        int horizon = forecasts[0].length;
        List<Errors> naive = new ArrayList<>();
        for (Baseline baseline : baselines) {
            naive.add(new Errors(
                    baseline.key(),
                    baseline.label(),
                    byStep(series, origins, horizon, (i, h) -> baseline.naive().value(series, origins[i], h))));
        }
        double[] ours = byStep(series, origins, horizon, (i, h) -> forecasts[i][h]);
        return new ForecastScores(origins.length, new Errors("network", "the network", ours), List.copyOf(naive));
    }

    private interface Forecast {
        double value(int origin, int h);
    }

    private static double[] byStep(TimeSeries series, int[] origins, int horizon, Forecast forecast) {
        double[] means = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double sum = 0;
            for (int i = 0; i < origins.length; i++) {
                sum += Math.abs(forecast.value(i, h) - series.value(origins[i] + h));
            }
            means[h] = sum / origins.length;
        }
        return means;
    }

    /** The naive forecast with the least error. */
    Errors bestNaive() {
        return naive.stream().min(Comparator.comparingDouble(Errors::mean)).orElseThrow();
    }

    /** How much less than the best naive one the network errs, as a share of that; below 0 if it errs more. */
    double improvement() {
        return 1 - network.mean() / bestNaive().mean();
    }

    /** The table, with columns for parts of the horizon. */
    List<String> table(String stepsName) {
        int horizon = network.byStep().length;
        int blocks = Math.min(MOST_BLOCKS, horizon);
        String[] headings = new String[blocks + 2];
        headings[0] = "mean absolute error, " + stepsName + " ahead";
        for (int b = 0; b < blocks; b++) {
            int first = b * horizon / blocks + 1;
            int last = (b + 1) * horizon / blocks;
            headings[b + 1] = first == last ? String.valueOf(first) : first + "-" + last;
        }
        headings[blocks + 1] = "all";
        TextTable table = new TextTable(headings);
        int decimals = decimals();
        table.row(cells(network, blocks, decimals));
        naive.forEach(errors -> table.row(cells(errors, blocks, decimals)));
        return table.lines();
    }

    /** So many that the network's error has four digits. */
    private int decimals() {
        double size = Math.max(network.mean(), 1e-9);
        return Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    }

    private static String[] cells(Errors errors, int blocks, int decimals) {
        int horizon = errors.byStep().length;
        String[] cells = new String[blocks + 2];
        cells[0] = errors.label();
        for (int b = 0; b < blocks; b++) {
            cells[b + 1] = Format.fixed(errors.mean(b * horizon / blocks, (b + 1) * horizon / blocks), decimals);
        }
        cells[blocks + 1] = Format.fixed(errors.mean(), decimals);
        return cells;
    }

    /** The last word: how it compares with the better naive forecast. */
    String verdict() {
        double share = improvement();
        return Format.percent(Math.abs(share)) + (share >= 0 ? " below " : " ABOVE ") + "the "
                + (naive.size() == 1 ? "" : naive.size() == 2 ? "better " : "best ") + "naive forecast ("
                + bestNaive().label() + ")";
    }

    /** The figures for {@code --json}. */
    void addTo(Figures figures) {
        figures.with("mae", network.mean());
        naive.forEach(errors -> figures.with("naive_" + errors.key() + "_mae", errors.mean()));
        figures.with("naive_mae", bestNaive().mean())
                .with("improvement", improvement())
                .with("forecasts", origins)
                .with("mae_by_step", Arrays.stream(network.byStep()).boxed().toList());
    }
}
