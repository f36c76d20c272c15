package dev.carousel.spark;

import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The batches of a cluster in one process, each as a whole: what its losses must be but for rounding. The order is drawn here once
 * more, as the trainer of one process draws it.
 *
 * @param shards the examples
 * @param size how many batches an epoch has
 * @param order of each shard
 * @param inputSize how many numbers a step has
 */
@SuppressWarnings("ArrayRecordComponent")
record WholeBatches(List<Shard> shards, int size, int[][] order, int inputSize) implements Batches {

    static WholeBatches of(ShardedExamples examples, int inputSize) {
        List<Shard> shards = examples.shards().collect();
        return new WholeBatches(shards, examples.batches(), new int[shards.size()][examples.batches()], inputSize);
    }

    @Override
    public void shuffle(RandomGenerator random) {
        for (int[] places : order) {
            for (int i = 0; i < size; i++) {
                places[i] = i;
            }
            for (int i = size - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = places[i];
                places[i] = places[j];
                places[j] = swapped;
            }
        }
    }

    private List<Example> unpacked(Batch batch) {
        float[][][] inputs = ((Sequence) batch.input()).toBatchFirst();
        float[][][] targets = batch.target().vectors().toBatchFirst();
        List<Example> examples = new ArrayList<>();
        for (int n = 0; n < inputs.length; n++) {
            examples.add(Example.ofVectors(flat(inputs[n]), inputSize).withTarget(flat(targets[n]), 1));
        }
        return examples;
    }

    private static float[] flat(float[][] steps) {
        float[] all = new float[steps.length * steps[0].length];
        for (int t = 0; t < steps.length; t++) {
            System.arraycopy(steps[t], 0, all, t * steps[0].length, steps[0].length);
        }
        return all;
    }

    @Override
    public Batch batch(int i) {
        List<Example> all = new ArrayList<>();
        for (Shard shard : shards) {
            int place = order[shard.number()][i];
            if (place < shard.batches().length) {
                all.addAll(unpacked(shard.batches()[place].batch()));
            }
        }
        return new MicroBatch(all, inputSize).batch();
    }
}
