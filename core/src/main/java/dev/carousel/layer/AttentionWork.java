package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Products;
import dev.carousel.kernel.Step;
import dev.carousel.spec.Attention;
import dev.carousel.tensor.Sequence;

/**
 * One thread's part of an {@link AttentionPass}: one sequence after the other, with the scratch memory for it.
 *
 * <p>Each sum runs over the steps of its own sequence or over the units of one step, whatever else is in the batch.
 */
final class AttentionWork {

    private static final float[] EMPTY = {};

    private final Kernels kernels;
    private final Products products;
    private final AttentionWeights weights;
    private final boolean additive;
    private final int A;
    private final int E;
    private final Step step = new Step();

    /** Rows of one sequence one after the other, and their transpose in the order of the kernels; for as many steps as there were. */
    private float[] rows = EMPTY;

    private PackedMatrix packedKeys;
    private PackedMatrix packedValues;
    private float[] zeros;
    private float[] scores = EMPTY;
    private float[] transposed = EMPTY;
    private float[] dScores = EMPTY;
    private float[] u = EMPTY;

    /** Zeros, as many as u has numbers. */
    private float[] nothing = EMPTY;

    // Of the sequence that is at work.
    private int T;
    private int S;
    private int cap;

    AttentionWork(Kernels kernels, AttentionWeights weights, int A, int E) {
        this.kernels = kernels;
        this.products = kernels.products();
        this.weights = weights;
        this.additive = weights.spec().attention().score() == Attention.Score.ADDITIVE;
        this.A = A;
        this.E = E;
        this.packedKeys = products.packed(A, 0);
        this.packedValues = products.packed(E, 0);
        this.zeros = EMPTY;
    }

    private void begin(int decoderSteps, int encoderSteps) {
        T = decoderSteps;
        S = encoderSteps;
        int unit = products.columnUnit();
        int needed = (S + unit - 1) / unit * unit;
        if (needed > cap) {
            cap = needed;
            packedKeys = products.packed(A, additive ? 0 : cap);
            packedValues = products.packed(E, cap);
            zeros = new float[cap];
        }
        rows = Buffers.atLeast(rows, (long) S * Math.max(A, E));
        scores = Buffers.atLeast(scores, (long) T * cap);
        transposed = Buffers.atLeast(transposed, (long) T * S);
        u = Buffers.atLeast(u, additive ? (long) S * A : 0);
        nothing = Buffers.atLeast(nothing, u.length);
    }

    /** Rows of one sequence, one after the other. */
    private void gather(Sequence from, int m, int size) {
        for (int s = 0; s < S; s++) {
            System.arraycopy(from.data(), from.offset(s, m), rows, s * size, size);
        }
    }

    void forward(
            Sequence queries,
            int n,
            Sequence keys,
            Sequence values,
            int m,
            float[] alpha,
            int alphaAt,
            float[] c,
            int cAt,
            int cStride) {
        begin(queries.length(n), values.length(m));
        gather(keys, m, A);
        if (additive) {
            addScores(queries, n);
        } else {
            packedKeys.fillTransposed(0, S, rows, 0);
            int stride = queries.batchSize() * A;
            products.multiply(T, queries.data(), n * A, stride, packedKeys, 0, width(), zeros, scores, 0, cap);
        }
        for (int t = 0; t < T; t++) {
            softmax(t * cap, alpha, alphaAt + t * S);
        }
        transpose(alpha, alphaAt);
        int stride = values.batchSize() * E;
        products.addTransposedProduct(S, transposed, 0, T, T, values.data(), m * E, stride, E, c, cAt, cStride);
    }

    /** How many columns of the packed matrices are of use. */
    private int width() {
        int unit = products.columnUnit();
        return Math.min(cap, (S + unit - 1) / unit * unit);
    }

    /** v · tanh(q_t + k_s); the keys stand in the rows. */
    private void addScores(Sequence queries, int n) {
        for (int t = 0; t < T; t++) {
            tanhs(queries, n, t);
            products.multiply(S, u, 0, A, weights.packedV(), zeros, scores, t * cap, 1);
        }
    }

