package dev.carousel.spark;

import java.io.Serializable;

/**
 * A sequence on its way through Spark, whose encoder reads and writes these arrays as they are. For Spark, which needs a bean; not
 * for users.
 */
public final class SequenceRow implements Serializable {

    private static final long serialVersionUID = 1;

    private float[] x;
    private int[] ids;
    private float[][] y;

    /** Nothing as yet. */
    @SuppressWarnings("NullAway") // Null is a row without a sequence.
    public SequenceRow() {}

    /** The numbers of the sequence, step after step; null for none. */
    public float[] getX() {
        return x;
    }

    /** The numbers of the sequence. */
    public void setX(float[] numbers) {
        this.x = numbers;
    }

    /** The ids of the sequence; null for none. */
    public int[] getIds() {
        return ids;
    }

    /** The ids of the sequence. */
    public void setIds(int[] ofSteps) {
        this.ids = ofSteps;
    }

    /** The outputs of its steps; null before they are there, or where there is no sequence. */
    public float[][] getY() {
        return y;
    }

    /** The outputs of its steps. */
    public void setY(float[][] outputs) {
        this.y = outputs;
    }
}
