package dev.carousel.data;

import dev.carousel.tensor.Tokens;

/**
 * A text cut into N contiguous streams of k steps, read side by side in windows, so that the state of a network can be
 * carried from window to window (truncated backpropagation through time).
 *
 * <pre>{@code
 * k = (length - 1) / N                       rounded down; what is left over at the end is not read
 * x(t, n) = id[n k + t]                      the character
 * y(t, n) = id[n k + t + 1]                  the one after it
 *
 * for (int w = 0; w < streams.windows(50); w++) {
 *     streams.fill(w * 50, x, y);            // x, y [50, N]
 * }
 * }</pre>
 *
 * <p>Immutable; nothing is allocated while filling.
 */
public final class TextStreams {

    private final int[] ids;
    private final int from;
    private final int steps;
    private final int batchSize;
    private final String source;

    private TextStreams(TextData.Part part, int steps, int batchSize) {
        this.ids = part.text().ids();
        this.from = part.from();
        this.source = part.text().source();
        this.steps = steps;
        this.batchSize = batchSize;
    }

    /**
     * Cuts a part of a text.
     *
     * @param part the part
     * @param batchSize N
     * @throws DataException if it is too short to give each stream a step
     */
    public static TextStreams of(TextData.Part part, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("The number of streams is " + batchSize + " but must be at least 1.");
        }
        int steps = (part.length() - 1) / batchSize;
        if (steps < 1) {
            throw new DataException(
                    part.text().source() + ": expected at least " + (batchSize + 1L) + " characters for "
                            + batchSize + " streams but found " + part.length()
                            + " in this part of the text. Take a smaller batch or a longer text.");
        }
        return new TextStreams(part, steps, batchSize);
    }

    /** k: how many steps each stream has. */
    public int steps() {
        return steps;
    }

    /** N: how many streams there are. */
    public int batchSize() {
        return batchSize;
    }

    /**
     * How many whole windows follow one another in a stream.
     *
     * @param window T, the steps of a window
     * @throws DataException if a stream is shorter than a window
     */
    public int windows(int window) {
        if (window < 1) {
            throw new IllegalArgumentException("The window is " + window + " steps but must be at least 1.");
        }
        if (steps < window) {
            throw new DataException(
                    source + ": expected at least " + ((long) window * batchSize + 1) + " characters for "
                            + batchSize + " streams of a window of " + window + " steps, but each has only " + steps
                            + " steps. Take a smaller batch or window, or a longer text.");
        }
        return steps / window;
    }

    /**
     * Writes the steps from {@code start} on of all streams.
     *
     * @param start the first step, 0 to k - T
     * @param x receives the ids [T, N]
     * @param y receives the ids one step later [T, N]
     * @throws IllegalArgumentException if a shape does not fit or the steps lie outside
     */
    public void fill(int start, Tokens x, Tokens y) {
        if (x.batchSize() != batchSize || y.batchSize() != batchSize || x.steps() != y.steps()) {
            throw new IllegalArgumentException(
                    "x is " + x + " and y is " + y + " but both must be [T, " + batchSize + "] with the same T.");
        }
        if (start < 0 || start > steps - x.steps()) {
            throw new IllegalArgumentException("Steps " + start + " to " + ((long) start + x.steps())
                    + " do not lie in streams of " + steps + " steps.");
        }
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < batchSize; n++) {
                int at = from + n * steps + start + t;
                x.set(t, n, ids[at]);
                y.set(t, n, ids[at + 1]);
            }
        }
    }

    @Override
    public String toString() {
        return "TextStreams[" + steps + ", " + batchSize + "]";
    }
}
