package dev.carousel.examples;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.KeyedStreams;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A service: it loads a model, keeps a stream for each key, answers events as they come, and goes on after a restart.
 *
 * <p>The keys are two years of births in the USA, whose days come mixed, as those of two shops would. After each day the
 * service forecasts the week to come. Half way it is stopped, and another process takes over from what was saved.
 */
public final class ServeForecasts {

    private static final int CONTEXT = 28;
    private static final int HORIZON = 7;
    private static final List<Integer> YEARS = List.of(1987, 1988);

    /**
     * What came of it.
     *
     * @param network the mean absolute error of the forecasts of the next day, in births
     * @param lastWeek that of the same weekday last week
     * @param whole the answers of a service that was never stopped
     * @param restarted those of the one that was
     * @param refused what was wrong with the event that was sent twice
     */
    record Outcome(
            double network, double lastWeek, List<Answer> whole, List<Answer> restarted, DataException.Kind refused) {}

    private ServeForecasts() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        // A model is a file; this one stays in memory. The streams share it.
        byte[] file = trained().toBytes();
        StreamModel model = StreamModel.of(Model.ofBytes("births", file));
        System.out.printf("a model of %,d bytes that reads %s%n%n", file.length, model.inputs());
        KeyedStreams service = KeyedStreams.of(model);
        KeyedStreams neverStopped = KeyedStreams.of(model);

        TimeSeries births = Births.series();
        int[] first = YEARS.stream().mapToInt(year -> row(births, year)).toArray();
        List<Answer> restarted = new ArrayList<>();
        List<Answer> whole = new ArrayList<>();
        double error = 0;
        double naive = 0;
        int forecasts = 0;
        for (int day = 0; day < 365; day++) {
            if (day == 200) {
                // A restart: all that is kept is the model and these bytes.
                byte[] saved = service.saveAll();
                System.out.printf(
                        "%nstopped; %d streams in %,d bytes%n%n", service.keys().size(), saved.length);
                service = KeyedStreams.of(StreamModel.of(Model.ofBytes("births", file)));
                service.restoreAll(saved);
            }
            for (int i = 0; i < first.length; i++) {
                int row = first[i] + day;
                String key = String.valueOf(YEARS.get(i));
                // By the order of the model's inputs, of which there is one.
                Event event = Event.ordered(births.value(row)).at(births.date(row));
                Answer answer = service.add(key, event);
                restarted.add(answer);
                whole.add(neverStopped.add(key, event));
                if (answer instanceof Answer.Forecast forecast
                        && !forecast.steps().isEmpty()
                        && day < 364) {
                    double next = forecast.steps()
                            .get(0)
                            .values()
                            .getOrDefault("births", List.of())
                            .get(0);
                    error += Math.abs(next - births.value(row + 1));
                    naive += Math.abs(births.value(row - 6) - births.value(row + 1));
                    forecasts++;
                    if (day % 73 == 72) {
                        System.out.println(key + " " + forecast.steps().get(0));
                    }
                }
            }
        }

        // An event that comes twice is refused, and the next one is answered as if it had not been there.
        int last = first[0] + 364;
        DataException.Kind refused = DataException.Kind.OTHER;
        try {
            service.add("1987", Event.of("births", births.value(last)).at(births.date(last)));
        } catch (DataException e) {
            refused = e.kind();
            System.out.printf("%nrefused, %s: %s%n", refused, e.getMessage());
        }
        Event next = Event.of("births", births.value(last + 1)).at(births.date(last + 1));
        restarted.add(service.add("1987", next));
        whole.add(neverStopped.add("1987", next));

        System.out.printf("%nmean absolute error of the next day, %d forecasts%n", forecasts);
        System.out.printf("  network                  %6.1f%n", error / forecasts);
        System.out.printf("  same weekday last week   %6.1f%n", naive / forecasts);
        return new Outcome(error / forecasts, naive / forecasts, whole, restarted, refused);
    }

    private static int row(TimeSeries series, int year) {
        return IntStream.range(0, series.length())
                .filter(row -> series.date(row).getYear() == year)
                .findFirst()
                .orElseThrow();
    }

    /** A forecaster of a week from four, trained on the years up to 1985. */
    private static Model trained() {
        TimeSeries series = Births.series();
        Split split = Births.split();
        ForecastSpec forecast = ForecastFit.of(series, split).withSeason(7).fit(CONTEXT, HORIZON);
        ForecastWindows windows = ForecastWindows.of(series, forecast);
        int[] all = windows.origins(0, split.trainingEnd());
        int[] origins = IntStream.range(0, all.length / 4).map(i -> all[4 * i]).toArray();
        Sequence x = Sequence.zeros(forecast.steps(), origins.length, forecast.inputSize());
        Sequence y = Sequence.zeros(HORIZON, origins.length, 1);
        windows.fillInputs(origins, 0, x);
        windows.fillTargets(origins, 0, y);

        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(forecast.inputSize(), 24), Dense.head(24, 1));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new MeanAbsoluteError(Steps.last(HORIZON)))
                .withOptimiser(new Adam(0.01))
                .withEpochs(8);
        Trainer.of(network, plan, Team.single()).train(Examples.of(x, Target.of(y), 32));
        // What a model file says of its task: the columns of an event, and how they are put before the network.
        ForecastTask task = new ForecastTask(
                "births", ColumnRoles.of("births").withDate("date"), Missing.ERROR, forecast, Map.of("", split));
        return Model.of(network, task.toTask());
    }
}
