package dev.carousel.spark;

import java.io.Serializable;

/**
 * One of the fixed number of parts that the examples of a training are cut into, whatever the number of machines: of each batch it
 * has one micro-batch.
 *
 * @param number which, from 0
 * @param batches its micro-batches
 * @param hash the sum of the hashes of its examples
 */
// An array, for it is looked up by place; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
record Shard(int number, MicroBatch[] batches, long hash) implements Serializable {

    /** How many examples it has. */
    long size() {
        long size = 0;
        for (MicroBatch batch : batches) {
            size += batch.size();
        }
        return size;
    }
}
