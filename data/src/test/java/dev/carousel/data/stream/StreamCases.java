package dev.carousel.data.stream;

import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.NaiveAnomaly;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.forecast.Calendar;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Formulations;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Mean;
import dev.carousel.train.Seeds;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A small model of each kind of stream, and what happens in its streams. */
final class StreamCases {

    static final LocalDateTime START = LocalDateTime.of(2021, 1, 1, 0, 0);

    private StreamCases() {}

    enum Kind {
        FORECAST,
        CARRIED,
        ANOMALY,
        CLASSIFY,
        TAG,
        TEXT
    }

    /** How events hold their values. */
    enum Form {
        NAMED,
        ORDERED
    }

    static StreamModel model(Kind kind, long seed) {
        if (kind == Kind.CARRIED) {
            return StreamModel.carrying(rows(Kind.FORECAST, seed));
        }
        return StreamModel.of(
                switch (kind) {
                    case FORECAST, CARRIED, ANOMALY -> rows(kind, seed);
                    case CLASSIFY, TAG -> classes(kind == Kind.TAG, seed);
                    case TEXT ->
                        Model.of(
                                Network.initialised(
                                        NetworkSpec.of(new OneHot(4), Recurrent.gru(4, 5), Dense.head(5, 4)),
                                        Initialisation.uniform(),
                                        new Seeds(seed).initialisation()),
                                Vocabulary.of("abc\n").addTo(Task.of("text")));
                });
    }

    static Model rows(Kind kind, long seed) {
        TimeSeries series = Formulations.hours("", 200, 1);
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, split)
                .withSeason(24)
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .withCalendar(List.of(Calendar.TIME_OF_DAY))
                .fit(12, 2);
        ForecastTask task = new ForecastTask(
                "load",
                ColumnRoles.of("load", "heat")
                        .withKnown(List.of("price"))
                        .withCategories(List.of("kind"))
                        .withDate("hour"),
                Missing.FORWARD,
                spec,
                Map.of("", split));
        Network network = Formulations.network(spec, seed);
        if (kind == Kind.FORECAST) {
            return Model.of(network, task.toTask());
        }
        AlarmThreshold threshold = new AlarmThreshold(3, 0.01, AlarmThreshold.Fit.QUANTILE);
        return Model.of(
                network,
                new AnomalyTask(
                                task,
                                new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), threshold),
                                new NaiveAnomaly(List.of(0.0, 0.0), List.of(1.0, 1.0)),
                                threshold)
                        .toTask());
    }

    /** A forecaster of two series, each normalised by its own statistics. */
    static StreamModel shops() {
        List<TimeSeries> series = List.of(Formulations.hours("small", 200, 1), Formulations.hours("big", 200, 2));
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, List.of(split, split))
                .withSeason(24)
                .withEachScaled(true)
                .fit(12, 2);
        ForecastTask task = new ForecastTask(
                "load",
                ColumnRoles.of("load", "heat")
                        .withKnown(List.of("price"))
                        .withCategories(List.of("kind"))
                        .withDate("hour")
                        .withId("shop"),
                Missing.FORWARD,
                spec,
                Map.of("small", split, "big", split));
        return StreamModel.of(Model.of(Formulations.network(spec, 1), task.toTask()));
    }

    static Model classes(boolean perStep, long seed) {
        int[][] labels = perStep ? new int[][] {{0, 0}, {1, 1}} : new int[][] {{0}, {1}};
        LabelledSequences two = LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, labels, List.of("up", "down"));
        ClassifierSpec spec = ClassifierSpec.fit(two, SequenceScaling.Kind.STANDARD);
        NetworkSpec network = perStep
                ? NetworkSpec.of(Recurrent.lstm(2, 5), Dense.head(5, 2))
                : NetworkSpec.of(Recurrent.gru(2, 5), new Mean(5), Dense.head(5, 2));
        return Model.of(
                Network.initialised(network, Initialisation.uniform(), new Seeds(seed).initialisation()), spec.task());
    }

    static boolean forecasts(Kind kind) {
        return kind == Kind.FORECAST || kind == Kind.CARRIED;
    }

    /** What comes of a row, and of forecasters what is told of the row two after it. */
    static List<Event> events(StreamModel model, Kind kind, Form form, int row, SplittableRandom random) {
        List<Event> events = new ArrayList<>();
        events.add(event(kind, row, random));
        for (int ahead = row == 0 ? 1 : 2; forecasts(kind) && ahead <= 2; ahead++) {
            events.add(Event.of("price", (row + ahead) % 5)
                    .with("kind", (row + ahead) % 2 == 0 ? "day" : "night")
                    .at(START.plusHours(row + ahead))
                    .toCome());
        }
        if (form == Form.ORDERED) {
            events.replaceAll(event -> ordered(model, event));
        }
        return events;
    }

    static Event event(Kind kind, int row, SplittableRandom random) {
        return switch (kind) {
            case FORECAST, CARRIED, ANOMALY -> {
                Event event = Event.of("heat", 100 + random.nextGaussian())
                        .with("kind", row % 2 == 0 ? "day" : "night")
                        .with("price", row % 5)
                        .at(START.plusHours(row));
                yield row == 0 || random.nextInt(4) > 0 ? event.with("load", 50 + random.nextGaussian()) : event;
            }
            case CLASSIFY, TAG -> {
                Event event = Event.of("dimension 1", random.nextGaussian());
                yield random.nextInt(4) > 0 ? event.with("dimension 2", random.nextGaussian()) : event;
            }
            case TEXT -> Event.text(List.of("a", "b", "\n").get(random.nextInt(3)));
        };
    }

    /** The same by the order of the inputs, a missing value as NaN. */
    static Event ordered(StreamModel model, Event event) {
        double[] values = new double[model.inputs().size()];
        for (int i = 0; i < values.length; i++) {
            String name = model.inputs().get(i).name();
            values[i] = event.texts().containsKey(name)
                    ? model.id(name, event.texts().get(name))
                    : event.numbers().getOrDefault(name, Double.NaN);
        }
        return new Event(event.date(), Map.of(), Map.of(), event.ahead(), Optional.of(values));
    }
}
