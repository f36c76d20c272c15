package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import dev.carousel.loss.Target;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Independent examples in memory, in a different order in each epoch, N at a time; the last batch of an epoch may
 * have fewer.
 *
 * <pre>{@code
 * Sequence x = ...;                                          // [T, 3000, D], ragged or not
 * Batches training = Examples.of(x, Target.of(labels), 32);  // labels [1, 3000] for a loss at the last step
 * }</pre>
 *
 * <p>A batch is a copy into buffers that are used again. Without {@link #shuffle} the order is that of the data.
 */
public final class Examples implements Batches {

    private final int batchSize;
    private final int[] order;
    private final Cut input;
    private final Cut values;
    private final Cut mask;
    private final boolean masked;
    private final OneThread one = new OneThread("Examples");
    private Batch last;

    private Examples(SequenceBatch input, Target target, int batchSize) {
        this.batchSize = batchSize;
        this.order = new int[input.batchSize()];
        this.input = new Cut(input, input.steps(), batchSize);
        this.values = new Cut(target.values(), target.steps(), batchSize);
        this.masked = target.mask().isPresent();
        this.mask = masked ? new Cut(target.mask().get(), target.steps(), batchSize) : values;
        this.last = Batch.of(input, target);
        restoreOrder();
    }

    /**
     * Examples side by side.
     *
     * @param input M examples, [T, M, D] or ids [T, M]; read batch by batch, not copied whole
     * @param target for M examples, as the loss wants it
     * @param batchSize N, how many make a batch
     * @throws IllegalArgumentException if there are none, or not as many targets
     */
    public static Examples of(SequenceBatch input, Target target, int batchSize) {
        Objects.requireNonNull(input, "Examples: input is null");
        Objects.requireNonNull(target, "Examples: target is null");
        if (input.batchSize() != target.batchSize() || input.batchSize() == 0) {
            throw new IllegalArgumentException("Examples: the input is " + input + " but the target " + target.values()
                    + "; both must hold the same number of examples, 1 at least.");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("Examples: a batch needs 1 example at least, not " + batchSize + ".");
        }
        return new Examples(input, target, Math.min(batchSize, input.batchSize()));
    }

    @Override
    public int size() {
        return (order.length + batchSize - 1) / batchSize;
    }

    @Override
    public void shuffle(RandomGenerator random) {
        Objects.requireNonNull(random, "Examples: random is null");
        one.alone(() -> draw(random));
    }

    private void draw(RandomGenerator random) {
        restoreOrder();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    private void restoreOrder() {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
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
                input.leaveBuffers();
                values.leaveBuffers();
                mask.leaveBuffers();
            }
            return examples(i);
        } finally {
            one.leave();
        }
    }

    private Batch examples(int i) {
        int from = i * batchSize;
        int to = Math.min(order.length, from + batchSize);
        SequenceBatch x = input.sequences(order, from, to);
        SequenceBatch y = values.sequences(order, from, to);
        if (masked) {
            Tokens cutMask = (Tokens) mask.sequences(order, from, to);
            return Batch.of(x, Target.of(y).withMask(cutMask));
        }
        if (last.input() != x || last.target().values() != y) {
            last = Batch.of(x, Target.of(y));
        }
        return last;
    }
}
