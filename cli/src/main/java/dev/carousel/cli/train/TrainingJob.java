package dev.carousel.cli.train;

import dev.carousel.loss.Loss;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.train.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command trains on what, and what the model file will say about it: all that {@link TrainCommand#fit} needs beyond
 * the options of every training.
 *
 * @param network with fresh weights; ends with the trained ones
 * @param loss what is minimised
 * @param training what is learned from
 * @param heldOut what the epochs are judged by, if anything
 * @param task what the model is for
 * @param data the files that it learns from
 */
public record TrainingJob(
        Network network,
        Loss loss,
        Batches training,
        Optional<Batches> heldOut,
        Task task,
        List<Provenance.Data> data) {

    /** With held-out data; add the files that were read by {@link #withData}. */
    public static TrainingJob of(Network network, Loss loss, Batches training, Batches heldOut, Task task) {
        return new TrainingJob(network, loss, training, Optional.of(heldOut), task, List.of());
    }

    /** The same, learning from one more file. */
    public TrainingJob withData(Provenance.Data more) {
        List<Provenance.Data> all = new ArrayList<>(data);
        all.add(more);
        return new TrainingJob(network, loss, training, heldOut, task, all);
    }

    /** The same for a task of which more is known now. */
    public TrainingJob withTask(Task other) {
        return new TrainingJob(network, loss, training, heldOut, other, data);
    }
}
