package dev.carousel.vector;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * One small loop of a cell's equations, over some rows of a step.
 *
 * <p>A cell is a few passes, each with one activation at most, called from one place. That place sees many passes, so the
 * compiler compiles each for itself and takes in all of its body; put together in one method they would pass what it is ready
 * to take in at once, and then vectors become objects.
 */
@FunctionalInterface
interface Pass {

    /** How many floats of {@code a} the passes of a step take at a time: half of a first-level cache. */
    int CHUNK_FLOATS = 6144;

    /** Works on rows {@code from} to {@code to - 1}. */
    void run(Step s, StepGradient d, int from, int to);

    /** How many rows stay in the first-level cache. */
    static int rowsAtATime(Step s) {
        return Math.max(1, CHUNK_FLOATS / s.aStride);
    }

    /** Runs all passes on a few rows at a time, so that the rows stay in the first-level cache between passes. */
    static void run(Pass[] passes, Step s, StepGradient d) {
        int chunk = rowsAtATime(s);
        for (int from = 0; from < s.rows; from += chunk) {
            int to = Math.min(s.rows, from + chunk);
            for (Pass pass : passes) {
                pass.run(s, d, from, to);
            }
        }
    }
}
