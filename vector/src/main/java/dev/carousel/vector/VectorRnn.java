package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static dev.carousel.vector.Rows.oneMinusSquare;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.RnnKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The plain cell's equations over rows, a vector of units at a time, in {@link Pass}es. */
final class VectorRnn implements RnnKernel {

    private static final int L = Lanes.COUNT;

    static final Pass[] TANH = {
        TwinPass.of(
                (s, d, from, to) -> Rows.tanh(s, 0, 0, from, to),
                (s, d, from, to) -> PlainCells.tanh(s, 0, 0, from, to)),
        VectorRnn::output
    };
    static final Pass[] LOGISTIC = {
        TwinPass.of(
                (s, d, from, to) -> Rows.logistic(s, 0, 0, from, to),
                (s, d, from, to) -> PlainCells.logistic(s, 0, 0, from, to)),
        VectorRnn::output
    };
    static final Pass[] RELU = {TwinPass.of(VectorRnn::relu, PlainCells::rnnRelu), VectorRnn::output};
    static final Pass[] TANH_BACK = {TwinPass.of(VectorRnn::tanhGradient, PlainCells::rnnTanhGradient)};
    static final Pass[] LOGISTIC_BACK = {TwinPass.of(VectorRnn::logisticGradient, PlainCells::rnnLogisticGradient)};
    static final Pass[] RELU_BACK = {TwinPass.of(VectorRnn::reluGradient, PlainCells::rnnReluGradient)};

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

    private static void output(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            System.arraycopy(s.a, s.aAt + n * s.aStride, s.h, s.hAt + n * s.hiddenSize, s.units);
        }
    }

    /** h = max(a, 0); a NaN stays one. */
    private static void relu(Step s, StepGradient unused, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, at + j)
                        .add(fromArray(SPECIES, s.g, gAt + j))
                        .max(0f)
                        .intoArray(s.a, at + j);
            }
        }
    }

    /** da = (dY + dh) ⊙ (1 - h²). */
    private static void tanhGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + n * s.hiddenSize + j));
                dh.mul(oneMinusSquare(fromArray(SPECIES, s.a, at + j))).intoArray(s.a, at + j);
            }
        }
    }

    /** da = (dY + dh) ⊙ h (1 - h). */
    private static void logisticGradient(Step s, StepGradient d, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + n * s.hiddenSize + j));
                FloatVector h = fromArray(SPECIES, s.a, at + j);
                dh.mul(h.neg().fma(h, h)).intoArray(s.a, at + j);
            }
        }
    }

    /** da = (dY + dh) ⊙ [h > 0]. */
    private static void reluGradient(Step s, StepGradient d, int from, int to) {
        FloatVector zero = zero(SPECIES);
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            for (int j = 0; j < s.units; j += L) {
                FloatVector dh = fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + n * s.hiddenSize + j));
                var active = fromArray(SPECIES, s.a, at + j).compare(VectorOperators.GT, 0f);
                zero.blend(dh, active).intoArray(s.a, at + j);
            }
        }
    }
}
