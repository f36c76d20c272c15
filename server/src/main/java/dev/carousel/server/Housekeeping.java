package dev.carousel.server;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What is done now and then, by a thread with a name. A task that fails, however it does, is told and done again at its next
 * time. Nobody is interrupted, for a store may be at work.
 */
final class Housekeeping {

    private final ScheduledThreadPoolExecutor thread;
    private final Consumer<String> log;

    Housekeeping(String name, Consumer<String> log) {
        this.log = log;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Does something again and again, so long after it was done the last time; not at all where that is zero. */
    // Nobody asks what became of it: it ends with the server.
    @SuppressWarnings("FutureReturnValueIgnored")
    void every(Duration time, String what, Runnable task) {
        if (!time.isZero()) {
            long millis = Math.max(1, time.toMillis());
            thread.scheduleWithFixedDelay(() -> careful(what, task), millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void careful(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            tell(what + " failed and is tried again: " + e);
        }
    }

    /** Not even a log that fails ends it. */
    private void tell(String line) {
        try {
            log.accept(line);
        } catch (RuntimeException | Error e) {
            // There is nowhere to say it.
        }
    }

    /** Begins nothing more, and waits for what is being done, for so long at most. */
    void close(Duration most) {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
                tell("housekeeping is still at work; the end does not wait for it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
