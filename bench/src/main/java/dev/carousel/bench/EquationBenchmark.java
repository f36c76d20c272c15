package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The equations of the cells over the rows of one step, without the products: nanoseconds for 16 units. The plain cell's are a
 * sum and one activation, so they tell what an activation costs.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EquationBenchmark extends Measured {

    private static final int ROWS = 8;
    private static final int H = 256;
    private static final int GROUPS = ROWS * H / 16;
    private static final int COLUMNS = 4 * H;

    /** Whose equations: the names of {@link Equations}. */
    @Param
    public Equations equations;

    private final Step step = new Step();
    private final StepGradient gradient = new StepGradient();
    private Kernels kernels = Kernels.best();

    /** The equations to time, forward and backward. */
    public enum Equations {
        /** LSTM. */
        LSTM {
            @Override
            void forward(Kernels kernels, Step step) {
                kernels.lstm().forward(true, step);
            }

            @Override
            void backward(Kernels kernels, Step step, StepGradient gradient) {
                kernels.lstm().backward(true, step, gradient);
            }
        },
        /** GRU, reset after the product. */
        GRU {
            @Override
            void forward(Kernels kernels, Step step) {
                kernels.gru().forwardResetAfter(step);
            }

            @Override
            void backward(Kernels kernels, Step step, StepGradient gradient) {
                kernels.gru().backwardResetAfter(step, gradient);
            }
        },
        /** The plain cell with tanh. */
        RNN_TANH(Nonlinearity.TANH),
        /** The plain cell with the logistic function. */
        RNN_LOGISTIC(Nonlinearity.LOGISTIC),
        /** The plain cell with max(a, 0). */
        RNN_RELU(Nonlinearity.RELU);

        private final Nonlinearity nonlinearity;

        Equations() {
            this(Nonlinearity.TANH);
        }

        Equations(Nonlinearity nonlinearity) {
            this.nonlinearity = nonlinearity;
        }

        void forward(Kernels kernels, Step step) {
            kernels.rnn().forward(nonlinearity, step);
        }

        void backward(Kernels kernels, Step step, StepGradient gradient) {
            kernels.rnn().backward(nonlinearity, step, gradient);
        }
    }

    /** Compares one step forward and backward with the scalar kernels. */
    @Setup
    public void prepare() {
        Step rightStep = new Step();
        StepGradient rightGradient = new StepGradient();
        fill(step, gradient);
        fill(rightStep, rightGradient);
        equations.forward(kernels, step);
        equations.forward(Kernels.scalar(), rightStep);
        agree("h", step.h, rightStep.h);
        equations.backward(kernels, step, gradient);
        equations.backward(Kernels.scalar(), rightStep, rightGradient);
        agree("da", step.a, rightStep.a);
        fill(step, gradient);
    }

    private void agree(String what, float[] numbers, float[] right) {
        LayerCheck.agree(equations + ", " + what, "the kernels", numbers, "the scalar kernels", right);
    }

    private void fill(Step s, StepGradient d) {
        Random random = new Random(1);
        s.rows = ROWS;
        s.hiddenSize = H;
        s.units = H;
        s.aStride = equations.name().startsWith("RNN") ? H : COLUMNS;
        s.gStride = s.aStride;
        s.a = numbers(random, ROWS * s.aStride);
        s.g = numbers(random, ROWS * s.gStride);
        s.hPrev = numbers(random, ROWS * H);
        s.h = new float[ROWS * H];
        s.cPrev = numbers(random, ROWS * H);
        s.c = new float[ROWS * H];
        d.dY = numbers(random, ROWS * H);
        d.dYStride = H;
        d.dh = numbers(random, ROWS * H);
        d.direct = new float[ROWS * H];
        d.dc = new float[ROWS * H];
    }

    private static float[] numbers(Random random, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /** Forward, again and again over its own result, which stays within the range of ordinary numbers. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public void forward() {
        equations.forward(kernels, step);
    }

    /** Backward, over its own result, which is soon 0: arithmetic takes as long for that as for any ordinary number. */
    @Benchmark
    @OperationsPerInvocation(GROUPS)
    public void backward() {
        equations.backward(kernels, step, gradient);
    }
}
