package dev.carousel.spark;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.SpecJson;
import dev.carousel.train.TrainingPlan;
import java.io.Serializable;
import java.util.UUID;

/**
 * What the machines have to know of a training: the same for all its jobs.
 *
 * @param run by which a machine finds the buffers that it made for an earlier job
 * @param spec the network, as JSON
 * @param plan how it is trained
 * @param shards how many there are
 */
record ReplicaTask(String run, String spec, Portable<TrainingPlan> plan, int shards) implements Serializable {

    static ReplicaTask of(NetworkSpec spec, TrainingPlan plan, int shards) {
        return new ReplicaTask(
                UUID.randomUUID().toString(), SpecJson.toJson(spec), Portable.of(TrainingPlan.class, plan), shards);
    }
}
