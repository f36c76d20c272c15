package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the outputs of a batch should have been: a class for each step ({@link Tokens}) or a vector ({@link Sequence}).
 *
 * <p>A step counts if it lies within its sequence, its class is not {@link Tokens#IGNORED}, and its mask, where there is
 * one, is not. A target has the T steps of the output; where a loss looks at the last K steps only
 * ({@link Steps#last(int)}), it may instead have just those K, aligned with the end of each sequence, so that a class for
 * a whole sequence is {@code Tokens} of one step.
 *
 * <pre>{@code
 * Target next = Target.of(Tokens.of(ids, 50, 32));                    // a class for each of 50 steps
 * Target label = Target.of(Tokens.of(classes, 1, 32));                // one for each sequence; Steps.LAST
 * Target seen = Target.of(Sequence.of(values, 50, 32, 3)).withMask(m); // vectors, some of which were not measured
 * }</pre>
 *
 * <p>It is a view over its owner's arrays, which may be filled again between batches.
 */
public final class Target {

    private final SequenceBatch values;
    private final @Nullable Tokens mask;

    private Target(SequenceBatch values, @Nullable Tokens mask) {
        this.values = values;
        this.mask = mask;
    }

    /** A target of which every valid step counts but the ignored classes. */
    public static Target of(SequenceBatch values) {
        Objects.requireNonNull(values, "Target: values are null");
        return new Target(values, null);
    }

    /**
     * The same values, of which only those steps count whose id in the mask is not {@link Tokens#IGNORED}.
     *
     * @param mask [T, N] like the values
     * @throws IllegalArgumentException if its shape differs
     */
    public Target withMask(Tokens mask) {
        Objects.requireNonNull(mask, "Target: mask is null; without one every step counts");
        if (mask.steps() != steps() || mask.batchSize() != batchSize()) {
            throw new IllegalArgumentException(
                    "The mask is " + mask + " but the target " + values + "; steps and batch size must be equal.");
        }
        return new Target(values, mask);
    }

    /** The classes or vectors. */
    public SequenceBatch values() {
        return values;
    }

    /** The mask, where there is one. */
    public Optional<Tokens> mask() {
        return Optional.ofNullable(mask);
    }

    /** T, or K where it holds only the last K steps. */
    public int steps() {
        return values.steps();
    }

    /** N. */
    public int batchSize() {
        return values.batchSize();
    }

    /** Whether step t of sequence n counts as far as the target knows. */
    public boolean counts(int t, int n) {
        return t < values.length(n)
                && !(values instanceof Tokens classes && classes.get(t, n) == Tokens.IGNORED)
                && (mask == null || mask.get(t, n) != Tokens.IGNORED);
    }

    /**
     * The values as classes.
     *
     * @throws IllegalArgumentException if they are vectors
     */
    public Tokens classes() {
        if (values instanceof Tokens classes) {
            return classes;
        }
        throw new IllegalArgumentException("The loss needs a class for each step (Tokens) but the target is " + values
                + ". Was a loss for vectors, such as MeanSquaredError, meant?");
    }

    /**
     * The values as vectors.
     *
     * @throws IllegalArgumentException if they are classes
     */
    public Sequence vectors() {
        if (values instanceof Sequence vectors) {
            return vectors;
        }
        throw new IllegalArgumentException("The loss needs a vector for each step (Sequence) but the target is "
                + values + ". Was SoftmaxCrossEntropy meant?");
    }

    @Override
    public String toString() {
        return "Target[" + values + (mask == null ? "]" : ", masked]");
    }
}
