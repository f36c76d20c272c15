package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.RnnVariantKernel;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/** The general plain cell's equations over rows, on vectors of units. */
final class VectorRnnVariant implements RnnVariantKernel {

    private static final int L = Lanes.COUNT;

    @Override
    public void forward(Activation phi, float clip, Step step) {
        Step s = PaddedStep.begin(step);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            float[] value = Scratch.ofThread().blocks((to - from) * s.units);
            preActivations(s, from, to);
            Scratch.ofThread().gates.of(s, from, to).values(phi, clip, 0, value, 0);
            for (int n = from; n < to; n++) {
                System.arraycopy(value, (n - from) * s.units, s.h, s.hAt + n * s.hiddenSize, s.units);
            }
        }
        PaddedStep.end(step);
    }

    /** a = a + g. */
    private static void preActivations(Step s, int from, int to) {
        for (int n = from; n < to; n++) {
            int at = s.aAt + n * s.aStride;
            int gAt = s.gAt + n * s.gStride;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, s.a, at + j)
                        .add(fromArray(SPECIES, s.g, gAt + j))
                        .intoArray(s.a, at + j);
            }
        }
    }

    @Override
    public void backward(Activation phi, float clip, Step step, StepGradient gradient) {
        Step s = PaddedStep.begin(step, gradient);
        StepGradient d = PaddedStep.gradient(step, gradient);
        int rows = Pass.rowsAtATime(s);
        for (int from = 0; from < s.rows; from += rows) {
            int to = Math.min(s.rows, from + rows);
            int block = (to - from) * s.units;
            float[] v = Scratch.ofThread().blocks(2 * block);
            Scratch.ofThread().gates.of(s, from, to).slopes(phi, clip, 0, v, 0, v, block);
            gradient(s, d, from, to, v, block);
        }
        PaddedStep.end(step, gradient);
    }

    /** da = (dY + dh) ⊙ φ'(a). */
    private static void gradient(Step s, StepGradient d, int from, int to, float[] slope, int slopeAt) {
        for (int n = from; n < to; n++) {
            int row = slopeAt + (n - from) * s.units;
            for (int j = 0; j < s.units; j += L) {
                fromArray(SPECIES, d.dY, d.dYAt + n * d.dYStride + j)
                        .add(fromArray(SPECIES, d.dh, d.dhAt + n * s.hiddenSize + j))
                        .mul(fromArray(SPECIES, slope, row + j))
                        .intoArray(s.a, s.aAt + n * s.aStride + j);
            }
        }
    }
}
