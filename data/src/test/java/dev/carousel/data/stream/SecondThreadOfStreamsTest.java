package dev.carousel.data.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.Formulations;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.forecast.StreamForecaster;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at a stream: each event is taken whole or refused, so that the stream is where one thread could have brought it. */
@Timeout(120)
class SecondThreadOfStreamsTest {

    private static final int TRIES = 1_000;

    /** A stream that takes the same event again and again, and what it remembers. */
    private interface Stream {
        void take();

        byte[] state();
    }

    private interface Fresh {
        Stream stream();
    }

    /** What a stream remembers after 0, 1 and 2 events. */
    private static List<byte[]> possible(Fresh fresh) {
        List<byte[]> states = new ArrayList<>();
        for (int events = 0; events <= 2; events++) {
            Stream stream = fresh.stream();
            for (int i = 0; i < events; i++) {
                stream.take();
            }
            states.add(stream.state());
        }
        return states;
    }

    private static void check(Fresh fresh) throws Exception {
        List<byte[]> possible = possible(fresh);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        try {
            for (int i = 0; i < TRIES; i++) {
                Stream stream = fresh.stream();
                List<Future<Boolean>> taken = new ArrayList<>();
                for (int k = 0; k < 2; k++) {
                    taken.add(threads.submit(() -> {
                        together.await();
                        try {
                            stream.take();
                            return true;
                        } catch (IllegalStateException e) {
                            assertThat(e).hasMessageContaining("one thread at a time");
                            return false;
                        }
                    }));
                }
                int count = 0;
                for (Future<Boolean> one : taken) {
                    count += one.get(30, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(stream.state()).isEqualTo(possible.get(count));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void forecaster() throws Exception {
        ForecastSpec spec = ForecastFit.of(Births.series(), Births.split())
                .withSeason(7)
                .withCalendar(List.of())
                .fit(14, 7);
        Network network = Formulations.network(spec, 1);
        check(() -> {
            StreamForecaster stream = StreamForecaster.of(network.pack(), spec);
            return of(() -> stream.add(10_000), stream::save);
        });
    }

    @Test
    void detector() throws Exception {
        ForecastSpec spec = ForecastFit.of(Births.series(), Births.split())
                .withSeason(0)
                .withCalendar(List.of())
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(3, 1);
        Network network = Formulations.network(spec, 1);
        AnomalySpec anomaly = new AnomalySpec(
                spec, List.of(0.0), List.of(1.0), new AlarmThreshold(3, 0.01, AlarmThreshold.Fit.QUANTILE));
        check(() -> {
            AnomalyStream stream = AnomalyStream.of(network.pack(), anomaly);
            for (int i = 0; i < 6; i++) {
                stream.add(9_000 + i);
            }
            return of(() -> stream.add(10_000), stream::save);
        });
    }

    @Test
    void classifier() throws Exception {
        LabelledSequences two = LabelledSequences.of(
                "two", new float[][] {{1, 2, 3, 4}, {4, 3, 2, 2}}, 2, new int[][] {{0}, {1}}, List.of("up", "down"));
        ClassifierSpec spec = ClassifierSpec.fit(two, SequenceScaling.Kind.STANDARD);
        Network network =
                Network.initialised(NetworkSpec.of(Recurrent.lstm(2, 5), Dense.head(5, 2)), new SplittableRandom(1));
        StreamClassifier first = StreamClassifier.of(network, spec);
        check(() -> {
            StreamClassifier stream = first.another();
            return of(() -> stream.step(new float[] {1, 2}, new float[2]), stream::save);
        });
    }

    private static Stream of(Runnable take, java.util.function.Supplier<byte[]> state) {
        return new Stream() {
            @Override
            public void take() {
                take.run();
            }

            @Override
            public byte[] state() {
                return state.get();
            }
        };
    }
}
