package dev.carousel.examples;

import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.forecast.NaiveForecast;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batches;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.stream.IntStream;

/**
 * A forecast: from 56 days of births in the USA the next 28, on years that the network has never seen.
 *
 * <p>A small sister of {@code carousel train births}. For your own file: {@code TimeSeries.of(CsvTable.read(file),
 * "sales", List.of("price"))}.
 */
public final class ForecastBirths {

    /** The mean absolute error of the network and of the two forecasts that cost nothing, in births a day. */
    record Outcome(double network, double lastYear, double lastWeek) {}

    private ForecastBirths() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        // 1969 to 1985 to learn from, 1986 to choose the best epoch, 1987 and 1988 for the test.
        TimeSeries series = Births.series();
        Split split = Births.split();
        ForecastSpec forecast = ForecastSpec.fitted(series, split, 56, 28, Births.SEASON);
        ForecastWindows windows = ForecastWindows.of(series, forecast);
        int[] training = every(4, windows.origins(0, split.trainingEnd()));
        int[] choosing = windows.origins(split.trainingEnd(), split.validationEnd());
        int[] test = windows.origins(split.validationEnd(), split.end());

        // A step is a day: the network reads what is known of it, and the last 28 answers are the forecast.
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(forecast.inputSize(), 48), Dense.head(48, 1));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(forecast.horizon())))
                .withOptimiser(new Adam(0.006))
                .withSchedule(Schedule.cosine(0))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(8)
                .withKeepBest(true);
        int best;
        try (Team team = Team.ofAllProcessors()) {
            best = Trainer.of(network, plan, team)
                    .train(examples(windows, training), examples(windows, choosing))
                    .keptEpoch();
        }
        System.out.printf("%s%n%d forecasts to learn from, best epoch %d%n%n", series, training.length, best);

        // The test: all forecasts as one batch, and back into births.
        Sequence x = inputs(windows, test);
        Sequence y = network.tape(Team.single()).forward(x, network.freshState(test.length));
        double[] births = new double[test.length * forecast.horizon()];
        windows.forecast(y, test, 0, births);
        ForecastErrors errors = new ForecastErrors();
        errors.addBatch(births, series, test, 0, test.length, forecast.horizon());
        double lastYear = NaiveForecast.of(364).errors(series, test, 28).mae();
        double lastWeek = NaiveForecast.of(7).errors(series, test, 28).mae();

        System.out.println("the first week of the test:  date  forecast  truth");
        for (int day = 0; day < 7; day++) {
            int row = test[0] + day;
            System.out.printf("  %s %9.0f %9.0f%n", series.date(row).toLocalDate(), births[day], series.value(row));
        }
        System.out.printf("%nmean absolute error in births a day, %d forecasts of 28 days%n", test.length);
        System.out.printf("  network                  %6.1f%n", errors.mae());
        System.out.printf("  same weekday last year   %6.1f%n", lastYear);
        System.out.printf("  same weekday last week   %6.1f%n", lastWeek);
        return new Outcome(errors.mae(), lastYear, lastWeek);
    }

    private static Batches examples(ForecastWindows windows, int[] origins) {
        Sequence y = Sequence.zeros(windows.spec().horizon(), origins.length, 1);
        windows.fillTargets(origins, 0, y);
        return Examples.of(inputs(windows, origins), Target.of(y), 32);
    }

    private static Sequence inputs(ForecastWindows windows, int[] origins) {
        Sequence x = Sequence.zeros(
                windows.spec().steps(), origins.length, windows.spec().inputSize());
        windows.fillInputs(origins, 0, x);
        return x;
    }

    private static int[] every(int stride, int[] origins) {
        return IntStream.range(0, origins.length)
                .filter(i -> i % stride == 0)
                .map(i -> origins[i])
                .toArray();
    }
}
