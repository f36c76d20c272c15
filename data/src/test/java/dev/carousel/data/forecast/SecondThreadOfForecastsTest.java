package dev.carousel.data.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.LengthBatches;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.table.CsvLines;
import dev.carousel.data.text.TextLines;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at forecasts, their scores, batches and lines: each gets an error or the right answer. */
@Timeout(120)
class SecondThreadOfForecastsTest {

    private static final int TRIES = 1_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CyclicBarrier together = new CyclicBarrier(2);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** What each of two threads got; nothing where it was refused as a second thread is. */
    private <T> List<Optional<T>> both(Callable<T> first, Callable<T> second) throws Exception {
        List<Future<Optional<T>>> futures = new ArrayList<>();
        for (Callable<T> call : List.of(first, second)) {
            futures.add(threads.submit(() -> {
                together.await();
                try {
                    return Optional.of(call.call());
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("one thread at a time");
                    return Optional.empty();
                }
            }));
        }
        List<Optional<T>> got = new ArrayList<>();
        for (Future<Optional<T>> future : futures) {
            got.add(future.get(30, TimeUnit.SECONDS));
        }
        return got;
    }

    // ---- batches

    private static float[] numbers(Batch batch) {
        return ((Sequence) batch.input()).copy().data().clone();
    }

    private void batches(Batches source) throws Exception {
        float[] first = numbers(source.batch(0));
        float[] second = numbers(source.batch(1));
        assertThat(first).isNotEqualTo(second);
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            List<Optional<float[]>> got = both(() -> numbers(source.batch(0)), () -> numbers(source.batch(1)));
            got.get(0).ifPresent(found -> assertThat(found).isEqualTo(first));
            got.get(1).ifPresent(found -> assertThat(found).isEqualTo(second));
            given += (int) got.stream().filter(Optional::isPresent).count();
        }
        assertThat(given).isPositive();
    }

    private static ForecastSpec births() {
        return ForecastFit.of(Births.series(), Births.split())
                .withSeason(7)
                .withCalendar(List.of())
                .fit(14, 7);
    }

    @Test
    void forecastBatches() throws Exception {
        ForecastWindows windows = ForecastWindows.of(Births.series(), births());
        batches(ForecastBatches.of(List.of(windows.stretch(0, 300)), 64));
    }

    @Test
    void lengthBatches() throws Exception {
        float[][] values = new float[40][];
        int[][] labels = new int[40][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new float[30 * 2];
            Arrays.fill(values[i], i);
            labels[i] = new int[] {i % 2};
        }
        LabelledSequences sequences = LabelledSequences.of("made", values, 2, labels, List.of("up", "down"));
        SequenceScaling scaling = ClassifierSpec.fit(sequences, SequenceScaling.Kind.STANDARD)
                .scaling()
                .orElseThrow();
        batches(LengthBatches.of(sequences, scaling, 20));
    }

    // ---- forecasts and their scores

    @Test
    void forecastScores() throws Exception {
        ForecastSpec spec = births();
        ForecastWindows windows = ForecastWindows.of(Births.series(), spec);
        double[] forecast = new double[spec.horizon()];
        for (int i = 0; i < TRIES; i++) {
            ForecastScores scores = ForecastScores.of(spec, 1, 100);
            List<Optional<Boolean>> got = both(
                    () -> {
                        scores.add(windows, 20, forecast, 0);
                        return true;
                    },
                    () -> {
                        scores.add(windows, 21, forecast, 0);
                        return true;
                    });
            long given = got.stream().filter(Optional::isPresent).count();
            assertThat(scores.forecasts()).isEqualTo(given);
            assertThat(scores.total(0).count()).isEqualTo(given * spec.horizon());
        }
    }

    private static byte[] bytes(CarriedForecast forecast) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            forecast.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void carriedForecast() throws Exception {
        ForecastSpec spec = ForecastFit.of(Births.series(), Births.split())
                .withSeason(0)
                .withCalendar(List.of())
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(3, 1);
        var network = Formulations.network(spec, 1).pack();
        List<byte[]> possible = new ArrayList<>();
        for (int rows = 0; rows <= 2; rows++) {
            CarriedForecast forecast = CarriedForecast.ofNextRows(network, spec, "");
            for (int i = 0; i < rows; i++) {
                add(forecast);
            }
            possible.add(bytes(forecast));
        }
        for (int i = 0; i < TRIES; i++) {
            CarriedForecast forecast = CarriedForecast.ofNextRows(network, spec, "");
            List<Optional<Boolean>> got = both(() -> add(forecast), () -> add(forecast));
            int given = (int) got.stream().filter(Optional::isPresent).count();
            assertThat(bytes(forecast)).isEqualTo(possible.get(given));
        }
    }

    private static boolean add(CarriedForecast forecast) {
        return forecast.add(Optional.empty(), new double[] {9_000}, new double[0], new int[0], new double[1]);
    }

    // ---- lines

    @Test
    void linesGoToOneOfTheThreads() throws Exception {
        byte[] text = (String.join(
                                "\n",
                                IntStream.range(0, 4_000).mapToObj(i -> "" + i).toList()) + "\n")
                .getBytes(UTF_8);
        TextLines lines = TextLines.of("made", new ByteArrayInputStream(text));
        List<String> got = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            for (Optional<String> line : both(
                    () -> lines.next().orElseThrow().text(),
                    () -> lines.next().orElseThrow().text())) {
                line.ifPresent(got::add);
            }
        }
        assertThat(got).hasSizeGreaterThanOrEqualTo(TRIES);
        assertThat(got.stream().map(Integer::valueOf).sorted().toList())
                .isEqualTo(IntStream.range(0, got.size()).boxed().toList());
    }

    @Test
    void rowsGoToOneOfTheThreads() throws Exception {
        StringBuilder text = new StringBuilder("a,b\n");
        IntStream.range(0, 4_000).forEach(i -> text.append(i).append(",1\n"));
        CsvLines lines =
                CsvLines.of("made", new ByteArrayInputStream(text.toString().getBytes(UTF_8)));
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            for (Optional<String> row : both(
                    () -> lines.next().orElseThrow().fields().get(0),
                    () -> lines.next().orElseThrow().fields().get(0))) {
                row.map(Integer::valueOf).ifPresent(got::add);
            }
        }
        assertThat(got.stream().sorted().toList())
                .isEqualTo(IntStream.range(0, got.size()).boxed().toList());
    }
}
