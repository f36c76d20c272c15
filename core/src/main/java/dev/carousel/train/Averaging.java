package dev.carousel.train;

import java.util.OptionalInt;

/**
 * Which parameters a run is judged by and ends with: those of the last update, or an average over many updates, which is
 * often better and steadier. The average follows the training and never leads it. An immutable value.
 */
public sealed interface Averaging {

    /** The parameters as they are. */
    Averaging NONE = new None();

    /** A running mean that forgets, over all updates. */
    static Averaging exponential(double decay) {
        return new Exponential(decay);
    }

    /** The plain mean over the last N epochs. */
    static Averaging lastEpochs(int count) {
        return new LastEpochs(count);
    }

    /** The plain mean over all updates from when the loss has stopped falling. */
    static Averaging nonMonotonic(int patience) {
        return new NonMonotonic(patience);
    }

    /**
     * The plain mean over all updates from the end of the first epoch whose deciding loss is larger than the least one before the
     * last N epochs; until then, the parameters as they are.
     *
     * <pre>{@code
     * begins at the end of epoch e, where e - 1 > N and loss_e > min(loss_1, ..., loss_(e-1-N))
     * k = 1 at the next update        average = average + (w - average) / k
     * }</pre>
     *
     * <p>So a run of fewer than N + 3 epochs ends with the parameters as they are, and so does a longer one whose loss keeps falling.
     *
     * <p>With {@code Sgd} without momentum this is NT-ASGD. PyTorch's {@code ASGD} with {@code lambd} 0, begun then, leaves the first
     * of these updates out of its mean.
     *
     * <p>Merity, Keskar, Socher, Regularizing and optimizing LSTM language models, ICLR 2018, algorithm 1.
     *
     * @param patience N, at least 1
     */
    record NonMonotonic(int patience) implements Averaging {

        /** Checks the number. */
        public NonMonotonic {
            if (patience < 1) {
                throw new IllegalArgumentException(
                        "Averaging: the mean must begin after 1 epoch without improvement at least, not " + patience
                                + ".");
            }
        }

        /**
         * The epoch, counted from 1, at whose end the mean begins.
         *
         * @param losses the deciding losses of the epochs so far, {@link EpochFigures#decidingLoss}
         * @return empty if it begins at the end of none of them
         */
        public OptionalInt beginsAfter(double... losses) {
            double least = Double.POSITIVE_INFINITY;
            for (int e = 0; e < losses.length; e++) {
                int before = e - 1 - patience;
                if (before >= 0) {
                    least = Math.min(least, losses[before]);
                    if (losses[e] > least) {
                        return OptionalInt.of(e + 1);
                    }
                }
            }
            return OptionalInt.empty();
        }

        /** The least number of epochs of a run that can end with a mean, N + 3: it begins at the end of epoch N + 2 at the earliest. */
        public long leastEpochs() {
            return patience + 3L;
        }
    }

    /** Nothing is averaged. */
    record None() implements Averaging {

        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * After each update, where t counts them from 0 and the average begins as the first parameters:
     *
     * <pre>{@code
     * d = min(decay, (1 + t) / (10 + t))        average = average + (1 - d) (w - average)
     * }</pre>
     *
     * <p>Small d at first forget the random beginning. As TensorFlow's {@code ExponentialMovingAverage} with
     * {@code num_updates}.
     *
     * <p>Polyak, Juditsky, Acceleration of stochastic approximation by averaging, SIAM J. Control Optim. 30, 1992.
     *
     * @param decay above 0 and below 1; 0.999 looks back about 1000 updates
     */
    record Exponential(double decay) implements Averaging {

        /** Checks the decay. */
        public Exponential {
            if (!(decay > 0 && decay < 1)) {
                throw new IllegalArgumentException(
                        "Averaging: the decay is " + decay + " but must lie between 0 and 1.");
            }
        }

        /** d after this many updates. */
        double decayAt(long t) {
            return Math.min(decay, (1.0 + t) / (10.0 + t));
        }
    }

    /**
     * The mean of the parameters at the ends of the last epochs of the plan; before those, the parameters as they are.
     *
     * <pre>{@code
     * k = 1 at the end of epoch epochs - count + 1        average = average + (w - average) / k
     * }</pre>
     *
     * <p>Izmailov and others, Averaging weights leads to wider optima and better generalization, UAI 2018 (with a rate that
     * stays as it is or is planned by a schedule).
     *
     * @param count how many epochs, at least 1
     */
    record LastEpochs(int count) implements Averaging {

        /** Checks the number. */
        public LastEpochs {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "Averaging: the mean must be over 1 epoch at least, not " + count + ".");
            }
        }

        /** k at the end of an epoch; below 1 where the mean has not begun. */
        int k(int epoch, int epochs) {
            return epoch - Math.max(0, epochs - count);
        }
    }
}
