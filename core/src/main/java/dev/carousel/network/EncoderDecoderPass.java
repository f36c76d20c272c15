package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.AttentionPass;
import dev.carousel.layer.Buffers;
import dev.carousel.layer.View;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Optional;

/**
 * An {@link EncoderDecoder} at work: its networks, one after the other on whole batches, each with passes of its own.
 *
 * <pre>{@code
 * forward    e = encoder(x)    d_0 from its state    h = decoder(begin, y)    c = attention(h, e)    head(c, h)
 * backward   (dc, dh) from the head    dh, de from the attention    the decoder    its initial state    the encoder
 * }</pre>
 */
final class EncoderDecoderPass implements LayerPass {

    private static final float[] EMPTY = {};

    private final EncoderDecoder spec;
    private final NetworkPass encoder;
    private final NetworkPass decoder;
    private final NetworkPass head;
    private final Optional<AttentionPass> attention;
    private final JoinedIds ids;
    private final StateBridge bridge;

    /** E where there is attention, else 0: where in a row of the head h begins. */
    private final int contextSize;

    private final int H;
    private final View headView = new View();
    private final View dHView = new View();
    private final View dEView = new View();

    private State encoderState;
    private State decoderState;
    private State headState;
    private State dEncoderState;
    private State dDecoderState;
    private int[] ownSources = {};
    private Sequence e = Sequence.zeros(0, 0, 0);
    private Sequence h = e;
    private float[] headInput = EMPTY;
    private float[] dH = EMPTY;
    private float[] dE = EMPTY;
    private boolean keeps = true;

    /** The last gradient that was added to, and its parts. */
    private Parameters gradient = new Parameters.Layout().zeros();

    private Parameters encoderGradient = gradient;
    private Parameters decoderGradient = gradient;
    private Parameters headGradient = gradient;

    EncoderDecoderPass(EncoderDecoderWeights weights, Kernels kernels, Team team) {
        this.spec = weights.spec();
        this.encoder = weights.network(EncoderDecoderWeights.ENCODER, team);
        this.decoder = weights.network(EncoderDecoderWeights.DECODER, team);
        this.head = weights.network(EncoderDecoderWeights.HEAD, team);
        this.attention = weights.attention(kernels, team);
        this.ids = new JoinedIds(spec.encoder().inputSize());
        this.bridge = new StateBridge(spec.encoder().stacks().get(0).directions());
        this.contextSize = attention.isPresent() ? spec.encoder().outputSize() : 0;
        this.H = spec.decoder().outputSize();
        this.encoderState = State.fresh(spec.encoder(), 0);
        this.decoderState = State.fresh(spec.decoder(), 0);
        this.headState = State.fresh(spec.head(), 0);
        this.dEncoderState = State.zeros(spec.encoder(), 0);
        this.dDecoderState = State.zeros(spec.decoder(), 0);
    }

    @Override
    public void keeps(boolean keeps) {
        this.keeps = keeps;
    }

    @Override
    public Sequence forward(SequenceBatch x, State state, Noise noise) {
        ids.split(x);
        Sequence encoded = encoded(ids.input(), noise);
        bridge.forward(encoderState, decoderState);
        h = run(decoder, ids.output(), decoderState, noise, EncoderDecoderWeights.DECODER);
        if (attention.isPresent()) {
            attention.get().read(encoded);
        }
        return scores(ownSources, noise);
    }

    /** Runs the encoder over N sequences from its fresh state. */
    private Sequence encoded(Tokens input, Noise noise) {
        int N = input.batchSize();
        if (encoderState.batchSize() != N) {
            encoderState = State.fresh(spec.encoder(), N);
            decoderState = State.fresh(spec.decoder(), N);
            dEncoderState = State.zeros(spec.encoder(), N);
            dDecoderState = State.zeros(spec.decoder(), N);
            ownSources = new int[N];
            Arrays.setAll(ownSources, n -> n);
        }
        encoderState.clearHeld();
        e = run(encoder, input, encoderState, noise, EncoderDecoderWeights.ENCODER);
        return e;
    }

