package dev.carousel.stream;

import dev.carousel.kernel.WarmUp;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import java.time.Duration;
import java.util.Objects;

/**
 * One stream of a network: it takes one event at a time and remembers what came before.
 *
 * <p>The network is immutable and shared by all sessions; the session holds the state h (and c) of its stream and the buffers
 * of a step, a few kilobytes. A session belongs to one thread at a time, and a second one gets an error; any number of them
 * run in any number of threads. Where there are thousands of streams, {@link Stepper} needs less.
 *
 * <pre>{@code
 * PackedNetwork network = Model.load(path).network().pack();
 * Session session = Session.of(network);
 * float[] y = new float[network.spec().outputSize()];
 * session.step(event, y);        // the output after this event and all before it
 * byte[] kept = session.save();  // for Session.of(network).restore(kept), today or after a restart
 * session.reset();               // the next event begins a new stream
 * }</pre>
 */
public final class Session {

    private final Stepper stepper;
    private final State state;

    private Session(Stepper stepper) {
        this.stepper = stepper;
        this.state = stepper.ownState();
    }

    /**
     * A session that begins, and refuses events that are not finite.
     *
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     * @throws IllegalStateException if a weight is not finite
     */
    public static Session of(PackedNetwork network) {
        Objects.requireNonNull(network, "Session: network is null");
        return new Session(Stepper.ofSession(network, false));
    }

    /**
     * A session that begins, and takes NaN and infinite numbers as they come. One of them makes its state NaN for good, which
     * {@link #isFinite} tells.
     *
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static Session ofAnyNumbers(PackedNetwork network) {
        Objects.requireNonNull(network, "Session: network is null");
        return new Session(Stepper.ofSession(network, true));
    }

    /**
     * Takes steps of made-up events until the compiler is done with them, or the time is up: for a service whose first events
     * must not wait. Takes some seconds; changes nothing.
     *
     * @param limit how long it may take
     * @return whether steps had become as fast as they get
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static boolean warm(PackedNetwork network, Duration limit) {
        Objects.requireNonNull(limit, "Session: limit is null");
        Session session = of(network);
        float[] output = new float[network.spec().outputSize()];
        long begin = System.nanoTime();
        if (!network.warm(1, 1, limit)) {
            return false;
        }
        Duration left = limit.minusNanos(System.nanoTime() - begin);
        if (network.spec().readsIds()) {
            return WarmUp.untilSteady(network.kernels(), () -> session.step(0, output), left);
        }
        float[] event = new float[network.spec().inputSize()];
        return WarmUp.untilSteady(network.kernels(), () -> session.step(event, output), left);
    }

    /**
     * Takes one event that is a vector.
     *
     * @param event the network's inputSize numbers
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if a size differs, a number is not finite or the network reads ids; the session is
     *     then where it was
     * @throws IllegalStateException if another thread is at work on this session
     */
    public void step(float[] event, float[] output) {
        Objects.requireNonNull(event, "Session: event is null");
        Objects.requireNonNull(output, "Session: output is null");
        stepper.step(state, event, output);
    }

    /**
     * Takes one event that is an id.
     *
     * @param event 0 to V - 1
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if the id is unknown, the output's size differs, or the network reads vectors; the
     *     session is then where it was
     * @throws IllegalStateException if another thread is at work on this session
     */
    public void step(int event, float[] output) {
        Objects.requireNonNull(output, "Session: output is null");
        stepper.step(state, event, output);
    }

    /**
     * Forgets the stream: the next event begins a new one.
     *
     * @throws IllegalStateException if another thread is at work on this session
     */
    public void reset() {
        state.clear();
    }

    /**
     * Whether every number of the state is finite; if not, its outputs mean nothing until it is reset.
     *
     * @throws IllegalStateException if another thread is at work on this session
     */
    public boolean isFinite() {
        return state.isFinite(0);
    }

    /**
     * What the session remembers, as bytes: the network's fingerprint, the state, a checksum.
     *
     * @throws IllegalStateException if another thread is at work on this session
     */
    public byte[] save() {
        return stepper.save(state);
    }

    /**
     * Goes on where a stream of the same network was saved, by this process or another.
     *
     * @throws IllegalArgumentException if the bytes are damaged, or of another network; the session is then where it was
     * @throws IllegalStateException if another thread is at work on this session
     */
    public void restore(byte[] saved) {
        Objects.requireNonNull(saved, "Session: there are no bytes to restore; they are null");
        state.copyFrom(stepper.restore(saved));
    }

    /** The state of the stream itself, not a copy: to be looked at or set between steps. */
    public State state() {
        return state;
    }
}
