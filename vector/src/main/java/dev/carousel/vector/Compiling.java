package dev.carousel.vector;

import dev.carousel.kernel.Kernels;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the compiler come to the {@link Loop}s that are wanted, in a thread of its own, while the work goes on without them.
 *
 * <p>It runs a loop on numbers that nobody needs until it is as fast as only compiled code can be, the one first that most
 * work waits for. The thread ends when nothing has waited for some time.
 */
final class Compiling implements Runnable {

    /** Whether vectors run from the first moment on, however slow: who asks for the vector kernels by name gets nothing else. */
    static final boolean NOT_WAITED_FOR = Kernels.areChosen("vector");

    /** A multiply-add of a vector takes less than one compiled, and tens of times as long before. */
    private static final double MOST_NANOS = 5;

    /** So many times in a row it has to be fast: a loop may be compiled for one call in the middle of it. */
    private static final int TIMES = 50;

    /** Then others have their turn. */
    private static final long LONGEST_NANOS = 1_000_000_000;

    private static final long PAUSE_NANOS = 1_000_000;
    private static final int IDLE_PAUSES = 500;

    private static final AtomicBoolean RUNS = new AtomicBoolean();

    private final Loop.Room room = new Loop.Room();

    private Compiling() {}

    /** Begins, if it does not run. */
    static void begin() {
        if (!RUNS.get() && RUNS.compareAndSet(false, true)) {
            Thread thread = new Thread(new Compiling(), "carousel-compiling");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void run() {
        try {
            int idle = 0;
            while (idle < IDLE_PAUSES) {
                Loop wanted = mostWanted();
                if (wanted.waiting() > 0) {
                    idle = 0;
                    compile(wanted);
                } else {
                    idle++;
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } finally {
            RUNS.set(false);
        }
    }

    private static Loop mostWanted() {
        Loop most = Loop.TILE_6;
        for (Loop loop : Loop.values()) {
            if (loop.waiting() > most.waiting()) {
                most = loop;
            }
        }
        return most;
    }

    private void compile(Loop loop) {
        long end = System.nanoTime() + LONGEST_NANOS;
        double most = MOST_NANOS * loop.vectorsAtOnce();
        int fast = 0;
        long before = System.nanoTime();
        while (fast < TIMES && before < end) {
            loop.once(room);
            long now = System.nanoTime();
            fast = now - before < most ? fast + 1 : 0;
            before = now;
        }
        if (fast == TIMES) {
            loop.setCompiled();
        }
    }
}