    /** The head's output for h, whose sequences look at these of the encoder. */
    private Sequence scores(int[] sources, Noise noise) {
        int rows = h.steps() * h.batchSize();
        int width = contextSize + H;
        headInput = Buffers.atLeast(headInput, (long) rows * width);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(h.data(), row * H, headInput, row * width + contextSize, H);
        }
        if (attention.isPresent()) {
            attention.get().attend(h, sources, headInput, width);
        }
        if (headState.batchSize() != h.batchSize()) {
            headState = State.fresh(spec.head(), h.batchSize());
        }
        return run(head, headView.of(h, headInput, width), headState, noise, EncoderDecoderWeights.HEAD);
    }

    private Sequence run(NetworkPass network, SequenceBatch x, State state, Noise noise, int part) {
        if (noise.on()) {
            return network.forwardTraining(x, state, noise.seedOf(part), 0);
        }
        return keeps ? network.forward(x, state) : network.infer(x, state);
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        take(gradient);
        head.backward(dY, headGradient);
        float[] dInput = head.inputGradient().data();
        int rows = h.steps() * h.batchSize();
        int width = contextSize + H;
        dH = Buffers.atLeast(dH, (long) rows * H);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(dInput, row * width + contextSize, dH, row * H, H);
        }
        if (attention.isPresent()) {
            attention.get().backward(dInput, width, gradient);
            float[] throughScores = attention.get().decoderGradient();
            for (int i = 0; i < rows * H; i++) {
                dH[i] += throughScores[i];
            }
        }
        dDecoderState.clearHeld();
        decoder.backward(dHView.of(h, dH, H), dDecoderState, decoderGradient);
        bridge.backward(dDecoderState, dEncoderState);
        encoder.backward(dEncoded(), dEncoderState, encoderGradient);
    }

    private Sequence dEncoded() {
        if (attention.isPresent()) {
            return dEView.of(e, attention.get().encoderGradient(), e.size());
        }
        int numbers = e.steps() * e.batchSize() * e.size();
        dE = Buffers.atLeast(dE, numbers);
        Arrays.fill(dE, 0, numbers, 0);
        return dEView.of(e, dE, e.size());
    }

    private void take(Parameters gradient) {
        if (this.gradient != gradient) {
            this.gradient = gradient;
            encoderGradient = gradient.part(EncoderDecoder.ENCODER);
            decoderGradient = gradient.part(EncoderDecoder.DECODER);
            headGradient = gradient.part(EncoderDecoder.HEAD);
        }
    }

    @Override
    public Sequence inputGradient() {
        throw new IllegalStateException("The input of an EncoderDecoder is ids, which have no gradient.");
    }

    /**
     * Reads inputs, to write outputs for them.
     *
     * @param input ids [S, N]
     * @param state of N sequences of the decoder, overwritten with what they begin from
     */
    void read(Tokens input, State state) {
        keeps = false;
        Sequence encoded = encoded(input, Noise.OFF);
        if (attention.isPresent()) {
            attention.get().read(encoded);
        }
        bridge.forward(encoderState, state);
    }

    /**
     * One step of some outputs.
     *
     * @param written the ids that were written last [1, M]
     * @param sources for each of the M, which input it is for
     * @param state of M sequences of the decoder, stepped
     */
    Sequence write(Tokens written, int[] sources, State state) {
        keeps = false;
        h = run(decoder, written, state, Noise.OFF, EncoderDecoderWeights.DECODER);
        return scores(sources, Noise.OFF);
    }

    /** α of the last pass for step t of sequence n, over the steps of its input; empty without attention. */
    float[] attention(int t, int n) {
        return attention.isPresent() ? attention.get().alpha(t, n) : EMPTY;
    }
}
