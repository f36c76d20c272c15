package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingAllocationTest {

    private static final int BATCHES = 2000;
    private static final int T = 5;
    private static final int N = 4;
    private static final int V = 5;

    static Stream<Arguments> runs() {
        int[] ids = new int[BATCHES * T * N + 1];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 7 % V;
        }
        Batches text = Windows.ofText(ids, N, T, Windows.Tail.DROP);
        Sequence wave = Sequence.zeros(BATCHES * T, N, 3);
        Random random = new Random(1);
        for (int i = 0; i < wave.data().length; i++) {
            wave.data()[i] = random.nextFloat();
        }
        Batches series = Windows.of(wave, wave, T, Windows.Tail.DROP);
        Sequence table = Sequence.zeros(BATCHES * T, N, 3);
        ColumnEmbedding columns =
                new ColumnEmbedding("embedding", 3, List.of(new ColumnEmbedding.Column("a", 1, 9, 4)));
        ColumnEmbedding.drawIds(NetworkSpec.of(columns), table.data(), random);
        Batches rows = Windows.of(table, wave, T, Windows.Tail.DROP);
        Recurrent deep = Recurrent.lstm(V, 4).withLayers(2).withDropout(0.2f);
        Loss classes = new SoftmaxCrossEntropy();
        Loss squares = new MeanSquaredError();
        return Stream.of(
                arguments(NetworkSpec.of(new OneHot(V), deep, Dense.head(4, V)), classes, text),
                arguments(
                        NetworkSpec.of(new Embedding("embedding", V, 3), Recurrent.gru(3, 4), Dense.head(4, V)),
                        classes,
                        text),
                arguments(NetworkSpec.of(Recurrent.gru(3, 4), Dense.head(4, 3)), squares, series),
                arguments(NetworkSpec.of(columns, Recurrent.gru(6, 4), Dense.head(4, 3)), squares, rows),
                arguments(
                        NetworkSpec.of(Recurrent.rnn(3, 4).withBidirectional(true), Dense.head(8, 3)),
                        squares,
                        series));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void trainingFromBatchToBatchAllocatesNothing(NetworkSpec spec, Loss loss, Batches batches) {
        assertNothingAllocated(spec, TrainingPlan.of(loss).withClipping(Clipping.byNorm(1)), batches);
    }

    @Test
    void accumulationAveragingAndWeightedClassesAllocateNothingEither() {
        Object[] text = runs().findFirst().orElseThrow().get();
        Loss loss = new SoftmaxCrossEntropy().withSmoothing(0.1).withWeights(List.of(1.0, 2.0, 3.0, 0.5, 1.0));
        TrainingPlan plan = TrainingPlan.of(loss)
                .withAccumulate(2)
                .withAveraging(Averaging.exponential(0.9))
                .withSchedule(Schedule.oneCycle());
        assertNothingAllocated((NetworkSpec) text[0], plan, (Batches) text[2]);
    }

    /** What is compiled meanwhile may allocate once, so the least of some runs counts. */
    private static void assertNothingAllocated(NetworkSpec spec, TrainingPlan plan, Batches batches) {
        double least = Double.POSITIVE_INFINITY;
        for (int run = 0; run < 4 && least >= 8; run++) {
            least = Math.min(least, bytesPerBatch(spec, plan, batches));
        }
        // The least object has 16 bytes; what the JVM itself allocates now and then is far below that.
        assertThat(least).as("bytes a batch").isLessThan(8);
    }

    private static double bytesPerBatch(NetworkSpec spec, TrainingPlan plan, Batches batches) {
        long[] at = new long[2];
        TrainingListener listener = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                if (batch == BATCHES / 2 - 1) {
                    at[0] = Allocation.bytes();
                } else if (batch == BATCHES - 1) {
                    at[1] = Allocation.bytes();
                }
            }
        };
        Trainer.of(TrainerTest.network(spec, 1), plan.withEpochs(1), Team.single())
                .train(batches, listener);
        assertThat(at[0]).isPositive();
        return (at[1] - at[0]) / (BATCHES / 2.0);
    }
}
