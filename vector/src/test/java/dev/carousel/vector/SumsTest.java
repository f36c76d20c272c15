package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Kernels;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sums take their terms in one order, however far the compiler has come: else a run could not be repeated bit for bit. */
class SumsTest {

    private static final int ENOUGH_TO_COMPILE = 60_000;
    private static final int INPUTS = 20;

    @Test
    void sumOfSquaresIsInOneOrder() {
        float[][] inputs = inputs(1024);
        for (int i = 0; i < ENOUGH_TO_COMPILE; i++) {
            float[] g = inputs[i % INPUTS];
            double sum = Kernels.best().updates().sumOfSquares(0, g.length, g);
            assertThat(sum).as("call %d", i).isEqualTo(sumOfSquares(g));
        }
    }

    @Test
    void softmaxHasTheSameBitsInterpretedAndCompiled() {
        float[][] inputs = inputs(60);
        float[] dY = new float[60];
        double[] first = new double[INPUTS];
        for (int i = 0; i < ENOUGH_TO_COMPILE; i++) {
            double loss = Kernels.best().rows().softmaxCrossEntropy(60, inputs[i % INPUTS], 0, 17, 1, dY, 0);
            if (i < INPUTS) {
                first[i] = loss;
            }
            assertThat(loss).as("call %d", i).isEqualTo(first[i % INPUTS]);
        }
    }

    /** Four vectors of sums, added two by two, then the upper half onto the lower until one number is left. */
    private static double sumOfSquares(float[] g) {
        int L = Lanes.COUNT;
        float[] s = new float[4 * L];
        for (int i = 0; i < g.length; i++) {
            s[i % (4 * L)] = Math.fma(g[i], g[i], s[i % (4 * L)]);
        }
        float[] lanes = new float[L];
        for (int j = 0; j < L; j++) {
            lanes[j] = (s[j] + s[L + j]) + (s[2 * L + j] + s[3 * L + j]);
        }
        for (int half = L / 2; half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                lanes[j] += lanes[half + j];
            }
        }
        return lanes[0];
    }

    private static float[][] inputs(int size) {
        Random random = new Random(7);
        float[][] inputs = new float[INPUTS][size];
        for (float[] values : inputs) {
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian();
            }
        }
        return inputs;
    }
}
