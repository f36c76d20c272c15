package dev.carousel.data.forecast;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.series.Categories;

/**
 * How a network reads a category: one-hot, an input for each value, or as a learned vector for each value.
 *
 * <pre>{@code
 * EmbeddingSize.AUTO.size(201);            // 31 numbers for each of 200 values and the unknown one
 * EmbeddingSize.AUTO.size(4);              // 0: three values and the unknown one stay inputs of their own
 * EmbeddingSize.of(16).size(4);            // 16
 * }</pre>
 *
 * <p>{@link #AUTO} is fastai's rule, which pytorch-forecasting and Darts have taken over: min(100, round(1.6 n^0.56)) numbers
 * for n ids. Categories of at most {@link #MOST_ONE_HOT} values stay one-hot, as there a vector would hardly be shorter.
 *
 * @param fixed the length of each vector; 0 for one-hot, -1 for the rule
 */
public record EmbeddingSize(int fixed) {

    /** By the rule. */
    public static final EmbeddingSize AUTO = new EmbeddingSize(-1);

    /** One-hot, whatever the category. */
    public static final EmbeddingSize ONE_HOT = new EmbeddingSize(0);

    /** Up to this many values a category stays one-hot by the rule. */
    public static final int MOST_ONE_HOT = 10;

    private static final int LONGEST = 100;
    private static final String AUTO_LABEL = "auto";

    /** Checks the length. */
    public EmbeddingSize {
        if (fixed < -1) {
            throw new DataException("The length of a learned vector must be at least 0 but is " + fixed + ".");
        }
    }

    /** Vectors of one length for all categories; 0 for one-hot. */
    public static EmbeddingSize of(int length) {
        if (length < 0) {
            throw new DataException("The length of a learned vector must be at least 0 but is " + length + ".");
        }
        return new EmbeddingSize(length);
    }

    /**
     * Back from {@link #label}.
     *
     * @throws DataException if it is neither {@code auto} nor a whole number of at least 0
     */
    public static EmbeddingSize parse(String label) {
        if (label.equals(AUTO_LABEL)) {
            return AUTO;
        }
        try {
            return of(Integer.parseInt(label));
        } catch (NumberFormatException e) {
            throw new DataException(
                    "expected auto, a number such as 16, or 0 for one-hot, but found '" + Numbers.shortened(label)
                            + "'.",
                    e);
        }
    }

    /** What a person types: {@code auto} or the length. */
    public String label() {
        return fixed < 0 ? AUTO_LABEL : String.valueOf(fixed);
    }

    /**
     * The length of the vectors of a category.
     *
     * @param ids how many ids it has, the unknown one included ({@link Categories#size})
     * @return 0 for one-hot
     */
    public int size(int ids) {
        if (fixed >= 0) {
            return fixed;
        }
        // StrictMath, so that every machine builds the same network.
        return ids - 1 <= MOST_ONE_HOT ? 0 : (int) Math.min(LONGEST, Math.round(1.6 * StrictMath.pow(ids, 0.56)));
    }
}
