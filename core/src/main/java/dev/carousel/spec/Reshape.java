package dev.carousel.spec;

/**
 * The numbers of a whole sequence cut into other steps: from T steps of D numbers to T' steps of D', where T D = T' D'. One
 * step of T D numbers is a sequence in one vector. It is for sequences of exactly T steps.
 *
 * <pre>{@code
 * y(k / D')[k mod D'] = x(k / D)[k mod D]          k = 0, 1, ... T D - 1
 * }</pre>
 *
 * <p>No parameters. Source: Keras, layers Reshape and Flatten.
 *
 * @param inputSteps T
 * @param inputSize D
 * @param steps T'
 * @param outputSize D'
 */
public record Reshape(int inputSteps, int inputSize, int steps, int outputSize) implements LayerSpec {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is not positive, or the input has another count of numbers than the output
     */
    public Reshape {
        LayerSpec.requirePositive("Reshape: inputSteps", inputSteps);
        LayerSpec.requirePositive("Reshape: inputSize", inputSize);
        LayerSpec.requirePositive("Reshape: steps", steps);
        LayerSpec.requirePositive("Reshape: outputSize", outputSize);
        if ((long) inputSteps * inputSize != (long) steps * outputSize) {
            throw new IllegalArgumentException("Reshape: " + inputSteps + " steps of " + inputSize + " numbers are "
                    + (long) inputSteps * inputSize + " numbers, but " + steps + " steps of " + outputSize + " are "
                    + (long) steps * outputSize + ".");
        }
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        // It has no parameters.
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.reshape(this);
    }
}
