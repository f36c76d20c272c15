package dev.carousel.train;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Optional;

/**
 * What a run learns from and what it is judged by.
 *
 * @param training the training data
 * @param heldOut what is not, if anything
 */
record Sources(Batches training, Optional<Batches> heldOut) {

    /**
     * Tells the training data from other data: how many batches, and a sum over the numbers of the first one of the first
     * epoch. Leaves the source shuffled for that epoch.
     */
    String describeTraining(Seeds seeds) {
        training.shuffle(seeds.shuffling(1));
        return describe(training);
    }

    /** The same of what is held out. */
    String describeHeldOut() {
        return heldOut.map(Sources::describe).orElse("none");
    }

    private static String describe(Batches batches) {
        Batch first = batches.batch(0);
        long sum = batches.size();
        sum = mix(sum, first.input());
        sum = mix(sum, first.target().values());
        if (first.target().mask().isPresent()) {
            sum = mix(sum, first.target().mask().get());
        }
        return batches.size() + " batches, the first of " + first.input() + ", sum " + Long.toHexString(sum);
    }

    private static long mix(long sum, SequenceBatch values) {
        long mixed = mix(mix(sum, values.steps()), values.batchSize());
        int rows = values.steps() * values.batchSize();
        if (values instanceof Sequence sequence) {
            for (int i = 0; i < rows * sequence.size(); i++) {
                mixed = mix(mixed, Float.floatToRawIntBits(sequence.data()[i]));
            }
        } else if (values instanceof Tokens tokens) {
            for (int i = 0; i < rows; i++) {
                mixed = mix(mixed, tokens.ids()[i]);
            }
        }
        return mixed;
    }

    /** One step of the hash FNV-1a, a number at a time. */
    private static long mix(long sum, int number) {
        return (sum ^ number) * 0x100000001b3L;
    }
}
