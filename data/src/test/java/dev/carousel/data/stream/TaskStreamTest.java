package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.NaiveAnomaly;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
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
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every stream promises, whatever its task. */
class TaskStreamTest {

    private static final int EVENTS = 60;
    private static final LocalDateTime START = LocalDateTime.of(2021, 1, 1, 0, 0);

    enum Kind {
        FORECAST,
        ANOMALY,
        CLASSIFY,
        TAG,
        TEXT
    }

    private static StreamModel model(Kind kind, long seed) {
        return StreamModel.of(
                switch (kind) {
                    case FORECAST, ANOMALY -> rows(kind, seed);
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

    private static Model rows(Kind kind, long seed) {
        TimeSeries series = Formulations.hours("", 200, 1);
        Split split = new Split(150, 175, 200);
        ForecastSpec spec = ForecastFit.of(series, split)
                .withSeason(24)
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(12, 1);
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

    private static Model classes(boolean perStep, long seed) {
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

    private static Event event(Kind kind, int row, SplittableRandom random) {
        return switch (kind) {
            case FORECAST, ANOMALY -> {
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
            case TEXT -> Event.text(List.of("a", "ab", "cc\n").get(random.nextInt(3)));
        };
    }

    /** Events that no stream of the task takes. */
    private static List<Event> bad(Kind kind, int row) {
        List<Event> bad = new ArrayList<>();
        bad.add(Event.of("nobody", 1));
        Event whole = event(kind, row, new SplittableRandom(row));
        bad.add(whole.with("nobody", "x"));
        switch (kind) {
            case FORECAST, ANOMALY -> {
                Event full = whole.with("load", 7777);
                bad.add(full.with("price", Double.POSITIVE_INFINITY));
                bad.add(full.with("heat", 1e39));
                bad.add(full.with("heat", 1e38));
                if (row > 0) {
                    bad.add(full.at(START.plusHours(row - 1)));
                    bad.add(full.at(START.plusHours(row + 2)));
                }
            }
            case CLASSIFY, TAG -> bad.add(Event.of("dimension 1", 5).with("dimension 2", Double.NEGATIVE_INFINITY));
            case TEXT -> {
                bad.add(Event.text("abx"));
                bad.add(Event.text(""));
            }
        }
        return bad;
    }

    @ParameterizedTest
    @EnumSource
    void anEventThatIsRefusedLeavesNoTrace(Kind kind) {
        StreamModel model = model(kind, 1);
        TaskStream stream = model.open();
        TaskStream alone = model.open();
        SplittableRandom random = new SplittableRandom(3);
        SplittableRandom same = new SplittableRandom(3);
        for (int row = 0; row < EVENTS; row++) {
            byte[] before = stream.save();
            for (Event bad : bad(kind, row)) {
                assertThatThrownBy(() -> stream.add(bad))
                        .as("row " + row + " " + bad)
                        .isInstanceOfSatisfying(
                                DataException.class, e -> assertThat(e.kind()).isNotEqualTo(DataException.Kind.OTHER));
                assertThat(stream.save()).isEqualTo(before);
            }
            assertThat(stream.add(event(kind, row, random))).isEqualTo(alone.add(event(kind, row, same)));
        }
        assertThat(stream.save()).isEqualTo(alone.save());
    }

    @ParameterizedTest
    @EnumSource
    void itGoesOnWhereItWasSavedAndBeginsAnewWhenReset(Kind kind) {
        StreamModel model = model(kind, 1);
        SplittableRandom random = new SplittableRandom(5);
        TaskStream whole = model.open();
        TaskStream moved = model.open();
        TaskStream reset = model.open();
        for (int row = 0; row < EVENTS; row++) {
            Event event = event(kind, row, random);
            if (random.nextInt(6) == 0) {
                TaskStream next = model.open();
                next.restore(moved.save());
                moved = next;
            }
            assertThat(moved.add(event)).isEqualTo(whole.add(event));
            reset.add(event);
        }
        reset.reset();
        TaskStream fresh = model.open();
        for (int row = 0; row < EVENTS; row++) {
            Event event = event(kind, row, random);
            assertThat(reset.add(event)).isEqualTo(fresh.add(event));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStateOfAnotherModelOrADamagedOneIsRefused(Kind kind) {
        TaskStream stream = model(kind, 1).open();
        stream.add(event(kind, 0, new SplittableRandom(1)));
        byte[] before = stream.save();
        refused(stream, model(kind, 2).open().save(), DataException.Kind.STATE_OF_ANOTHER_MODEL);
        for (int at = 0; at < before.length; at += 7) {
            byte[] altered = before.clone();
            altered[at] ^= 4;
            refused(stream, altered, DataException.Kind.DAMAGED_STATE);
            refused(stream, java.util.Arrays.copyOf(before, at), DataException.Kind.DAMAGED_STATE);
        }
        assertThat(stream.save()).isEqualTo(before);
    }

    private static void refused(TaskStream stream, byte[] saved, DataException.Kind kind) {
        assertThatThrownBy(() -> stream.restore(saved))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @EnumSource
    void keysThatAreMixedAnswerAsAlone(Kind kind) {
        StreamModel model = model(kind, 1);
        KeyedStreams streams = KeyedStreams.of(model);
        List<TaskStream> alone = List.of(model.open(), model.open(), model.open());
        int[] rows = new int[3];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3 * EVENTS; i++) {
            int key = random.nextInt(3);
            Event event = event(kind, rows[key]++, random);
            assertThat(streams.add("k" + key, event)).isEqualTo(alone.get(key).add(event));
        }
        assertThat(streams.keys()).containsExactlyInAnyOrder("k0", "k1", "k2");
        byte[] saved = streams.save("k1").orElseThrow();
        streams.remove("k1");
        assertThat(streams.save("k1")).isEmpty();
        streams.restore("k1", saved);
        Event event = event(kind, rows[1], random);
        assertThat(streams.add("k1", event).fields())
                .isEqualTo(alone.get(1).add(event).fields());
    }
}
