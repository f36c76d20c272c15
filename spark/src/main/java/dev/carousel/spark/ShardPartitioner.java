package dev.carousel.spark;

import org.apache.spark.Partitioner;

/** Neighbouring shards in one partition, as equally many in each as can be. */
final class ShardPartitioner extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int shards;
    private final int partitions;

    ShardPartitioner(int shards, int partitions) {
        this.shards = shards;
        this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object shard) {
        return (int) ((long) (Integer) shard * partitions / shards);
    }

    /** The shards of a partition are from this one to before that of the next. */
    int firstOf(int partition) {
        int shard = (int) ((long) partition * shards / partitions);
        while (shard < shards && getPartition(shard) < partition) {
            shard++;
        }
        return shard;
    }

    /** How many nodes of a {@link TreeSum} the sums of all partitions have. */
    int nodes() {
        int nodes = 0;
        for (int p = 0; p < partitions; p++) {
            TreeSum sum = new TreeSum();
            for (int s = firstOf(p); s < firstOf(p + 1); s++) {
                sum.with(s, shards, TreeSum.Part.NOTHING, "");
            }
            nodes += sum.nodes();
        }
        return nodes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShardPartitioner that && shards == that.shards && partitions == that.partitions;
    }

    @Override
    public int hashCode() {
        return 31 * shards + partitions;
    }
}
