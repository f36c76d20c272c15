package dev.carousel.spec;

import dev.carousel.cell.Lstm;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /**
     * The slices of one recurrent layer in one direction.
     *
     * @param biases bW and bR, or none
     * @param forgetGate the forget gate's part of bW
     * @param r R, of a cell that has a recurrent product
     * @param own what the cell reads by itself
     * @param projection W_hr
     */
    record Recurrent(
            int inputSize,
            int hiddenSize,
            Slice w,
            Optional<Slice> r,
            List<Slice> biases,
            Optional<Slice> forgetGate,
            List<Slice> own,
            Optional<Slice> projection) {}

    /**
     * Goes through the layers from input to output: recurrent ones are left to {@code recurrent}, embeddings become
     * normal with deviation 1 (of columns, id 0 becomes 0), dense layers uniform ±1/√D, the gain of layer normalisation 1.
     */
    static void eachLayer(
            NetworkSpec spec, Parameters parameters, RandomGenerator random, BiConsumer<Draws, Recurrent> recurrent) {
        Draws draws = new Draws(parameters, random);
        FirstDraw each = draws.new FirstDraw(recurrent);
        spec.layers().forEach(layer -> layer.accept(each).run());
    }

    /** What each kind of layer begins with. */
    private final class FirstDraw implements LayerVisitor<Runnable> {

        private final BiConsumer<Draws, Recurrent> each;

        FirstDraw(BiConsumer<Draws, Recurrent> each) {
            this.each = each;
        }

        @Override
        public Runnable oneHot(LayerSpec.OneHot layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable embedding(LayerSpec.Embedding layer) {
            return () -> normal(parameters.slice(layer.name() + ".weight"), 1);
        }

        @Override
        public Runnable columnEmbedding(ColumnEmbedding layer) {
            return () -> layer.columns().forEach(column -> table(parameters.slice(layer.parameterName(column))));
        }

        @Override
        public Runnable recurrent(LayerSpec.Recurrent stack) {
            return () -> {
                for (int k = 0; k < stack.layers(); k++) {
                    for (int direction = 0; direction < stack.directions(); direction++) {
                        each.accept(Draws.this, slices(stack, k, direction));
                        ownStarts(stack, k, direction);
                    }
                }
            };
        }

        @Override
        public Runnable dense(LayerSpec.Dense layer) {
            double limit = 1 / Math.sqrt(layer.inputSize());
            return () -> {
                uniform(parameters.slice(layer.name() + ".weight"), limit);
                if (layer.bias()) {
                    uniform(parameters.slice(layer.name() + ".bias"), limit);
                }
            };
        }

        /** The table that it shares begins as the weight of a dense layer, for with deviation 1 the first scores would be large. */
        @Override
        public Runnable tiedDense(TiedDense layer) {
            double limit = 1 / Math.sqrt(layer.inputSize());
            return () -> {
                uniform(parameters.slice(layer.weight()), limit);
                uniform(parameters.slice(layer.bias()), limit);
            };
        }

        @Override
        public Runnable adaptiveSoftmax(AdaptiveSoftmax layer) {
            return () -> {
                uniform(parameters.slice(layer.head()), 1 / Math.sqrt(layer.inputSize()));
                for (int i = 0; i < layer.clusters(); i++) {
                    uniform(parameters.slice(layer.projection(i)), 1 / Math.sqrt(layer.inputSize()));
                    uniform(parameters.slice(layer.output(i)), 1 / Math.sqrt(layer.projected(i)));
                }
            };
        }

        @Override
        public Runnable layerNorm(LayerNorm layer) {
            return () -> {
                constant(parameters.slice(layer.gain()), 1);
                constant(parameters.slice(layer.bias()), 0);
            };
        }

        @Override
        public Runnable elementwiseAffine(ElementwiseAffine layer) {
            return () -> {
                constant(parameters.slice(layer.gain()), 1);
                constant(parameters.slice(layer.center()), 0);
                constant(parameters.slice(layer.bias()), 0);
            };
        }

        @Override
        public Runnable crfScores(CrfScores layer) {
            return () -> {
                constant(parameters.slice(layer.transitions()), 0);
                constant(parameters.slice(layer.start()), 0);
                constant(parameters.slice(layer.end()), 0);
            };
        }

        @Override
        public Runnable elementwise(Parameterless.Elementwise layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable softmax(Parameterless.Softmax layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable logSoftmax(Parameterless.LogSoftmax layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable drop(Parameterless.Drop layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable dropWords(Parameterless.DropWords layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable activityPenalty(Parameterless.ActivityPenalty layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable repeat(Parameterless.Repeat layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable reshape(Reshape layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable mean(Parameterless.Mean layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable max(Parameterless.Max layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable masking(Parameterless.Masking layer) {
            return Draws::nothing;
        }

        @Override
        public Runnable encoderDecoder(EncoderDecoder layer) {
            return () -> {
                eachLayer(layer.encoder(), parameters.part(EncoderDecoder.ENCODER), random, each);
                eachLayer(layer.decoder(), parameters.part(EncoderDecoder.DECODER), random, each);
                Parameters attention = parameters.part(EncoderDecoder.ATTENTION);
                for (Slice slice : attention.slices()) {
                    uniform(slice, 1 / Math.sqrt(slice.cols()));
                }
                eachLayer(layer.head(), parameters.part(EncoderDecoder.HEAD), random, each);
            };
        }
    }

    private static void nothing() {
        // The layer has no parameters.
    }

    /** Draws all dense layers anew: weights as Glorot's, biases 0. */
    static void glorotHeads(NetworkSpec spec, Parameters parameters, RandomGenerator random) {
        Draws draws = new Draws(parameters, random);
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof EncoderDecoder pair) {
                glorotHeads(pair.encoder(), parameters.part(EncoderDecoder.ENCODER), random);
                glorotHeads(pair.decoder(), parameters.part(EncoderDecoder.DECODER), random);
                parameters.part(EncoderDecoder.ATTENTION).slices().forEach(draws::glorot);
                glorotHeads(pair.head(), parameters.part(EncoderDecoder.HEAD), random);
            }
            if (layer instanceof LayerSpec.Dense dense) {
                draws.glorot(parameters.slice(dense.name() + ".weight"));
                if (dense.bias()) {
                    draws.constant(parameters.slice(dense.name() + ".bias"), 0);
                }
            }
        }
    }

    private Recurrent slices(LayerSpec.Recurrent stack, int layer, int direction) {
        int H = stack.hiddenSize();
        List<Slice> biases = new ArrayList<>(slices(stack, Role.INPUT_BIAS, layer, direction));
        biases.addAll(slices(stack, Role.RECURRENT_BIAS, layer, direction));
        Optional<Slice> forget = stack.cell() instanceof Lstm && stack.bias()
                ? Optional.of(new Slice(
                        biases.get(0).name(), List.of(H), biases.get(0).offset() + Lstm.FORGET_GATE * H))
                : Optional.empty();
        return new Recurrent(
                stack.inputSize(layer),
                H,
                slices(stack, Role.INPUT, layer, direction).get(0),
                slices(stack, Role.RECURRENT, layer, direction).stream().findFirst(),
                biases,
                forget,
                slices(stack, Role.OWN, layer, direction),
                slice(stack, "weight_hr", layer, direction));
    }

    private List<Slice> slices(LayerSpec.Recurrent stack, Role role, int layer, int direction) {
        return LayerParts.weights(stack, layer).stream()
                .filter(part -> part.role() == role)
                .map(part -> parameters.slice(stack.parameterName(part.name(), layer, direction)))
                .toList();
    }

    /** Draws what the cell itself says the start of. */
    private void ownStarts(LayerSpec.Recurrent stack, int layer, int direction) {
        for (WeightPart part : LayerParts.weights(stack, layer)) {
            if (part.startsByItself()) {
                Slice slice = parameters.slice(stack.parameterName(part.name(), layer, direction));
                for (int i = slice.offset(); i < slice.end(); i++) {
                    double share = part.from() == part.to() ? 0 : random.nextDouble();
                    parameters.values()[i] = (float) (part.from() + share * (part.to() - part.from()));
                }
            }
            start(stack, part, layer, direction);
        }
    }

    /** Draws the numbers of a weight that the cell's paper has a rule for. */
    private void start(LayerSpec.Recurrent stack, WeightPart part, int layer, int direction) {
        Slice slice = parameters.slice(stack.parameterName(part.name(), layer, direction));
        for (int i = 0; i < slice.size(); i++) {
            if (!Double.isNaN(stack.cell().start(part, stack.hiddenSize(), i, 0))) {
                double share = random.nextDouble();
                parameters.values()[slice.offset() + i] =
                        (float) stack.cell().start(part, stack.hiddenSize(), i, share);
            }
        }
    }

    private Optional<Slice> slice(LayerSpec.Recurrent stack, String name, int layer, int direction) {
        String full = stack.parameterName(name, layer, direction);
        return parameters.has(full) ? Optional.of(parameters.slice(full)) : Optional.empty();
    }

    /** Sets biases and what the cell reads by itself to 0. */
    void zero(Recurrent layer) {
        layer.biases().forEach(bias -> constant(bias, 0));
        layer.own().forEach(own -> constant(own, 0));
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

    /** Vectors of ids, normal with deviation 1; that of id 0, for whatever is unknown, is 0. */
    private void table(Slice slice) {
        normal(slice, 1);
        Arrays.fill(parameters.values(), slice.offset(), slice.offset() + slice.cols(), 0);
    }

    void glorot(Slice slice) {
        uniform(slice, Math.sqrt(6.0 / (slice.rows() + slice.cols())));
    }

    /**
     * Fills each block of H rows with rows of a random orthogonal matrix: those of a normal matrix, made orthonormal in turn.
     * Where the block is narrower than H, each row is the beginning of such a row.
     */
    void orthogonal(Slice slice, int H) {
        int cols = slice.cols();
        for (int block = 0; block < slice.rows() / H; block++) {
            double[][] q = new double[H][H];
            for (int i = 0; i < H; i++) {
                orthonormalRow(q, i);
                for (int j = 0; j < cols; j++) {
                    parameters.values()[slice.offset() + (block * H + i) * cols + j] = (float) q[i][j];
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
