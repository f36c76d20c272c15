package dev.carousel.interop.keras;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Activation.Kind;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Elementwise;
import dev.carousel.spec.Parameterless.LogSoftmax;
import dev.carousel.spec.Parameterless.Softmax;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the layers that look at each step by itself, which may also stand in a TimeDistributed. */
final class StepLayers {

    /** Keras' epsilon, below which a Normalization does not divide. */
    private static final double SMALLEST_DEVIATION = 1e-7;

    private final LayersSoFar soFar;
    private final KerasActivations activations;
    private final Consumer<String> notes;

    /**
     * Readers.
     *
     * @param notes is told what a layer does and ours does not
     */
    StepLayers(LayersSoFar soFar, KerasActivations activations, Consumer<String> notes) {
        this.soFar = soFar;
        this.activations = activations;
        this.notes = notes;
    }

    /** A reader for each class of layer. */
    Map<String, NetworkBuilder.Reader> readers() {
        Map<String, NetworkBuilder.Reader> readers = new LinkedHashMap<>();
        readers.put("Dense", this::dense);
        readers.put("Activation", (layer, weights) -> {
            activation(layer);
            layer.requireNothingElse();
        });
        readers.put("ReLU", (layer, weights) -> relu(layer));
        readers.put(
                "LeakyReLU",
                (layer, weights) -> function(layer, Activation.leakyRelu(either(layer, "negative_slope", "alpha"))));
        readers.put("ELU", (layer, weights) -> function(layer, Activation.elu(layer.number("alpha"))));
        readers.put("PReLU", this::prelu);
        readers.put(
                "ThresholdedReLU",
                (layer, weights) -> function(layer, new Activation(Kind.THRESHOLDED_RELU, layer.number("theta"), 0)));
        readers.put("Softmax", (layer, weights) -> softmax(layer));
        readers.put("BatchNormalization", this::batchNormalization);
        readers.put("LayerNormalization", this::layerNormalization);
        readers.put("Normalization", this::normalization);
        readers.put("Rescaling", (layer, weights) -> rescaling(layer));
        readers.put("Dropout", (layer, weights) -> dropout(layer, false));
        readers.put("SpatialDropout1D", (layer, weights) -> dropout(layer, true));
        for (String kind :
                List.of("GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity")) {
            readers.put(kind, (layer, weights) -> nothing(layer));
        }
        return readers;
    }

    private void dense(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireVectors(layer);
        int units = layer.size("units");
        boolean bias = layer.flag("use_bias", true);
        layer.ignore("input_dim");
        layer.refuse("save the model before quantising it or adding LoRA.", "quantization_config", "lora_rank");
        layer.option("activation");
        layer.requireNothingElse();
        LayersSoFar.requireCount(layer, weights, bias ? 2 : 1);
        KerasTensor kernel = weights.get(0);
        soFar.requireSize(layer, kernel.rows());
        boolean fits =
                kernel.is(soFar.size(), units) && (!bias || weights.get(1).is(units));
        if (!fits) {
            throw layer.error("its kernel and bias should be [numbers, " + units + "] and [" + units + "] but are "
                    + weights.stream().map(KerasTensor::shapeText).toList()
                    + ". Do the weights belong to another model?");
        }
        String name = soFar.ownName(layer);
        soFar.add(new LayerSpec.Dense(name, soFar.size(), units, bias), parameters -> {
            parameters.set(name + ".weight", transposed(kernel, units));
            if (bias) {
                parameters.set(name + ".bias", weights.get(1).values());
            }
        });
        soFar.become(soFar.rank(), units);
        soFar.zeroWhereMasked(false);
        activation(layer);
    }

