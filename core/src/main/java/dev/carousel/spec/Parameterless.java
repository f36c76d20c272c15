package dev.carousel.spec;

import dev.carousel.kernel.Activation;
import java.util.Objects;

/**
 * A layer without parameters, described: it changes the numbers of each step, or which steps exist or count, but not
 * how many numbers a step has.
 */
public sealed interface Parameterless extends LayerSpec {

    /** D, how many numbers a step of its input and of its output has. */
    int size();

    @Override
    public default int inputSize() {
        return size();
    }

    @Override
    public default int outputSize() {
        return size();
    }

    @Override
    public default void addTo(Parameters.Layout layout) {
        // It has no parameters.
    }

    /**
     * A function of each number: y = φ(x).
     *
     * @param size D
     * @param activation φ
     */
    record Elementwise(int size, Activation activation) implements Parameterless {

        /** Checks the size. */
        public Elementwise {
            LayerSpec.requirePositive("Elementwise: size", size);
            Objects.requireNonNull(activation, "Elementwise: activation is null");
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.elementwise(this);
        }
    }

    /**
     * The softmax over the numbers of each step: y_j = exp(x_j) / Σ_i exp(x_i).
     *
     * @param size D
     */
    record Softmax(int size) implements Parameterless {

        /** Checks the size. */
        public Softmax {
            LayerSpec.requirePositive("Softmax: size", size);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.softmax(this);
        }
    }

    /**
     * The logarithm of the softmax over the numbers of each step: y_j = x_j - log Σ_i exp(x_i).
     *
     * @param size D
     */
    record LogSoftmax(int size) implements Parameterless {

        /** Checks the size. */
        public LogSoftmax {
            LayerSpec.requirePositive("LogSoftmax: size", size);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.logSoftmax(this);
        }
    }

    /**
     * Inverted dropout: training sets each number to 0 with probability p and else divides it by 1 - p; outside training
     * nothing changes.
     *
     * @param size D
     * @param share p, from 0 to below 1
     * @param sameAtEveryStep whether all steps of a sequence drop the same numbers. Source: Gal and Ghahramani (2016)
     */
    record Drop(int size, float share, boolean sameAtEveryStep) implements Parameterless {

        /** Dropout that draws anew at every step. */
        public Drop(int size, float share) {
            this(size, share, false);
        }

