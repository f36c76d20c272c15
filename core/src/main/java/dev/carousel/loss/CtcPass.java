package dev.carousel.loss;

import dev.carousel.kernel.RowKernel;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;

/**
 * One sequence of {@link CtcLoss}, forward and backward, with probabilities that are brought to a sum of 1 every few steps.
 *
 * <pre>{@code
 * states      blank 0, label 0, blank 1, label 1, ... blank L
 * forward     B[t][i] = p_t(blank)   (B[t-1][i] + A[t-1][i-1])
 *             A[t][i] = p_t(label i) (A[t-1][i] + B[t-1][i] + [label i ≠ label i-1] A[t-1][i-1])
 * loss        -ln(B[T-1][L] + A[T-1][L-1])
 * backward    b[t][i] = p_t+1(blank) b[t+1][i] + p_t+1(label i) a[t+1][i]
 *             a[t][i] = p_t+1(label i) a[t+1][i] + p_t+1(blank) b[t+1][i+1]
 *                       + [label i+1 ≠ label i] p_t+1(label i+1) a[t+1][i+1]
 * occupancy   of blank Σ_i B b / Z, of label i A a / Z       Z = Σ over all states, equal at each step but for scale
 * }</pre>
 *
 * <p>Blanks and labels have arrays of their own, so that the loops run over neighbours. Only states that can be reached from
 * the beginning and can reach the end are computed.
 *
 * <p>Probabilities add up to at most 1 at every step, so a number that is lost because it is below 1e-308 of the sum cannot
 * matter to a total above {@code exp(-SAFE)}. Beyond that, a state that comes near the limit hands the sequence to
 * {@link CtcLogarithms}.
 */
final class CtcPass implements SequenceLoss.SequencePass {

    /** In nats: up to this loss nothing that was lost to underflow can matter. */
    private static final double SAFE = 600;

    /** Beyond {@link #SAFE}, a state must not be less. */
    private static final double LEAST = 1e-280;

    /** Below this, a float has lost digits or will have. */
    private static final float SMALL = 1e-30f;

    /** After how many steps numbers are scaled. */
    private static final int SCALED_EVERY = 4;

    private final int blank;
    private final RowKernel kernel;
    private final CtcLogarithms logarithms;

    // Of the labels: which, whether a path may skip the blank before it, and from which step on it can be reached.
    private int[] label = {};
    private double[] skip = {};
    private int[] earliest = {};

    // Probabilities of the blank [T] and the labels [T, L + 2]; forward sums [T, L + 2] each, where labels stand one to
    // the right.
    private double[] pBlank = {};
    private double[] pLabel = {};
    private double[] forwardBlank = {};
    private double[] forwardLabel = {};

    // Backward sums of one step, and they times the probabilities of that step.
    private double[] backBlank = {};
    private double[] backLabel = {};
    private double[] onBlank = {};
    private double[] onLabel = {};

    /** Softmax of a step whose gradient nobody wants. */
    private float[] scratch = {};

    private int T;
    private int L;
    private int row;

    CtcPass(int blank, RowKernel kernel) {
        this.blank = blank;
        this.kernel = kernel;
        this.logarithms = new CtcLogarithms(blank);
    }

    @Override
    public double run(Sequence y, Target target, int n, float scale, float[] dY) {
        Tokens labels = target.classes();
        boolean withGradient = dY.length > 0;
        if (!CtcLoss.fits(y, labels, n)) {
            for (int t = 0; t < y.length(n) && withGradient; t++) {
                int at = (t * y.batchSize() + n) * y.size();
                Arrays.fill(dY, at, at + y.size(), 0);
            }
            return 0;
        }
        take(y, labels, n);
        if (T == 0) {
            return 0;
        }
        probabilities(y, n, dY);
        double loss = forward();
        if (Double.isNaN(loss)) {
            return loss;
        }
        if (loss > SAFE && !nothingLost()) {
            return logarithms.run(y, labels, n, scale, dY);
        }
        if (withGradient && !backward(y, n, scale, dY, loss > SAFE)) {
            // The loss stays the one that is computed where no gradient is wanted.
            logarithms.run(y, labels, n, scale, dY);
        }
        return loss;
    }

