package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Kernels;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.network.Network;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is learned on a stream is the same on vectors, also where units are no whole number of them. */
class OnlineVectorTest {

    private static final int STEPS = 10;

    private static Network network(NetworkSpec spec, Kernels kernels) {
        SplittableRandom random = new SplittableRandom(spec.inputSize());
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (0.4 * random.nextGaussian());
        }
        return Network.of(spec, parameters, kernels);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 15, 16, 17, 33})
    void learnsWhatScalarKernelsLearn(int H) {
        for (Cell cell : Cells.ALL) {
            if (!cell.unitByUnit()) {
                continue;
            }
            // Two layers, whose states lie in one array.
            NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, 3, H).withLayers(2), Dense.head(H, 2));
            float[] scalar = learned(network(spec, Kernels.scalar()));
            float[] vector = learned(network(spec, VectorKernels.create()));
            for (int i = 0; i < scalar.length; i++) {
                assertThat(vector[i])
                        .as("%s, %d units", cell.kind(), H)
                        .isCloseTo(scalar[i], within(2e-5f * (1 + Math.abs(scalar[i]))));
            }
        }
    }

    private static float[] learned(Network network) {
        OnlineLearner learner =
                OnlineLearner.of(network, OnlinePlan.of(new MeanSquaredError()).withOptimiser(new Sgd(0.02)));
        SplittableRandom random = new SplittableRandom(9);
        float[] x = new float[3];
        float[] y = new float[2];
        float[] all = new float[2 * STEPS];
        for (int t = 0; t < STEPS; t++) {
            for (int d = 0; d < x.length; d++) {
                x[d] = (float) random.nextGaussian();
            }
            learner.predict(x, y);
            System.arraycopy(y, 0, all, 2 * t, 2);
            learner.learn(new float[] {x[0], -x[1]});
        }
        float[] weights = learner.network().parameters().values();
        float[] numbers = Arrays.copyOf(all, all.length + weights.length);
        System.arraycopy(weights, 0, numbers, all.length, weights.length);
        return numbers;
    }
}
