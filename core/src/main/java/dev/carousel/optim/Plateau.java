package dev.carousel.optim;

/**
 * Lowers the learning rate when the loss has stopped falling: a factor that depends on the losses of all epochs so far, and
 * on nothing else, so there is nothing to remember. An immutable value.
 *
 * <pre>{@code
 * an epoch is better if  loss < best - threshold |best|,  and best is then its loss
 * after `patience` epochs in a row that were not:  f = max(least, γ f),  and they are counted anew        f = 1 at first
 * }</pre>
 *
 * <p>It acts together with a {@link Schedule}: both factors are multiplied. As Keras' {@code ReduceLROnPlateau}, with the
 * relative threshold of PyTorch's (whose patience is one less than this one).
 *
 * @param factor γ, above 0 and below 1
 * @param patience after how many epochs in a row that were not better, at least 1
 * @param threshold by what part of the best loss a better one must be lower, at least 0
 * @param least the least factor, from 0 to 1
 */
public record Plateau(double factor, int patience, double threshold, double least) {

    /** Checks the numbers. */
    public Plateau {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException("Plateau: the factor is " + factor + " but must lie between 0 and 1.");
        }
        Require.positive("Plateau: patience", (double) patience);
        Require.notNegative("Plateau: threshold", threshold);
        if (!(least >= 0 && least <= 1)) {
            throw new IllegalArgumentException("Plateau: the least factor is " + least + " but must lie from 0 to 1.");
        }
    }

    /** With a threshold of a ten-thousandth, and down to a thousandth of the learning rate. */
    public Plateau(double factor, int patience) {
        this(factor, patience, 1e-4, 1e-3);
    }

    /**
     * What the learning rate is multiplied by after some epochs.
     *
     * @param losses one for each epoch so far, by which epochs are compared
     */
    public double factorAfter(double... losses) {
        double f = 1;
        double best = Double.POSITIVE_INFINITY;
        int since = 0;
        for (double loss : losses) {
            if (best == Double.POSITIVE_INFINITY || loss < best - threshold * Math.abs(best)) {
                best = loss;
                since = 0;
            } else if (++since == patience) {
                f = Math.max(least, factor * f);
                since = 0;
            }
        }
        return f;
    }
}
