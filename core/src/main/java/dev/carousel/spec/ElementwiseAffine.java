package dev.carousel.spec;

/**
 * An affine map of each number of each step by itself.
 *
 * <pre>{@code
 * y = g ⊙ (x - m) + b
 * }</pre>
 *
 * <p>Parameters: the gain g, {@code weight} [D], begins at 1; m, {@code center} [D], and b, {@code bias} [D], begin at 0. It has
 * no state and is the same in training and outside. Batch normalisation outside training is one, with the moving mean for m and
 * γ / √(σ² + ε) for g; so is the scaling of inputs. m is subtracted before anything is multiplied, because x and m may be large
 * and close to each other.
 *
 * @param name the prefix of its parameters
 * @param size D
 */
public record ElementwiseAffine(String name, int size) implements LayerSpec {

    /** Checks the size. */
    public ElementwiseAffine {
        LayerSpec.requirePositive("ElementwiseAffine " + name + ": size", size);
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

    /** The full name of m. */
    public String center() {
        return name + ".center";
    }

    /** The full name of b. */
    public String bias() {
        return name + ".bias";
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        layout.add(gain(), size);
        layout.add(center(), size);
        layout.add(bias(), size);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.elementwiseAffine(this);
    }
}
