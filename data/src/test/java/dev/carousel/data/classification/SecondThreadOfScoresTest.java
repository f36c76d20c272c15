package dev.carousel.data.classification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.data.forecast.ForecastErrors;
import dev.carousel.data.forecast.IntervalErrors;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads at what serves one: each gets an error or the right answer, and none waits for ever. */
@Timeout(120)
class SecondThreadOfScoresTest {

    private static final int TRIES = 1_000;
    private static final int D = 3;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CyclicBarrier together = new CyclicBarrier(2);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Work that may be refused. */
    private interface Work {

        void run(int which);
    }

    /** How often each of two threads did its work, of as many times as it was to do it. */
    private int[] both(int times, Work work) throws Exception {
        List<Future<Integer>> futures = new ArrayList<>();
        for (int which = 0; which < 2; which++) {
            int mine = which;
            futures.add(threads.submit(() -> {
                together.await();
                int done = 0;
                for (int i = 0; i < times; i++) {
                    try {
                        work.run(mine);
                        done++;
                    } catch (IllegalStateException e) {
                        assertThat(String.valueOf(e.getMessage()))
                                .containsAnyOf("one thread at a time", "it had no event in the last step");
                    }
                }
                return done;
            }));
        }
        int[] done = new int[2];
        for (int which = 0; which < 2; which++) {
            done[which] = futures.get(which).get(60, TimeUnit.SECONDS);
        }
        return done;
    }

    // ---- streams

    private static float[] event(int which) {
        return new float[] {which, 1 - which, 0.5f * which};
    }

    private static float[] answer(StreamClassifiers streams, int stream, int which) {
        float[] probabilities = new float[2];
        streams.put(stream, event(which));
        streams.step();
        streams.probabilities(stream, probabilities);
        return probabilities;
    }

    private static boolean isOneOf(List<float[]> possible, float[] found) {
        return possible.stream().anyMatch(one -> Arrays.equals(one, found));
    }

    @Test
    void streamClassifiers() throws Exception {
        LabelledSequences two = LabelledSequences.of(
                "two",
                new float[][] {{1, 2, 3, 4, 5, 6}, {4, 3, 2, 2, 1, 0}},
                D,
                new int[][] {{0}, {1}},
                List.of("up", "down"));
        ClassifierSpec spec = ClassifierSpec.fit(two, SequenceScaling.Kind.STANDARD);
        Network network = Network.initialised(
                NetworkSpec.of(Recurrent.gru(D, 32).withLastOnly(true), Dense.head(32, 2)), new SplittableRandom(1));
        StreamClassifiers streams = StreamClassifiers.of(network, spec, 4, Team.single());
        List<List<float[]>> first = new ArrayList<>();
        List<List<float[]>> next = new ArrayList<>();
        for (int which = 0; which < 2; which++) {
            int stream = streams.add();
            first.add(List.of(answer(streams, stream, which)));
            float[] afterBoth = answer(streams, stream, 2);
            streams.remove(stream);
            int fresh = streams.add();
            next.add(List.of(afterBoth, answer(streams, fresh, 2)));
            streams.remove(fresh);
        }
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            int[] stream = {streams.add(), streams.add()};
            int[] done = both(
                    1,
                    which -> assertThat(isOneOf(first.get(which), answer(streams, stream[which], which)))
                            .isTrue());
            given += done[0] + done[1];
            streams.step();
            for (int which = 0; which < 2; which++) {
                assertThat(isOneOf(next.get(which), answer(streams, stream[which], 2)))
                        .as("try %s, stream %s", i, which)
                        .isTrue();
                streams.remove(stream[which]);
            }
        }
        assertThat(given).isPositive();
    }

    // ---- scores: nothing that was counted is lost

    @Test
    void classScores() throws Exception {
        double[][] probabilities = {{0.75, 0.25}, {0.5, 0.5}};
        for (int i = 0; i < TRIES / 5; i++) {
            ClassScores scores = ClassScores.of(new int[] {0, 1}, probabilities);
            int[] done = both(500, which -> scores.add(which, probabilities[which]));
            assertThat(scores.count()).isEqualTo(2L + done[0] + done[1]);
            assertThat(scores.support(0)).isEqualTo(1L + done[0]);
            assertThat(scores.support(1)).isEqualTo(1L + done[1]);
        }
    }

    @Test
    void forecastErrors() throws Exception {
        for (int i = 0; i < TRIES / 5; i++) {
            ForecastErrors errors = new ForecastErrors();
            int[] done = both(500, which -> errors.add(which, 4));
            assertThat(errors.count()).isEqualTo((long) done[0] + done[1]);
            assertThat(errors.mae()).isEqualTo((4.0 * done[0] + 3.0 * done[1]) / errors.count());
        }
    }

    @Test
    void intervalErrors() throws Exception {
        for (int i = 0; i < TRIES / 5; i++) {
            IntervalErrors errors = new IntervalErrors(List.of(0.25, 0.75));
            int[] done = both(500, which -> errors.add(new double[] {0, 1 + which}, 0, 0.5));
            assertThat(errors.count()).isEqualTo((long) done[0] + done[1]);
            assertThat(errors.width()).isEqualTo((1.0 * done[0] + 2.0 * done[1]) / errors.count());
        }
    }
}
