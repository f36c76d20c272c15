package dev.carousel.stream;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.NetworkSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Many streams of one network, of which those that have an event take a step together: weights are read once for all of
 * them, so that a step of many costs far less than as many steps of a {@link Session}.
 *
 * <pre>{@code
 * SessionBatch sessions = SessionBatch.of(network, 1000, team);
 * int a = sessions.add();
 * int b = sessions.add();
 * sessions.put(a, eventOfA);
 * sessions.put(b, eventOfB);
 * sessions.step();                  // a and b take a step, all others stay where they are
 * sessions.output(a, y);
 * sessions.remove(b);
 * }</pre>
 *
 * <p>A session is a number, valid from {@link #add} to {@link #remove}, then given out again. Sessions never touch each
 * other: each gives the bits that a separate {@code Session} would, whichever others step with it, and a state that is
 * not finite affects no other. Steps allocate nothing once every number of sessions has been seen. The network is
 * shared; the batch belongs to one thread at a time, which its team helps; a second one gets an error.
 */
public final class SessionBatch {

    private static final int NONE = -1;

    private final PackedNetwork network;
    private final int capacity;
    private final int inputSize;
    private final int outputSize;

    /** The states of all sessions, and which of them are free, the next to be given out last. */
    private final State states;

    private final boolean[] used;
    private final int[] free;
    private int freeCount;

    private final WaitingEvents waiting;
    private final StepGroups groups;

    // Where the outputs of the last step lie.
    private final int[] outputRowOf;

    /** 0, 1, 2 and so on. */
    private final int[] rows;

    private float[] outputs = {};

    private final OneThread one = new OneThread("SessionBatch");
    private final boolean anyNumber;

    private SessionBatch(PackedNetwork network, int capacity, Team team, boolean anyNumber) {
        this.anyNumber = anyNumber;
        NetworkSpec spec = network.spec();
        this.network = network;
        this.capacity = capacity;
        this.inputSize = spec.readsIds() ? 0 : spec.inputSize();
        this.outputSize = spec.outputSize();
        this.states = network.freshState(capacity);
        this.used = new boolean[capacity];
        this.free = new int[capacity];
        this.freeCount = capacity;
        this.waiting = new WaitingEvents(capacity, inputSize);
        this.groups = new StepGroups(network, team, capacity, waiting);
        this.outputRowOf = new int[capacity];
        this.rows = IntStream.range(0, capacity).toArray();
        Arrays.fill(outputRowOf, NONE);
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
    }

    /**
     * A batch without sessions, which refuses events that are not finite.
     *
     * @param capacity how many there can be at once
     * @param team the threads that take the steps
     * @throws IllegalArgumentException if the capacity is not positive, or the network reads sequences from their end
     *     or has a mean or maximum over steps
     */
    public static SessionBatch of(PackedNetwork network, int capacity, Team team) {
        return of(network, capacity, team, false);
    }

    /**
     * A batch without sessions, which takes NaN and infinite numbers as they come. One of them makes the state of its session
     * NaN for good, which {@link #isFinite} tells.
     *
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static SessionBatch ofAnyNumbers(PackedNetwork network, int capacity, Team team) {
        return of(network, capacity, team, true);
    }

    private static SessionBatch of(PackedNetwork network, int capacity, Team team, boolean anyNumber) {
        Objects.requireNonNull(network, "SessionBatch: network is null");
        Objects.requireNonNull(team, "SessionBatch: team is null; Team.single() is the calling thread alone");
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "A SessionBatch needs room for 1 session at least, not for " + capacity + ".");
        }
        network.spec().requireStepwise("A SessionBatch");
        if (!anyNumber) {
            network.requireFiniteWeights();
        }
        return new SessionBatch(network, capacity, team, anyNumber);
    }

    /** The network that all sessions run. */
    public PackedNetwork network() {
        return network;
    }

    /** How many sessions there can be. */
    public int capacity() {
        return capacity;
    }

    /** How many sessions there are. */
    public int size() {
        return capacity - freeCount;
    }

    /** How many sessions wait for the next step. */
    public int waiting() {
        return waiting.rows();
    }

    /** Whether there is a session of this number. */
    public boolean has(int session) {
        return session >= 0 && session < capacity && used[session];
    }

    /**
     * Adds a session at the fresh state.
     *
     * @return its number, 0 to {@code capacity - 1}
     * @throws IllegalStateException if there is no room
     */
    public int add() {
        one.enter();
        try {
            if (freeCount == 0) {
                throw new IllegalStateException("This SessionBatch has room for " + capacity
                        + " sessions and has them all. Remove those that have ended, or make a larger one.");
            }
            int session = free[--freeCount];
            used[session] = true;
            states.clear(session);
            return session;
        } finally {
            one.leave();
        }
    }

    /** Ends a session; its number may be given out again. An event that waits is dropped. */
    public void remove(int session) {
        one.enter();
        try {
            require(session);
            waiting.drop(session);
            used[session] = false;
            outputRowOf[session] = NONE;
            free[freeCount++] = session;
        } finally {
            one.leave();
        }
    }

    /** Forgets a session's stream: its next event begins a new one. An event that waits will be the first of it. */
    public void reset(int session) {
        one.enter();
        try {
            require(session);
            states.clear(session);
        } finally {
            one.leave();
        }
    }

    /** Whether every number of a session's state is finite; if not, its outputs mean nothing until it is reset. */
    public boolean isFinite(int session) {
        one.enter();
        try {
            require(session);
            return states.isFinite(session);
        } finally {
            one.leave();
        }
    }

    /**
     * Copies a session's state, such as to write it to a store.
     *
     * @param into of this network and one sequence, as {@link Session#state} and {@link PackedNetwork#freshState} are
     */
    public void save(int session, State into) {
        Objects.requireNonNull(into, "SessionBatch: the state to save into is null");
        one.enter();
        try {
            require(session);
            into.copyFrom(0, states, session);
        } finally {
            one.leave();
        }
    }

    /**
     * Sets a session to a state that was saved.
     *
     * @param from of this network and one sequence
     */
    public void restore(int session, State from) {
        Objects.requireNonNull(from, "SessionBatch: the state to restore is null");
        one.enter();
        try {
            require(session);
            states.copyFrom(session, from, 0);
        } finally {
            one.leave();
        }
    }

    /** What a session remembers, as bytes: the same as {@link Session#save} of a session that is where this one is. */
    public byte[] save(int session) {
        State state = network.freshState(1);
        save(session, state);
        return StateBytes.of(network, state);
    }

    /**
     * Sets a session to what was saved by this process or another, also by a {@link Session} or {@link Stepper}.
     *
     * @throws IllegalArgumentException if there is no such session, or the bytes are damaged or of another network
     */
    public void restore(int session, byte[] saved) {
        Objects.requireNonNull(saved, "SessionBatch: there are no bytes to restore; they are null");
        State state = network.freshState(1);
        StateBytes.read(saved, network, state);
        restore(session, state);
    }

    /**
     * Gives a session an event that is a vector, for the next step.
     *
     * @param event the network's inputSize numbers; copied
     * @throws IllegalArgumentException if there is no such session, the size differs, a number is not finite, the network
     *     reads ids, or something in one of its columns of ids is none
     * @throws IllegalStateException if the session has an event already
     */
    public void put(int session, float[] event) {
        Objects.requireNonNull(event, "SessionBatch: event is null");
        one.enter();
        try {
            Stepper.requireEvent(network.spec(), event, inputSize, anyNumber);
            if (network.spec().layers().get(0) instanceof ColumnEmbedding embedding) {
                // Here, so that the mistake of one stream does not stop the step of all.
                embedding.requireIds(event);
            }
            require(session);
            waiting.add(session, event);
        } finally {
            one.leave();
        }
    }

    /**
     * Gives a session an event that is an id, for the next step.
     *
     * @param event 0 to V - 1
     * @throws IllegalArgumentException if there is no such session, the id is unknown or the network reads vectors
     * @throws IllegalStateException if the session has an event already
     */
    public void put(int session, int event) {
        one.enter();
        try {
            int V = network.spec().inputSize();
            if (!network.spec().readsIds() || event < 0 || event >= V) {
                throw new IllegalArgumentException("SessionBatch: the event is the id " + event
                        + " but the network reads "
                        + (network.spec().readsIds() ? "ids from 0 to " + (V - 1) : "vectors of " + V + " numbers")
                        + ". Was this model trained with another vocabulary?");
            }
            require(session);
            waiting.add(session, event);
        } finally {
            one.leave();
        }
    }

    /**
     * Takes one step of every session that has an event.
     *
     * @return how many these were
     */
    public int step() {
        one.enter();
        try {
            int count = waiting.rows();
            Arrays.fill(outputRowOf, NONE);
            if (count == 0) {
                return 0;
            }
            StepGroups.Group group = groups.of(count);
            group.state().copyFrom(rows, states, waiting.sessions(), count);
            group.tape().forward(group.x(), group.state(), room(group.size()));
            states.copyFrom(waiting.sessions(), group.state(), rows, count);
            for (int row = 0; row < count; row++) {
                outputRowOf[waiting.sessions()[row]] = row;
            }
            waiting.clear();
            return count;
        } finally {
            one.leave();
        }
    }

    /**
     * The output of a session that took the last step.
     *
     * @param output receives the network's outputSize numbers
     * @throws IllegalArgumentException if there is no such session or the size differs
     * @throws IllegalStateException if the session did not take the last step
     */
    public void output(int session, float[] output) {
        Objects.requireNonNull(output, "SessionBatch: output is null");
        one.enter();
        try {
            require(session);
            if (output.length != outputSize) {
                throw new IllegalArgumentException("SessionBatch: room for " + output.length
                        + " numbers was given but the network's output has " + outputSize + " a step.");
            }
            if (outputRowOf[session] == NONE) {
                throw new IllegalStateException(
                        "Session " + session + " has no output, for it had no event in the last step.");
            }
            System.arraycopy(outputs, outputRowOf[session] * outputSize, output, 0, outputSize);
        } finally {
            one.leave();
        }
    }

    private float[] room(int size) {
        if (outputs.length < size * outputSize) {
            outputs = new float[Math.multiplyExact(size, outputSize)];
        }
        return outputs;
    }

    private void require(int session) {
        if (!has(session)) {
            throw new IllegalArgumentException("There is no session " + session + " among the " + size()
                    + " of this SessionBatch. Has it been removed?");
        }
    }
}
