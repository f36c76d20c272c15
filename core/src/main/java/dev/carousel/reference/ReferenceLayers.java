package dev.carousel.reference;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The layers of the reference that have no cell, and what goes around a layer. Each is one file of this package, with its
 * equations.
 */
public final class ReferenceLayers {

    private ReferenceLayers() {}

    /** y = φ(x), number by number; x [T, N, size]. */
    public static LayerReference elementwise(int size, ActivationReference phi) {
        return StepwiseLayer.elementwise(size, phi);
    }

    /** The softmax of each step, [T, N, size]. */
    public static LayerReference softmax(int size) {
        return StepwiseLayer.softmax(size);
    }

    /** The logarithm of the softmax of each step, [T, N, size]. */
    public static LayerReference logSoftmax(int size) {
        return StepwiseLayer.logSoftmax(size);
    }

    /** Steps whose numbers all equal a value do not count, the others follow each other; [T, N, size]. */
    public static LayerReference masking(int size, double value) {
        return new MaskingLayer(size, value);
    }

    /** The mean over the steps of each sequence: [T, N, size] to [1, N, size]. */
    public static LayerReference mean(int size) {
        return PoolingLayer.mean(size);
    }

    /**
     * The maximum over the steps of each sequence: [T, N, size] to [1, N, size].
     *
     * @param paddingCounts whether the zeros of padded steps take part
     */
    public static LayerReference max(int size, boolean paddingCounts) {
        return PoolingLayer.max(size, paddingCounts);
    }

    /** The one step of each sequence for so many steps, [1, N, size] to [steps, N, size]: copies side by side, cut into steps. */
    public static LayerReference repeat(int size, int steps) {
        double[] copies = new double[steps * size * size];
        for (int row = 0; row < steps * size; row++) {
            copies[row * size + row % size] = 1;
        }
        LayerReference wide = dense(Mat.over(steps * size, size, copies), Mat.zeros(1, steps * size));
        return chain(
                "one step repeated",
                List.of(fixed(wide, Set.copyOf(wide.weights().names())), reshape(steps * size, size)));
    }

    /** The numbers of each sequence in other steps: [T, N, inputSize] to [T', N, outputSize], as many of both. */
    public static LayerReference reshape(int inputSize, int outputSize) {
        return new ReshapeLayer(inputSize, outputSize);
    }

    /**
     * y = g ⊙ (x - m) + b at every step, with weights called {@code weight}, {@code center} and {@code bias}, all [1, D].
     *
     * @throws IllegalArgumentException if they are not rows of one length
     */
    public static LayerReference elementwiseAffine(Mat gain, Mat center, Mat bias) {
        return new ElementwiseAffineLayer(gain, center, bias);
    }

    /**
     * Layer normalisation of each step, with weights called {@code weight} and {@code bias}.
     *
     * @param gain g [1, D]
     * @param bias b [1, D]
     * @param epsilon added to the variance
     */
    public static LayerReference layerNorm(Mat gain, Mat bias, double epsilon) {
        return new LayerNormLayer(gain, bias, epsilon);
    }

    /**
     * The same affine map at every step, y = W x + b, with weights called {@code weight} and {@code bias}.
     *
     * @param weight W [O, D]
     * @param bias b [1, O]
     * @throws IllegalArgumentException if the bias has not a number for each row of the weight
     */
    public static LayerReference dense(Mat weight, Mat bias) {
        return new DenseLayer(weight, bias);
    }

    /**
     * Learned vectors of the ids in some columns of each step, behind the numbers in the others.
     *
     * @param inputSize D, the columns of a step
     * @param columns which of them hold ids, in increasing order
     * @param tables of each of these, under the name of its weight, the vectors [V, E]
     */
    public static LayerReference columnEmbedding(int inputSize, List<Integer> columns, Mats tables) {
        List<String> names = List.copyOf(tables.names());
        return new ColumnEmbeddingLayer(
                inputSize,
                IntStream.range(0, columns.size())
                        .mapToObj(k ->
                                new ColumnEmbeddingLayer.Table(names.get(k), columns.get(k), tables.get(names.get(k))))
                        .toList());
    }

    /**
     * Layers one after the other.
     *
     * @throws IllegalArgumentException if there is none, or one does not read what the one before gives
     */
    public static LayerReference chain(String name, List<LayerReference> layers) {
        return new Chain(name, layers);
    }

    /** Each number times a factor that is not learned, as of dropout whose draws are given: [T, N, D]. */
    public static LayerReference factors(Seq factors) {
        return new FactorLayer(factors);
    }

    /** The layer with its input added to its output; they must be of one size. */
    public static LayerReference residual(LayerReference layer) {
        return new ResidualLayer(layer);
    }

    /** The layer with only the state's part {@code h} after each sequence's last step for its output: [1, N, H]. */
    public static LayerReference lastOutput(LayerReference layer) {
        return new LastOutput(layer);
    }

    /** The layer under other names of its weights and states. */
    public static LayerReference renamed(
            LayerReference layer, UnaryOperator<String> weightName, UnaryOperator<String> stateName) {
        return new Renamed(layer, weightName, stateName);
    }

    /** The layer with some of its weights not learned: they keep their values, without a name and a gradient. */
    public static LayerReference fixed(LayerReference layer, Set<String> weights) {
        return new Fixed(layer, weights);
    }

    /**
     * The layer with some of its recurrent connections dropped.
     *
     * @param ofWeights a factor of each number of R, [kH, H]
     * @param ofStates a factor of each number of h', [N, H], the same at all steps
     */
    public static LayerReference droppedRecurrence(CellLayer layer, Mat ofWeights, Mat ofStates) {
        return new DroppedRecurrence(layer, ofWeights, ofStates);
    }
}