    private static float[] transposed(KerasTensor kernel, int columns) {
        int rows = kernel.rows();
        float[] result = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = kernel.values()[i * columns + j];
            }
        }
        return result;
    }

    /** The function that the option {@code activation} names, as a layer of its own. */
    private void activation(LayerConfig layer) {
        soFar.requireVectors(layer);
        int numbers = soFar.knownSize(layer);
        switch (KerasActivations.name(layer, "activation")) {
            case "linear" -> {}
            case "softmax" -> add(new Softmax(numbers));
            case "log_softmax" -> add(new LogSoftmax(numbers));
            default -> add(new Elementwise(numbers, activations.of(layer, "activation")));
        }
    }

    private void add(LayerSpec layer) {
        soFar.add(layer);
        soFar.zeroWhereMasked(false);
    }

    private void function(LayerConfig layer, Activation function) {
        soFar.requireVectors(layer);
        layer.requireNothingElse();
        add(new Elementwise(soFar.knownSize(layer), function));
    }

    private static float either(LayerConfig layer, String option, String before) {
        return layer.number(layer.has(option) ? option : before);
    }

    /** Keras: x above the threshold and at most max_value; below it, negative_slope (x - threshold). */
    private void relu(LayerConfig layer) {
        float slope = layer.has("negative_slope") ? layer.number("negative_slope") : 0;
        float threshold = layer.has("threshold") ? layer.number("threshold") : 0;
        boolean limited = layer.has("max_value");
        float most = limited ? layer.number("max_value") : 0;
        boolean several = (slope != 0 ? 1 : 0) + (threshold != 0 ? 1 : 0) + (limited ? 1 : 0) > 1;
        if (several || most < 0) {
            throw layer.error("it has max_value " + (limited ? most : "None") + ", negative_slope " + slope
                    + " and threshold " + threshold + "; one of them alone is read, and max_value from 0 on.");
        }
        Activation function = Activation.RELU;
        if (slope != 0) {
            function = Activation.leakyRelu(slope);
        } else if (threshold != 0) {
            function = new Activation(Kind.THRESHOLDED_RELU, threshold, 0);
        } else if (limited) {
            function = most == 6 ? Activation.of(Kind.RELU6) : new Activation(Kind.CLIP, 0, most);
        }
        function(layer, function);
    }

    /**
     * A slope that is the same for all numbers and steps is a function of one number. With a slope for each number, D of them, it
     * is what two dense layers make around a ReLU, without any rounding:
     *
     * <pre>{@code
     * y = max(0, x) - a ⊙ max(0, -x)
     * }</pre>
     */
    private void prelu(LayerConfig layer, List<KerasTensor> weights) {
        layer.ignore("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes");
        LayersSoFar.requireCount(layer, weights, 1);
        float[] alphas = weights.get(0).values();
        int differs = 0;
        while (differs < alphas.length && alphas[differs] == alphas[0]) {
            differs++;
        }
        if (differs == alphas.length) {
            function(layer, Activation.leakyRelu(alphas[0]));
            return;
        }
        soFar.requireVectors(layer);
        int D = soFar.knownSize(layer);
        int[] shape = weights.get(0).shape();
        if (alphas.length != D || shape[shape.length - 1] != D) {
            throw layer.error(
                    "its " + alphas.length + " slopes " + weights.get(0).shapeText() + " differ, from "
                            + alphas[0] + " to " + alphas[differs]
                            + "; read are one for all numbers, PReLU(shared_axes=[1, 2]), and one for each of the " + D
                            + " numbers of a step, PReLU(shared_axes=[1]).");
        }
        layer.requireNothingElse();
        String name = soFar.ownName(layer);
        float[] signs = new float[2 * D * D];
        float[] slopes = new float[D * 2 * D];
        for (int i = 0; i < D; i++) {
            signs[i * D + i] = 1;
            signs[(D + i) * D + i] = -1;
            slopes[i * 2 * D + i] = 1;
            slopes[i * 2 * D + D + i] = -alphas[i];
        }
        soFar.zeroWhereMasked(false);
        soFar.add(
                new LayerSpec.Dense(name + "_signs", D, 2 * D, false),
                parameters -> parameters.set(name + "_signs.weight", signs));
        add(new Elementwise(2 * D, Activation.RELU));
        soFar.add(new LayerSpec.Dense(name, 2 * D, D, false), parameters -> parameters.set(name + ".weight", slopes));
    }

    private void softmax(LayerConfig layer) {
        soFar.requireVectors(layer);
        soFar.requireLastAxis(layer);
        if (soFar.masked()) {
            throw layer.error(
                    "it reads masked steps, and Keras adds the mask to its numbers. Use Activation(\"softmax\").");
        }
        add(new Softmax(soFar.knownSize(layer)));
        layer.requireNothingElse();
    }

    /** In inference an affine map: γ (x - μ) / √(σ² + ε) + β with the moving mean and variance. */
    private void batchNormalization(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireVectors(layer);
        soFar.requireLastAxis(layer);
        boolean scale = layer.flag("scale", true);
        boolean center = layer.flag("center", true);
        double epsilon = layer.number("epsilon");
        layer.refuse("its moving statistics are not all there is to it then.", "renorm");
        layer.ignore(
                "momentum",
                "synchronized",
                "fused",
                "renorm_clipping",
                "renorm_momentum",
                "virtual_batch_size",
                "adjustment",
                "moving_mean_initializer",
                "moving_variance_initializer");
        layer.requireNothingElse();
        int D = vectors(layer, weights, (scale ? 1 : 0) + (center ? 1 : 0) + 2);
        float[] mean = weights.get(weights.size() - 2).values();
        float[] variance = weights.get(weights.size() - 1).values();
        float[] gain = new float[D];
        for (int i = 0; i < D; i++) {
            double gamma = scale ? weights.get(0).values()[i] : 1;
            gain[i] = (float) (gamma / Math.sqrt(variance[i] + epsilon));
        }
        affine(layer, gain, mean, center ? weights.get(scale ? 1 : 0).values() : new float[D]);
    }

    /** How many numbers each of so many weights has, which are vectors of one size. */
    private int vectors(LayerConfig layer, List<KerasTensor> weights, int count) {
        LayersSoFar.requireCount(layer, weights, count);
        int D = count == 0 ? soFar.knownSize(layer) : weights.get(0).values().length;
        soFar.requireSize(layer, D);
        for (KerasTensor weight : weights) {
            if (!weight.is(D)) {
                throw layer.error("its weights should be vectors of " + D + " numbers but are "
                        + weights.stream().map(KerasTensor::shapeText).toList()
                        + ". Do the weights belong to another model?");
            }
        }
        return D;
    }

    private void affine(LayerConfig layer, float[] gain, float[] center, float[] bias) {
        ElementwiseAffine ours = new ElementwiseAffine(soFar.ownName(layer), gain.length);
        soFar.zeroWhereMasked(false);
        soFar.add(ours, parameters -> {
            parameters.set(ours.gain(), gain);
            parameters.set(ours.center(), center);
            parameters.set(ours.bias(), bias);
        });
    }

    private void layerNormalization(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireVectors(layer);
        soFar.requireLastAxis(layer);
        boolean scale = layer.flag("scale", true);
        boolean center = layer.flag("center", true);
        float epsilon = layer.number("epsilon");
        layer.refuse("the root of the mean square alone is another normalisation.", "rms_scaling");
        layer.requireNothingElse();
        int D = vectors(layer, weights, (scale ? 1 : 0) + (center ? 1 : 0));
        float[] ones = new float[D];
        Arrays.fill(ones, 1);
        LayerNorm ours = new LayerNorm(soFar.ownName(layer), D, epsilon);
        soFar.zeroWhereMasked(false);
        soFar.add(ours, parameters -> {
            parameters.set(ours.gain(), scale ? weights.get(0).values() : ones);
            parameters.set(ours.bias(), center ? weights.get(scale ? 1 : 0).values() : new float[D]);
        });
    }

    /** (x - mean) / √variance, or the way back where {@code invert} is set. */
    private void normalization(LayerConfig layer, List<KerasTensor> weights) {
        soFar.requireVectors(layer);
        soFar.requireLastAxis(layer);
        boolean given = layer.has("mean");
        boolean invert = layer.flag("invert", false);
        requireNoMask(layer);
        float[] mean;
        float[] variance;
        if (given) {
            int D = soFar.knownSize(layer);
            mean = numbers(layer, "mean", D);
            variance = numbers(layer, "variance", D);
        } else {
            layer.option("variance");
            LayersSoFar.requireCount(layer, weights, 3);
            int D = vectors(layer, weights.subList(0, 2), 2);
            mean = weights.get(0).values();
            variance = Arrays.copyOf(weights.get(1).values(), D);
        }
        layer.requireNothingElse();
        float[] gain = new float[mean.length];
        for (int i = 0; i < gain.length; i++) {
            double deviation = Math.max(Math.sqrt(variance[i]), SMALLEST_DEVIATION);
            gain[i] = (float) (invert ? deviation : 1 / deviation);
        }
        float[] zeros = new float[mean.length];
        affine(layer, gain, invert ? zeros : mean, invert ? mean : zeros);
    }

    private void rescaling(LayerConfig layer) {
        soFar.requireVectors(layer);
        int D = soFar.knownSize(layer);
        requireNoMask(layer);
        float[] scale = numbers(layer, "scale", D);
        float[] offset = numbers(layer, "offset", D);
        layer.requireNothingElse();
        affine(layer, scale, new float[D], offset);
    }

    private void requireNoMask(LayerConfig layer) {
        if (soFar.masked()) {
            throw layer.error("it reads masked steps, and Keras drops the mask there. Put it before the mask.");
        }
    }

    /** A number for all, or one for each number of a step, however many axes of size 1 are around them. */
    private static float[] numbers(LayerConfig layer, String option, int D) {
        Object value = layer.option(option);
        while (value instanceof List<?> list && list.size() == 1) {
            value = list.get(0);
        }
        List<?> list = value instanceof List<?> several ? several : List.of(value);
        float[] numbers = new float[D];
        for (int i = 0; i < D; i++) {
            Object number = list.size() == 1 ? list.get(0) : i < list.size() ? list.get(i) : "";
            if (!(number instanceof Number real)
                    || !Float.isFinite(real.floatValue())
                    || (list.size() != 1 && list.size() != D)) {
                throw layer.error(
                        option + " should be a number, or " + D + " of them, but is " + layer.option(option) + ".");
            }
            numbers[i] = real.floatValue();
        }
        return numbers;
    }

    private void dropout(LayerConfig layer, boolean sameAtEveryStep) {
        soFar.requireVectors(layer);
        float share = layer.number("rate");
        boolean perSequence = sameAtEveryStep;
        if (layer.has("noise_shape")) {
            List<?> shape = layer.list("noise_shape");
            perSequence = shape.size() == LayersSoFar.VECTORS
                    && Integer.valueOf(1).equals(shape.get(1))
                    && !Integer.valueOf(1).equals(shape.get(2));
            if (!perSequence) {
                throw layer.error(
                        "noise_shape is " + shape + "; only dropout of single numbers, or of the same ones at all"
                                + " steps, [None, 1, D], is read.");
            }
        }
        layer.ignore("data_format");
        layer.requireNothingElse();
        if (!(share >= 0 && share < 1)) {
            throw layer.error("rate is " + share + " but must be at least 0 and below 1.");
        }
        soFar.add(new Drop(soFar.knownSize(layer), share, perSequence));
    }

    /** Outside training it does nothing; that we do not do it in training, either, is said. */
    private void nothing(LayerConfig layer) {
        layer.ignore("stddev", "rate", "noise_shape", "l1", "l2");
        layer.requireNothingElse();
        if (!layer.kind().equals("Identity")) {
            notes.accept(layer.title() + " acts in training only and is left out.");
        }
    }
}
