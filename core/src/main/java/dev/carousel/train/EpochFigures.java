package dev.carousel.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The figures of one epoch.
 *
 * @param epoch which, from 1
 * @param trainingLoss the mean over all that counted, each batch before the update it led to
 * @param heldOutLoss the mean over all that counts in the held-out data, after the epoch; empty where nothing is
 * @param learningRate of the last update
 * @param gradientNorm the mean over the updates, before clipping
 * @param layerNorms the same of each layer's part of the gradient, by the layer's name ({@code embedding}, {@code rnn.l0},
 *     {@code out}), from the input to the output
 * @param items how many steps of sequences the network read for training
 * @param elapsedNanos how long the training part took
 * @param heldOutNanos how long the evaluation of the held-out data took
 */
public record EpochFigures(
        int epoch,
        double trainingLoss,
        OptionalDouble heldOutLoss,
        double learningRate,
        double gradientNorm,
        Map<String, Double> layerNorms,
        long items,
        long elapsedNanos,
        long heldOutNanos) {

    /** Takes a copy of the norms, in their order. */
    public EpochFigures {
        layerNorms = Collections.unmodifiableMap(new LinkedHashMap<>(layerNorms));
    }

    /** Steps of sequences read for training in a second: characters, where a step is a character. */
    public double itemsPerSecond() {
        return items * 1e9 / Math.max(1, elapsedNanos);
    }

    /** The loss by which epochs are compared: the held-out one where there is one, else that of training. */
    public double decidingLoss() {
        return heldOutLoss.orElse(trainingLoss);
    }
}
