package dev.carousel.kernel;

/**
 * Where the gradients of one step lie, for the same rows as its {@link Step}: a mutable cursor, like it.
 *
 * <p>All strides are H but that of {@code dY}, which may be a column range of a wider matrix, and that of {@code dc},
 * which is {@link Step#cStride}.
 */
public final class StepGradient extends Apart {

    /** The gradient of the output h of this step that comes from above [rows, H]. */
    public float[] dY = EMPTY;

    /** Where {@link #dY} begins. */
    public int dYAt;

    /** From one row of {@link #dY} to the next. */
    public int dYStride;

    /** The gradient of h that comes from the recurrent product of the step after [rows, H]; read only. */
    public float[] dh = EMPTY;

    /** Where {@link #dh} begins. */
    public int dhAt;

    /**
     * The gradient of h that comes from the step after past its products, of a cell that has such a way (a GRU's z ⊙ h').
     * In: that of h. Out: that of h'.
     */
    public float[] direct = EMPTY;

    /** Where {@link #direct} begins. */
    public int directAt;

    /** In: the gradient of c (all of the state but h) that comes from the step after. Out: that of c'. */
    public float[] dc = EMPTY;

    /** Where {@link #dc} begins. */
    public int dcAt;

    /** The gradient of m, of a cell with a second block. */
    public float[] dm = EMPTY;

    /** Where {@link #dm} begins. */
    public int dmAt;

    private static final float[] EMPTY = {};

    /** A cursor that points nowhere yet. */
    public StepGradient() {}
}
