package dev.carousel.train;

import dev.carousel.loss.BatchLoss;
import dev.carousel.network.Parameters;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * One batch forward and backward: its loss, and the gradient of its mean. The whole batch at once; {@link SegmentedPass}
 * takes a long one in pieces.
 */
class BatchPass {

    final Tape tape;
    final BatchLoss loss;

    /** The sum of the losses of the last batch. */
    double sum;

    /** How many numbers were summed. */
    long count;

    private Sequence dY = Sequence.zeros(0, 0, 0);

    BatchPass(Tape tape, BatchLoss loss) {
        this.tape = tape;
        this.loss = loss;
    }

    /**
     * Runs a batch.
     *
     * @param state the state that it begins from; turned into the one that it ends with
     * @param dropout draws what to drop
     * @param gradient overwritten with the gradient of the mean loss; left alone if no step counts
     */
    void run(Batch batch, State state, RandomGenerator dropout, Parameters gradient) {
        Sequence y = tape.forwardTraining(batch.input(), state, dropout);
        loss.evaluate(y, batch.target(), roomFor(y));
        sum = loss.sum();
        count = loss.count();
        if (count > 0) {
            Arrays.fill(gradient.values(), 0);
            tape.backward(dY, gradient);
        }
    }

    /** The mean loss of the last batch. */
    final double mean() {
        return sum / count;
    }

    /** A gradient of the shape of y, over the buffer of the largest so far. */
    final Sequence roomFor(Sequence y) {
        if (dY.steps() != y.steps() || dY.batchSize() != y.batchSize()) {
            int size = Math.multiplyExact(y.steps() * y.batchSize(), y.size());
            float[] room = dY.data().length < size ? new float[size] : dY.data();
            dY = Sequence.of(room, y.steps(), y.batchSize(), y.size());
        }
        return dY;
    }
}
