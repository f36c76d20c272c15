package dev.carousel.train;

import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameters;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * One batch of long sequences forward and backward in bounded memory: the gradient runs through all steps, and memory
 * holds the passes of one segment of them.
 *
 * <pre>{@code
 * forward    segment after segment; only the state before each is kept
 * backward   from the last segment to the first: forward again from its state, then backward with the gradient of
 *            its final state, which gives that of the segment before
 * }</pre>
 *
 * <p>Every step is computed forward twice and backward once. Source: Chen et al., "Training Deep Nets with Sublinear Memory
 * Cost" (2016).
 */
final class SegmentedPass implements BatchPass {

    private final NetworkSpec spec;
    private final Tape tape;
    private final BatchLoss loss;
    private final WholePass whole;
    private final int segment;
    private double sum;
    private long count;
    private final List<State> before = new ArrayList<>();

    /**
     * A pass in segments.
     *
     * @param segment how many steps one has
     * @throws IllegalArgumentException if the network is bidirectional or gives only its last output, or the loss looks at the last steps only
     */
    SegmentedPass(NetworkSpec spec, Tape tape, BatchLoss loss, int segment) {
        if (spec.bidirectional()) {
            throw new IllegalArgumentException("A bidirectional network cannot be trained in segments: its first output"
                    + " depends on the last step. Train without segments or in one direction.");
        }
        if (spec.lastOnly()) {
            throw new IllegalArgumentException(
                    "A network that gives only its last output cannot be trained in segments,"
                            + " each of which would give one. Train without segments, or give the output of every step.");
        }
        if (!loss.loss().steps().equals(Steps.EVERY)) {
            throw new IllegalArgumentException("Training in segments needs a loss over every step, not over the "
                    + loss.loss().steps() + ": mask the steps that do not count instead.");
        }
        this.spec = spec;
        this.tape = tape;
        this.loss = loss;
        this.whole = new WholePass(tape, loss);
        this.segment = segment;
    }

    @Override
    public double sum() {
        return sum;
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
            count = whole.count();
            return;
        }
        Segments segments = new Segments(batch, segment);
        long[] seeds = new long[segments.count()];
        sum = 0;
        count = 0;
        for (int i = 0; i < segments.count(); i++) {
            seeds[i] = dropout.nextLong();
            remember(i, state);
            Sequence y = tape.forwardTraining(segments.input(i), state, new Random(seeds[i]));
            loss.evaluate(y, segments.target(i));
            sum += loss.sum();
            count += loss.count();
        }
        if (count == 0) {
            return;
        }
        Arrays.fill(gradient.values(), 0);
        State dState = State.zeros(spec, state.batchSize());
        State again = State.zeros(spec, state.batchSize());
        for (int i = segments.count() - 1; i >= 0; i--) {
            again.copyFrom(before.get(i));
            Sequence y = tape.forwardTraining(segments.input(i), again, new Random(seeds[i]));
            Sequence dY = whole.roomFor(y);
            loss.evaluate(y, segments.target(i), dY);
            scale(dY, (float) ((double) loss.count() / count));
            tape.backward(dY, dState, gradient);
        }
    }

    private void remember(int i, State state) {
        if (i == before.size() || before.get(i).batchSize() != state.batchSize()) {
            before.subList(i, before.size()).clear();
            before.add(State.zeros(spec, state.batchSize()));
        }
        before.get(i).copyFrom(state);
    }

    /** From the gradient of a segment's mean to that of its share in the mean of all. */
    private static void scale(Sequence dY, float share) {
        int size = dY.steps() * dY.batchSize() * dY.size();
        for (int i = 0; i < size; i++) {
            dY.data()[i] *= share;
        }
    }

    /** A batch cut along its steps, one segment in memory at a time. */
    private static final class Segments {

        private final int steps;
        private final int segment;
        private final Cut input;
        private final Cut target;
        private final Cut mask;
        private final boolean masked;

        Segments(Batch batch, int segment) {
            SequenceBatch values = batch.target().values();
            int N = batch.input().batchSize();
            this.steps = batch.input().steps();
            this.segment = segment;
            this.input = new Cut(batch.input(), segment, N);
            this.target = new Cut(values, segment, N);
            this.masked = batch.target().mask().isPresent();
            this.mask = masked ? new Cut(batch.target().mask().get(), segment, N) : target;
        }

        int count() {
            return (steps + segment - 1) / segment;
        }

        SequenceBatch input(int i) {
            return input.steps(i * segment, Math.min(segment, steps - i * segment));
        }

        Target target(int i) {
            int size = Math.min(segment, steps - i * segment);
            Target cut = Target.of(target.steps(i * segment, size));
            return masked ? cut.withMask((Tokens) mask.steps(i * segment, size)) : cut;
        }
    }
}
