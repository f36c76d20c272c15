package dev.carousel.spark;

import dev.carousel.train.Seeds;
import java.util.random.RandomGenerator;

/**
 * Which micro-batch of each shard belongs to which batch of an epoch. Each shard goes through its own in an order of its own, so
 * that batches are put together anew in each epoch without an example having to move.
 *
 * @param shards how many there are
 * @param batches how many batches an epoch has: of how many micro-batches the largest shard consists
 * @param seed of the plan
 */
record BatchOrder(int shards, int batches, long seed) {

    /**
     * The order of an epoch.
     *
     * @return [shard][batch] the place of a micro-batch; beyond a smaller shard's last one there is nothing for that batch
     */
    int[][] ofEpoch(int epoch) {
        RandomGenerator random = new Seeds(seed).shuffling(epoch);
        int[][] order = new int[shards][batches];
        for (int[] places : order) {
            for (int i = 0; i < batches; i++) {
                places[i] = i;
            }
            for (int i = batches - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = places[i];
                places[i] = places[j];
                places[j] = swapped;
            }
        }
        return order;
    }

    /** The seed of what a shard drops in a pass. */
    static long noiseOf(int shard, long noise) {
        return new Seeds(noise).dropout(shard).nextLong();
    }
}
