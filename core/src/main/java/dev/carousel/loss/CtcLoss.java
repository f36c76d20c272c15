package dev.carousel.loss;

import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Objects;

/**
 * Connectionist temporal classification: how surprised the network is by a sequence of labels, wherever in the sequence of
 * steps each of them may stand. In nats, the mean over sequences.
 *
 * <pre>{@code
 * loss = -ln Σ_π Π_t p_t(π_t),   p_t = softmax(y_t)
 * dY_tk = p_t(k) - P(π_t = k | the labels)
 * }</pre>
 *
 * <p>The sum is over every path π, a class for each step, that becomes the labels when repeated classes are made one and then
 * blanks are left out: a a - b b and a - - - b are both "a b". Two equal labels in succession need a blank between them, so
 * that labels need {@link #stepsNeeded} steps.
 *
 * <p>The output y holds scores [T, N, V], not probabilities. The target is {@link Tokens} [L, N]: the labels of each sequence,
 * as many as its length there says, possibly none; any class but the blank. Lengths of outputs and labels are each sequence's
 * own. As PyTorch's {@code CTCLoss} with the blank 0, but for what the mean is taken over: sequences here, PyTorch divides each
 * by its number of labels first.
 *
 * <p>Sums over paths are computed with the probabilities of a step brought to a sum of 1 every few steps, and for a sequence in
 * which a number would be too small for that, in logarithms: no number is lost however wrong the network is. See
 * {@code docs/math/ctc.md}.
 *
 * <p>Graves, Fernández, Gomez and Schmidhuber, Connectionist temporal classification: labelling unsegmented sequence data with
 * recurrent neural networks, ICML 2006, sections 3 and 4.
 *
 * @param blank the class that stands for no label
 * @param unfit what happens to a sequence that has fewer steps than its labels need
 */
public record CtcLoss(int blank, Unfit unfit) implements SequenceLoss {

    /** What happens to a sequence whose labels do not fit into its steps, so that their probability is 0. */
    public enum Unfit {
        /** An error that names the sequence. */
        REFUSE,
        /** It does not count, as if it were not there. */
        SKIP,
        /** It counts in the mean, with loss and gradient 0, as PyTorch's {@code zero_infinity}. */
        ZERO
    }

    /** Checks the class. */
    public CtcLoss {
        Objects.requireNonNull(unfit, "CtcLoss: unfit is null");
        if (blank < 0) {
            throw new IllegalArgumentException("CtcLoss: the blank is class " + blank + " but must be at least 0.");
        }
    }

    /** With the blank 0; labels that do not fit are refused. */
    public CtcLoss() {
        this(0, Unfit.REFUSE);
    }

    /** The same with another rule for labels that do not fit. */
    public CtcLoss withUnfit(Unfit unfit) {
        return new CtcLoss(blank, unfit);
    }

    /**
     * How many steps labels need: one each, and one more for a blank between two that are equal.
     *
     * @param labels [L, N]
     * @param n whose
     */
    public static int stepsNeeded(Tokens labels, int n) {
        Objects.requireNonNull(labels, "CtcLoss: the labels are null");
        int steps = labels.length(n);
        for (int i = 1; i < labels.length(n); i++) {
            if (labels.get(i, n) == labels.get(i - 1, n)) {
                steps++;
            }
        }
        return steps;
    }

    @Override
    public void requireFits(NetworkSpec spec) {
        Scores.requireBeforeSoftmax("CtcLoss", spec);
    }

    @Override
    public void requireFits(Sequence y, Target target) {
        Tokens labels = target.classes();
        if (labels.batchSize() != y.batchSize()) {
            throw new IllegalArgumentException("CtcLoss: the output is " + y + " but there are labels of "
                    + labels.batchSize() + " sequences; they must be as many.");
        }
        if (target.mask().isPresent()) {
            throw new IllegalArgumentException(
                    "CtcLoss: labels have no mask, since they belong to no step. Leave the sequence out instead.");
        }
        if (blank >= y.size()) {
            throw new IllegalArgumentException("CtcLoss: the blank is class " + blank + " but the network's output has "
                    + y.size() + " classes, 0 to " + (y.size() - 1) + ".");
        }
        for (int n = 0; n < y.batchSize(); n++) {
            requireFits(y, labels, n);
        }
    }

    private void requireFits(Sequence y, Tokens labels, int n) {
        for (int i = 0; i < labels.length(n); i++) {
            int k = labels.get(i, n);
            if (k < 0 || k >= y.size() || k == blank) {
                throw new IllegalArgumentException("CtcLoss: label " + i + " of sequence " + n + " is class " + k
                        + (k == blank
                                ? ", the blank, which is no label."
                                : " but the network's output has " + y.size() + " classes, 0 to " + (y.size() - 1)
                                        + ". Were the labels made with another alphabet?"));
            }
        }
        if (unfit == Unfit.REFUSE && stepsNeeded(labels, n) > y.length(n)) {
            throw new IllegalArgumentException("CtcLoss: the " + labels.length(n) + " labels of sequence " + n
                    + " need "
                    + stepsNeeded(labels, n) + " steps (one each, and a blank between equal ones) but its output has "
                    + y.length(n) + ". Is the label that of another sequence, or does the network leave out steps?"
                    + " Unfit.SKIP leaves such sequences out.");
        }
    }

    @Override
    public boolean counts(Sequence y, Target target, int n) {
        return unfit != Unfit.SKIP || fits(y, target.classes(), n);
    }

    static boolean fits(Sequence y, Tokens labels, int n) {
        return stepsNeeded(labels, n) <= y.length(n);
    }
}
