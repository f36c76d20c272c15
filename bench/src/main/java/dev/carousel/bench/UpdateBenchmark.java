package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.UpdateKernel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/** The optimisers' updates and what clipping needs, on one thread: nanoseconds for 16 of a million parameters. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UpdateBenchmark extends Measured {

    private static final int SIZE = 1 << 20;
    private static final int GROUPS = SIZE / 16;

    private final UpdateKernel kernel = Kernels.best().updates();
    private float[] w;
    private float[] g;
    private float[] m;
    private float[] v;

    /** Compares each update with the scalar one. */
    @Setup
    public void prepare() {
        fill();
        updateAll(kernel);
        float[] updated = w;
        double squares = squares();
        fill();
        UpdateKernel scalar = Kernels.scalar().updates();
        updateAll(scalar);
        LayerCheck.agree("parameters", "the kernels", updated, "the scalar kernels", w);
        double right = scalar.sumOfSquares(0, SIZE, g);
        if (Math.abs(squares - right) > LayerCheck.TOLERANCE * right) {
            throw new IllegalStateException("The sum of squares is " + squares + " but should be " + right + ".");
        }
        fill();
    }

    private void fill() {
        Random random = new Random(1);
        w = numbers(random);
        g = numbers(random);
        m = new float[SIZE];
        v = new float[SIZE];
    }

    private static float[] numbers(Random random) {
        float[] numbers = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private void updateAll(UpdateKernel by) {
        adam(by);
        rmsProp(by);
        momentum(by);
        by.clamp(0, SIZE, g, 1);
    }

    private void adam(UpdateKernel by) {
        by.adam(0, SIZE, w, g, m, v, 0.9, 0.999, 1e-3f, 1, 1e-8f, 1);
    }

    private void rmsProp(UpdateKernel by) {
        by.rmsProp(0, SIZE, w, g, v, 1e-3f, 0.99, 1e-8f);
    }

    private void momentum(UpdateKernel by) {
        by.momentum(0, SIZE, w, g, m, 1e-3f, 0.9f, false);
    }

    /** Adam. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public void adam() {
        adam(kernel);
    }

    /** RMSProp. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public void rmsProp() {
        rmsProp(kernel);
    }

    /** SGD with momentum. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public void momentum() {
        momentum(kernel);
    }

    /** The sum of squares, of which clipping takes the norm. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public double squares() {
        return kernel.sumOfSquares(0, SIZE, g);
    }
}
