package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of an {@code nn.BatchNorm1d} or an {@code nn.LayerNorm}. A file tells the first by its moving statistics; the
 * second has a weight and a bias, as other normalisations have, so its user must say that it is one. No file holds ε.
 *
 * @param dict the file
 * @param prefix of the module
 * @param weights by their names behind the prefix
 * @param size D
 */
record Normalisation(StateDict dict, String prefix, Map<String, Weight> weights, int size) {

    private static final Set<String> LEAVES =
            Set.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked");

    private static final Pattern ROLE = Pattern.compile("(batchnorm|layernorm)(?:\\(([^()]*)\\))?");

    private static final float USUAL_EPSILON = 1e-5f;

    /** The normalisation of these weights; none if they are not all vectors of one size under its names. */
    static Optional<Normalisation> of(StateDict dict, String prefix, Map<String, Weight> weights) {
        Optional<Weight> vector =
                Optional.ofNullable(weights.get("running_var")).or(() -> Optional.ofNullable(weights.get("weight")));
        boolean named = LEAVES.containsAll(weights.keySet()) && vector.isPresent();
        if (!named || vector.get().shape().size() != 1 || vector.get().shape().get(0) < 1) {
            return Optional.empty();
        }
        long size = vector.get().shape().get(0);
        boolean alike = weights.entrySet().stream()
                .filter(weight -> !weight.getKey().equals("num_batches_tracked"))
                .allMatch(weight -> weight.getValue().isFloat()
                        && weight.getValue().shape().equals(vector.get().shape()));
        // A weight alone is more likely that of a loss.
        boolean statistics = weights.containsKey("running_mean") == weights.containsKey("running_var")
                && (weights.containsKey("running_var") || weights.containsKey("bias"));
        return alike && statistics && size <= Integer.MAX_VALUE
                ? Optional.of(new Normalisation(dict, prefix, weights, (int) size))
                : Optional.empty();
    }

    private boolean isBatchNorm() {
        return weights.containsKey("running_var");
    }

    /** As its module, before its user has said which it is. */
    TorchModule module() {
        return new TorchModule(prefix, TorchModule.Kind.NORM, new LayerNorm(prefix, size), Map.of(), Optional.of(this));
    }

    /** Its first tensor, for errors. */
    String described() {
        Map.Entry<String, Weight> first = weights.entrySet().iterator().next();
        return Weight.describe(ModuleReader.full(prefix, first.getKey()), first.getValue());
    }

    /** How {@code --modules} names it. */
    String suggested() {
        return prefix + (isBatchNorm() ? ":batchnorm" : ":layernorm");
    }

    /**
     * The layer that it is in a role.
     *
     * @param role {@code batchnorm} or {@code layernorm}, with ε in brackets where it is not 1e-5
     * @throws InteropException if the weights are not of that kind, or the role is none
     */
    LayerSpec layer(Optional<String> role) {
        Matcher found =
                ROLE.matcher(role.orElse(isBatchNorm() ? "batchnorm" : "").toLowerCase(Locale.ROOT));
        if (!found.matches()) {
            throw new InteropException(dict.file() + ": " + prefix + " is a normalisation of " + size
                    + " numbers, and a file of weights tells neither its kind nor its epsilon. Say it in --modules: "
                    + suggested() + ", or " + suggested() + "(1e-3) if its eps is 1e-3.");
        }
        float epsilon = epsilon(Optional.ofNullable(found.group(2)));
        boolean batch = found.group(1).equals("batchnorm");
        if (batch != isBatchNorm()) {
            throw new InteropException(
                    dict.file() + ": --modules says " + prefix + ":" + found.group(1) + ", but it has "
                            + (batch ? "no running_mean and running_var" : "a running_mean and running_var")
                            + ", which a BatchNorm1d with track_running_stats has.");
        }
        return batch ? new ElementwiseAffine(prefix, size) : new LayerNorm(prefix, size, epsilon);
    }

    private float epsilon(Optional<String> text) {
        try {
            float epsilon = text.isPresent() ? Float.parseFloat(text.get()) : USUAL_EPSILON;
            if (epsilon > 0 && epsilon < Float.POSITIVE_INFINITY) {
                return epsilon;
            }
        } catch (NumberFormatException e) {
            // Told below, as any other text that is no epsilon.
        }
        throw new InteropException(dict.file() + ": --modules says that the epsilon of " + prefix + " is "
                + quoted(text.orElse("")) + "; it must be a number above 0, such as 1e-5.");
    }

    /** What gives each parameter of that layer its numbers. */
    Map<String, Supplier<float[]>> parameters(Optional<String> role, LayerSpec layer) {
        Map<String, Supplier<float[]>> numbers = new LinkedHashMap<>();
        if (layer instanceof LayerNorm norm) {
            numbers.put(norm.gain(), () -> numbers("weight", 1));
            numbers.put(norm.bias(), () -> numbers("bias", 0));
        } else if (layer instanceof ElementwiseAffine affine) {
            Matcher found = ROLE.matcher(role.orElse("batchnorm").toLowerCase(Locale.ROOT));
            float epsilon = epsilon(found.matches() ? Optional.ofNullable(found.group(2)) : Optional.empty());
            numbers.put(affine.gain(), () -> gain(epsilon));
            numbers.put(affine.center(), () -> numbers("running_mean", 0));
            numbers.put(affine.bias(), () -> numbers("bias", 0));
        }
        return numbers;
    }

    private float[] gain(double epsilon) {
        float[] gain = numbers("weight", 1);
        float[] variance = numbers("running_var", 1);
        for (int i = 0; i < size; i++) {
            gain[i] = (float) (gain[i] / Math.sqrt(variance[i] + epsilon));
        }
        return gain;
    }

    private float[] numbers(String leaf, float missing) {
        Weight weight = weights.get(leaf);
        if (weight != null) {
            weight.reserve();
            return dict.finite(ModuleReader.full(prefix, leaf), weight.floats().clone());
        }
        float[] numbers = new float[size];
        Arrays.fill(numbers, missing);
        return numbers;
    }
}
