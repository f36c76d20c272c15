package dev.carousel.loss;

/**
 * Which steps of each sequence a loss looks at: all, or the last K, as far as the sequence goes. An immutable value.
 *
 * <p>A sequence of a ragged batch ends at its own last valid step, so {@link #LAST} means that one, not the batch's.
 *
 * @param last how many, counted back from the last valid step; at least 1
 */
public record Steps(int last) {

    /** Every valid step: tagging, language models, forecasts step by step. */
    public static final Steps EVERY = new Steps(Integer.MAX_VALUE);

    /** The last valid step alone: one answer for a whole sequence. */
    public static final Steps LAST = new Steps(1);

    /** Checks the number. */
    public Steps {
        if (last < 1) {
            throw new IllegalArgumentException("A loss must look at 1 step at least, not at the last " + last + ".");
        }
    }

    /** The last k valid steps, such as the horizon of a forecast. */
    public static Steps last(int k) {
        return new Steps(k);
    }

    /** Whether step t of a sequence of this length is looked at. */
    public boolean include(int t, int length) {
        return t < length && t >= length - last;
    }

    @Override
    public String toString() {
        return last == Integer.MAX_VALUE ? "every step" : last == 1 ? "last step" : "last " + last + " steps";
    }
}
