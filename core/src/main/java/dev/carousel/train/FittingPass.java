package dev.carousel.train;

import dev.carousel.loss.BatchLoss;
import dev.carousel.network.SegmentedTape;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.random.RandomGenerator;

/**
 * A batch forward and backward at once where its passes fit into the memory that Java may use, else in segments of about
 * √T steps: what would fail otherwise.
 */
final class FittingPass implements BatchPass {

    /** What part of the memory the passes of one batch may fill; the rest is for data, parameters and the optimiser. */
    private static final int PART = 2;

    private final NetworkSpec spec;
    private final Tape tape;
    private final BatchLoss loss;
    private final long mostSteps;
    private final BatchPass whole;
    private BatchPass last;
    private int segment;
    private BatchPass segmented;

    /**
     * A pass that fits.
     *
     * @param memory how many bytes Java may use
     */
    FittingPass(NetworkSpec spec, Tape tape, BatchLoss loss, long memory) {
        this.spec = spec;
        this.tape = tape;
        this.loss = loss;
        this.mostSteps = memory / PART / SegmentedTape.bytesPerStep(spec);
        this.whole = new WholePass(tape, loss);
        this.last = whole;
        this.segmented = whole;
    }

    @Override
    public void run(Batch batch, State state, RandomGenerator dropout, Parameters gradient) {
        int steps = batch.input().steps();
        boolean fits = (long) steps * batch.input().batchSize() <= mostSteps;
        last = fits ? whole : segmented(SegmentedTape.segmentFor(steps));
        last.run(batch, state, dropout, gradient);
    }

    private BatchPass segmented(int steps) {
        if (steps != segment) {
            segment = steps;
            segmented = new SegmentedPass(spec, tape, loss, steps);
        }
        return segmented;
    }

    @Override
    public double sum() {
        return last.sum();
    }

    @Override
    public double weight() {
        return last.weight();
    }

    @Override
    public long count() {
        return last.count();
    }
}
