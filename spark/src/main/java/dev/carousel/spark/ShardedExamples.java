package dev.carousel.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The examples of a training, cut into a fixed number of shards, which stay with the machines that have them.
 *
 * <p>Examples are put into the order of the hashes of their contents, so that neither the order in which they came nor the number
 * of partitions matters, nor whether a partition has to be computed again. Of each batch of B examples in that order, shard s gets
 * the examples s B / shards to (s + 1) B / shards as its micro-batch.
 *
 * @param nodes into how many sums a batch is added up before something is sent
 * @param shards their data, kept in memory, or on disk where it does not fit
 * @param batches how many batches an epoch has
 * @param size how many examples there are
 * @param hash the sum of their hashes
 */
record ShardedExamples(int nodes, JavaRDD<Shard> shards, int batches, long size, long hash) {

    /** How the examples are cut. */
    record Layout(int batchSize, int shards, int partitions, int inputSize, long seed) implements Serializable {

        int shardOf(long rank) {
            return (int) (rank % batchSize / (batchSize / shards));
        }

        long batchOf(long rank) {
            return rank / batchSize;
        }
    }

    static ShardedExamples of(JavaRDD<Example> examples, Layout layout) {
        ShardPartitioner partitioner = new ShardPartitioner(layout.shards(), layout.partitions());
        long seed = layout.seed();
        JavaRDD<Shard> shards = examples.sortBy(one -> one.hash(seed), true, Math.max(1, examples.getNumPartitions()))
                .zipWithIndex()
                .mapToPair(ranked -> new Tuple2<>(layout.shardOf(ranked._2()), new Ranked(ranked._2(), ranked._1())))
                .partitionBy(partitioner)
                .mapPartitionsWithIndex(new Packing(layout, partitioner), true)
                .persist(StorageLevel.MEMORY_AND_DISK());
        boolean whole = false;
        try {
            Counted all = shards.aggregate(
                    new Counted(0, 0, 0),
                    (counted, shard) -> counted.plus(new Counted(shard.batches().length, shard.size(), shard.hash())),
                    Counted::plus);
            whole = true;
            return new ShardedExamples(partitioner.nodes(), shards, all.batches(), all.size(), all.hash());
        } finally {
            if (!whole) {
                shards.unpersist();
            }
        }
    }

    /** Lets the machines forget them. */
    void release() {
        shards.unpersist();
    }

    /** In words that are equal for equal examples in the same layout. */
    String describe() {
        return size + " examples in " + batches + " batches, sum " + Long.toHexString(hash);
    }

    private record Ranked(long rank, Example example) implements Serializable {}

    private record Counted(int batches, long size, long hash) implements Serializable {

        Counted plus(Counted other) {
            return new Counted(Math.max(batches, other.batches), size + other.size, hash + other.hash);
        }
    }

    /** Packs the examples of each shard of a partition into micro-batches. */
    private record Packing(Layout layout, ShardPartitioner partitioner)
            implements Function2<Integer, Iterator<Tuple2<Integer, Ranked>>, Iterator<Shard>> {

        @Override
        public Iterator<Shard> call(Integer partition, Iterator<Tuple2<Integer, Ranked>> examples) {
            TreeMap<Integer, List<Ranked>> ofShards = new TreeMap<>();
            for (int s = partitioner.firstOf(partition); s < partitioner.firstOf(partition + 1); s++) {
                // One without examples is part of the sum as well.
                ofShards.put(s, new ArrayList<>());
            }
            while (examples.hasNext()) {
                Tuple2<Integer, Ranked> next = examples.next();
                ofShards.computeIfAbsent(next._1(), unknown -> new ArrayList<>())
                        .add(next._2());
            }
            return ofShards.entrySet().stream()
                    .map(entry -> shard(entry.getKey(), entry.getValue()))
                    .iterator();
        }

        private Shard shard(int number, List<Ranked> examples) {
            examples.sort(Comparator.comparingLong(Ranked::rank));
            List<MicroBatch> batches = new ArrayList<>();
            List<Example> batch = new ArrayList<>();
            long hash = 0;
            for (int i = 0; i < examples.size(); i++) {
                Ranked one = examples.get(i);
                batch.add(one.example());
                hash += one.example().hash(layout.seed());
                boolean last = i + 1 == examples.size()
                        || layout.batchOf(examples.get(i + 1).rank()) != layout.batchOf(one.rank());
                if (last) {
                    batches.add(new MicroBatch(batch, layout.inputSize()));
                    batch = new ArrayList<>();
                }
            }
            return new Shard(number, batches.toArray(MicroBatch[]::new), hash);
        }
    }
}
