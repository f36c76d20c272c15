package dev.carousel.cli.addition;

import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Pairs of numbers to add: random ones, others in each epoch, or every one in order. */
final class AdditionBatches implements Batches {

    /** Pairs tested side by side; divides the number of pairs of 5 bits or more. */
    static final int TESTED_AT_ONCE = 1024;

    private final BinaryAddition addition;
    private final int size;
    private final boolean inOrder;
    private final Sequence x;
    private final Sequence y;
    private final Batch batch;
    private long epochSeed;

    AdditionBatches(BinaryAddition addition, int batchSize, int size) {
        this(addition, batchSize, size, false);
    }

    private AdditionBatches(BinaryAddition addition, int batchSize, int size, boolean inOrder) {
        this.addition = addition;
        this.size = size;
        this.inOrder = inOrder;
        this.x = Sequence.zeros(addition.steps(), batchSize, 2);
        this.y = Sequence.zeros(addition.steps(), batchSize, 1);
        this.batch = Batch.of(x, Target.of(y));
    }

    /** Every pair there is. */
    static AdditionBatches everyPair(BinaryAddition addition) {
        int batchSize = (int) Math.min(TESTED_AT_ONCE, addition.pairs());
        return new AdditionBatches(addition, batchSize, (int) (addition.pairs() / batchSize), true);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void shuffle(RandomGenerator random) {
        epochSeed = random.nextLong();
    }

    @Override
    public Batch batch(int i) {
        if (inOrder) {
            addition.fillInOrder((long) i * x.batchSize(), x, y);
        } else {
            addition.fillRandom(new SplittableRandom(epochSeed + i), x, y);
        }
        return batch;
    }
}
