package dev.carousel.loss;

import dev.carousel.kernel.RowKernel;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;

/**
 * Evaluates a {@link SequenceLoss} over a batch: each thread takes sequences, and their losses are added in one order, so that
 * the number of threads changes no bit.
 */
final class WholeSequences {

    private static final float[] NO_GRADIENT = {};

    /** Below this many outputs the hand-over to other threads costs more than it saves. */
    private static final int OUTPUTS_WORTH_A_TEAM = 4_096;

    private final SequenceLoss loss;
    private final Team team;
    private final SequenceLoss.SequencePass[] passes;
    private final Team.Task task = this::sequencesOfPart;

    /** The sequences that count, and their losses. */
    private int[] counted = {};

    private double[] losses = {};
    private int count;

    private Sequence y = Sequence.zeros(0, 0, 0);
    private Target target = Target.of(y);
    private float[] dY = NO_GRADIENT;

    WholeSequences(SequenceLoss loss, RowKernel kernel, Team team) {
        this.loss = loss;
        this.team = team;
        this.passes = new SequenceLoss.SequencePass[team.threads()];
        Arrays.setAll(passes, part -> passOf(loss, kernel));
    }

    private static SequenceLoss.SequencePass passOf(SequenceLoss loss, RowKernel kernel) {
        return loss instanceof CtcLoss ctc ? new CtcPass(ctc.blank(), kernel) : new CrfPass((CrfLoss) loss);
    }

    /** How many sequences the last sum was taken of. */
    int count() {
        return count;
    }

    /** The sum of the losses alone. */
    double sum(Sequence y, Target target) {
        return evaluate(y, target, NO_GRADIENT);
    }

    /** The sum of the losses, and the gradient of their mean over the sequences that count. */
    double sum(Sequence y, Target target, Sequence dY) {
        return evaluate(y, target, dY.data());
    }

    private double evaluate(Sequence y, Target target, float[] dY) {
        loss.requireFits(y, target);
        this.y = y;
        this.target = target;
        this.dY = dY;
        choose();
        if ((long) y.steps() * y.batchSize() * y.size() < OUTPUTS_WORTH_A_TEAM) {
            sequencesOfPart(0, 1);
        } else {
            team.run(task);
        }
        double all = 0;
        for (int i = 0; i < count; i++) {
            all += losses[i];
        }
        return all;
    }

    private void choose() {
        if (counted.length < y.batchSize()) {
            counted = new int[y.batchSize()];
            losses = new double[y.batchSize()];
        }
        count = 0;
        for (int n = 0; n < y.batchSize(); n++) {
            boolean counts = loss.counts(y, target, n);
            if (counts) {
                counted[count] = n;
                count++;
            }
            for (int t = counts ? y.length(n) : 0; t < y.steps() && dY.length > 0; t++) {
                int at = (t * y.batchSize() + n) * y.size();
                Arrays.fill(dY, at, at + y.size(), 0);
            }
        }
    }

    private void sequencesOfPart(int part, int parts) {
        float scale = count == 0 ? 0 : (float) (1.0 / count);
        for (int i = Team.cut(count, part, parts); i < Team.cut(count, part + 1, parts); i++) {
            losses[i] = passes[part].run(y, target, counted[i], scale, dY);
        }
    }
}
