package dev.carousel.loss;

import dev.carousel.kernel.Activation;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import java.util.List;
import java.util.function.Predicate;

/** The check of losses that make probabilities of scores themselves: of a network that makes them, too, it would be twice. */
final class Scores {

    private Scores() {}

    static void requireBeforeSoftmax(String loss, NetworkSpec spec) {
        // A logarithm of a softmax is a score as well: its softmax is the same.
        require(
                loss,
                "softmax",
                "Sampler.probabilities gives them of its scores afterwards.",
                spec,
                layer -> layer instanceof Parameterless.Softmax || logistic(layer));
    }

    static void requireBeforeLogistic(String loss, NetworkSpec spec) {
        require(
                loss,
                "logistic function",
                "1 / (1 + exp(-y)) of each score y is its probability.",
                spec,
                layer -> layer instanceof Parameterless.Softmax
                        || layer instanceof Parameterless.LogSoftmax
                        || layer instanceof AdaptiveSoftmax
                        || logistic(layer));
    }

    /** Whether what comes before it still stands in its output as it was, such as the scores of tags before those of their pairs. */
    private static boolean passesOn(LayerSpec layer) {
        return layer instanceof Parameterless.Drop
                || layer instanceof Parameterless.ActivityPenalty
                || layer instanceof CrfScores
                || (layer instanceof Parameterless.Elementwise elementwise
                        && elementwise.activation().is(Activation.Kind.LINEAR));
    }

    private static boolean logistic(LayerSpec layer) {
        return layer instanceof Parameterless.Elementwise elementwise
                && elementwise.activation().is(Activation.Kind.LOGISTIC);
    }

    private static void require(
            String loss, String function, String afterwards, NetworkSpec spec, Predicate<LayerSpec> squashes) {
        LayerSpec last = lastOf(spec);
        if (squashes.test(last)) {
            throw new IllegalArgumentException(loss + ": the " + function
                    + " is part of this loss, which reads scores, but the network's last layer, " + last
                    + ", has made probabilities of them already. Train the network without that layer; "
                    + afterwards);
        }
    }

    /** The last layer that changes numbers, of an encoder and a decoder that of their head. */
    private static LayerSpec lastOf(NetworkSpec spec) {
        List<LayerSpec> layers = spec.layers();
        int last = layers.size() - 1;
        while (last > 0 && passesOn(layers.get(last))) {
            last--;
        }
        return layers.get(last) instanceof EncoderDecoder pairs ? lastOf(pairs.head()) : layers.get(last);
    }
}
