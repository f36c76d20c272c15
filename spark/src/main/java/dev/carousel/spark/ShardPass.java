package dev.carousel.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/** What a job does with each shard: the first argument of an aggregation. */
sealed interface ShardPass extends Function2<TreeSum, Shard, TreeSum> {

    /** What the machines have to know of the training. */
    ReplicaTask task();

    /** The parameters of now. */
    Broadcast<float[]> parameters();

    /** The part of a shard. */
    TreeSum.Part of(Shard shard, Replica replica);

    @Override
    default TreeSum call(TreeSum sum, Shard shard) {
        Replica replica = Replicas.borrow(task());
        replica.take(parameters().value());
        TreeSum.Part part = of(shard, replica);
        TreeSum all = sum.with(shard.number(), task().shards(), part, replica.kernels());
        Replicas.giveBack(task(), replica);
        return all;
    }

    /**
     * The gradient of one micro-batch of each shard.
     *
     * @param places of each shard, which of its micro-batches
     * @param noise of the whole batch
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Gradient(ReplicaTask task, Broadcast<float[]> parameters, int[] places, long noise) implements ShardPass {

        @Override
        public TreeSum.Part of(Shard shard, Replica replica) {
            int place = places[shard.number()];
            return place < shard.batches().length
                    ? replica.gradient(shard.batches()[place], BatchOrder.noiseOf(shard.number(), noise))
                    : TreeSum.Part.NOTHING;
        }
    }

    /**
     * A round of local steps.
     *
     * @param places of each shard, which of its micro-batches in which order
     * @param before how many updates there were
     * @param all how many there will be in the whole training
     * @param noise of the whole round
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Round(ReplicaTask task, Broadcast<float[]> parameters, int[][] places, long before, long all, long noise)
            implements ShardPass {

        @Override
        public TreeSum.Part of(Shard shard, Replica replica) {
            List<MicroBatch> examples = new ArrayList<>();
            for (int place : places[shard.number()]) {
                if (place < shard.batches().length) {
                    examples.add(shard.batches()[place]);
                }
            }
            return examples.isEmpty()
                    ? TreeSum.Part.NOTHING
                    : replica.trainAlone(examples, before, all, BatchOrder.noiseOf(shard.number(), noise));
        }
    }

    /** The losses of all examples. */
    record Judgement(ReplicaTask task, Broadcast<float[]> parameters) implements ShardPass {

        @Override
        public TreeSum.Part of(Shard shard, Replica replica) {
            double loss = 0;
            double weight = 0;
            long steps = 0;
            for (MicroBatch batch : shard.batches()) {
                var sums = replica.judge(batch);
                loss += sums.loss();
                weight += sums.weight();
                steps += sums.steps();
            }
            return new TreeSum.Part(new float[0], loss, weight, steps, 1);
        }
    }
}
