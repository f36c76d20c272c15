package dev.carousel.loss;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.RowKernel;
import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A loss over batches: the mean over all steps that count, and the gradient of that mean.
 *
 * <pre>{@code
 * mean = 1 / weight Σ_(t, n) loss(y_tn, target_tn)       count = steps that count x terms of a step
 *                                                        weight = Σ of the weights of those steps x terms
 * }</pre>
 *
 * <p>A step counts if the loss's {@link Steps} include it, the target counts it, and it lies within its sequence by the
 * lengths of both the output and the target; if the loss has no weights, the weight is the count. {@link #sum} and
 * {@link #weight} of many batches, added up, give the exact mean of a whole data set. Of a loss of {@linkplain
 * Loss#wholeSequences whole sequences} the mean is over those that count.
 *
 * <pre>{@code
 * BatchLoss loss = BatchLoss.of(new SoftmaxCrossEntropy(), kernels.rows(), team);
 * double mean = loss.evaluate(y, Target.of(next), dY);
 * }</pre>
 *
 * <p>Each step's loss is computed on its own and all are added in one order, so the number of threads changes no bit.
 * The object holds the buffers for that, grown to the largest batch and reused; it serves one thread at a time,
 * and a second one gets an error.
 */
public final class BatchLoss {

    /** Below this many outputs the hand-over to other threads costs more than it saves. */
    private static final int OUTPUTS_WORTH_A_TEAM = 16_384;

    private final Loss loss;
    private final Team team;
    private final LossRow[] cursors;

    /** Where the loss is one of whole sequences. */
    private final @Nullable WholeSequences sequences;

    /** For each thread, where a gradient goes that nobody asked for. */
    private final float[][] scratch;

    // The steps that count, in order: their row t N + n in y and in the target, and their losses.
    private int[] yRows = {};
    private int[] targetRows = {};
    private double[] losses = {};
    private int rows;

    // What the threads work on.
    private final Team.Task task = this::rowsOfPart;
    private float[] y = {};
    private float[] dY = {};
    private boolean withGradient;

    private double sum;
    private double weight;
    private long count;

    private Tokens right = Tokens.ignored(0, 0);

    private final OneThread one = new OneThread("BatchLoss");

    private BatchLoss(Loss loss, RowKernel kernel, Team team) {
        this.loss = loss;
        this.team = team;
        this.sequences = loss instanceof SequenceLoss whole ? new WholeSequences(whole, kernel, team) : null;
        this.cursors = new LossRow[team.threads()];
        this.scratch = new float[team.threads()][0];
        for (int i = 0; i < cursors.length; i++) {
            cursors[i] = new LossRow();
            cursors[i].kernel = kernel;
        }
    }

    /** Room to evaluate a loss in the calling thread, on the fastest kernels there are. */
    public static BatchLoss of(Loss loss) {
        return of(loss, Kernels.best().rows(), Team.single());
    }

    /** Room to evaluate a loss. */
    public static BatchLoss of(Loss loss, RowKernel kernel, Team team) {
        Objects.requireNonNull(loss, "BatchLoss: loss is null");
        Objects.requireNonNull(kernel, "BatchLoss: kernel is null");
        Objects.requireNonNull(team, "BatchLoss: team is null; Team.single() is the calling thread alone");
        return new BatchLoss(loss, kernel, team);
    }

    /** The loss that it evaluates. */
    public Loss loss() {
        return loss;
    }

    /**
     * The mean loss of a batch, and its gradient.
     *
     * @param y the outputs of a network [T, N, O]
     * @param target T steps, or the last K where the loss looks at no more; N sequences; of a loss of whole sequences, as it
     *     says
     * @param dY receives the gradient of the mean in y [T, N, O]: 0 at every step that does not count; not {@code y}
     * @return the mean; 0 if no step counts
     * @throws IllegalArgumentException if the shapes do not fit or a target is out of range
     * @throws IllegalStateException if another thread is evaluating with this object
     */
    @SuppressWarnings("ReferenceEquality") // What matters is one array, not equal numbers.
    public double evaluate(Sequence y, Target target, Sequence dY) {
        Objects.requireNonNull(y, "BatchLoss: y, the output, is null");
        Objects.requireNonNull(target, "BatchLoss: target is null");
        Objects.requireNonNull(dY, "BatchLoss: dY, which receives the gradient, is null");
        if (dY.steps() != y.steps() || dY.batchSize() != y.batchSize() || dY.size() != y.size()) {
            throw new IllegalArgumentException("dY is " + dY + " but y " + y + "; they must have the same shape.");
        }
        if (dY.data() == y.data()) {
            throw new IllegalArgumentException("dY must not share the array of y.");
        }
        one.enter();
        try {
            if (sequences != null) {
                return meanOf(sequences, sequences.sum(y, target, dY));
            }
            choose(y, target);
            int all = y.steps() * y.batchSize();
            if (rows < all) {
                Arrays.fill(dY.data(), 0, all * y.size(), 0);
            }
            this.dY = dY.data();
            this.withGradient = true;
            return evaluateChosen(y, target);
        } finally {
            one.leave();
        }
    }

    /**
     * The mean loss of a batch alone.
     *
     * @param y the outputs of a network [T, N, O]
     * @param target as in {@link #evaluate(Sequence, Target, Sequence)}
     * @return the mean; 0 if no step counts
     * @throws IllegalArgumentException if the shapes do not fit or a target is out of range
     * @throws IllegalStateException if another thread is evaluating with this object
     */
    public double evaluate(Sequence y, Target target) {
        Objects.requireNonNull(y, "BatchLoss: y, the output, is null");
        Objects.requireNonNull(target, "BatchLoss: target is null");
        one.enter();
        try {
            if (sequences != null) {
                return meanOf(sequences, sequences.sum(y, target));
            }
            choose(y, target);
            this.withGradient = false;
            return evaluateChosen(y, target);
        } finally {
            one.leave();
        }
    }

    /** The sum of which the last mean was taken. */
    public double sum() {
        one.enter();
        try {
            return sum;
        } finally {
            one.leave();
        }
    }

    /** What the last sum was divided by: the count, or where the loss weighs its steps, the sum of their weights. */
    public double weight() {
        one.enter();
        try {
            return weight;
        } finally {
            one.leave();
        }
    }

    /** How many numbers the last mean was taken of: steps that count x terms of a step. */
    public long count() {
        one.enter();
        try {
            return count;
        } finally {
            one.leave();
        }
    }

    /**
     * The class of each step that counts, and {@link Tokens#IGNORED} elsewhere: what a loss {@link Loss#ofRightClass} wants the
     * probability of.
     *
     * @return [T, N], a view over a buffer that the next call overwrites
     * @throws IllegalArgumentException if the target is not of classes
     */
    public Tokens rightClasses(Target target) {
        Objects.requireNonNull(target, "BatchLoss: target is null");
        one.enter();
        try {
            Tokens classes = target.classes();
            if (right.steps() != target.steps() || right.batchSize() != target.batchSize()) {
                int size = Math.multiplyExact(target.steps(), target.batchSize());
                int[] room = right.ids().length < size ? new int[size] : right.ids();
                right = Tokens.of(room, target.steps(), target.batchSize());
            }
            for (int t = 0; t < target.steps(); t++) {
                for (int n = 0; n < target.batchSize(); n++) {
                    right.set(t, n, target.counts(t, n) ? classes.get(t, n) : Tokens.IGNORED);
                }
            }
            return right;
        } finally {
            one.leave();
        }
    }

    private double meanOf(WholeSequences evaluated, double all) {
        sum = all;
        count = evaluated.count();
        weight = count;
        return count == 0 ? 0 : sum / weight;
    }

    /** Lists the steps that count. */
    private void choose(Sequence y, Target target) {
        requireSameSteps(y, target);
        loss.requireFits(y, target);
        int T = y.steps();
        int N = y.batchSize();
        if (yRows.length < T * N) {
            yRows = new int[T * N];
            targetRows = new int[T * N];
            losses = new double[T * N];
        }
        boolean aligned = target.steps() == T;
        rows = 0;
        double weights = 0;
        for (int t = 0; t < T; t++) {
            for (int n = 0; n < N; n++) {
                int length = aligned ? Math.min(y.length(n), target.values().length(n)) : y.length(n);
                // The last of the target's K steps belongs to the sequence's own last step.
                int targetStep = aligned ? t : t - (length - target.steps());
                if (!loss.steps().include(t, length) || !target.counts(targetStep, n)) {
                    continue;
                }
                double stepWeight = loss.weight(target, targetStep * N + n);
                if (stepWeight > 0) {
                    yRows[rows] = t * N + n;
                    targetRows[rows] = targetStep * N + n;
                    weights += stepWeight;
                    rows++;
                }
            }
        }
        weight = weights * loss.terms(y.size());
    }

    private double evaluateChosen(Sequence y, Target target) {
        this.y = y.data();
        count = (long) rows * loss.terms(y.size());
        for (LossRow cursor : cursors) {
            cursor.size = y.size();
            cursor.target = target;
            cursor.scale = count == 0 ? 0 : (float) (1.0 / weight);
        }
        if ((long) rows * y.size() < OUTPUTS_WORTH_A_TEAM) {
            rowsOfPart(0, 1);
        } else {
            team.run(task);
        }
        double all = 0;
        for (int i = 0; i < rows; i++) {
            all += losses[i];
        }
        sum = all;
        return count == 0 ? 0 : sum / weight;
    }

    private void rowsOfPart(int part, int parts) {
        LossRow r = cursors[part];
        r.y = y;
        if (!withGradient && scratch[part].length < r.size) {
            scratch[part] = new float[r.size];
        }
        r.dY = withGradient ? dY : scratch[part];
        int end = (int) ((long) rows * (part + 1) / parts);
        for (int i = (int) ((long) rows * part / parts); i < end; i++) {
            r.yAt = yRows[i] * r.size;
            r.dYAt = withGradient ? r.yAt : 0;
            r.targetRow = targetRows[i];
            losses[i] = loss.row(r);
        }
    }

    private void requireSameSteps(Sequence y, Target target) {
        boolean steps =
                target.steps() == y.steps() || target.steps() == loss.steps().last();
        if (!steps || target.batchSize() != y.batchSize()) {
            throw new IllegalArgumentException("The output is " + y + " but the target " + target.values()
                    + "; they must have equal steps and batch size. Only where the loss looks at the last K steps"
                    + " (here: "
                    + loss.steps() + ") may the target hold just those K.");
        }
    }

    /** For losses whose target is a vector of the output's size. */
    static void requireSameSize(String loss, Sequence y, Sequence target) {
        if (y.size() != target.size()) {
            throw new IllegalArgumentException(loss + ": the output has " + y.size() + " numbers a step but the target "
                    + target.size() + ". Does the network's last layer fit the data?");
        }
    }
}
