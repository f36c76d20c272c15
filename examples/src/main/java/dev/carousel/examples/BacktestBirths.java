package dev.carousel.examples;

import dev.carousel.cell.Gru;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.Backtest;
import dev.carousel.data.forecast.Baseline;
import dev.carousel.data.forecast.ForecastBatches;
import dev.carousel.data.forecast.ForecastSkill;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastStretch;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.Forecaster;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Was the forecast good in one lucky year? The same training at three points of time, each judged on the year that follows,
 * next to naive forecasts.
 *
 * <p>At each point only what was known then is used, for the network and for the numbers by which values are normalised.
 */
public final class BacktestBirths {

    /** Rows to learn from before each test: four years, so that it runs in seconds. */
    private static final int LEARNED = 4 * 365;

    private BacktestBirths() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Backtest run() {
        TimeSeries series = Births.series();
        Split today = Split.ofLast(series, 28, 365);
        List<ForecastSkill> tests = new ArrayList<>();
        try (Team team = Team.ofAllProcessors()) {
            for (List<Split> splits : Backtest.origins(List.of(series), List.of(today), 2)) {
                ForecastSkill skill = judged(series, splits.get(0), team);
                System.out.printf(
                        "from %s: %.1f births a day, %s %.1f%n",
                        series.date(splits.get(0).validationEnd()).toLocalDate(),
                        skill.mae(skill.network()),
                        skill.bestNaive().baseline().label(),
                        skill.mae(skill.bestNaive().scores()));
                tests.add(skill);
            }
        }
        Backtest backtest = new Backtest(tests);
        System.out.printf("on average %.1f %% below the best naive forecast%n", 100 * backtest.improvement());
        return backtest;
    }

    private static ForecastSkill judged(TimeSeries series, Split split, Team team) {
        ForecastSpec spec = ForecastSpec.fitted(series, split, 35, 14, Births.SEASON);
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Network network = Network.initialised(
                spec.network(RecurrentArchitecture.of(Gru.STANDARD, 24)),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(spec.horizon())))
                .withOptimiser(new Adam(0.01))
                .withSchedule(Schedule.cosine(0))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(5);
        ForecastStretch learned = windows.stretch(split.trainingEnd() - LEARNED, split.trainingEnd());
        Trainer.of(network, plan, team).train(ForecastBatches.of(List.of(learned), 32));
        return ForecastSkill.of(
                Forecaster.of(network.pack(), team),
                List.of(windows.stretch(split.validationEnd(), split.end())),
                Baseline.OF_BIRTHS,
                split.trainingEnd());
    }
}
