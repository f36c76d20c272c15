package dev.carousel.spark;

import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.train.TrainingResult;

/**
 * What a {@link SparkTrainer} ended with.
 *
 * @param network trained
 * @param result the figures of its epochs; with local steps, an update is a round
 * @param provenance where a model of it comes from
 * @param traffic what went over the network
 */
public record SparkTraining(Network network, TrainingResult result, Provenance provenance, Traffic traffic) {

    /**
     * What was sent for the training, but for its data: at most, since partitions on one machine share the parameters.
     *
     * @param models how often parameters went to a partition: for each update or round, and for each judgement
     * @param changes how often a gradient, or a change of the parameters, came from a partition
     * @param bytes of both
     */
    public record Traffic(long models, long changes, long bytes) {}

    /** An ordinary model, for whatever reads one. */
    public Model model(Task task) {
        return Model.of(network, task, provenance);
    }
}
