package dev.carousel.kernel;

/**
 * Where the numbers of one step lie, for some rows of a batch: a mutable cursor that a loop over time moves along.
 *
 * <p>Row n of a matrix begins at its {@code ...At + n * stride}; the strides of {@code a} and {@code g} are their own, that of
 * all others is H, but {@code c} and {@code cPrev} have {@link #cStride}. One cursor belongs to one thread. The fields are public because a kernel reads them all, once a step.
 */
public final class Step extends Apart {

    /** How many rows (sequences of the batch) the step is for. */
    public int rows;

    /** H, the number of units: from one row of all matrices but {@code a} and {@code g} to the next. */
    public int hiddenSize;

    /** How many units of each row the step is for, from those pointed at: H, or the share of one thread. */
    public int units;

    /** The columns [rows, m H]: first W x + bW, then gates, then the gradients of the pre-activations. */
    public float[] a = EMPTY;

    /** Where {@link #a} begins. */
    public int aAt;

    /** m H, from one row of {@link #a} to the next. */
    public int aStride;

    /** The recurrent part of the pre-activations, R h' + bR [rows, k H], gate after gate. */
    public float[] g = EMPTY;

    /** Where {@link #g} begins. */
    public int gAt;

    /** k H, from one row of {@link #g} to the next. */
    public int gStride;

    /** h', the hidden state before the step [rows, H]. */
    public float[] hPrev = EMPTY;

    /** Where {@link #hPrev} begins. */
    public int hPrevAt;

    /** h, the hidden state after the step [rows, H]. */
    public float[] h = EMPTY;

    /** Where {@link #h} begins. */
    public int hAt;

    /**
     * All of the state before the step but h', of a cell that has such: c' [rows, H] of an LSTM; of any cell its parts side by
     * side in a row, as it declares them [rows, S].
     */
    public float[] cPrev = EMPTY;

    /** Where {@link #cPrev} begins. */
    public int cPrevAt;

    /** The same after the step. */
    public float[] c = EMPTY;

    /** Where {@link #c} begins. */
    public int cAt;

    /** S, from one row of {@link #c} and {@link #cPrev} to the next: H of an LSTM, whose kernels take H. */
    public int cStride;

    /** What the second block of a cell multiplies [rows, H], of a cell that has two. */
    public float[] m = EMPTY;

    /** Where {@link #m} begins. */
    public int mAt;

    /**
     * The weights of a cell that its equations read themselves, one part after the other as it declares them: the peepholes of
     * an LSTM, of H numbers each. What a variant has not learned is 0.
     */
    public float[] p = EMPTY;

    /** Where {@link #p} begins. */
    public int pAt;

    private static final float[] EMPTY = {};

    /** A cursor that points nowhere yet. */
    public Step() {}
}
