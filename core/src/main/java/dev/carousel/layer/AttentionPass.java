package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.Optional;

/**
 * The attention between an encoder and a decoder at work, on whole batches.
 *
 * <pre>{@code
 * q_t = h_t or Q h_t        k_s = e_s or K e_s
 * score(t, s) = q_t · k_s or v · tanh(q_t + k_s)        α_t = softmax(score(t, ·))        c_t = Σ_s α_ts e_s
 *
 * dα_ts = dc_t · e_s        dscore = α ⊙ (dα - Σ_s α dα)        de_s = Σ_t α_ts dc_t + ...
 * }</pre>
 *
 * <p>A sequence is one thread's, so that no sum is split; padding on either side has no part in anything. Of an input without steps
 * the context is 0.
 */
public final class AttentionPass {

    private static final float[] EMPTY = {};

    private final AttentionWeights weights;
    private final Optional<StatelessPass> queryLayer;
    private final Optional<StatelessPass> keyLayer;
    private final Kernels kernels;
    private final Team team;
    private final AttentionWork[] work;
    private final int E;
    private final int H;
    private final int A;
    private final Team.Task forwardTask = this::forwardPart;
    private final Team.Task backwardTask = this::backwardPart;
    private final View dQView = new View();
    private final View dKView = new View();

    private Sequence e = Sequence.zeros(0, 0, 0);
    private Sequence keys = e;
    private Sequence h = e;
    private Sequence queries = e;

    /** Which sequence of the encoder each of the decoder looks at. */
    private int[] sources = {};

    private float[] alpha = EMPTY;
    private float[] to = EMPTY;
    private int stride;
    private float[] dE = EMPTY;
    private float[] dH = EMPTY;
    private float[] dQ = EMPTY;
    private float[] dK = EMPTY;
    private float[] dV = EMPTY;

    AttentionPass(
            AttentionWeights weights,
            Optional<StatelessPass> queryLayer,
            Optional<StatelessPass> keyLayer,
            Kernels kernels,
            Team team) {
        this.weights = weights;
        this.queryLayer = queryLayer;
        this.keyLayer = keyLayer;
        this.kernels = kernels;
        this.team = team;
        this.E = weights.spec().encoder().outputSize();
        this.H = weights.spec().decoder().outputSize();
        this.A = weights.spec().attention().width(H);
        this.work = new AttentionWork[team.threads()];
        for (int part = 0; part < work.length; part++) {
            work[part] = new AttentionWork(kernels, weights, A, E);
        }
    }

    /**
     * Takes what the encoder gives, to be looked at until the next call.
     *
     * @param e [S, M, E], kept
     */
    public void read(Sequence e) {
        this.e = e;
        keys = keyLayer.isPresent() ? keyLayer.get().forward(e) : e;
    }

    /**
     * Writes contexts.
     *
     * @param h what the decoder gives [T, N, H], kept
     * @param sources for each of the N sequences, which of the M it looks at
     * @param to receives c_t of sequence n at {@code (t N + n) stride}, E numbers
     */
    public void attend(Sequence h, int[] sources, float[] to, int stride) {
        this.h = h;
        this.sources = sources;
        this.to = to;
        this.stride = stride;
        queries = queryLayer.isPresent() ? queryLayer.get().forward(h) : h;
        alpha = Buffers.atLeast(alpha, (long) h.batchSize() * h.steps() * e.steps());
        team.run(forwardTask);
    }

    /** Where α of a sequence begins, [its steps of the decoder, its steps of the encoder]. */
    private int alphaAt(int n) {
        return n * h.steps() * e.steps();
    }

    private void forwardPart(int part, int parts) {
        int N = h.batchSize();
        for (int n = Team.cut(N, part, parts); n < Team.cut(N, part + 1, parts); n++) {
            for (int t = 0; t < h.steps(); t++) {
                int at = (t * N + n) * stride;
                Arrays.fill(to, at, at + E, 0);
            }
            if (h.length(n) > 0 && e.length(sources[n]) > 0) {
                work[part].forward(queries, n, keys, e, sources[n], alpha, alphaAt(n), to, n * stride, N * stride);
            }
        }
    }

    /** α of the last pass: of a step of the decoder, for each step of what it looks at. */
    public float[] alpha(int t, int n) {
        int S = e.length(sources[n]);
        int at = alphaAt(n) + t * S;
        return Arrays.copyOfRange(alpha, at, at + S);
    }

    /**
     * The gradients for the last pass, in which each sequence looked at the one of its own number.
     *
     * @param dC the gradient of c_t of sequence n at {@code (t N + n) dStride}
     * @param gradient of the whole network; added to
     */
    public void backward(float[] dC, int dStride, Parameters gradient) {
        to = dC;
        stride = dStride;
        int N = h.batchSize();
        dE = Buffers.atLeast(dE, (long) e.steps() * N * E);
        dQ = Buffers.atLeast(dQ, (long) h.steps() * N * A);
        dK = Buffers.atLeast(dK, (long) e.steps() * N * A);
        dV = Buffers.atLeast(dV, (long) N * weights.v().length);
        Arrays.fill(dE, 0, e.steps() * N * E, 0);
        Arrays.fill(dQ, 0, h.steps() * N * A, 0);
        Arrays.fill(dK, 0, e.steps() * N * A, 0);
        Arrays.fill(dV, 0, N * weights.v().length, 0);
        team.run(backwardTask);
        if (weights.score().isPresent()) {
            kernels.rows()
                    .addColumnSums(
                            N,
                            A,
                            dV,
                            0,
                            A,
                            gradient.values(),
                            weights.score().get().offset());
        }
        Sequence dKeys = dKView.of(e, dK, A);
        if (keyLayer.isPresent()) {
            keyLayer.get().backward(dKeys, gradient);
            dKeys = keyLayer.get().inputGradient();
        }
        add(dKeys.data(), e.steps() * N * E, dE);
        Sequence dQueries = dQView.of(h, dQ, A);
        if (queryLayer.isPresent()) {
            queryLayer.get().backward(dQueries, gradient);
            dQueries = queryLayer.get().inputGradient();
        }
        dH = dQueries.data();
    }

    private void backwardPart(int part, int parts) {
        int N = h.batchSize();
        for (int n = Team.cut(N, part, parts); n < Team.cut(N, part + 1, parts); n++) {
            if (h.length(n) > 0 && e.length(n) > 0) {
                work[part].backward(queries, keys, e, n, alpha, alphaAt(n), to, stride, dE, dQ, dK, dV);
            }
        }
    }

    private static void add(float[] from, int count, float[] to) {
        for (int i = 0; i < count; i++) {
            to[i] += from[i];
        }
    }

    /** The gradient in e of the last backward pass, [S, N, E]; 0 in the padding. */
    public float[] encoderGradient() {
        return dE;
    }

    /** The gradient in h of the last backward pass, through the scores alone, [T, N, H]; 0 in the padding. */
    public float[] decoderGradient() {
        return dH;
    }
}
