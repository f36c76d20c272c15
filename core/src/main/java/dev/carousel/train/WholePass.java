package dev.carousel.train;

import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Target;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** A batch forward and backward at once, with all its steps in memory. */
final class WholePass implements BatchPass {

    private final Tape tape;
    private final BatchLoss loss;
    private final UnaryOperator<Sequence> gradientOfLoss = this::gradientOfLoss;
    private Target target = Target.of(Sequence.zeros(0, 0, 0));
    private Sequence dY = Sequence.zeros(0, 0, 0);

    WholePass(Tape tape, BatchLoss loss) {
        this.tape = tape;
        this.loss = loss;
    }

    @Override
    public void run(Batch batch, State state, RandomGenerator dropout, Parameters gradient) {
        target = batch.target();
        gradient.clear();
        if (loss.loss().ofRightClass()) {
            tape.train(batch.input(), state, dropout, loss.rightClasses(target), gradientOfLoss, gradient);
        } else {
            tape.train(batch.input(), state, dropout, gradientOfLoss, gradient);
        }
    }

    private Sequence gradientOfLoss(Sequence y) {
        loss.evaluate(y, target, roomFor(y));
        return dY;
    }

    @Override
    public double sum() {
        return loss.sum();
    }

    @Override
    public double weight() {
        return loss.weight();
    }

    @Override
    public long count() {
        return loss.count();
    }

    /** A gradient of the shape of y, over the buffer of the largest so far. */
    Sequence roomFor(Sequence y) {
        if (dY.steps() != y.steps() || dY.batchSize() != y.batchSize() || dY.size() != y.size()) {
            int size = Math.multiplyExact(y.steps() * y.batchSize(), y.size());
            float[] room = dY.data().length < size ? new float[size] : dY.data();
            dY = Sequence.of(room, y.steps(), y.batchSize(), y.size());
        }
        return dY;
    }
}
