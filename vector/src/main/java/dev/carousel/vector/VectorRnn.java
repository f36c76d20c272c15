package dev.carousel.vector;

import static dev.carousel.vector.Rows.load;

import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.RnnKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The plain cell's equations over rows, a vector of units at a time. */
final class VectorRnn implements RnnKernel {

    private static final int L = Lanes.COUNT;

    private static final Consumer<Step> TANH = VectorRnn::tanhRows;
    private static final Consumer<Step> LOGISTIC = VectorRnn::logisticRows;
    private static final Consumer<Step> RELU = VectorRnn::reluRows;
    private static final BiConsumer<Step, StepGradient> TANH_BACK = VectorRnn::tanhGradientRows;
    private static final BiConsumer<Step, StepGradient> LOGISTIC_BACK = VectorRnn::logisticGradientRows;
    private static final BiConsumer<Step, StepGradient> RELU_BACK = VectorRnn::reluGradientRows;

    @Override
    public void forward(Nonlinearity phi, Step s) {
        PaddedStep.run(
                s,
                switch (phi) {
                    case TANH -> TANH;
                    case LOGISTIC -> LOGISTIC;
                    case RELU -> RELU;
                });
    }

    private static void tanhRows(Step s) {
        for (int n = 0; n < s.rows; n++) {
            Rows.tanh(s.a, s.aAt + n * s.aStride, s.hiddenSize);
            copyOutput(n, s);
        }
    }

    private static void logisticRows(Step s) {
        for (int n = 0; n < s.rows; n++) {
            Rows.logistic(s.a, s.aAt + n * s.aStride, s.hiddenSize);
            copyOutput(n, s);
        }
    }

    private static void reluRows(Step s) {
        for (int n = 0; n < s.rows; n++) {
            relu(s.a, s.aAt + n * s.aStride, s.hiddenSize);
            copyOutput(n, s);
        }
    }

    private static void copyOutput(int n, Step s) {
        System.arraycopy(s.a, s.aAt + n * s.aStride, s.h, s.hAt + n * s.hiddenSize, s.hiddenSize);
    }

    private static void relu(float[] x, int at, int size) {
        FloatVector zero = FloatVector.zero(Lanes.SPECIES);
        for (int j = 0; j < size; j += L) {
            load(x, at + j).max(zero).intoArray(x, at + j);
        }
    }

    @Override
    public void backward(Nonlinearity phi, Step s, StepGradient d) {
        PaddedStep.run(
                s,
                d,
                switch (phi) {
                    case TANH -> TANH_BACK;
                    case LOGISTIC -> LOGISTIC_BACK;
                    case RELU -> RELU_BACK;
                });
    }

    /** da = (dY + dh) ⊙ (1 - h²); dh' = 0. */
    private static void tanhGradientRows(Step s, StepGradient d) {
        FloatVector one = FloatVector.broadcast(Lanes.SPECIES, 1f);
        for (int n = 0; n < s.rows; n++) {
            for (int j = 0; j < s.hiddenSize; j += L) {
                FloatVector h = load(s.a, s.aAt + n * s.aStride + j);
                FloatVector slope = h.neg().fma(h, one);
                outputGradient(n, j, s, d).mul(slope).intoArray(s.a, s.aAt + n * s.aStride + j);
            }
        }
    }

    /** da = (dY + dh) ⊙ h (1 - h); dh' = 0. */
    private static void logisticGradientRows(Step s, StepGradient d) {
        for (int n = 0; n < s.rows; n++) {
            for (int j = 0; j < s.hiddenSize; j += L) {
                FloatVector h = load(s.a, s.aAt + n * s.aStride + j);
                FloatVector slope = h.neg().fma(h, h);
                outputGradient(n, j, s, d).mul(slope).intoArray(s.a, s.aAt + n * s.aStride + j);
            }
        }
    }

    /** da = (dY + dh) ⊙ [h > 0]; dh' = 0. */
    private static void reluGradientRows(Step s, StepGradient d) {
        for (int n = 0; n < s.rows; n++) {
            for (int j = 0; j < s.hiddenSize; j += L) {
                FloatVector h = load(s.a, s.aAt + n * s.aStride + j);
                FloatVector slope = FloatVector.zero(Lanes.SPECIES).blend(1f, h.compare(VectorOperators.GT, 0f));
                outputGradient(n, j, s, d).mul(slope).intoArray(s.a, s.aAt + n * s.aStride + j);
            }
        }
    }

    /** dY + dh, after which dh becomes 0: h' acts through the product alone. */
    private static FloatVector outputGradient(int n, int j, Step s, StepGradient d) {
        int at = d.dhAt + n * s.hiddenSize + j;
        FloatVector dh = load(d.dh, at).add(load(d.dY, d.dYAt + n * d.dYStride + j));
        FloatVector.zero(Lanes.SPECIES).intoArray(d.dh, at);
        return dh;
    }
}
