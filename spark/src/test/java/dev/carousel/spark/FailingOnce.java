package dev.carousel.spark;

import dev.carousel.loss.Loss;
import dev.carousel.loss.LossRow;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;

/** A loss that breaks off the task in which it is computed, as often as was asked for. */
record FailingOnce(Loss loss) implements Loss {

    /** How often it is still to fail. */
    static volatile int failures;

    @Override
    public Steps steps() {
        return loss.steps();
    }

    @Override
    public int terms(int outputSize) {
        return loss.terms(outputSize);
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        loss.requireFits(y, target);
    }

    @Override
    public double row(LossRow r) {
        synchronized (FailingOnce.class) {
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("this task is lost");
            }
        }
        return loss.row(r);
    }
}
