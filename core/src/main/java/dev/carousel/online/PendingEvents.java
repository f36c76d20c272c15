package dev.carousel.online;

import java.nio.ByteBuffer;

/** The events whose targets may still come, oldest first: a ring of fixed size. */
final class PendingEvents {

    private final int width;
    private final boolean ids;
    private final float[][] vectors;
    private final int[] tokens;
    private int first;
    private int count;

    /** The step of the next event. */
    private long steps;

    /**
     * None yet.
     *
     * @param capacity how many there can be
     * @param width how many numbers an event has; of an id none
     */
    PendingEvents(int capacity, int width, boolean ids) {
        this.width = width;
        this.ids = ids;
        this.vectors = new float[ids ? 0 : capacity][width];
        this.tokens = new int[ids ? capacity : 0];
    }

    private int capacity() {
        return ids ? tokens.length : vectors.length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == capacity();
    }

    /** How many steps there were, those included that are no longer here. */
    long steps() {
        return steps;
    }

    /** The step of the oldest, or of the next event if there is none. */
    long oldestStep() {
        return steps - count;
    }

    /**
     * Refuses an event that is not here.
     *
     * @param lag how many events may come before the target of one, for the message
     * @throws IllegalStateException if it is done with, or has not come yet
     */
    void require(long step, int lag) {
        long last = steps - 1;
        if (steps == 0) {
            throw new IllegalStateException(
                    "There is a target but no event that it is of: none has come yet. Predict" + " first, then learn.");
        }
        if (step > last) {
            throw new IllegalStateException(
                    "There is a target of event " + step + " but the last one is " + last + ". Is it of a later one?");
        }
        if (step < oldestStep()) {
            throw new IllegalStateException("The target of event " + step + " comes too late: "
                    + (count == 0 ? "all events up to " + last : "those before " + oldestStep())
                    + " are done with, for each has one target at most, they come in the order of events, and no more than "
                    + lag + " further events may come before one. "
                    + (step == last
                            ? "Was there a target without a prediction before it?"
                            : "Should the lag of the plan be larger?"));
        }
    }

    void add(float[] x) {
        System.arraycopy(x, 0, vectors[place(count)], 0, width);
        count++;
        steps++;
    }

    void add(int id) {
        tokens[place(count)] = id;
        count++;
        steps++;
    }

    /** The oldest is done with. */
    void removeOldest() {
        first = (first + 1) % capacity();
        count--;
    }

    /** None is left; the steps go on. */
    void clear() {
        count = 0;
        first = 0;
    }

    float[] oldestVector() {
        return vectors[first];
    }

    int oldestId() {
        return tokens[first];
    }

    float[] newestVector() {
        return vectors[place(count - 1)];
    }

    int newestId() {
        return tokens[place(count - 1)];
    }

    private int place(int i) {
        return (first + i) % capacity();
    }

    /** How many bytes {@link #write} takes. */
    int bytes() {
        return Long.BYTES + Integer.BYTES + count * Integer.BYTES * (ids ? 1 : width);
    }

    void write(ByteBuffer to) {
        to.putLong(steps).putInt(count);
        for (int i = 0; i < count; i++) {
            if (ids) {
                to.putInt(tokens[place(i)]);
            } else {
                for (float number : vectors[place(i)]) {
                    to.putFloat(number);
                }
            }
        }
    }

    /** Reads what {@link #write} wrote of as many events at most. */
    void read(ByteBuffer from) {
        steps = from.getLong();
        count = from.getInt();
        first = 0;
        for (int i = 0; i < count; i++) {
            if (ids) {
                tokens[i] = from.getInt();
            } else {
                for (int d = 0; d < width; d++) {
                    vectors[i][d] = from.getFloat();
                }
            }
        }
    }
}
