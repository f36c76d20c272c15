package dev.carousel.decoding;

/**
 * The greedy decoder one step at a time: it gives a label at the step where the most probable class becomes that label, and
 * never takes one back. State of one stream; one thread at a time.
 *
 * <pre>{@code
 * CtcStream stream = CtcStream.of(0);
 * int label = stream.step(y, 0, classes);      // CtcStream.NOTHING where no label begins
 * }</pre>
 */
public final class CtcStream {

    /** No label begins at this step. */
    public static final int NOTHING = -1;

    private final int blank;
    private int last;

    private CtcStream(int blank) {
        this.blank = blank;
        this.last = blank;
    }

    /** At the beginning of a sequence. */
    public static CtcStream of(int blank) {
        return new CtcStream(blank);
    }

    /**
     * Takes a step.
     *
     * @param y holds the scores or log-probabilities of the step
     * @param at where they begin
     * @param size V, how many there are
     * @return the label that begins here, or {@link #NOTHING}
     * @throws IllegalArgumentException if a score is not a number; the stream stays as it was
     */
    public int step(float[] y, int at, int size) {
        int best = 0;
        for (int k = 0; k < size; k++) {
            if (Float.isNaN(y[at + k])) {
                throw new IllegalArgumentException("CtcStream: the score of class " + k
                        + " is not a number. Has the network diverged, or was its input not finite?");
            }
            if (y[at + k] > y[at + best]) {
                best = k;
            }
        }
        boolean begins = best != blank && best != last;
        last = best;
        return begins ? best : NOTHING;
    }

    /** Back to the beginning of a sequence. */
    public void reset() {
        last = blank;
    }

    /** The class of the last step, which is all that has to be saved; at the beginning the blank. */
    public int last() {
        return last;
    }

    /** Continues after a step of this class, as {@link #last} gave it. */
    public void restore(int last) {
        if (last < 0) {
            throw new IllegalArgumentException("CtcStream: the class of the last step is " + last + ", which is none.");
        }
        this.last = last;
    }
}
