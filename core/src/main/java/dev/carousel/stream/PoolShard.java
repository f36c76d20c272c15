package dev.carousel.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A part of a pool: the sessions whose keys fall to it, what waits for them, and a thread. Who holds it takes the turns: its thread,
 * or a caller that finds nothing waiting.
 */
final class PoolShard<S, E, A> {

    /** How many events a turn takes from the queue. */
    private static final int MOST_EVENTS = 8192;

    /** How often a thread looks for more after a turn before it goes to sleep: some microseconds. */
    private static final int YIELDS = 20;

    private static final long AFTER_FAILURE = Duration.ofMillis(10).toNanos();

    private static final long LONGEST_SLEEP = Duration.ofSeconds(1).toNanos();

    private final Object lock = new Object();

    /** What has arrived, and what whoever holds the shard has taken of it, which is older. Change places under the lock. */
    private ArrayDeque<PoolWork<S, E, A>> arrived = new ArrayDeque<>();

    private ArrayDeque<PoolWork<S, E, A>> taken = new ArrayDeque<>();

    /** How many events are in both. */
    private volatile int queued;

    private volatile boolean closed;

    private final AtomicBoolean held = new AtomicBoolean();
    private volatile @Nullable Thread holder;

    private final KeptSessions<S, E, A> sessions;
    private final SessionTurn<S, E, A> turn;
    private final PoolQueue room;
    private final LoneWork<S, E, A> lone = new LoneWork<>();
    private final Thread thread;
    private volatile boolean parked;
    private final int maxBatch;
    private final long delay;
    private final long idle;
    private final long halved;

    /** Between two sweeps: a quarter of the shorter of both times, a second at most. */
    private final long pause;

    private long sweptAt = System.nanoTime();

    PoolShard(
            int number,
            SessionSteps<S, E, A> steps,
            KeptSessions<S, E, A> sessions,
            PoolOptions options,
            PoolQueue room,
            PoolCounters counters) {
        this.sessions = sessions;
        this.turn = new SessionTurn<>(steps, sessions, options, counters);
        this.room = room;
        this.maxBatch = options.maxBatch();
        this.delay = options.batchDelay().toNanos();
        this.idle = options.idle().toMillis();
        this.halved = options.halvedAfter().toMillis();
        long shorter = idle == 0 || (halved > 0 && halved < idle) ? halved : idle;
        this.pause = shorter == 0 ? LONGEST_SLEEP : Math.min(LONGEST_SLEEP, shorter * 250_000);
        this.thread = new PoolThread(this::work, "carousel-pool-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Lets work wait for its turn, for which there is room. Whether the shard is open. */
    boolean add(PoolWork<S, E, A> work) {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            arrived.add(work);
            queued += work.weight();
        }
        wake();
        return true;
    }

    private void wake() {
        if (parked) {
            // Whoever comes before the thread has woken up need not wake it again, which is dear.
            parked = false;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Refuses to wait where steps would have to be taken meanwhile: on the thread of a pool, which runs its callbacks.
     *
     * @throws IllegalStateException if this is such a thread
     */
    static void requireNoCallback() {
        if (Thread.currentThread() instanceof PoolThread) {
            throw new IllegalStateException("A callback of a pool of sessions wants to wait for the pool, which waits"
                    + " for the callback. Let it submit instead, or do it elsewhere.");
        }
    }

    /** Takes steps, and runs callbacks. */
    private static final class PoolThread extends Thread {

        PoolThread(Runnable work, String name) {
            super(work, name);
        }
    }

    /** Whether this thread is within a turn of this shard, such as a callback is. */
    boolean isHeldHere() {
        return holder == Thread.currentThread();
    }

    private boolean enter() {
        if (!held.compareAndSet(false, true)) {
            return false;
        }
        holder = Thread.currentThread();
        return true;
    }

    private void leave() {
        holder = null;
        held.set(false);
        if (queued > 0) {
            wake();
        }
    }

    /** Does something with all sessions between turns. */
    void between(Runnable task) {
        while (!enter()) {
            LockSupport.parkNanos(50_000);
        }
        try {
            task.run();
        } finally {
            leave();
        }
    }

    KeptSessions<S, E, A> sessions() {
        return sessions;
    }

    /** Begins a step by the caller, if nobody else is at work and nothing waits; then {@link #step} is to follow. */
    boolean tryStep() {
        if (queued > 0 || !enter()) {
            return false;
        }
        if (queued > 0 || closed) {
            leave();
            return false;
        }
        return true;
    }

    /** Takes the step that {@link #tryStep} began. */
    A step(String key, E event) {
        try {
            lone.set(key, event);
            turn.works().add(lone);
            turn.run();
            return lone.take();
        } finally {
            leave();
        }
    }

    /** Whatever goes wrong, the thread goes on, for nobody else takes what waits. */
    private void work() {
        while (true) {
            try {
                takeTurns();
                return;
            } catch (RuntimeException | Error e) {
                parked = false;
                LockSupport.parkNanos(this, AFTER_FAILURE);
            }
        }
    }

    /** Until it is closed and nothing waits. */
    private void takeTurns() {
        while (true) {
            sweep();
            if (queued > 0 && enter()) {
                try {
                    gather();
                    takeTurn();
                } finally {
                    leave();
                }
                awaitMore();
                continue;
            }
            if (closed && queued == 0) {
                return;
            }
            parked = true;
            if (queued == 0 || held.get()) {
                LockSupport.parkNanos(this, pause);
            }
            parked = false;
        }
    }

    /** After a turn: to give callers the processor is cheaper for them than to wake a thread that has gone to sleep. */
    private void awaitMore() {
        for (int i = 0; i < YIELDS && queued == 0 && !closed; i++) {
            Thread.yield();
        }
    }

    /** Waits a while for more, if that is wanted. */
    private void gather() {
        if (delay == 0) {
            return;
        }
        long until = System.nanoTime() + delay;
        for (long left = delay; left > 0 && queued < maxBatch && !closed; left = until - System.nanoTime()) {
            parked = true;
            LockSupport.parkNanos(left);
            parked = false;
        }
    }

    private void takeTurn() {
        if (taken.isEmpty()) {
            synchronized (lock) {
                ArrayDeque<PoolWork<S, E, A>> empty = taken;
                taken = arrived;
                arrived = empty;
            }
        }
        int events = 0;
        try {
            while (events < MOST_EVENTS) {
                @Nullable PoolWork<S, E, A> work = taken.peek();
                if (work == null) {
                    break;
                }
                turn.works().add(work);
                taken.remove();
                events += work.weight();
            }
        } catch (Error e) {
            // There is no memory for more: those that are in the turn take it, the others wait for the next.
            if (events == 0) {
                throw e;
            }
        } finally {
            synchronized (lock) {
                queued -= events;
            }
        }
        try {
            turn.run();
        } finally {
            room.release(events);
        }
    }

    /** Now and then: sends idle sessions to the store, and makes others smaller. */
    private void sweep() {
        long now = System.nanoTime();
        if ((idle == 0 && halved == 0) || now - sweptAt < pause || !enter()) {
            return;
        }
        try {
            sweptAt = now;
            long time = System.currentTimeMillis();
            if (idle > 0) {
                sessions.evictIdle(time - idle);
            }
            if (halved > 0) {
                sessions.shrinkIdle(time - halved);
            }
        } finally {
            leave();
        }
    }

    /** Takes no more; the thread ends when nothing waits. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
        LockSupport.unpark(thread);
    }

    /** Waits for the thread to end. */
    void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