    private void take(Sequence y, Tokens labels, int n) {
        T = y.length(n);
        L = labels.length(n);
        row = L + 2;
        if (label.length < row) {
            label = new int[row];
            skip = new double[row];
            earliest = new int[row];
            backBlank = new double[row];
            backLabel = new double[row];
            onBlank = new double[row];
            onLabel = new double[row];
        }
        if (pBlank.length < T) {
            pBlank = new double[T];
        }
        if (pLabel.length < T * row) {
            pLabel = new double[T * row];
            forwardBlank = new double[T * row];
            forwardLabel = new double[T * row];
        }
        if (scratch.length < y.size()) {
            scratch = new float[y.size()];
        }
        for (int i = 0; i < L; i++) {
            label[i] = labels.get(i, n);
            boolean repeated = i > 0 && label[i] == label[i - 1];
            skip[i] = i == 0 || repeated ? 0 : 1;
            earliest[i] = i == 0 ? 0 : earliest[i - 1] + (repeated ? 2 : 1);
        }
        skip[L] = 0;
    }

    /** Probabilities of the classes that matter; where a gradient is wanted, the softmax of all stays in dY, less 1 at the blank. */
    private void probabilities(Sequence y, int n, float[] dY) {
        int V = y.size();
        float[] scores = y.data();
        for (int t = 0; t < T; t++) {
            int at = (t * y.batchSize() + n) * V;
            float[] p = dY.length > 0 ? dY : scratch;
            int pAt = dY.length > 0 ? at : 0;
            double surprise = kernel.softmaxCrossEntropy(V, scores, at, blank, 1, p, pAt);
            pBlank[t] = Math.exp(-surprise);
            double logSum = surprise + scores[at + blank];
            for (int i = 0; i < L; i++) {
                float ofLabel = p[pAt + label[i]];
                pLabel[t * row + i] = ofLabel > SMALL ? ofLabel : Math.exp(scores[at + label[i]] - logSum);
            }
        }
    }

    private int firstLabel(int t) {
        return Math.max(0, L - T + t);
    }

    private int firstBlank(int t) {
        return Math.max(0, L - T + t + 1);
    }

    private double forward() {
        forwardBlank[0] = firstBlank(0) == 0 ? pBlank[0] : 0;
        forwardBlank[1] = 0;
        Arrays.fill(forwardLabel, 0, Math.min(row, 3), 0);
        if (L > 0) {
            forwardLabel[1] = pLabel[0];
        }
        double logScale = 0;
        for (int t = 1; t < T; t++) {
            forwardBlanks(t, Math.min(L, t));
            forwardLabels(t, Math.min(L - 1, t));
            if (t % SCALED_EVERY == 0) {
                logScale += scale(t);
            }
        }
        int end = (T - 1) * row;
        // Label L - 1 stands at L; without labels it is the 0 on the left.
        return -(Math.log(forwardBlank[end + L] + forwardLabel[end + L]) + logScale);
    }

    private void forwardBlanks(int t, int last) {
        int at = t * row;
        int before = at - row;
        double p = pBlank[t];
        for (int i = firstBlank(t); i <= last; i++) {
            forwardBlank[at + i] = p * (forwardBlank[before + i] + forwardLabel[before + i]);
        }
        forwardBlank[at + last + 1] = 0;
    }

    private void forwardLabels(int t, int last) {
        int at = t * row;
        int before = at - row;
        forwardLabel[at] = 0;
        for (int i = firstLabel(t); i <= last; i++) {
            forwardLabel[at + i + 1] = pLabel[at + i]
                    * (forwardLabel[before + i + 1] + forwardBlank[before + i] + skip[i] * forwardLabel[before + i]);
        }
        if (last + 2 < row) {
            forwardLabel[at + last + 2] = 0;
        }
    }

    /** Brings the sum of a step to 1; the logarithm of what it was. */
    private double scale(int t) {
        int at = t * row;
        double sum = 0;
        int lastBlank = Math.min(L, t);
        int lastLabel = Math.min(L - 1, t);
        for (int i = firstBlank(t); i <= lastBlank; i++) {
            sum += forwardBlank[at + i];
        }
        for (int i = firstLabel(t); i <= lastLabel; i++) {
            sum += forwardLabel[at + i + 1];
        }
        double factor = 1 / sum;
        if (!(factor < Double.POSITIVE_INFINITY)) {
            // Nothing is left, or not a number: so is the total.
            return Math.log(sum);
        }
        for (int i = firstBlank(t); i <= lastBlank; i++) {
            forwardBlank[at + i] *= factor;
        }
        for (int i = firstLabel(t); i <= lastLabel; i++) {
            forwardLabel[at + i + 1] *= factor;
        }
        return Math.log(sum);
    }

