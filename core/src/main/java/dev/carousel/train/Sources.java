package dev.carousel.train;

import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Optional;

/**
 * What a run learns from and what it is judged by.
 *
 * @param training the training data
 * @param heldOut what is not, if anything
 * @param remote where both are, if not here
 */
record Sources(Batches training, Optional<Batches> heldOut, Optional<RemoteGradients> remote) {

    /** Data that this process reads. */
    Sources(Batches training, Optional<Batches> heldOut) {
        this(training, heldOut, Optional.empty());
    }

    /** Data that is elsewhere; batches that say how many there are stand in for it. */
    static Sources of(RemoteGradients remote) {
        Batches absent = new Absent(remote.size());
        return new Sources(absent, remote.holdsOut() ? Optional.of(absent) : Optional.empty(), Optional.of(remote));
    }

    /** Batches of nothing. */
    private record Absent(int size) implements Batches {

        private static final Batch NOTHING = Batch.of(Sequence.zeros(0, 0, 0), Target.of(Sequence.zeros(0, 0, 0)));

        @Override
        public Batch batch(int i) {
            return NOTHING;
        }
    }

    /**
     * Tells the training data from other data: how many batches, and a sum over the numbers of the first one of the first
     * epoch. Leaves the source shuffled for that epoch.
     */
    String describeTraining(Seeds seeds) {
        training.shuffle(seeds.shuffling(1));
        return remote.map(RemoteGradients::trainingData).orElseGet(() -> describe(training));
    }

    /** The same of what is held out. */
    String describeHeldOut() {
        return remote.map(RemoteGradients::heldOutData)
                .orElseGet(() -> heldOut.map(Sources::describe).orElse("none"));
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
