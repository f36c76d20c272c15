package dev.carousel.spec;

/**
 * Layer normalisation: the numbers of each step of each sequence are normalised to mean 0 and variance 1, then scaled
 * and shifted by learned parameters.
 *
 * <pre>{@code
 * y = g ⊙ (x - μ) / √(σ² + ε) + b        μ, σ² the mean and the variance of the D numbers of x
 * }</pre>
 *
 * <p>Parameters: the gain g, {@code weight} [D], begins at 1, and b, {@code bias} [D], at 0; as PyTorch's LayerNorm. It has no
 * state and is the same in training and outside. Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
 *
 * @param name the prefix of its parameters
 * @param size D
 * @param epsilon ε, above 0
 */
public record LayerNorm(String name, int size, float epsilon) implements LayerSpec {

    /** ε where none is given. */
    public static final float DEFAULT_EPSILON = 1e-5f;

    /** Checks the size and ε. */
    public LayerNorm {
        LayerSpec.requirePositive("LayerNorm " + name + ": size", size);
        if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "LayerNorm " + name + ": epsilon is " + epsilon + " but must be positive and finite.");
        }
    }

    /** Layer normalisation with the usual ε. */
    public LayerNorm(String name, int size) {
        this(name, size, DEFAULT_EPSILON);
    }

    @Override
    public int inputSize() {
        return size;
    }

    @Override
    public int outputSize() {
        return size;
    }

    /** The full name of g. */
    public String gain() {
        return name + ".weight";
    }

    /** The full name of b. */
    public String bias() {
        return name + ".bias";
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        layout.add(gain(), size);
        layout.add(bias(), size);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.layerNorm(this);
    }
}