    /** Whether no state that matters came near the limit of what a double can hold. */
    private boolean nothingLost() {
        for (int t = 0; t < T; t++) {
            for (int i = firstBlank(t); i <= Math.min(L, t); i++) {
                if (forwardBlank[t * row + i] < LEAST && blankMatters(t, i)) {
                    return false;
                }
            }
            for (int i = firstLabel(t); i <= Math.min(L - 1, t); i++) {
                if (forwardLabel[t * row + i + 1] < LEAST && labelMatters(t, i)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean labelMatters(int t, int i) {
        return t >= earliest[i] && T - 1 - t >= earliest[L - 1] - earliest[i];
    }

    /** Blank i stands after label i - 1 and before label i. */
    private boolean blankMatters(int t, int i) {
        int reached = i == 0 ? 0 : earliest[i - 1] + 1;
        int left = i == L ? 0 : earliest[L - 1] - earliest[i] + 1;
        return t >= reached && T - 1 - t >= left;
    }

    /** Writes the gradient; false if a number came too near the limit. */
    private boolean backward(Sequence y, int n, float scale, float[] dY, boolean careful) {
        Arrays.fill(backBlank, 0, row, 0);
        Arrays.fill(backLabel, 0, row, 0);
        Arrays.fill(onLabel, 0, row, 0);
        backBlank[L] = 1;
        if (L > 0) {
            backLabel[L - 1] = 1;
        }
        for (int t = T - 1; t >= 0; t--) {
            if (t < T - 1) {
                back(t);
                if (t % SCALED_EVERY == 0) {
                    scaleBack(t);
                }
                if (careful && backLost(t)) {
                    return false;
                }
            }
            if (!gradient(t, (t * y.batchSize() + n) * y.size(), y.size(), scale, dY)) {
                return false;
            }
        }
        return true;
    }

    /** The backward sums of step t from those of the step after it. */
    private void back(int t) {
        int next = (t + 1) * row;
        double p = pBlank[t + 1];
        int lastBlank = Math.min(L, t + 1);
        for (int i = 0; i <= lastBlank; i++) {
            onBlank[i] = p * backBlank[i];
        }
        int lastLabel = Math.min(L - 1, t + 1);
        for (int i = 0; i <= lastLabel; i++) {
            onLabel[i] = pLabel[next + i] * backLabel[i];
        }
        lastBlank = Math.min(L, t);
        for (int i = 0; i <= lastBlank; i++) {
            backBlank[i] = onBlank[i] + onLabel[i];
        }
        lastLabel = Math.min(L - 1, t);
        for (int i = 0; i <= lastLabel; i++) {
            backLabel[i] = onLabel[i] + onBlank[i + 1] + skip[i + 1] * onLabel[i + 1];
        }
    }

    private void scaleBack(int t) {
        int last = Math.min(L, t);
        double sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += backBlank[i] + backLabel[i];
        }
        double factor = 1 / sum;
        if (factor < Double.POSITIVE_INFINITY) {
            for (int i = 0; i <= last; i++) {
                backBlank[i] *= factor;
                backLabel[i] *= factor;
            }
        }
    }

    private boolean backLost(int t) {
        for (int i = firstBlank(t); i <= Math.min(L, t); i++) {
            if (backBlank[i] < LEAST && blankMatters(t, i)) {
                return true;
            }
        }
        for (int i = firstLabel(t); i <= Math.min(L - 1, t); i++) {
            if (backLabel[i] < LEAST && labelMatters(t, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean gradient(int t, int at, int V, float scale, float[] dY) {
        int step = t * row;
        double ofBlank = 0;
        int lastBlank = Math.min(L, t);
        for (int i = firstBlank(t); i <= lastBlank; i++) {
            ofBlank += forwardBlank[step + i] * backBlank[i];
        }
        double all = ofBlank;
        int lastLabel = Math.min(L - 1, t);
        for (int i = firstLabel(t); i <= lastLabel; i++) {
            // Its last use; the array is written anew before the next step reads it.
            onLabel[i] = forwardLabel[step + i + 1] * backLabel[i];
            all += onLabel[i];
        }
        if (!(all > LEAST)) {
            return false;
        }
        for (int j = at; j < at + V; j++) {
            dY[j] *= scale;
        }
        dY[at + blank] = (float) (scale * (pBlank[t] - ofBlank / all));
        double share = scale / all;
        for (int i = firstLabel(t); i <= lastLabel; i++) {
            dY[at + label[i]] -= (float) (share * onLabel[i]);
        }
        return true;
    }
}
