package dev.carousel.optim;

import dev.carousel.kernel.UpdateKernel;

/**
 * What one update of a range of parameters works on: a mutable cursor that {@link Descent} fills, one for each thread.
 */
public final class Update {

    /** Does the arithmetic. */
    public final UpdateKernel kernel;

    /** The parameters, a flat array. */
    public final float[] w;

    /** Their gradient, which lies like them. */
    public float[] g = {};

    /** What the optimiser remembers. */
    public final OptimiserMemory memory;

    /** η after the schedule. */
    public double rate;

    /** The first position of the range. */
    public int from;

    /** Where the range ends, exclusive. */
    public int to;

    /** A cursor over these parameters. */
    public Update(UpdateKernel kernel, float[] w, OptimiserMemory memory) {
        this.kernel = kernel;
        this.w = w;
        this.memory = memory;
    }

    /** Adds the gradient of a square, {@code g = g + decay w}, where there is a decay. */
    void decayThroughGradient(double decay) {
        if (decay != 0) {
            kernel.addScaled(from, to, g, w, (float) decay);
        }
    }
}
