package dev.carousel.stream;

import java.util.concurrent.atomic.AtomicInteger;

/** How many events wait or are under way in all of a pool, and how many may. */
final class PoolQueue {

    private final int capacity;
    private final AtomicInteger taken = new AtomicInteger();

    PoolQueue(int capacity) {
        this.capacity = capacity;
    }

    int taken() {
        return taken.get();
    }

    int capacity() {
        return capacity;
    }

    /** Whether there is room for some more, which is then taken. */
    boolean take(int events) {
        int before = taken.get();
        while (before + events <= capacity) {
            if (taken.compareAndSet(before, before + events)) {
                return true;
            }
            before = taken.get();
        }
        return false;
    }

    /** Takes room for what nobody can bring much of, since each caller waits for it; there may be more than allowed then. */
    void takeAnyway(int places) {
        taken.addAndGet(places);
    }

    void release(int events) {
        taken.addAndGet(-events);
    }
}
