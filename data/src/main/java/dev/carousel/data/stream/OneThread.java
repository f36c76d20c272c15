package dev.carousel.data.stream;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one thread at a time may use; a second one that comes in between is refused. */
final class OneThread {

    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();

    /**
     * Does something while no other thread does anything.
     *
     * @throws IllegalStateException if another thread is at it
     */
    <T> T alone(Supplier<T> work) {
        Thread current = Thread.currentThread();
        Thread other = user.compareAndExchange(null, current);
        if (other != null) {
            throw new IllegalStateException("The stream is being used by " + other + " but " + current
                    + " came in between. A stream, and all streams of one KeyedStreams, belong to one thread at a time:"
                    + " take a lock, or have a KeyedStreams for each thread.");
        }
        try {
            return work.get();
        } finally {
            user.set(null);
        }
    }

    /** The same without a result. */
    void alone(Runnable work) {
        alone(() -> {
            work.run();
            return true;
        });
    }
}
