package dev.carousel.stream;

import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.NetworkSpec;

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

    /**
     * Checks an event before anything of it is taken in.
     *
     * @throws IllegalArgumentException if it is not inputSize finite numbers, or one that is an id
     */
    static void requireFits(NetworkSpec spec, float[] event) {
        if (!spec.readsIds()) {
            Stepper.requireEvent(spec, event, spec.inputSize(), false);
            if (spec.layers().get(0) instanceof ColumnEmbedding embedding) {
                embedding.requireIds(event);
            }
            return;
        }
        int V = spec.inputSize();
        if (event.length != 1 || !(event[0] >= 0 && event[0] < V) || event[0] != (int) event[0]) {
            throw new IllegalArgumentException("The network reads ids, so that an event is one number, 0 to " + (V - 1)
                    + ", but this one has "
                    + (event.length == 1 ? "the number " + event[0] : event.length + " numbers")
                    + ". Was this model trained with another vocabulary?");
        }
    }

    /** Lets go of both arrays. */
    void clear() {
        set(NONE, NONE);
    }
}
