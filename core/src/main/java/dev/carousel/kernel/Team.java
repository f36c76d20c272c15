package dev.carousel.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads that work on one pass together: the caller and {@code threads - 1} daemon threads of its own.
 *
 * <p>{@link #run} gives every thread its part of a task and returns when all parts are done. Between tasks the threads
 * spin for some microseconds, so that tasks in close succession cost no hand-over, then they park and cost nothing. A
 * team may be shared: it serves its callers one after the other, in the order in which they come, and a task is never begun
 * within another one. How work is cut must not change its result: cut rows or
 * columns of what is written, never a sum.
 */
public final class Team implements AutoCloseable {

    /** A task of which every thread does its part. */
    @FunctionalInterface
    public interface Task {

        /**
         * Does one part.
         *
         * @param part which, 0 to {@code parts - 1}
         * @param parts how many there are
         */
        void run(int part, int parts);
    }

    /** Thrown where another thread will never come to a meeting: a consequence, while that thread has the cause. */
    private static final class Deserted extends IllegalStateException {

        private static final long serialVersionUID = 1;

        Deserted() {
            super("Another thread of the team has failed.");
        }
    }

    private static final Team SINGLE = new Team(1);

    /** How often a thread looks for work before it parks, where each thread can have a processor; some 100 microseconds. */
    private static final int PATIENCE = 20_000;

    /** How often where there are more threads than processors, so that a thread that waits holds up another that works. */
    private static final int CROWDED_PATIENCE = 50;

    /** How often a thread looks whether the others have come to a meeting before it lets other processes run. */
    private static final int MEETING_PATIENCE = 2_000;

    private final Worker[] workers;
    private final int patience;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int meetings;
    private volatile boolean failed;
    private volatile boolean closed;

    /** Of the caller whose task runs. Fair, or a caller with many short tasks would keep all others out. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private Team(int threads) {
        workers = new Worker[threads - 1];
        patience = threads > Runtime.getRuntime().availableProcessors() ? CROWDED_PATIENCE : PATIENCE;
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1, threads);
            workers[i].start();
        }
    }

    /**
     * A team of this many threads, the caller included.
     *
     * @throws IllegalArgumentException if there is not at least one
     */
    public static Team of(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("A team needs at least 1 thread, but got " + threads + ".");
        }
        return threads == 1 ? SINGLE : new Team(threads);
    }

    /** A team of as many threads as this machine has processors for the JVM. */
    public static Team ofAllProcessors() {
        return of(Runtime.getRuntime().availableProcessors());
    }

    /** The caller alone. */
    public static Team single() {
        return SINGLE;
    }

    /** How many threads there are, the caller included. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs every part of a task and returns when all are done; waits first until the tasks of callers before are done. What
     * one thread wrote before is visible to all others within the task, and all they wrote to the caller after it.
     *
     * <p>If parts fail, one of their errors reaches the caller when all parts have ended, and the team stays usable.
     *
     * @throws IllegalStateException if the team is closed, or this is within a task of the same team
     */
    public void run(Task task) {
        if (workers.length == 0) {
            task.run(0, 1);
            return;
        }
        requireOutside("run another task");
        turn.lock();
        try {
            runAlone(task);
        } finally {
            turn.unlock();
        }
    }

    private void requireOutside(String purpose) {
        if (turn.isHeldByCurrentThread() || (Thread.currentThread() instanceof Worker worker && worker.isOf(this))) {
            throw new IllegalStateException("A task of this team wants to " + purpose
                    + " on the same team, whose threads are all in the first. Do it when the first has ended.");
        }
    }

    private void runAlone(Task task) {
        if (closed) {
            throw new IllegalStateException("This team of threads has been closed.");
        }
        failed = false;
        arrived.set(0);
        for (Worker worker : workers) {
            worker.give(task);
        }
        @Nullable Throwable failure = null;
        try {
            task.run(0, threads());
        } catch (RuntimeException | Error e) {
            failed = true;
            failure = e;
        }
        for (Worker worker : workers) {
            @Nullable Throwable theirs = worker.await();
            failure = failure == null || (failure instanceof Deserted && theirs != null) ? theirs : failure;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    /**
     * Within a task that all threads of the team run: waits until every one of them has come here. What each wrote before
     * is then visible to all.
     *
     * @throws IllegalStateException if another thread's part has failed, so that it will never come
     */
    public void meet() {
        if (workers.length == 0) {
            return;
        }
        int meeting = meetings;
        if (arrived.incrementAndGet() == threads()) {
            arrived.set(0);
            meetings = meeting + 1;
            return;
        }
        for (int spins = 0; meetings == meeting; spins++) {
            if (failed) {
                throw new Deserted();
            }
            if (spins < Math.min(patience, MEETING_PATIENCE)) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /**
     * Ends the threads when the task that runs has ended; the team of one caller alone has none and stays usable.
     *
     * @throws IllegalStateException if this is within a task of the team
     */
    @Override
    public void close() {
        if (workers.length == 0) {
            return;
        }
        requireOutside("close itself");
        turn.lock();
        try {
            closed = true;
        } finally {
            turn.unlock();
        }
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    /** Cuts {@code size} things into parts; where part {@code part} begins. Part {@code parts} begins at the end. */
    public static int cut(int size, int part, int parts) {
        return (int) ((long) size * part / parts);
    }

    /** As {@link #cut}, at multiples of a unit, so that whole tiles fall to one thread. */
    public static int cut(int size, int unit, int part, int parts) {
        int units = (size + unit - 1) / unit;
        return Math.min(size, unit * cut(units, part, parts));
    }

    /** One thread: waits for a task, does its part, says so. */
    private final class Worker extends Thread {

        private static final Task NOTHING = (part, parts) -> {};

        private final int part;
        private final int parts;
        private Task task = NOTHING;
        private @Nullable Throwable failure;
        /** How many tasks the caller has given, for its eyes alone; {@link #given} shows it to the worker. */
        private int tasks;

        private volatile int given;
        private volatile int done;
        private volatile boolean parked;

        Worker(int part, int parts) {
            super("carousel-" + part);
            this.part = part;
            this.parts = parts;
            setDaemon(true);
        }

        boolean isOf(Team team) {
            return Team.this == team;
        }

        void give(Task next) {
            task = next;
            tasks++;
            given = tasks;
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Nullable
        Throwable await() {
            int spins = 0;
            while (done != tasks) {
                if (++spins < patience) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            @Nullable Throwable theirs = failure;
            failure = null;
            return theirs;
        }

        @Override
        public void run() {
            int seen = 0;
            while (!closed) {
                seen = awaitTask(seen);
                if (closed) {
                    return;
                }
                try {
                    task.run(part, parts);
                } catch (RuntimeException | Error e) {
                    failed = true;
                    failure = e;
                }
                done = seen;
            }
        }

        private int awaitTask(int seen) {
            for (int spins = 0; given == seen && !closed; spins++) {
                if (spins < patience) {
                    Thread.onSpinWait();
                } else {
                    parked = true;
                    if (given == seen && !closed) {
                        LockSupport.park(this);
                    }
                    parked = false;
                }
            }
            return given;
        }
    }
}
