package dev.carousel.data.pairs;

import dev.carousel.loss.Target;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Batches of pairs of similar length, so that little of them is padding: the input and what the decoder reads, joined, and what it
 * should write as the target.
 *
 * <p>Each epoch has every pair once, in an order that depends on its generator alone; without {@link #shuffle} the batches go from
 * the shortest to the longest. Any thread may ask for a batch while nobody shuffles.
 */
public final class PairBatches implements Batches {

    /** How much longer than its shortest a bucket's longest pair may be, once the bucket fills a batch. */
    private static final double STRETCH = 1.25;

    private final int[][] joined;
    private final int[][] targets;
    private final int batchSize;

    /** All pairs by length, and where each bucket of them ends. */
    private final int[] byLength;

    private final List<Integer> bucketEnds = new ArrayList<>();
    private final int[] order;
    private final int[] batchOrder;

    private PairBatches(int[][] joined, int[][] targets, int[] byLength, int batchSize) {
        this.joined = joined;
        this.targets = targets;
        this.byLength = byLength;
        this.batchSize = batchSize;
        this.order = byLength.clone();
        this.batchOrder = IntStream.range(0, (byLength.length + batchSize - 1) / batchSize)
                .toArray();
        int first = 0;
        for (int i = 1; i < byLength.length; i++) {
            boolean longer = joined[byLength[i]].length > STRETCH * joined[byLength[first]].length;
            if (i - first >= batchSize && longer) {
                bucketEnds.add(i);
                first = i;
            }
        }
        bucketEnds.add(byLength.length);
    }

    static PairBatches of(int[][] inputs, int[][] outputs, EncoderDecoder network, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("PairBatches: a batch needs 1 pair at least, not " + batchSize + ".");
        }
        int[][] joined = new int[inputs.length][];
        int[][] targets = new int[inputs.length][];
        for (int i = 0; i < inputs.length; i++) {
            joined[i] = network.join(inputs[i], outputs[i]);
            targets[i] = new int[outputs[i].length + 1];
            System.arraycopy(outputs[i], 0, targets[i], 0, outputs[i].length);
        }
        int[] byLength = IntStream.range(0, inputs.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> joined[i].length).thenComparingInt(i -> inputs[i].length))
                .mapToInt(Integer::intValue)
                .toArray();
        return new PairBatches(joined, targets, byLength, Math.min(batchSize, Math.max(1, inputs.length)));
    }

    @Override
    public int size() {
        return batchOrder.length;
    }

    /** How many ids an epoch has, of both sides. */
    public long ids() {
        long ids = 0;
        for (int[] pair : joined) {
            ids += pair.length;
        }
        return ids;
    }

    @Override
    public void shuffle(RandomGenerator random) {
        System.arraycopy(byLength, 0, order, 0, order.length);
        for (int i = 0; i < batchOrder.length; i++) {
            batchOrder[i] = i;
        }
        int from = 0;
        for (int end : bucketEnds) {
            shuffle(order, from, end, random);
            from = end;
        }
        shuffle(batchOrder, 0, batchOrder.length, random);
    }

    private static void shuffle(int[] places, int from, int to, RandomGenerator random) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            int swapped = places[i];
            places[i] = places[j];
            places[j] = swapped;
        }
    }

    @Override
    public Batch batch(int i) {
        if (i < 0 || i >= size()) {
            throw new IndexOutOfBoundsException(
                    "There are " + size() + " batches, 0 to " + (size() - 1) + ", not " + i + ".");
        }
        int from = batchOrder[i] * batchSize;
        int N = Math.min(order.length, from + batchSize) - from;
        int[][] ids = new int[N][];
        int[][] wanted = new int[N][];
        for (int n = 0; n < N; n++) {
            ids[n] = joined[order[from + n]];
            wanted[n] = targets[order[from + n]];
        }
        return Batch.of(Tokens.ofBatchFirst(ids), Target.of(Tokens.ofBatchFirst(wanted)));
    }
}
