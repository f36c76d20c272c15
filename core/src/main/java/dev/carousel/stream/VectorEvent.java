package dev.carousel.stream;

/** An event of a network, inputSize numbers or one that is an id, and where its output goes, outputSize numbers. */
final class VectorEvent {

    private static final float[] NONE = {};

    private float[] x = NONE;
    private float[] y = NONE;

    /** Of these arrays, not of copies. */
    VectorEvent set(float[] event, float[] output) {
        x = event;
        y = output;
        return this;
    }

    float[] x() {
        return x;
    }

    float[] y() {
        return y;
    }

    /** Lets go of both arrays. */
    void clear() {
        set(NONE, NONE);
    }
}
