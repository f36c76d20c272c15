package dev.carousel.interop.pytorch;

import dev.carousel.kernel.Activation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameterless;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The functions between modules, which a file of weights does not hold, by PyTorch's names. */
final class TorchFunctions {

    /** What {@code --modules} and {@code --activation} take for no function. */
    static final String NONE = "identity";

    private static final Map<String, Activation> ELEMENTWISE = elementwise();

    private TorchFunctions() {}

    private static Map<String, Activation> elementwise() {
        Map<String, Activation> map = new LinkedHashMap<>();
        map.put("tanh", Activation.TANH);
        map.put("relu", Activation.RELU);
        map.put("sigmoid", Activation.LOGISTIC);
        map.put("leaky_relu", Activation.leakyRelu(0.01f));
        map.put("elu", Activation.elu(1));
        map.put("gelu", Activation.of(Activation.Kind.GELU));
        map.put("silu", Activation.of(Activation.Kind.SILU));
        map.put("softplus", Activation.of(Activation.Kind.SOFTPLUS));
        map.put("softsign", Activation.of(Activation.Kind.SOFTSIGN));
        map.put("relu6", Activation.of(Activation.Kind.RELU6));
        map.put("hardsigmoid", Activation.hardSigmoid(1 / 6f, 0.5f));
        return map;
    }

    /** Whether a function has this name. */
    static boolean has(String name) {
        return name.equals(NONE)
                || name.equals("softmax")
                || name.equals("log_softmax")
                || ELEMENTWISE.containsKey(name);
    }

    /**
     * The layer of a function over vectors of a size; none for {@link #NONE}.
     *
     * @throws IllegalArgumentException if no function has this name
     */
    static Optional<LayerSpec> layer(String name, int size) {
        if (name.equals("softmax")) {
            return Optional.of(new Parameterless.Softmax(size));
        }
        if (name.equals("log_softmax")) {
            return Optional.of(new Parameterless.LogSoftmax(size));
        }
        if (!has(name)) {
            throw new IllegalArgumentException("No function is named " + name + "; there are " + names() + ".");
        }
        return Optional.ofNullable(ELEMENTWISE.get(name))
                .map(activation -> new Parameterless.Elementwise(size, activation));
    }

    /** All names, for messages. */
    static String names() {
        return String.join(", ", ELEMENTWISE.keySet()) + ", softmax, log_softmax, " + NONE;
    }
}
