package dev.carousel.data.classification;

import dev.carousel.data.scaling.Normaliser;
import dev.carousel.kernel.OneThread;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Batches of labelled sequences of similar length, so that little of a batch is padding.
 *
 * <pre>{@code
 * sequences by length:      | 20 20 21 22 23 | 25 27 28 29 30 | 31 ...      buckets, in each no more than 1.25 to 1
 * shuffled within buckets:  | 22 20 23 21 20 | 28 25 30 27 29 | ...
 * cut into batches of N, and the batches shuffled
 * }</pre>
 *
 * <p>Each epoch has every sequence once, in an order that depends on its generator alone; without {@link #shuffle} the
 * batches go from the shortest to the longest. Where all are equally long there is one bucket, and the whole is shuffled.
 * The target has a class for each step, or for each sequence one in a single step, for losses at the last step.
 *
 * <p>A batch is a copy into buffers that are used again. Between batches of one shape nothing is allocated; where lengths
 * differ, a batch makes the small views that hold them.
 */
public final class LengthBatches implements Batches {

    /** How much longer than its shortest a bucket's longest sequence may be, once the bucket fills a batch. */
    private static final double STRETCH = 1.25;

    private final LabelledSequences sequences;
    private final SequenceScaling scaling;
    private final int batchSize;

    /** All sequences by length, and where each bucket of them ends. */
    private final int[] byLength;

    private final int[] bucketEnds;

    private final int[] order;
    private final int[] batchOrder;
    private final int[] lengths;
    private final OneThread one = new OneThread("LengthBatches");
    private float[] values = {};
    private int[] ids = {};
    private int[] labels = {};
    private Batch last;

    private LengthBatches(LabelledSequences sequences, SequenceScaling scaling, int batchSize) {
        this.sequences = sequences;
        this.scaling = scaling;
        this.batchSize = batchSize;
        this.byLength = IntStream.range(0, sequences.count())
                .boxed()
                .sorted(Comparator.comparingInt(sequences::length))
                .mapToInt(Integer::intValue)
                .toArray();
        this.bucketEnds = buckets();
        this.order = byLength.clone();
        this.batchOrder = new int[(order.length + batchSize - 1) / batchSize];
        this.lengths = new int[batchSize];
        this.last = Batch.of(Tokens.of(ids, 0, 0), Target.of(Tokens.of(labels, 0, 0)));
        restoreOrder();
    }

    /**
     * Batches of vectors.
     *
     * @param scaling how numbers come to the network
     * @param batchSize N, the most sequences of a batch
     * @throws IllegalArgumentException if the sequences are of ids, or have another size
     */
    public static LengthBatches of(LabelledSequences sequences, SequenceScaling scaling, int batchSize) {
        if (sequences.readsIds() || sequences.size() != scaling.size()) {
            throw new IllegalArgumentException("LengthBatches: the scaling is for " + scaling.size()
                    + " numbers a step but the sequences have "
                    + (sequences.readsIds() ? "ids" : sequences.size() + " numbers") + ".");
        }
        return new LengthBatches(sequences, scaling, requirePositive(batchSize, sequences));
    }

    /**
     * Batches of ids.
     *
     * @param batchSize N, the most sequences of a batch
     * @throws IllegalArgumentException if the sequences are of vectors
     */
    public static LengthBatches ofIds(LabelledSequences sequences, int batchSize) {
        if (!sequences.readsIds()) {
            throw new IllegalArgumentException("LengthBatches: the sequences have vectors, which need a scaling.");
        }
        SequenceScaling none =
                new SequenceScaling(SequenceScaling.Kind.NONE, List.of(new Normaliser.Column("ids", 0, 1)));
        return new LengthBatches(sequences, none, requirePositive(batchSize, sequences));
    }

    private static int requirePositive(int batchSize, LabelledSequences sequences) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "LengthBatches: a batch needs 1 sequence at least, not " + batchSize + ".");
        }
        return Math.min(batchSize, sequences.count());
    }

    private int[] buckets() {
        int[] ends = new int[byLength.length];
        int count = 0;
        int first = 0;
        for (int i = 1; i < byLength.length; i++) {
            boolean full = i - first >= batchSize;
            if (full && length(i) > STRETCH * length(first)) {
                ends[count++] = i;
                first = i;
            }
        }
        ends[count++] = byLength.length;
        return Arrays.copyOf(ends, count);
    }

    private int length(int place) {
        return sequences.length(byLength[place]);
    }

    private void restoreOrder() {
        System.arraycopy(byLength, 0, order, 0, order.length);
        for (int i = 0; i < batchOrder.length; i++) {
            batchOrder[i] = i;
        }
    }

    @Override
    public int size() {
        return batchOrder.length;
    }

    /** How many steps, padding included, all batches of an epoch have in their present order. */
    long paddedSteps() {
        long padded = 0;
        for (int i = 0; i < size(); i++) {
            padded += (long) longest(from(i), to(i)) * (to(i) - from(i));
        }
        return padded;
    }

    @Override
    public void shuffle(RandomGenerator random) {
        one.alone(() -> draw(random));
    }

    private void draw(RandomGenerator random) {
        restoreOrder();
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

    private int from(int i) {
        return batchOrder[i] * batchSize;
    }

    private int to(int i) {
        return Math.min(order.length, from(i) + batchSize);
    }

    private int longest(int from, int to) {
        int longest = 0;
        for (int i = from; i < to; i++) {
            longest = Math.max(longest, sequences.length(order[i]));
        }
        return longest;
    }

    /** Which sequence stands in a row of a batch in the present order. */
    public int sequence(int batch, int row) {
        return order[from(batch) + row];
    }

    @Override
    public Batch batch(int i) {
        if (i < 0 || i >= size()) {
            throw new IndexOutOfBoundsException(
                    "There are " + size() + " batches, 0 to " + (size() - 1) + ", not " + i + ".");
        }
        boolean another = one.enterAfterAnother();
        try {
            if (another) {
                values = new float[0];
                labels = new int[0];
                ids = new int[0];
            }
            return sequences(i);
        } finally {
            one.leave();
        }
    }

    private Batch sequences(int i) {
        int from = from(i);
        int N = to(i) - from;
        int T = longest(from, to(i));
        boolean grew = grow(T, N);
        boolean ragged = false;
        for (int n = 0; n < N; n++) {
            int which = order[from + n];
            lengths[n] = sequences.length(which);
            ragged |= lengths[n] < T;
            fill(which, n, N, T);
        }
        if (grew
                || ragged
                || last.input().ragged()
                || last.input().steps() != T
                || last.input().batchSize() != N) {
            last = Batch.of(input(T, N, ragged), target(T, N, ragged));
        }
        return last;
    }

    /** Room for a batch, which grows to the largest; whether it grew, so that views must be made anew. */
    private boolean grow(int T, int N) {
        int rows = Math.multiplyExact(T, N);
        int numbers = Math.multiplyExact(rows, sequences.size());
        int classes = sequences.perStep() ? rows : N;
        boolean grew =
                values.length < numbers || labels.length < classes || (sequences.readsIds() && ids.length < rows);
        if (grew) {
            values = new float[Math.max(values.length, numbers)];
            labels = new int[Math.max(labels.length, classes)];
            ids = new int[sequences.readsIds() ? Math.max(ids.length, rows) : 0];
        }
        return grew;
    }

    private void fill(int which, int n, int N, int T) {
        int length = sequences.length(which);
        if (sequences.readsIds()) {
            int[] from = sequences.ids(which);
            for (int t = 0; t < T; t++) {
                // Padding counts for nothing, but must be an id that there is.
                ids[t * N + n] = t < length ? from[t] : 0;
            }
        } else {
            int D = sequences.size();
            scaling.write(sequences.values(which), values, n * D, N * D);
            for (int t = length; t < T; t++) {
                Arrays.fill(values, (t * N + n) * D, (t * N + n + 1) * D, 0);
            }
        }
        if (sequences.perStep()) {
            for (int t = 0; t < T; t++) {
                labels[t * N + n] = t < length ? sequences.label(which, t) : Tokens.IGNORED;
            }
        } else {
            labels[n] = sequences.label(which, 0);
        }
    }

    private SequenceBatch input(int T, int N, boolean ragged) {
        if (sequences.readsIds()) {
            Tokens x = Tokens.of(ids, T, N);
            return ragged ? x.withLengths(Arrays.copyOf(lengths, N)) : x;
        }
        Sequence x = Sequence.of(values, T, N, sequences.size());
        return ragged ? x.withLengths(Arrays.copyOf(lengths, N)) : x;
    }

    private Target target(int T, int N, boolean ragged) {
        if (!sequences.perStep()) {
            return Target.of(Tokens.of(labels, 1, N));
        }
        Tokens classes = Tokens.of(labels, T, N);
        return Target.of(ragged ? classes.withLengths(Arrays.copyOf(lengths, N)) : classes);
    }
}
