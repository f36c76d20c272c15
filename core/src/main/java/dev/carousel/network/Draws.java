package dev.carousel.network;

import dev.carousel.cell.Lstm;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** Draws numbers into slices of parameters, for {@link Initialisation}. */
final class Draws {

    private final Parameters parameters;
    private final RandomGenerator random;

    private Draws(Parameters parameters, RandomGenerator random) {
        this.parameters = parameters;
        this.random = random;
    }

    /** The slices of one recurrent layer in one direction. */
    record Recurrent(int inputSize, int hiddenSize, Slice w, Slice r, Slice bW, Slice bR, Optional<Slice> forgetGate) {}

    /**
     * Goes through the layers from input to output: recurrent ones are left to {@code recurrent}, embeddings become
     * normal with deviation 1, dense layers uniform ±1/√D.
     */
    static void eachLayer(
            NetworkSpec spec, Parameters parameters, RandomGenerator random, BiConsumer<Draws, Recurrent> recurrent) {
        Draws draws = new Draws(parameters, random);
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent stack) {
                for (int k = 0; k < stack.layers(); k++) {
                    for (int direction = 0; direction < stack.directions(); direction++) {
                        recurrent.accept(draws, draws.slices(stack, k, direction));
                    }
                }
            } else if (layer instanceof LayerSpec.Embedding embedding) {
                draws.normal(parameters.slice(embedding.name() + ".weight"), 1);
            } else if (layer instanceof LayerSpec.Dense dense) {
                double limit = 1 / Math.sqrt(dense.inputSize());
                draws.uniform(parameters.slice(dense.name() + ".weight"), limit);
                draws.uniform(parameters.slice(dense.name() + ".bias"), limit);
            }
        }
    }

    /** Draws all dense layers anew: weights as Glorot's, biases 0. */
    static void glorotHeads(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
        Draws draws = new Draws(parameters, random);
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Dense dense) {
                draws.glorot(parameters.slice(dense.name() + ".weight"));
                draws.constant(parameters.slice(dense.name() + ".bias"), 0);
            }
        }
    }

    private Recurrent slices(LayerSpec.Recurrent stack, int layer, int direction) {
        int H = stack.hiddenSize();
        Slice bW = parameters.slice(stack.parameterName("bias_ih", layer, direction));
        Optional<Slice> forget = stack.cell() instanceof Lstm
                ? Optional.of(new Slice(bW.name(), java.util.List.of(H), bW.offset() + Lstm.FORGET_GATE * H))
                : Optional.empty();
        return new Recurrent(
                stack.inputSize(layer),
                H,
                parameters.slice(stack.parameterName("weight_ih", layer, direction)),
                parameters.slice(stack.parameterName("weight_hh", layer, direction)),
                bW,
                parameters.slice(stack.parameterName("bias_hh", layer, direction)),
                forget);
    }

    void constant(Slice slice, float value) {
        Arrays.fill(parameters.values(), slice.offset(), slice.end(), value);
    }

    void uniform(Slice slice, double limit) {
        for (int i = slice.offset(); i < slice.end(); i++) {
            parameters.values()[i] = (float) ((2 * random.nextDouble() - 1) * limit);
        }
    }

    void normal(Slice slice, double deviation) {
        for (int i = slice.offset(); i < slice.end(); i++) {
            parameters.values()[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    void glorot(Slice slice) {
        uniform(slice, Math.sqrt(6.0 / (slice.rows() + slice.cols())));
    }

    /** Fills each H x H block with a random orthogonal matrix: the rows of a normal matrix, made orthonormal in turn. */
    void orthogonal(Slice slice, int H) {
        for (int block = 0; block < slice.rows() / H; block++) {
            double[][] q = new double[H][H];
            for (int i = 0; i < H; i++) {
                orthonormalRow(q, i);
                for (int j = 0; j < H; j++) {
                    parameters.values()[slice.offset() + (block * H + i) * H + j] = (float) q[i][j];
                }
            }
        }
    }

    /** Gram and Schmidt, twice: the second round takes away what rounding left of the first. */
    private void orthonormalRow(double[][] q, int i) {
        for (int j = 0; j < q.length; j++) {
            q[i][j] = random.nextGaussian();
        }
        for (int round = 0; round < 2; round++) {
            for (int k = 0; k < i; k++) {
                double overlap = dot(q[i], q[k]);
                for (int j = 0; j < q.length; j++) {
                    q[i][j] -= overlap * q[k][j];
                }
            }
            double norm = Math.sqrt(dot(q[i], q[i]));
            for (int j = 0; j < q.length; j++) {
                q[i][j] /= norm;
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
