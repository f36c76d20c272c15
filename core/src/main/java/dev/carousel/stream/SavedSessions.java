package dev.carousel.stream;

import dev.carousel.network.PackedNetwork;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Steps of sessions that somebody else keeps as bytes, such as the keyed state of a stream engine or the row of a database:
 * bytes and events in, answers and new bytes out.
 *
 * <pre>{@code
 * SavedSessions<float[], float[]> sessions = SavedSessions.of(network, 64);
 * SavedSessions.Turn<float[], float[]> a = sessions.turn("pump-17", kept.get("pump-17")).add(event);
 * SavedSessions.Turn<float[], float[]> b = sessions.turn("pump-18", Optional.empty()).add(event).add(event);
 * sessions.step(List.of(a, b));
 * kept.put("pump-17", a.saved());                     // and the answer is a.answer(0)
 * }</pre>
 *
 * <p>All answers are, to the bit, those of a session that gets the same events alone, whichever sessions step together. A session
 * that was saved under another model of the same {@link #layout} goes on with this one's weights. One thread at a time.
 *
 * <p>Saved bytes are big-endian, and {@link #state} takes out what {@link Session#restore} reads:
 *
 * <pre>{@code
 * "CRE1"   8 bytes of the SHA-256 of the layout   when the last event was, its number, the state, as a pool saves them
 * }</pre>
 *
 * @param <E> an event
 * @param <A> the answer to an event
 */
public final class SavedSessions<E, A> {

    static final int MAGIC = 0x43524531;
    static final int LAYOUT = Long.BYTES;
    static final int HEAD = Integer.BYTES + LAYOUT;

    private final SavedRounds<?, ?, E, A> rounds;

    private SavedSessions(SavedRounds<?, ?, E, A> rounds) {
        this.rounds = rounds;
    }

    /**
     * Sessions of a network: an event is its inputSize numbers, or one that is an id; an answer is its outputSize numbers.
     *
     * @param maxBatch how many sessions share a product at most
     * @throws IllegalArgumentException if the network reads sequences from their end or has a mean or maximum over steps
     */
    public static SavedSessions<float[], float[]> of(PackedNetwork network, int maxBatch) {
        network.spec().requireStepwise("A SavedSessions");
        int outputSize = network.spec().outputSize();
        return new SavedSessions<>(new SavedRounds<>(
                new VectorSteps(network, requirePositive(maxBatch)), maxBatch, event -> {
                    VectorEvent.requireFits(network.spec(), event);
                    return new VectorEvent().set(event, new float[outputSize]);
                }));
    }

    /**
     * Sessions of a kind of your own.
     *
     * @param <S> what a session remembers
     * @param <E> an event
     * @param <A> the answer to an event
     * @param maxBatch how many sessions are given to the steps at once at most
     */
    public static <S, E, A> SavedSessions<E, A> of(SessionSteps<S, E, A> steps, int maxBatch) {
        return new SavedSessions<>(new SavedRounds<>(steps, requirePositive(maxBatch), event -> event));
    }

    private static int requirePositive(int maxBatch) {
        if (maxBatch < 1) {
            throw new IllegalArgumentException(
                    "SavedSessions: 1 session at least must step at a time, not " + maxBatch + ".");
        }
        return maxBatch;
    }

    /** The model that sessions are saved under, in hexadecimal digits. */
    public String fingerprint() {
        return rounds.steps.fingerprint();
    }

    /**
     * What a model has in common with those that may replace it while its sessions go on: the network but
     * for its weights, and what the numbers of a state mean.
     */
    public String layout() {
        return rounds.layout;
    }

    /**
     * A session's turn.
     *
     * @param key of the session, for messages and for models that have statistics of each series
     * @param saved what {@link Turn#saved} was after its last turn; none where it begins
     */
    public Turn<E, A> turn(String key, Optional<byte[]> saved) {
        return new Turn<>(key, saved);
    }

    /**
     * Takes the turns, each once, with as many sessions in a product as there are.
     *
     * @param turns of different sessions
     * @throws IllegalArgumentException if the bytes of a session are damaged or of another layout; nothing has happened then
     */
    public void step(List<Turn<E, A>> turns) {
        rounds.take(turns);
    }

    /**
     * The state of a session alone: what {@link Session#restore}, the {@code restore} of a pool, or of a stream of this task reads.
     *
     * @param saved by {@link Turn#saved}
     * @throws IllegalArgumentException if it is damaged
     */
    public static byte[] state(byte[] saved) {
        return SessionRecord.state(record(saved));
    }

    /** The number of the last event of a session, if its events are numbered. */
    public static OptionalLong applied(byte[] saved) {
        long number = SessionRecord.applied(record(saved));
        return number == KeptSession.UNNUMBERED ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /** The latest time of the events of a session, in milliseconds since 1970, as it was told to {@link Turn#at}; 0 where none was. */
    public static long usedAt(byte[] saved) {
        return SessionRecord.usedAt(record(saved));
    }

    static byte[] record(byte[] saved) {
        if (saved.length < HEAD || ByteBuffer.wrap(saved).getInt() != MAGIC) {
            throw new IllegalArgumentException("Expected a session that was saved, but found " + saved.length
                    + " bytes that do not begin as one. Was it cut off, or is it something else?");
        }
        byte[] record = new byte[saved.length - HEAD];
        System.arraycopy(saved, HEAD, record, 0, record.length);
        return record;
    }

    /**
     * What one session does in a step: its events, and then their answers.
     *
     * @param <E> an event
     * @param <A> the answer to an event
     */
    public static final class Turn<E, A> {

        final String key;
        Optional<byte[]> saved;
        boolean stepped;
        boolean moved;
        final List<E> events = new ArrayList<>(1);
        final List<Long> numbers = new ArrayList<>(1);
        private final List<Long> times = new ArrayList<>(1);
        final List<Optional<A>> answers = new ArrayList<>(1);
        final List<Optional<RuntimeException>> refusals = new ArrayList<>(1);

        private Turn(String key, Optional<byte[]> saved) {
            this.key = key;
            this.saved = saved;
        }

        /** Adds an event that has no number. */
        public Turn<E, A> add(E event) {
            return add(event, KeptSession.UNNUMBERED);
        }

        /**
         * Adds an event with a number, such as its offset in a log: one that is not above the last is a repetition, which the
         * session does not take again. Numbers may leave some out.
         *
         * @param number 0 or more; -1 for none
         */
        public Turn<E, A> add(E event, long number) {
            if (number < KeptSession.UNNUMBERED) {
                throw new IllegalArgumentException("The number of an event of the session " + KeptSessions.shown(key)
                        + " is " + number + " but must be 0 or more.");
            }
            requireNot(stepped);
            events.add(event);
            numbers.add(number);
            return this;
        }

        /**
         * When the events were that were added since the last call, in milliseconds since 1970. The latest time of all events that
         * a session has taken is saved with it, so that a late one does not set it back.
         *
         * @throws IllegalStateException if no event was added since
         */
        public Turn<E, A> at(long millis) {
            if (times.size() == events.size()) {
                throw new IllegalStateException("The session " + KeptSessions.shown(key)
                        + " has no event that this would be the time of: add one before.");
            }
            while (times.size() < events.size()) {
                times.add(millis);
            }
            return this;
        }

        /** 0 if it was not told. */
        long time(int event) {
            return event < times.size() ? times.get(event) : 0;
        }

        /** The key of the session. */
        public String key() {
            return key;
        }

        /** How many events it has. */
        public int size() {
            return events.size();
        }

        /** The session after its events, or as it was if it took none; none if it has not begun. */
        public Optional<byte[]> saved() {
            requireStepped();
            return saved;
        }

        /** Whether it took an event, so that {@link #saved} is new. */
        public boolean moved() {
            requireStepped();
            return moved;
        }

        /** The answer to an event; none if it was refused or is a repetition. */
        public Optional<A> answer(int event) {
            requireStepped();
            return answers.get(event);
        }

        /** Why an event was refused, if it was; the session then stayed where it was before it. */
        public Optional<RuntimeException> refusal(int event) {
            requireStepped();
            return refusals.get(event);
        }

        /** Whether an event has a number that the session had taken already. */
        public boolean repeated(int event) {
            return answer(event).isEmpty() && refusal(event).isEmpty();
        }

        private void requireStepped() {
            if (!stepped) {
                throw new IllegalStateException(
                        "The session " + KeptSessions.shown(key) + " has not taken its turn yet.");
            }
        }

        void requireNot(boolean over) {
            if (over) {
                throw new IllegalStateException(
                        "The session " + KeptSessions.shown(key) + " has taken this turn; the next needs another.");
            }
        }
    }
}
