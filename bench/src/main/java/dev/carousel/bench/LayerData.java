package dev.carousel.bench;

import dev.carousel.cli.timing.Shape;
import java.util.Arrays;
import java.util.Random;

/**
 * The numbers of a case, the same for every engine, in the layout of Carousel and PyTorch.
 *
 * @param W [kH, D]
 * @param R [kH, H]
 * @param bW [kH]
 * @param bR [kH]
 * @param x the input [T, N, D]
 * @param dY the gradient of the output [T, N, H]
 */
public record LayerData(float[] W, float[] R, float[] bW, float[] bR, float[] x, float[] dY) {

    /** Weights within ±1/√H, and normal numbers for the rest. */
    public static LayerData of(LayerCase one) {
        Random random = new Random(1);
        Shape s = one.shape();
        int rows = one.gates() * s.hiddenSize();
        float limit = (float) (1 / Math.sqrt(s.hiddenSize()));
        int columns = s.steps() * s.batchSize();
        return new LayerData(
                uniform(random, rows * s.inputSize(), limit),
                uniform(random, rows * s.hiddenSize(), limit),
                uniform(random, rows, limit),
                uniform(random, rows, limit),
                normal(random, columns * s.inputSize()),
                normal(random, columns * s.hiddenSize()));
    }

    /** The same weights with the first numbers of the input and the gradient, for a smaller shape. */
    LayerData cutTo(Shape s) {
        int columns = s.steps() * s.batchSize();
        return new LayerData(
                W, R, bW, bR, Arrays.copyOf(x, columns * s.inputSize()), Arrays.copyOf(dY, columns * s.hiddenSize()));
    }

    private static float[] uniform(Random random, int size, float limit) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (2 * random.nextFloat() - 1) * limit;
        }
        return numbers;
    }

    private static float[] normal(Random random, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