        /** Checks the size and the share. */
        public Drop {
            LayerSpec.requirePositive("Drop: size", size);
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        "Drop: the share is " + share + " but must be at least 0 and below 1.");
            }
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.drop(this);
        }
    }

    /**
     * Dropout of whole words, behind an {@link LayerSpec.Embedding} alone: training sets the vectors of a share of the ids to 0, the
     * same ids at all steps of all sequences of a batch, and divides the others by 1 - p.
     *
     * <pre>{@code
     * y(t) = m_k x(t)          k the id of the step, m_k = 0 with probability p, else 1 / (1 - p)
     * }</pre>
     *
     * <p>A batch is what one pass runs: where gradients of several are added for one update, on one machine or many, each drops words
     * of its own.
     *
     * <p>Source: Gal and Ghahramani (2016), as Merity, Keskar and Socher (2018) have it.
     *
     * @param size D
     * @param share p, from 0 to below 1
     */
    record DropWords(int size, float share) implements Parameterless {

        /** Checks the size and the share. */
        public DropWords {
            LayerSpec.requirePositive("DropWords: size", size);
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        "DropWords: the share is " + share + " but must be at least 0 and below 1.");
            }
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.dropWords(this);
        }
    }

    /**
     * A penalty on what passes through, which stays as it is: training adds its gradient to that of the loss of each batch, but the
     * loss that is told is without it.
     *
     * <pre>{@code
     * penalty = α mean x(t)²  +  β mean (x(t+1) - x(t))²          means over all numbers, steps and sequences of a batch
     * }</pre>
     *
     * <p>A batch is what one pass runs: where gradients of several are added for one update, on one machine or many, each has means of
     * its own, and the penalties are averaged as the losses are.
     *
     * <p>Activation regularisation and temporal activation regularisation: Merity, McCann and Socher, "Revisiting activation
     * regularization for language RNNs" (2017).
     *
     * @param size D
     * @param activation α, at least 0
     * @param temporal β, at least 0
     */
    record ActivityPenalty(int size, float activation, float temporal) implements Parameterless {

        /** Checks the numbers. */
        public ActivityPenalty {
            LayerSpec.requirePositive("ActivityPenalty: size", size);
            boolean finite = activation < Float.POSITIVE_INFINITY && temporal < Float.POSITIVE_INFINITY;
            if (!(activation >= 0 && temporal >= 0 && finite)) {
                throw new IllegalArgumentException("ActivityPenalty: the factors are " + activation + " and " + temporal
                        + " but must be finite and at least 0.");
            }
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.activityPenalty(this);
        }
    }

    /**
     * The mean over the steps of each sequence, so that one step stands for a whole sequence, [T, N, D] to [1, N, D].
     *
     * <pre>{@code
     * y(0) = 1 / L Σ_(t < L) x(t)          dX(t) = dY(0) / L          L the sequence's length; y(0) = 0 where it is 0
     * }</pre>
     *
     * @param size D
     */
    record Mean(int size) implements Parameterless {

        /** Checks the size. */
        public Mean {
            LayerSpec.requirePositive("Mean: size", size);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.mean(this);
        }
    }

    /**
     * The maximum of each number over the steps of each sequence, so that one step stands for a whole sequence, [T, N, D] to
     * [1, N, D].
     *
     * <pre>{@code
     * y(0) = max_(t < L) x(t)          L the sequence's length; y(0) = 0 where it is 0
     * }</pre>
     *
     * <p>The gradient goes to the first step that has the maximum.
     *
     * @param size D
     * @param paddingCounts whether the zeros of a padded step, t &gt;= L, take part, as they do in Keras, where the layer knows no
     *     mask; a sequence's result then depends on whether its batch is longer
     */
    record Max(int size, boolean paddingCounts) implements Parameterless {

        /** The maximum over the steps that count. */
        public Max(int size) {
            this(size, false);
        }

        /** Checks the size. */
        public Max {
            LayerSpec.requirePositive("Max: size", size);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.max(this);
        }
    }

    /**
     * The one step of each sequence again and again, as the decoder of an autoencoder reads it, [1, N, D] to [T, N, D]. Stands
     * behind a layer that gives one step. Source: Keras, layer RepeatVector.
     *
     * <pre>{@code
     * y(t) = x(0)          dX(0) = Σ_t dY(t)
     * }</pre>
     *
     * @param size D
     * @param steps T
     */
    record Repeat(int size, int steps) implements Parameterless {

        /** Checks the sizes. */
        public Repeat {
            LayerSpec.requirePositive("Repeat: size", size);
            LayerSpec.requirePositive("Repeat: steps", steps);
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.repeat(this);
        }
    }

    /**
     * Tells padding by its numbers: steps whose numbers all equal a value do not count, for this and all later layers, wherever
     * they are. Later layers see the steps that count one after the other, as a sequence of that length. Source: Keras, layer
     * Masking; there a masked step's output repeats the one before it, here it is 0, as that of any padding.
     *
     * <p>A network whose output has all steps gives each at the place of its input. If masked steps stand before others that
     * count, it does so outside training only ({@code Tape.forward}): a loss would take their zeros for outputs.
     *
     * @param size D
     * @param value what all numbers of a masked step equal, usually 0
     */
    record Masking(int size, float value) implements Parameterless {

        /** Checks the size and the value. */
        public Masking {
            LayerSpec.requirePositive("Masking: size", size);
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("Masking: the value is " + value + " but must be finite.");
            }
        }

        @Override
        public <R> R accept(LayerVisitor<R> visitor) {
            return visitor.masking(this);
        }
    }
}
