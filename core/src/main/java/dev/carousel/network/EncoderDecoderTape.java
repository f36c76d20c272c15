package dev.carousel.network;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.tensor.Lease;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Objects;

/**
 * An {@link EncoderDecoder} that writes, step by step: it reads the inputs once, and then tells at each step how likely each id is to
 * come next, after those that its caller has chosen.
 *
 * <pre>{@code
 * EncoderDecoderTape tape = EncoderDecoderTape.of(network, team);
 * State state = tape.read(inputs);                              // N inputs, ids [S, N]
 * Sequence scores = tape.write(begins, sources, state);         // begins: all 0; sources: 0 ... N - 1
 * scores = tape.write(chosen, sources, state);                  // and so on, until 0 is chosen
 * }</pre>
 *
 * <p>There may be more outputs than inputs: a state has a sequence for each output, and {@code sources} says which input it is for.
 * A search keeps several for an input and copies states with {@link State#copyFrom}. Views are valid until the next call. One thread
 * at a time, which its team helps; a second one gets an error.
 */
public final class EncoderDecoderTape {

    private final EncoderDecoder spec;
    private final EncoderDecoderPass pass;
    private final OneThread one = new OneThread("EncoderDecoderTape");
    private final Lease lease = new Lease("the next step of its tape");
    private int inputs;
    private int outputs;

    private EncoderDecoderTape(EncoderDecoder spec, EncoderDecoderPass pass) {
        this.spec = spec;
        this.pass = pass;
    }

    /**
     * A tape on a network.
     *
     * @throws IllegalArgumentException if the network is no {@link EncoderDecoder}
     */
    public static EncoderDecoderTape of(PackedNetwork network, Team team) {
        EncoderDecoder spec = network.spec()
                .encoderDecoder()
                .orElseThrow(
                        () -> new IllegalArgumentException("EncoderDecoderTape: the network is no EncoderDecoder but "
                                + network.spec() + ". Was it trained for another task?"));
        return new EncoderDecoderTape(spec, network.encoderDecoder(team));
    }

    /** What writes. */
    public EncoderDecoder spec() {
        return spec;
    }

    /**
     * Reads inputs, which stay until the next call.
     *
     * @param ids of N inputs [S, N], of one step at least each
     * @return the state of N outputs that begin
     * @throws IllegalArgumentException if an id is unknown or an input is empty
     */
    public State read(Tokens ids) {
        for (int n = 0; n < ids.batchSize(); n++) {
            if (ids.length(n) == 0) {
                throw new IllegalArgumentException(
                        "EncoderDecoderTape: input " + n + " is empty; it must have one id at least.");
            }
        }
        one.enter();
        try {
            lease.end();
            State state = freshState(ids.batchSize());
            pass.read(ids, state);
            inputs = ids.batchSize();
            outputs = 0;
            return state;
        } finally {
            one.leave();
        }
    }

    /** Room for the states of M outputs, to be copied into. */
    public State freshState(int outputs) {
        return State.fresh(spec.decoder(), outputs);
    }

    /**
     * One step of M outputs.
     *
     * @param written for each the id that was chosen last, 0 if it begins; [1, M]
     * @param sources for each which input it is for, 0 to N - 1
     * @param state of M outputs; overwritten with that after the step
     * @return the scores of what comes next [1, M, V_out], 0 for the end; a view, valid until the next call
     * @throws IllegalArgumentException if a size differs, or an id or an input is unknown
     */
    public Sequence write(Tokens written, int[] sources, State state) {
        if (written.steps() != 1 || written.ragged() || sources.length != written.batchSize()) {
            throw new IllegalArgumentException("EncoderDecoderTape: the ids are " + written + " and " + sources.length
                    + " inputs are named, but there must be one step, and an input for each of its ids.");
        }
        for (int source : sources) {
            Objects.checkIndex(source, inputs);
        }
        one.enterWith(state.one());
        try {
            lease.end();
            Sequence scores = pass.write(written, sources, state);
            outputs = sources.length;
            return scores.lent(lease);
        } finally {
            one.leaveWith(state.one());
        }
    }

    /**
     * Where an output looked in its last step.
     *
     * @param output which, 0 to M - 1
     * @return α, a share for each step of its input, 1 in all; empty if the network has no attention
     */
    public float[] attention(int output) {
        Objects.checkIndex(output, outputs);
        one.enter();
        try {
            return pass.attention(0, output);
        } finally {
            one.leave();
        }
    }
}
