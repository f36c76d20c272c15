package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.cli.command.Role;
import dev.carousel.loss.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Weights of classes, for commands whose classes may be of very different frequency. */
final class ClassWeightsOption {

    @Role(value = MEASURE, why = "the loss weighs its classes by it")
    @Option(
            order = -75,
            names = "--class-weights",
            paramLabel = "HOW",
            defaultValue = "none",
            description = "How much each class counts in the loss: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE};"
                    + " balanced: rare ones more, so that all classes count equally).")
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
    SoftmaxCrossEntropy on(SoftmaxCrossEntropy loss, long... counts) {
        if (weights == Weights.none) {
            return loss;
        }
        List<Integer> whole = Arrays.stream(counts).mapToObj(Math::toIntExact).toList();
        return loss.withWeights(SoftmaxCrossEntropy.balancedWeights(whole));
    }
}
