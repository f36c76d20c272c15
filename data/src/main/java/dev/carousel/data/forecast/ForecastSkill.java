package dev.carousel.data.forecast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How far the forecasts of a network were from the actual values, next to naive forecasts.
 *
 * <pre>{@code
 * ForecastSkill skill = ForecastSkill.of(forecaster, List.of(test), baselines, split.trainingEnd());
 * skill.improvement();                      // 0.21: the network errs 21 % less than the best naive forecast
 * skill.bestNaive().baseline().label();     // the value a week before
 * }</pre>
 *
 * @param spec what was forecast
 * @param network the network's scores
 * @param naive those of the naive forecasts, at least one
 */
public record ForecastSkill(ForecastSpec spec, ForecastScores network, List<Naive> naive) {

    public ForecastSkill {
        if (naive.isEmpty()) {
            throw new IllegalArgumentException(
                    "ForecastSkill: expected a naive forecast to compare with but found none.");
        }
        naive = List.copyOf(naive);
    }

    /**
     * One naive forecast, judged.
     *
     * @param baseline the forecast
     * @param scores its scores
     */
    public record Naive(Baseline baseline, ForecastScores scores) {}

    /**
     * Judges the forecasts of some stretches.
     *
     * @param stretches what is judged, at least one, all of one formulation
     * @param baselines the naive forecasts, at least one
     * @param scaleRows on how many rows of each series the scale of the MASE is measured
     */
    public static ForecastSkill of(
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
        return new ForecastSkill(spec, network, naive);
    }

    /** How many forecasts were judged. */
    public long forecasts() {
        return network.forecasts();
    }

    private int targets() {
        return spec.columns().targets();
    }

    /** The mean absolute error of one target in its unit, of several on average in their standard deviations. */
    public double mae(ForecastScores scores) {
        return average(scores, ForecastErrors::mae, 1);
    }

    /** The mean squared error of one target in its unit, of several on average in their variances. */
    public double mse(ForecastScores scores) {
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
    public Naive bestNaive() {
        return naive.stream()
                .min(Comparator.comparingDouble(one -> mae(one.scores())))
                .orElseThrow();
    }

    /** The naive forecast with the least mean squared error. */
    public Naive bestNaiveBySquares() {
        return naive.stream()
                .min(Comparator.comparingDouble(one -> mse(one.scores())))
                .orElseThrow();
    }

    /** How much less than the best naive one the network errs, as a share of that; below 0 if it errs more. */
    public double improvement() {
        return 1 - mae(network) / mae(bestNaive().scores());
    }

    /** Whether the best naive forecast errs at all; one of a series that repeats itself exactly does not. */
    public boolean naiveErrs() {
        return mae(bestNaive().scores()) > 0;
    }

    /** The mean squared error as a multiple of the least of a naive forecast. */
    public double squaredRatio() {
        return mse(network) / mse(bestNaiveBySquares().scores());
    }
}
