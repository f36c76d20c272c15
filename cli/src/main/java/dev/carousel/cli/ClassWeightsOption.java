package dev.carousel.cli;

import dev.carousel.loss.SoftmaxCrossEntropy;
import java.util.List;
import picocli.CommandLine.Option;

/** Weights of classes, for commands whose classes may be of very different frequency. */
final class ClassWeightsOption {

    @Option(
            order = -70,
            names = "--class-weights",
            paramLabel = "HOW",
            defaultValue = "none",
            description =
                    "How much each class counts in the loss: none, all the same; balanced, rare ones more, so that all"
                            + " classes together count alike (default: ${DEFAULT-VALUE}).")
    Weights weights = Weights.none;

    /** How classes are weighted, as it is typed. */
    enum Weights {
        none,
        balanced
    }

    /**
     * The loss with them.
     *
     * @param counts how often each class occurs in the training data
     */
    SoftmaxCrossEntropy on(SoftmaxCrossEntropy loss, List<Integer> counts) {
        return weights == Weights.none ? loss : loss.withWeights(SoftmaxCrossEntropy.balancedWeights(counts));
    }
}
