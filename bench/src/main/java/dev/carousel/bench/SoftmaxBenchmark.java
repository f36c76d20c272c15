package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.RowKernel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The softmax cross-entropy of one row with its gradient. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SoftmaxBenchmark extends Measured {

    /** V, the number of classes. */
    @Param({"65", "1000", "10000"})
    public int classes;

    private final RowKernel kernel = Kernels.best().rows();
    private float[] y;
    private float[] dY;

    /** Compares the kernel with the scalar one. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        y = new float[classes];
        dY = new float[classes];
        for (int i = 0; i < classes; i++) {
            y[i] = (float) random.nextGaussian();
        }
        float[] right = new float[classes];
        double rightLoss = Kernels.scalar().rows().softmaxCrossEntropy(classes, y, 0, 1, 1, right, 0);
        double loss = crossEntropy();
        LayerCheck.agree("softmax", "the kernel", dY, "the scalar kernel", right);
        LayerCheck.agree(
                "loss", "the kernel", new float[] {(float) loss}, "the scalar kernel", new float[] {(float) rightLoss});
    }

    /** The loss of one row and its gradient. */
    @Benchmark
    public double crossEntropy() {
        return kernel.softmaxCrossEntropy(classes, y, 0, 1, 1, dY, 0);
    }
}
