package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Team;
import dev.carousel.loss.Allocation;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.OneHot;
import dev.carousel.network.LayerSpec.Recurrent;
import dev.carousel.network.NetworkSpec;
import dev.carousel.optim.Clipping;
import org.junit.jupiter.api.Test;

class TrainingAllocationTest {

    @Test
    void trainingFromBatchToBatchAllocatesLessThanAHundredBytes() {
        int[] ids = new int[40_001];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i * 7 % 5;
        }
        long[] at = new long[2];
        TrainingListener listener = new TrainingListener() {
            @Override
            public void batchEnded(int batch, long items, double loss, double gradientNorm) {
                if (batch == 999) {
                    at[0] = Allocation.bytes();
                } else if (batch == 1999) {
                    at[1] = Allocation.bytes();
                }
            }
        };
        NetworkSpec spec = NetworkSpec.of(new OneHot(5), Recurrent.lstm(5, 4), Dense.head(4, 5));
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy())
                .withClipping(Clipping.byNorm(1))
                .withEpochs(1);
        Trainer.of(TrainerTest.network(spec, 1), plan, Team.single())
                .train(Windows.ofText(ids, 4, 5, Windows.Tail.DROP), listener);
        assertThat((at[1] - at[0]) / 1000.0).as("bytes a batch").isLessThan(100);
    }
}
