package dev.carousel.loss;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.RowKernel;
import dev.carousel.tensor.Sequence;

/**
 * Where the numbers of one step of one sequence lie, as a {@link Loss} reads them: a mutable cursor that
 * {@link BatchLoss} moves along. One cursor belongs to one thread.
 */
public final class LossRow {

    /** O, how many numbers the output has. */
    public int size;

    /** Holds the output y. */
    public float[] y = EMPTY;

    /** Where y begins. */
    public int yAt;

    /** What y should have been, for all steps of the batch. */
    public Target target = NOTHING;

    /** Which step of which sequence it is in the target: t N + n. */
    public int targetRow;

    /** What the gradient is multiplied by: one over what the mean is taken of. */
    public float scale;

    /** Receives the gradient of the mean in y. */
    public float[] dY = EMPTY;

    /** Where it begins. */
    public int dYAt;

    /** Computes what is worth a kernel. */
    public RowKernel kernel = Kernels.scalar().rows();

    private static final float[] EMPTY = {};
    private static final Target NOTHING = Target.of(Sequence.zeros(0, 0, 0));

    /** A cursor that points nowhere yet. */
    public LossRow() {}
}
