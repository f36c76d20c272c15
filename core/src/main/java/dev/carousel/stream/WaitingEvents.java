package dev.carousel.stream;

import java.util.Arrays;

/**
 * The events of a {@link SessionBatch} that wait for its next step: rows one after the other, so that the network reads them as
 * a batch.
 */
final class WaitingEvents {

    private static final int NONE = -1;

    private final int inputSize;

    // Row i is of session sessions[i], which is at row rowOf[session].
    private final float[] x;
    private final int[] ids;
    private final int[] sessions;
    private final int[] rowOf;
    private int rows;

    /**
     * Room for an event of each session.
     *
     * @param inputSize how many numbers an event has; 0 if it is an id
     */
    WaitingEvents(int capacity, int inputSize) {
        this.inputSize = inputSize;
        this.x = new float[Math.multiplyExact(capacity, inputSize)];
        this.ids = new int[capacity];
        this.sessions = new int[capacity];
        this.rowOf = new int[capacity];
        Arrays.fill(rowOf, NONE);
    }

    /** How many there are. */
    int rows() {
        return rows;
    }

    /** Whose event each row is; what lies beyond the rows means nothing. */
    int[] sessions() {
        return sessions;
    }

    /** All vectors, row by row; what lies beyond the rows means nothing. */
    float[] vectors() {
        return x;
    }

    /** All ids; what lies beyond the rows means nothing. */
    int[] ids() {
        return ids;
    }

    void add(int session, float[] event) {
        System.arraycopy(event, 0, x, next(session) * inputSize, inputSize);
    }

    void add(int session, int event) {
        ids[next(session)] = event;
    }

    private int next(int session) {
        if (rowOf[session] != NONE) {
            throw new IllegalStateException(
                    "Session " + session + " has an event that waits already; take a step before the next.");
        }
        rowOf[session] = rows;
        sessions[rows] = session;
        return rows++;
    }

    /** Takes back the event of a session, if there is one: that of the last row comes in its place. */
    void drop(int session) {
        int row = rowOf[session];
        if (row == NONE) {
            return;
        }
        int last = --rows;
        int moved = sessions[last];
        sessions[row] = moved;
        rowOf[moved] = row;
        rowOf[session] = NONE;
        ids[row] = ids[last];
        System.arraycopy(x, last * inputSize, x, row * inputSize, inputSize);
    }

    /** All have been taken. */
    void clear() {
        for (int row = 0; row < rows; row++) {
            rowOf[sessions[row]] = NONE;
        }
        rows = 0;
    }
}
