package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;

/**
 * The cross-entropy of a network that gives logarithms of probabilities: of all V classes, or of the right one alone.
 *
 * <pre>{@code
 * loss = -w_k y_k        dY_k = -w_k,  all others 0          y and dY one number where only log p_k is given
 * }</pre>
 *
 * @param of the same of scores, which says what counts
 */
record RightClassLoss(SoftmaxCrossEntropy of) implements Loss {

    @Override
    public Steps steps() {
        return of.steps();
    }

    @Override
    public int terms(int outputSize) {
        return 1;
    }

    @Override
    public double weight(Target target, int targetRow) {
        return of.weight(target, targetRow);
    }

    @Override
    public boolean ofRightClass() {
        return true;
    }

    /** The network has checked the classes that it was asked for. */
    @Override
    public void requireFits(Sequence y, Target target) {
        if (y.size() > 1) {
            of.requireFits(y, target);
        }
    }

    @Override
    public double row(LossRow r) {
        Tokens classes = r.target.classes();
        int k = r.size == 1 ? 0 : classes.ids()[r.targetRow];
        double w = of.weight(r.target, r.targetRow);
        Arrays.fill(r.dY, r.dYAt, r.dYAt + r.size, 0);
        r.dY[r.dYAt + k] = (float) (-r.scale * w);
        return -w * r.y[r.yAt + k];
    }

    @Override
    public String toString() {
        return of.toString();
    }
}
