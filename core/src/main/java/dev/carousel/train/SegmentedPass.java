package dev.carousel.train;

import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One batch of long sequences forward and backward in bounded memory, through a {@link SegmentedTape}: the gradient runs
 * through all steps.
 *
 * <p>How many steps count is known at the end, so the gradient of the sum is made first and divided then.
 */
final class SegmentedPass implements BatchPass {

    private final SegmentedTape segments;
    private final BatchLoss loss;
    private final WholePass whole;
    private final int segment;
    private double sum;
    private double weight;
    private long count;

    /**
     * A pass in segments.
     *
     * @param segment how many steps one has; shorter batches are run whole
     * @throws IllegalArgumentException if the network is bidirectional or the loss looks at the last steps only
     */
    SegmentedPass(NetworkSpec spec, Tape tape, BatchLoss loss, int segment) {
        if (!canCut(loss.loss())) {
            throw new IllegalArgumentException(
                    loss.loss().wholeSequences()
                            ? "Training in segments needs a loss of steps, but " + loss.loss()
                                    + " looks at whole sequences: train without segments, in smaller batches."
                            : "Training in segments needs a loss over every step, not over the "
                                    + loss.loss().steps() + ": mask the steps that do not count instead.");
        }
        this.segments = SegmentedTape.of(spec, tape, segment);
        this.loss = loss;
        this.whole = new WholePass(tape, loss);
        this.segment = segment;
    }

    /** Whether a loss can be evaluated segment by segment. */
    static boolean canCut(Loss loss) {
        return loss.steps().equals(Steps.EVERY) && !loss.wholeSequences();
    }

    @Override
    public double sum() {
        return sum;
    }

    @Override
    public double weight() {
        return weight;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public void run(Batch batch, State state, RandomGenerator dropout, Parameters gradient) {
        if (batch.input().steps() <= segment) {
            whole.run(batch, state, dropout, gradient);
            sum = whole.sum();
            weight = whole.weight();
            count = whole.count();
            return;
        }
        sum = 0;
        weight = 0;
        count = 0;
        Arrays.fill(gradient.values(), 0);
        segments.run(batch.input().steps(), new Cuts(batch), state, dropout, gradient);
        scale(gradient.values(), gradient.size(), count == 0 ? 0 : (float) (1.0 / weight));
    }

    private static void scale(float[] numbers, int size, float factor) {
        for (int i = 0; i < size; i++) {
            numbers[i] *= factor;
        }
    }

    /** A batch cut along its steps, one segment in memory at a time. */
    private final class Cuts implements SegmentedTape.Segments {

        private final Cut input;
        private final Cut target;
        private final Cut mask;
        private final boolean masked;

        Cuts(Batch batch) {
            SequenceBatch values = batch.target().values();
            int N = batch.input().batchSize();
            this.input = new Cut(batch.input(), segment, N);
            this.target = new Cut(values, segment, N);
            this.masked = batch.target().mask().isPresent();
            this.mask = masked ? new Cut(batch.target().mask().get(), segment, N) : target;
        }

        @Override
        public SequenceBatch input(int first, int steps) {
            return input.steps(first, steps);
        }

        @Override
        public Optional<Tokens> classes(int first, int steps) {
            return loss.loss().ofRightClass() ? Optional.of(loss.rightClasses(target(first, steps))) : Optional.empty();
        }

        private Target target(int first, int steps) {
            Target cut = Target.of(target.steps(first, steps));
            return masked ? cut.withMask((Tokens) mask.steps(first, steps)) : cut;
        }

        @Override
        public Sequence outputGradient(int first, Sequence y) {
            Sequence dY = whole.roomFor(y);
            loss.evaluate(y, target(first, y.steps()), dY);
            sum += loss.sum();
            weight += loss.weight();
            count += loss.count();
            // From the gradient of the segment's mean to that of its sum.
            scale(dY.data(), y.steps() * y.batchSize() * y.size(), (float) loss.weight());
            return dY;
        }
    }
}
