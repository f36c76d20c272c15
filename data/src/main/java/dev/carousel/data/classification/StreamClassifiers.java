package dev.carousel.data.classification;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.stream.SessionBatch;

/**
 * A classifier of many streams, of which those that have an event take a step together.
 *
 * <pre>{@code
 * StreamClassifiers streams = StreamClassifiers.of(model.network(), ClassifierSpec.of(model), 1000, team);
 * int a = streams.add();
 * streams.put(a, event);
 * streams.step();
 * streams.probabilities(a, probabilities);
 * streams.remove(a);
 * }</pre>
 *
 * <p>Each stream gives what a separate {@link StreamClassifier} would, bit for bit. One thread at a time, which its
 * team helps; a second one gets an error.
 */
public final class StreamClassifiers {

    private final ClassifierSpec spec;
    private final SessionBatch sessions;
    private final StreamScores memory;
    private final float[] input;
    private final float[] scores;

    /** The streams that have an event, in no order, and whether a stream is among them. */
    private final int[] waiting;

    private final boolean[] waits;
    private int count;

    private final OneThread one = new OneThread("StreamClassifiers");

    private StreamClassifiers(Network network, ClassifierSpec spec, int capacity, Team team) {
        this.spec = spec;
        this.sessions = SessionBatch.of(StreamScores.stepwise(network), capacity, team);
        this.memory = new StreamScores(spec, network.spec().pools(), capacity);
        this.input = new float[spec.readsIds() ? 0 : spec.inputSize()];
        this.scores = new float[spec.classes().size()];
        this.waiting = new int[capacity];
        this.waits = new boolean[capacity];
    }

    /**
     * Room for some streams.
     *
     * @param capacity how many there may be at a time
     * @throws IllegalArgumentException if the network reads sequences from their end, or sequences are scaled by their own
     *     mean
     */
    public static StreamClassifiers of(Network network, ClassifierSpec spec, int capacity, Team team) {
        return new StreamClassifiers(network, spec, capacity, team);
    }

    /** What its events and classes are. */
    public ClassifierSpec spec() {
        return spec;
    }

    /**
     * Begins a stream.
     *
     * @return its number, until it is removed
     * @throws IllegalStateException if there is no room, or another thread is using the streams
     */
    public int add() {
        one.enter();
        try {
            int stream = sessions.add();
            memory.reset(stream);
            return stream;
        } finally {
            one.leave();
        }
    }

    /** Ends a stream. */
    public void remove(int stream) {
        one.enter();
        try {
            sessions.remove(stream);
            if (waits[stream]) {
                waits[stream] = false;
                int at = 0;
                while (waiting[at] != stream) {
                    at++;
                }
                waiting[at] = waiting[--count];
            }
        } finally {
            one.leave();
        }
    }

    /**
     * The event of a stream for the next step.
     *
     * @param event the numbers as measured; NaN where one is missing
     * @throws IllegalArgumentException if there is no such stream, a size differs or the classifier reads text
     * @throws dev.carousel.data.DataException if a number is infinite, or too far from those of the training; the stream is
     *     then where it was
     * @throws IllegalStateException if it has an event already
     */
    public void put(int stream, float[] event) {
        one.enter();
        try {
            // Checked first, so that a mistake leaves what the stream remembers as it was.
            if (!sessions.has(stream)) {
                throw new IllegalArgumentException("There is no stream " + stream + ". Has it been removed?");
            }
            if (waits[stream]) {
                throw new IllegalStateException(
                        "Stream " + stream + " has an event already; take a step before the next.");
            }
            memory.scale(stream, event, input);
            sessions.put(stream, input);
            memory.accepted(stream, input);
            waits(stream);
        } finally {
            one.leave();
        }
    }

    private void waits(int stream) {
        waits[stream] = true;
        waiting[count++] = stream;
    }

    /**
     * The character of a stream for the next step.
     *
     * @throws IllegalArgumentException if there is no such stream or the classifier does not read characters
     * @throws IllegalStateException if it has an event already
     */
    public void put(int stream, int codePoint) {
        putId(stream, spec.id(codePoint));
    }

    /**
     * The character, byte or word of a stream for the next step.
     *
     * @param id as {@link ClassifierSpec#ids} gives it
     * @throws IllegalArgumentException if there is no such stream or id, or the classifier reads vectors
     * @throws IllegalStateException if it has an event already
     */
    public void putId(int stream, int id) {
        one.enter();
        try {
            sessions.put(stream, id);
            waits(stream);
        } finally {
            one.leave();
        }
    }

    /** All streams that have an event take it. */
    public void step() {
        one.enter();
        try {
            sessions.step();
            for (int i = 0; i < count; i++) {
                sessions.output(waiting[i], scores);
                memory.add(waiting[i], scores);
                waits[waiting[i]] = false;
            }
            count = 0;
        } finally {
            one.leave();
        }
    }

    /**
     * The probabilities of a stream that took the last step.
     *
     * @param probabilities receives that of each class
     * @throws IllegalStateException if it did not take the last step
     */
    public void probabilities(int stream, float[] probabilities) {
        one.enter();
        try {
            sessions.output(stream, scores);
            memory.probabilities(stream, scores, probabilities);
        } finally {
            one.leave();
        }
    }
}