    /** u_s = tanh(q_t + k_s), an RNN's step without a recurrent part. */
    private void tanhs(Sequence queries, int n, int t) {
        float[] q = queries.data();
        int qAt = queries.offset(t, n);
        for (int s = 0; s < S; s++) {
            for (int j = 0; j < A; j++) {
                u[s * A + j] = rows[s * A + j] + q[qAt + j];
            }
        }
        step.rows = S;
        step.hiddenSize = A;
        step.units = A;
        step.a = u;
        step.aAt = 0;
        step.aStride = A;
        step.g = nothing;
        step.gAt = 0;
        step.gStride = A;
        step.h = u;
        step.hAt = 0;
        kernels.rnn().forward(Nonlinearity.TANH, step);
    }

    private void softmax(int at, float[] alpha, int alphaAt) {
        float max = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < S; s++) {
            max = Math.max(max, scores[at + s]);
        }
        double sum = 0;
        for (int s = 0; s < S; s++) {
            double weight = Math.exp(scores[at + s] - max);
            alpha[alphaAt + s] = (float) weight;
            sum += weight;
        }
        for (int s = 0; s < S; s++) {
            alpha[alphaAt + s] = (float) (alpha[alphaAt + s] / sum);
        }
    }

    /** From [T, S] to [S, T]. */
    private void transpose(float[] from, int at) {
        for (int t = 0; t < T; t++) {
            for (int s = 0; s < S; s++) {
                transposed[s * T + t] = from[at + t * S + s];
            }
        }
    }

    void backward(
            Sequence queries,
            Sequence keys,
            Sequence values,
            int n,
            float[] alpha,
            int alphaAt,
            float[] dC,
            int dCStride,
            float[] dE,
            float[] dQ,
            float[] dK,
            float[] dV) {
        begin(queries.length(n), values.length(n));
        int N = values.batchSize();
        int cStride = N * dCStride;
        gather(values, n, E);
        packedValues.fillTransposed(0, S, rows, 0);
        products.multiply(T, dC, n * dCStride, cStride, packedValues, 0, width(), zeros, scores, 0, cap);
        products.addTransposedProduct(T, alpha, alphaAt, S, S, dC, n * dCStride, cStride, E, dE, n * E, N * E);
        dScores = Buffers.atLeast(dScores, (long) T * S);
        for (int t = 0; t < T; t++) {
            softmaxGradient(alpha, alphaAt + t * S, t);
        }
        if (additive) {
            gather(keys, n, A);
            for (int t = 0; t < T; t++) {
                tanhs(queries, n, t);
                tanhGradients(t, n, N, dQ, dK, dV);
            }
        } else {
            transpose(dScores, 0);
            int stride = N * A;
            products.addTransposedProduct(S, transposed, 0, T, T, keys.data(), n * A, stride, A, dQ, n * A, stride);
            products.addTransposedProduct(T, dScores, 0, S, S, queries.data(), n * A, stride, A, dK, n * A, stride);
        }
    }

    /** dscore = α ⊙ (dα - Σ_s α dα). */
    private void softmaxGradient(float[] alpha, int at, int t) {
        double mean = 0;
        for (int s = 0; s < S; s++) {
            mean += (double) alpha[at + s] * scores[t * cap + s];
        }
        for (int s = 0; s < S; s++) {
            dScores[t * S + s] = (float) (alpha[at + s] * (scores[t * cap + s] - mean));
        }
    }

    /** dv = dscore u, and dq = dk = dscore v ⊙ (1 - u²). */
    private void tanhGradients(int t, int n, int N, float[] dQ, float[] dK, float[] dV) {
        float[] v = weights.v();
        int qAt = (t * N + n) * A;
        for (int s = 0; s < S; s++) {
            float d = dScores[t * S + s];
            int kAt = (s * N + n) * A;
            for (int j = 0; j < A; j++) {
                float unit = u[s * A + j];
                float dSum = d * v[j] * (1 - unit * unit);
                dQ[qAt + j] += dSum;
                dK[kAt + j] += dSum;
                dV[n * A + j] += d * unit;
            }
        }
    }
}
