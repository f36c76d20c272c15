package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import dev.carousel.kernel.UpdateKernel;
import jdk.incubator.vector.FloatVector;

/**
 * The optimisers' updates. The compiler vectorises the plain loops of the scalar kernels, so they stay; a sum it must not
 * reorder, so that one is written here.
 */
final class VectorUpdates implements UpdateKernel {

    private static final int L = Lanes.COUNT;

    /** How many floats are summed in float before they go into the sum in double. */
    private static final int CHUNK = 1024;

    private final UpdateKernel plain;

    VectorUpdates(UpdateKernel plain) {
        this.plain = plain;
    }

    @Override
    public double sumOfSquares(int from, int to, float[] g) {
        double sum = 0;
        float[] lanes = Scratch.ofThread().lanes;
        int i = from;
        for (; i + CHUNK <= to; i += CHUNK) {
            sum += sumOfChunk(g, i, lanes);
        }
        return sum + plain.sumOfSquares(i, to, g);
    }

    private static float sumOfChunk(float[] g, int at, float[] lanes) {
        FloatVector s0 = zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = at; i < at + CHUNK; i += 4 * L) {
            FloatVector g0 = fromArray(SPECIES, g, i);
            FloatVector g1 = fromArray(SPECIES, g, i + L);
            FloatVector g2 = fromArray(SPECIES, g, i + 2 * L);
            FloatVector g3 = fromArray(SPECIES, g, i + 3 * L);
            s0 = g0.fma(g0, s0);
            s1 = g1.fma(g1, s1);
            s2 = g2.fma(g2, s2);
            s3 = g3.fma(g3, s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(lanes, 0);
        return Lanes.sum(lanes, 0);
    }

    @Override
    public void momentum(int from, int to, float[] w, float[] g, float[] m, float rate, float mu, boolean nesterov) {
        plain.momentum(from, to, w, g, m, rate, mu, nesterov);
    }

    @Override
    public void descend(int from, int to, float[] w, float[] g, float rate) {
        plain.descend(from, to, w, g, rate);
    }

    @Override
    public void rmsProp(int from, int to, float[] w, float[] g, float[] v, float rate, double rho, float epsilon) {
        plain.rmsProp(from, to, w, g, v, rate, rho, epsilon);
    }

    @Override
    public void adam(
            int from,
            int to,
            float[] w,
            float[] g,
            float[] m,
            float[] v,
            double beta1,
            double beta2,
            float rate,
            float correction,
            float epsilon,
            float keep) {
        plain.adam(from, to, w, g, m, v, beta1, beta2, rate, correction, epsilon, keep);
    }

    @Override
    public void addScaled(int from, int to, float[] g, float[] w, float factor) {
        plain.addScaled(from, to, g, w, factor);
    }

    @Override
    public void scale(int from, int to, float[] g, float factor) {
        plain.scale(from, to, g, factor);
    }

    @Override
    public void clamp(int from, int to, float[] g, float limit) {
        plain.clamp(from, to, g, limit);
    }
}
