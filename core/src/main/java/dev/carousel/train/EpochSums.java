package dev.carousel.train;

import dev.carousel.optim.Descent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What is added up from update to update for the {@link EpochFigures} of the epoch that is under way. */
final class EpochSums {

    private final List<String> layers;
    private final double[] layerNorms;
    private double loss;
    private double weight;
    private double norm;
    private long updates;
    private long items;
    private double rate;
    private long nanosBefore;
    private long started;

    EpochSums(List<String> layers) {
        this.layers = layers;
        this.layerNorms = new double[layers.size()];
    }

    /** An epoch begins. */
    void clear() {
        loss = 0;
        weight = 0;
        norm = 0;
        Arrays.fill(layerNorms, 0);
        updates = 0;
        items = 0;
        nanosBefore = 0;
        startClock();
    }

    void startClock() {
        started = System.nanoTime();
    }

    private long nanos() {
        return nanosBefore + System.nanoTime() - started;
    }

    /** The network has read a batch. */
    void read(long batchItems) {
        items += batchItems;
    }

    /** A batch counted. */
    void add(double batchLoss, double batchWeight) {
        loss += batchLoss;
        weight += batchWeight;
    }

    /** There was an update. */
    void update(double gradientNorm, double learningRate, Descent descent) {
        norm += gradientNorm;
        for (int layer = 0; layer < layerNorms.length; layer++) {
            layerNorms[layer] += descent.layerNorm(layer);
        }
        rate = learningRate;
        updates++;
    }

    /** Whether nothing has counted. */
    boolean empty() {
        return weight == 0;
    }

    /** How long the training part has taken. */
    long elapsedNanos() {
        return nanos();
    }

    EpochFigures figures(int epoch, OptionalDouble heldOutLoss, long elapsedNanos, long heldOutNanos) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (int layer = 0; layer < layerNorms.length; layer++) {
            norms.put(layers.get(layer), layerNorms[layer] / updates);
        }
        return new EpochFigures(
                epoch, loss / weight, heldOutLoss, rate, norm / updates, norms, items, elapsedNanos, heldOutNanos);
    }

    /** The sums, for a {@link TrainingState}. */
    TrainingState.Sums save() {
        return new TrainingState.Sums(
                loss, weight, norm, Arrays.stream(layerNorms).boxed().toList(), updates, items, rate, nanos());
    }

    /** Goes on from sums that were saved. */
    void restore(TrainingState.Sums saved) {
        loss = saved.loss();
        weight = saved.weight();
        norm = saved.norm();
        for (int layer = 0; layer < layerNorms.length; layer++) {
            layerNorms[layer] = saved.layerNorms().get(layer);
        }
        updates = saved.updates();
        items = saved.items();
        rate = saved.rate();
        nanosBefore = saved.nanos();
        startClock();
    }
}
