package dev.carousel.server.http;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what waits for sessions or for the store, such as looking at a state: a store that is slow stops them, but neither
 * the threads that read connections nor those of the pools. What waits for one of them is bounded.
 */
final class WaitingThreads implements Executor, AutoCloseable {

    private static final int THREADS = 32;
    private static final int QUEUE = 1024;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    WaitingThreads() {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(task, "carousel-waiting-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** What a client hears whose request found no place. */
    static Problem full() {
        return Problem.busy(
                        503,
                        1,
                        "There are " + (THREADS + QUEUE)
                                + " requests that wait for sessions already. Is the store slow? Try" + " again later.")
                .with("reason", "no-thread");
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Takes nothing more; what waits is done. Interrupts nobody, for a store may be at work. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
