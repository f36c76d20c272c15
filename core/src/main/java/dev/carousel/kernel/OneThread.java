package dev.carousel.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * Detects a second thread in an object that serves one thread at a time.
 *
 * <pre>{@code
 * one.enter();
 * try {
 *     ...
 * } finally {
 *     one.leave();
 * }
 * }</pre>
 *
 * <p>A second thread that enters meanwhile gets an error rather than wrong numbers; one that enters later sees all that
 * the first wrote. Costs some nanoseconds and allocates nothing.
 */
public final class OneThread {

    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(OneThread.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String what;

    @SuppressWarnings("unused") // by its handle alone
    private volatile boolean busy;

    /** The id of the thread that {@link #enterAfterAnother} let in last; 0 before the first. */
    private long last;

    /** For something that messages call so: {@code Session}. */
    public OneThread(String what) {
        this.what = what;
    }

    /**
     * Begins.
     *
     * @throws IllegalStateException if another call has begun and not ended
     */
    public void enter() {
        if (!BUSY.compareAndSet(this, false, true)) {
            throw new IllegalStateException(
                    "This " + what + " is in use by another call, and serves one thread at a time."
                            + " Give each thread its own, or let one wait for the other.");
        }
    }

    /**
     * Begins, for an object that hands out its own buffers and writes them anew in the next call.
     *
     * @return whether the last call of this kind came from another thread, which may still read what it was handed: then
     *     the buffers must be new ones
     * @throws IllegalStateException if another call has begun and not ended
     */
    public boolean enterAfterAnother() {
        enter();
        long thread = Thread.currentThread().getId();
        boolean another = last != thread && last != 0;
        last = thread;
        return another;
    }

    /**
     * Begins with two at once: both, or neither. They may be the same.
     *
     * @throws IllegalStateException if another call has begun with one of them and not ended
     */
    public void enterWith(OneThread other) {
        enter();
        if (other == this) {
            return;
        }
        try {
            other.enter();
        } catch (IllegalStateException e) {
            leave();
            throw e;
        }
    }

    /** Ends what {@link #enterWith} began. */
    public void leaveWith(OneThread other) {
        if (other != this) {
            other.leave();
        }
        leave();
    }

    /**
     * Does something from beginning to end.
     *
     * @throws IllegalStateException if another call has begun and not ended
     */
    public <T> T alone(Supplier<T> work) {
        enter();
        try {
            return work.get();
        } finally {
            leave();
        }
    }

    /**
     * Does something from beginning to end, without a result.
     *
     * @throws IllegalStateException if another call has begun and not ended
     */
    public void alone(Runnable work) {
        enter();
        try {
            work.run();
        } finally {
            leave();
        }
    }

    /** Ends. */
    public void leave() {
        BUSY.setRelease(this, false);
    }
}
