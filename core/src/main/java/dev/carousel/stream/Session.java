package dev.carousel.stream;

import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;

/**
 * One stream of a network: it takes one event at a time and remembers what came before.
 *
 * <p>The network is immutable and shared by all sessions; the session holds the state h (and c) of its stream, a few
 * kilobytes. A session belongs to one thread at a time; any number of them run in any number of threads.
 *
 * <pre>{@code
 * PackedNetwork network = Model.load(path).network().pack();
 * Session session = Session.of(network);
 * float[] y = new float[network.spec().outputSize()];
 * session.step(event, y);        // the output after this event and all before it
 * session.reset();               // the next event begins a new stream
 * }</pre>
 */
public final class Session {

    private final PackedNetwork network;
    private final Tape tape;
    private final State state;
    private final float[] x;
    private final Sequence vector;
    private final int[] id = new int[1];
    private final Tokens token = Tokens.of(id, 1, 1);

    private Session(PackedNetwork network) {
        NetworkSpec spec = network.spec();
        if (spec.readsAhead()) {
            throw new IllegalArgumentException("A Session takes one step at a time, but the network is bidirectional or"
                    + " backward: its output depends on steps yet to come. Train it in the forward direction alone.");
        }
        requireNoMean(spec);
        this.network = network;
        this.tape = network.tape(Team.single());
        this.state = network.freshState(1);
        this.x = new float[spec.readsIds() ? 0 : spec.inputSize()];
        this.vector = Sequence.of(x, spec.readsIds() ? 0 : 1, 1, x.length);
    }

    static void requireNoMean(NetworkSpec spec) {
        if (spec.averages()) {
            throw new IllegalArgumentException(
                    "A session remembers the states of recurrent layers, but the network has a"
                            + " mean over all steps, which is none. Run the layers before it, and take the mean of what they"
                            + " give.");
        }
    }

    /**
     * A session at the fresh state.
     *
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean over steps
     */
    public static Session of(PackedNetwork network) {
        return new Session(network);
    }

    /**
     * Takes one event that is a vector.
     *
     * @param event the network's inputSize numbers
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if a size differs or the network reads ids
     */
    public void step(float[] event, float[] output) {
        if (network.spec().readsIds() || event.length != x.length) {
            throw new IllegalArgumentException(
                    "Session: the event has " + event.length + " numbers but the network reads "
                            + (network.spec().readsIds() ? "ids" : x.length + " numbers a step")
                            + ". Was this model trained with other features?");
        }
        requireRoom(output);
        System.arraycopy(event, 0, x, 0, x.length);
        System.arraycopy(tape.forward(vector, state).data(), 0, output, 0, output.length);
    }

    /**
     * Takes one event that is an id.
     *
     * @param event 0 to V - 1
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if the id is unknown, the output's size differs, or the network reads vectors
     */
    public void step(int event, float[] output) {
        requireRoom(output);
        id[0] = event;
        System.arraycopy(tape.forward(token, state).data(), 0, output, 0, output.length);
    }

    /** Checked before the step, so that a mistake leaves the stream where it was. */
    private void requireRoom(float[] output) {
        int size = network.spec().outputSize();
        if (output.length != size) {
            throw new IllegalArgumentException("Session: room for " + output.length
                    + " numbers was given but the network's output has " + size + " a step.");
        }
    }

    /** Forgets the stream: the next event begins a new one. */
    public void reset() {
        state.clear();
    }

    /** The state of the stream itself, not a copy: to be saved, restored or looked at between steps. */
    public State state() {
        return state;
    }
}
