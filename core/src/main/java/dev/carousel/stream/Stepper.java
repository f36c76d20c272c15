package dev.carousel.stream;

import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import java.util.Objects;

/**
 * What one thread needs to take steps of any number of streams of a network, one after the other; a stream is just its
 * {@link State}.
 *
 * <pre>{@code
 * Stepper stepper = Stepper.of(network);              // one for each thread
 * State user = network.freshState(1);                 // one for each stream: some hundred bytes
 * stepper.step(user, event, output);
 * byte[] kept = stepper.save(user);
 * }</pre>
 *
 * <p>A {@link Session} is a stepper and a state in one, which is simpler and needs a few kilobytes more; where there are
 * thousands of streams, a stepper for each thread is lighter, and what it works with stays in the processor's caches. Both give
 * the same bits. Steps allocate nothing. One thread at a time; a second one gets an error.
 */
public final class Stepper {

    private final PackedNetwork network;
    private final boolean anyNumber;
    private final Tape tape;

    private Stepper(PackedNetwork network, boolean anyNumber, String what) {
        Objects.requireNonNull(network, "Stepper: network is null");
        NetworkSpec spec = network.spec();
        spec.requireStepwise("A " + what);
        if (!anyNumber) {
            network.requireFiniteWeights();
        }
        this.network = network;
        this.anyNumber = anyNumber;
        this.tape = network.tape(Team.single());
    }

    /**
     * A stepper of a network, which refuses events that are not finite.
     *
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     * @throws IllegalStateException if a weight is not finite
     */
    public static Stepper of(PackedNetwork network) {
        return new Stepper(network, false, "Stepper");
    }

    /**
     * A stepper that takes NaN and infinite numbers as they come. One of them makes a stream's state NaN for good, which
     * {@link State#isFinite} tells.
     *
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static Stepper ofAnyNumbers(PackedNetwork network) {
        return new Stepper(network, true, "Stepper");
    }

    static Stepper ofSession(PackedNetwork network, boolean anyNumber) {
        return new Stepper(network, anyNumber, "Session");
    }

    /** A stream that begins and is this stepper's alone. */
    State ownState() {
        return tape.freshState(1);
    }

    /** The network whose steps it takes. */
    public PackedNetwork network() {
        return network;
    }

    /**
     * Takes a step of a stream whose event is a vector.
     *
     * @param state of one sequence; read and overwritten
     * @param event the network's inputSize numbers
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if a size differs, a number is not finite, the network reads ids, or the state has
     *     other parts than those of the network; the state is then as it was
     * @throws IllegalStateException if another thread is at work on this or on the state
     */
    public void step(State state, float[] event, float[] output) {
        Objects.requireNonNull(state, "Stepper: state is null");
        Objects.requireNonNull(event, "Stepper: event is null");
        Objects.requireNonNull(output, "Stepper: output is null");
        if (!anyNumber) {
            requireFinite(event);
        }
        tape.step(event, state, output);
    }

    /**
     * Takes a step of a stream whose event is an id.
     *
     * @param state of one sequence; read and overwritten
     * @param event 0 to V - 1
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if the id is unknown, the output's size differs, the network reads vectors, or the
     *     state has other parts than those of the network; the state is then as it was
     * @throws IllegalStateException if another thread is at work on this or on the state
     */
    public void step(State state, int event, float[] output) {
        Objects.requireNonNull(state, "Stepper: state is null");
        Objects.requireNonNull(output, "Stepper: output is null");
        tape.step(event, state, output);
    }

    /** Checks an event before anything of it is taken in. */
    static void requireEvent(NetworkSpec spec, float[] event, int size, boolean anyNumber) {
        if (spec.readsIds() || event.length != size) {
            throw spec.wrongEvent(event.length);
        }
        if (!anyNumber) {
            requireFinite(event);
        }
    }

    private static void requireFinite(float[] event) {
        // The exponent of what is not finite is all ones: one more, and it runs over into the sign.
        int overflow = 0;
        for (float number : event) {
            overflow |= (Float.floatToRawIntBits(number) & Integer.MAX_VALUE) + (1 << 23);
        }
        if (overflow >= 0) {
            return;
        }
        int i = 0;
        while (Float.isFinite(event[i])) {
            i++;
        }
        throw new IllegalArgumentException("The event's number " + i + " of " + event.length + " is " + event[i]
                + ", which would make all that follows in this stream NaN. Is a value missing, or was there a division"
                + " by zero? Put in what the training had for a missing value; ofAnyNumbers takes them as they come.");
    }

    /**
     * The state of a stream as bytes: with the network's fingerprint and a checksum, the same as {@link Session#save}.
     *
     * @throws IllegalArgumentException if the state has other parts than those of the network, or is not of one sequence
     * @throws IllegalStateException if another thread is at work on the state
     */
    public byte[] save(State state) {
        Objects.requireNonNull(state, "Stepper: state is null");
        return StateBytes.of(network, state);
    }

    /**
     * A stream that was saved, of this process or another.
     *
     * @throws IllegalArgumentException if the bytes are damaged, or of another network
     */
    public State restore(byte[] saved) {
        Objects.requireNonNull(saved, "Stepper: there are no bytes to restore; they are null");
        State state = network.freshState(1);
        StateBytes.read(saved, network, state);
        return state;
    }
}
