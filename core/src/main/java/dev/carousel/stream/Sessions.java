package dev.carousel.stream;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The live sessions of one model by key: each takes its events in order and remembers what came before, however many there
 * are and whichever threads bring them.
 *
 * <p>A session begins with its first event. Events of different sessions that wait at the same time are stepped together; each
 * session's answers are the bits that it would give alone. Any thread may call any method. The queue is bounded: what does
 * not fit is refused with {@link PoolException.Kind#QUEUE_FULL}, and nothing of it is taken. What is done with a session between
 * its events, such as {@link #snapshot}, waits for its turn and is not refused.
 *
 * <p><b>Numbered events.</b> A caller may number the events of a session 0, 1, 2 and so on (or from 1). The session remembers the
 * number of the last one and the answers to the last batch, in the same record as its state. So a batch that comes again,
 * since its answer was lost, gets the same answers and the state does not move twice. With a durable {@link StateStore} an
 * answer is released only after the write that contains it has been committed.
 *
 * <p><b>Where callbacks run.</b> On the thread that took the step. They must be short and must not wait: a call that waits for
 * this pool is refused there. What depends on a future runs there too, unless it was added by an {@code Async} method.
 *
 * @param <E> an event
 * @param <A> the answer to an event
 */
public interface Sessions<E, A> extends AutoCloseable {

    /**
     * Receives the answers to one call of {@link #submit}: one of the two methods is called, once.
     *
     * @param <A> the answer to an event
     */
    interface Callback<A> {

        /** All events were taken; the answers stand in their order. */
        void answered(List<A> answers);

        /** No event of the call has been taken, or with {@link PoolException.Kind#STORE_FAILED} that is not known. */
        void failed(RuntimeException cause);
    }

    /** Which part of its session the events of a call are. */
    enum Part {
        /** Any: the session goes on, or begins if there is none. */
        ANY,
        /** The first: the session begins anew with them, whatever it was before. */
        FIRST,
        /** Neither the first nor the last: the call is refused with {@link PoolException.Kind#NO_SESSION} if there is no session. */
        NEXT,
        /** The last: as {@link #NEXT}, and the session ends with them. */
        LAST,
        /** All: the session begins and ends with them, and nothing of it is kept. */
        WHOLE;

        boolean begins() {
            return this == FIRST || this == WHOLE;
        }

        boolean follows() {
            return this == NEXT || this == LAST;
        }

        boolean ends() {
            return this == LAST || this == WHOLE;
        }
    }

    /**
     * Sessions of a kind of your own.
     *
     * @param <S> what a session remembers
     * @param <E> an event
     * @param <A> the answer to an event
     * @param steps makes what takes the steps, one for each thread
     * @param store where sessions go when they are idle, and with a durable one after every event; not closed with the pool
     */
    static <S, E, A> Sessions<E, A> of(
            Supplier<SessionSteps<S, E, A>> steps, PoolOptions options, Optional<StateStore> store) {
        Objects.requireNonNull(steps, "Sessions: what makes the steps is null");
        Objects.requireNonNull(options, "Sessions: options are null; PoolOptions.defaults() are the usual ones");
        Objects.requireNonNull(store, "Sessions: store is null; it may be empty");
        return new KeyedPool<>(steps, options, store);
    }

    /** By which saved sessions know their model, in hexadecimal digits. */
    String fingerprint();

    /**
     * Gives a session events. With the part that they are, beginning, events and end are one step of the session: no event of
     * another call comes between, and if one of the events is refused, the session is where it was before the call.
     *
     * @param key of the session
     * @param part whether the session begins or ends with them
     * @param first the number of the first event, the others follow; none if they are not numbered. A call whose session begins with
     *     it is never taken for one that comes again, and a session that has ended remembers no number
     * @param events at least one; taken all or none
     * @param callback receives the answers
     * @throws PoolException of the kind {@code QUEUE_FULL} or {@code CLOSED}; nothing has been taken then
     * @throws IllegalArgumentException if there is no event, there are more than {@link PoolOptions#maxEvents}, the number is
     *     negative or an event cannot be right
     */
    void submit(String key, Part part, OptionalLong first, List<E> events, Callback<A> callback);

    /** Gives a session events, whichever part of it they are. */
    default void submit(String key, OptionalLong first, List<E> events, Callback<A> callback) {
        submit(key, Part.ANY, first, events, callback);
    }

    /**
     * Gives a session events; the future fails with what {@link Callback#failed} gets.
     *
     * @throws PoolException as {@link #submit(String, Part, OptionalLong, List, Callback)}, as all that follow
     */
    default CompletableFuture<List<A>> submit(String key, List<E> events) {
        Answered<A> answered = new Answered<>();
        submit(key, OptionalLong.empty(), events, answered);
        return answered.future();
    }

    /** Gives a session numbered events: {@code first} is the number of the first of them. */
    default CompletableFuture<List<A>> submit(String key, long first, List<E> events) {
        Answered<A> answered = new Answered<>();
        submit(key, OptionalLong.of(first), events, answered);
        return answered.future();
    }

    /** Gives a session an event. */
    default CompletableFuture<A> submit(String key, E event) {
        Objects.requireNonNull(event, "Sessions: event is null");
        return submit(key, List.of(event)).thenApply(answers -> answers.get(0));
    }

    /**
     * Gives a session an event and waits for the answer.
     *
     * @throws IllegalStateException if called by a callback
     */
    A step(String key, E event);

    /** Makes a session that has no event yet; whether there was none. */
    boolean join(String key);

    /** Ends a session and removes it from the store; whether there was one. */
    boolean leave(String key);

    /** The next event of a session begins a new stream, numbered anew. */
    void reset(String key);

    /** Whether there is such a session, in memory or in the store. */
    boolean has(String key);

    /** The number of the last event of a session, if it has one. */
    OptionalLong applied(String key);

    /** All that a session remembers: its state, the last number, the answers that belong to it; none if there is no session. */
    Optional<byte[]> snapshot(String key);

    /** The state of a session alone, as {@link Session#save} has it, or whatever saves a single stream of this kind. */
    Optional<byte[]> state(String key);

    /**
     * Sets a session to what was saved, by this process or another; makes it if there is none.
     *
     * @param saved by {@link #snapshot}, or a state alone, which has no number yet
     * @throws IllegalArgumentException if the bytes are damaged or of another model; of a task, its own exception. The session
     *     is then where it was
     */
    void restore(String key, byte[] saved);

    /**
     * Sets a session to where another one is, number included.
     *
     * @return whether there is a session {@code from}; if not, nothing happens
     */
    boolean copy(String from, String to);

    /** Calls with each key, in memory or in the store; of those that come or go meanwhile with any. */
    void keys(Consumer<String> each);

    /**
     * Ends all sessions whose last event was before an instant.
     *
     * @return how many
     */
    int expire(Instant before);

    /** Writes all sessions to the store that it does not have as they are. */
    void flush();

    /** How much there is and was. */
    PoolFigures figures();

    /**
     * Refuses events from now on, takes those that wait, writes what is not in the store and ends the threads. The store stays
     * open.
     *
     * @throws PoolException if the store fails
     */
    @Override
    void close();
}
