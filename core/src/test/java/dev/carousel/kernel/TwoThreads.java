package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Two threads that begin at the same moment, for tests of what serves one thread at a time. */
public final class TwoThreads implements AutoCloseable {

    /** What a call gave, or that it was refused as a second thread is. */
    public record Answer(boolean given, float[] numbers) {}

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CyclicBarrier together = new CyclicBarrier(2);

    /** Two threads that wait for work. */
    public TwoThreads() {}

    /** Both calls at once; any error but the refusal of a second thread fails the test, and so does waiting for a minute. */
    public List<Answer> both(Callable<float[]> first, Callable<float[]> second) throws Exception {
        List<Future<Answer>> futures = new ArrayList<>();
        for (Callable<float[]> call : List.of(first, second)) {
            futures.add(threads.submit(() -> {
                together.await();
                try {
                    return new Answer(true, call.call());
                } catch (IllegalStateException e) {
                    assertThat(String.valueOf(e.getMessage()))
                            .containsAnyOf("one thread at a time", "Another training is using");
                    return new Answer(false, new float[0]);
                }
            }));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> future : futures) {
            answers.add(future.get(60, TimeUnit.SECONDS));
        }
        return answers;
    }

    /** Numbers of a seed, [steps, batchSize, size]. */
    public static Sequence numbers(int seed, int steps, int batchSize, int size) {
        float[] values = new float[steps * batchSize * size];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return Sequence.of(values, steps, batchSize, size);
    }

    /** Each answer is the expected one or none; how many there were. */
    public static int right(List<Answer> answers, float[]... expected) {
        int given = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).given()) {
                assertThat(answers.get(i).numbers()).isEqualTo(expected[i]);
                given++;
            }
        }
        return given;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
