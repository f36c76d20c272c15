package dev.carousel.train;

import static dev.carousel.kernel.TwoThreads.numbers;
import static dev.carousel.kernel.TwoThreads.right;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.kernel.TwoThreads;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.model.Checkpoints;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two threads at what a training reads from and reports to: each gets an error or the right answer. */
@Timeout(120)
class SecondThreadBatchesTest {

    private static final int TRIES = 1_000;
    private static final int D = 3;

    private final TwoThreads threads = new TwoThreads();

    @TempDir
    Path folder;

    @AfterEach
    void end() {
        threads.close();
    }

    private static float[] vectors(Batch batch) {
        float[] x = ((Sequence) batch.input()).copy().data().clone();
        float[] y = batch.target().vectors().copy().data().clone();
        float[] all = Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, all, x.length, y.length);
        return all;
    }

    private static float[] ids(Batch batch) {
        Tokens x = (Tokens) batch.input();
        float[] all = new float[x.steps() * x.batchSize()];
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                all[t * x.batchSize() + n] = x.get(t, n);
            }
        }
        return all;
    }

    private interface Numbers {
        float[] of(Batch batch);
    }

    /** Both threads read batches, one the first and one the second: nobody's change while he reads. */
    private int bothRead(Batches source, Numbers numbers) throws Exception {
        float[] first = numbers.of(source.batch(0));
        float[] second = numbers.of(source.batch(1));
        assertThat(first).isNotEqualTo(second);
        int given = 0;
        for (int i = 0; i < TRIES; i++) {
            given += right(
                    threads.both(() -> numbers.of(source.batch(0)), () -> numbers.of(source.batch(1))), first, second);
        }
        return given;
    }

    @Test
    void examples() throws Exception {
        Batches source = Examples.of(numbers(1, 50, 16, D), Target.of(numbers(2, 50, 16, 1)), 8);
        assertThat(bothRead(source, SecondThreadBatchesTest::vectors)).isGreaterThan(TRIES / 2);
    }

    @Test
    void windows() throws Exception {
        Batches source = Windows.of(
                numbers(1, 100, 8, D), Target.of(numbers(2, 100, 8, 1)).values(), 50, Windows.Tail.DROP);
        assertThat(bothRead(source, SecondThreadBatchesTest::vectors)).isGreaterThan(TRIES / 2);
        int[] text = new SplittableRandom(1).ints(2_001, 0, 50).toArray();
        assertThat(bothRead(Windows.ofText(text, 10, 100, Windows.Tail.DROP), SecondThreadBatchesTest::ids))
                .isGreaterThan(TRIES / 2);
    }

    @Test
    void aBatchThatAThreadHoldsStaysWhenAnotherAsks() {
        Batches source = Examples.of(numbers(1, 5, 4, D), Target.of(numbers(2, 5, 4, 1)), 2);
        Batch held = source.batch(0);
        float[] before = vectors(held);
        float[] others =
                CompletableFuture.supplyAsync(() -> vectors(source.batch(1))).join();
        assertThat(vectors(held)).isEqualTo(before).isNotEqualTo(others);
        assertThat(vectors(source.batch(1))).isEqualTo(others);
    }

    @Test
    void aSourceThatIsCounted() throws Exception {
        List<Batch> batches = List.of(
                Batch.of(numbers(1, 5, 4, D), Target.of(numbers(2, 5, 4, 1))),
                Batch.of(numbers(3, 5, 4, D), Target.of(numbers(4, 5, 4, 1))));
        assertThat(bothRead(Batches.of(batches::iterator), SecondThreadBatchesTest::vectors))
                .isPositive();
    }

    private static final NetworkSpec SPEC = NetworkSpec.of(LayerSpec.Recurrent.rnn(D, 4), LayerSpec.Dense.head(4, 1));

    private static void train(TrainingListener... listeners) {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new Adam(0.01))
                .withEpochs(3);
        Trainer.of(Network.initialised(SPEC, new SplittableRandom(1)), plan)
                .train(Examples.of(numbers(1, 5, 4, D), Target.of(numbers(2, 5, 4, 1)), 2), listeners);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    /** A training in whose second epoch another, in another thread, begins with the same listener. */
    private static void interrupted(TrainingListener shared) {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread second = new Thread(() -> {
            try {
                await(under);
                train(shared, new TrainingListener() {
                    @Override
                    public void epochStarted(int epoch) {
                        begun.countDown();
                        await(over);
                    }
                });
            } catch (IllegalStateException e) {
                // The first training has asked meanwhile, so that this one is the second to the listener.
            } finally {
                begun.countDown();
            }
        });
        second.start();
        try {
            train(
                    new TrainingListener() {
                        @Override
                        public void epochStarted(int epoch) {
                            if (epoch == 2) {
                                under.countDown();
                                await(begun);
                            }
                        }
                    },
                    shared);
        } finally {
            over.countDown();
            try {
                second.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void earlyStoppingOfTwoTrainingsAtOnce() {
        assertThatThrownBy(() -> interrupted(EarlyStopping.after(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one training at a time")
                .hasMessageContaining("Give each its own");
    }

    @Test
    void checkpointsOfTwoTrainingsAtOnce() {
        assertThatThrownBy(() -> interrupted(Checkpoints.inFolder(folder)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("Give each its own");
    }

    @Test
    void oneAfterTheOtherMayShareThem() {
        EarlyStopping stopping = EarlyStopping.after(2);
        Checkpoints checkpoints = Checkpoints.inFolder(folder);
        train(stopping, checkpoints);
        CompletableFuture.runAsync(() -> train(stopping, checkpoints)).join();
        train(stopping, checkpoints);
        assertThat(checkpoints.latest()).isPresent();
    }
}
