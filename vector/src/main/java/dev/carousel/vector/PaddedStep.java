package dev.carousel.vector;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Arrays;

/**
 * Copies of the rows of a step with H rounded up to a whole number of vectors, so that the equations are written for full
 * vectors alone. Sizes that are whole vectors are worked on where they lie.
 *
 * <p>What the extra units compute is never copied back. One per thread.
 */
final class PaddedStep {

    private static final StepGradient NO_GRADIENT = new StepGradient();

    private static final ThreadLocal<PaddedStep> OF_THREAD = ThreadLocal.withInitial(PaddedStep::new);

    private final Step step = new Step();
    private final StepGradient gradient = new StepGradient();
    private float[] buffer = {};
    private boolean clears;

    private PaddedStep() {}

    /** Runs the passes of a forward step on full vectors. */
    static void run(Step s, Pass[] passes) {
        Pass.run(passes, begin(s), NO_GRADIENT);
        end(s);
    }

    /** Runs the passes of a backward step on full vectors. */
    static void run(Step s, StepGradient d, Pass[] passes) {
        Pass.run(passes, begin(s, d), gradient(s, d));
        end(s, d);
    }

    /** The step on full vectors: itself, or a copy; {@link #end(Step)} is to follow. */
    static Step begin(Step s) {
        if (s.units % Lanes.COUNT == 0) {
            return s;
        }
        PaddedStep padded = OF_THREAD.get();
        padded.load(s);
        return padded.step;
    }

    /** As {@link #begin(Step)}; the extra units of all that is read are 0, for equations that read whole rows. */
    static Step beginWithZeros(Step s) {
        PaddedStep padded = OF_THREAD.get();
        padded.clears = true;
        Step full = begin(s);
        padded.clears = false;
        return full;
    }

    /** As {@link #begin(Step, StepGradient)}; the extra units of all that is read are 0. */
    static Step beginWithZeros(Step s, StepGradient d) {
        PaddedStep padded = OF_THREAD.get();
        padded.clears = true;
        Step full = begin(s, d);
        padded.clears = false;
        return full;
    }

    /** Puts back what a forward step may have written into the copy. */
    static void end(Step s) {
        if (s.units % Lanes.COUNT != 0) {
            OF_THREAD.get().store(s);
        }
    }

    /** The step of a backward pass on full vectors, with {@link #gradient}; {@link #end(Step, StepGradient)} is to follow. */
    static Step begin(Step s, StepGradient d) {
        if (s.units % Lanes.COUNT == 0) {
            return s;
        }
        PaddedStep padded = OF_THREAD.get();
        padded.load(s, d);
        return padded.step;
    }

    /** The gradients of a step that has begun. */
    static StepGradient gradient(Step s, StepGradient d) {
        return s.units % Lanes.COUNT == 0 ? d : OF_THREAD.get().gradient;
    }

    /** Puts back what a backward step may have written into the copy. */
    static void end(Step s, StepGradient d) {
        if (s.units % Lanes.COUNT != 0) {
            OF_THREAD.get().store(s, d);
        }
    }

    private void pointAt(float[] room) {
        buffer = room;
        step.p = room;
        step.a = room;
        step.g = room;
        step.hPrev = room;
        step.h = room;
        step.cPrev = room;
        step.c = room;
        step.m = room;
        gradient.dY = room;
        gradient.dh = room;
        gradient.dc = room;
        gradient.dm = room;
        gradient.direct = room;
    }

    /** Makes room for a step and copies all of it: what its equations leave alone goes back as it came. */
    private void load(Step s) {
        int width = (s.hiddenSize + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        int columns = s.aStride / s.hiddenSize;
        int gates = s.gStride / s.hiddenSize;
        int block = s.rows * width;
        int parts = parts(s);
        int weights = (s.p.length - s.pAt) / s.hiddenSize;
        int needed = block * (columns + gates + 7 + 3 * parts) + weights * width;
        if (buffer.length < needed) {
            pointAt(new float[needed]);
        }
        if (clears) {
            Arrays.fill(buffer, 0, needed, 0);
        }
        step.rows = s.rows;
        step.hiddenSize = width;
        step.units = width;
        step.aStride = columns * width;
        step.aAt = 0;
        step.gAt = block * columns;
        step.gStride = gates * width;
        step.hPrevAt = step.gAt + block * gates;
        step.hAt = step.hPrevAt + block;
        step.cPrevAt = step.hAt + block;
        step.cStride = parts * width;
        step.cAt = step.cPrevAt + parts * block;
        step.mAt = step.cAt + parts * block;
        step.pAt = block * (columns + gates + 7 + 3 * parts);
        copyGates(s, true);
        copy(weights, s.hiddenSize, s.p, s.pAt, s.hiddenSize, buffer, step.pAt, width);
        for (int gate = 0; gate < gates; gate++) {
            int from = s.gAt + gate * s.hiddenSize;
            copy(s.rows, s.hiddenSize, s.g, from, s.gStride, buffer, step.gAt + gate * width, step.gStride);
        }
        copy(s.rows, s.hiddenSize, s.hPrev, s.hPrevAt, s.hiddenSize, buffer, step.hPrevAt, width);
        copyParts(s, s.cPrev, s.cPrevAt, step.cPrevAt, true);
        copy(s.rows, s.hiddenSize, s.h, s.hAt, s.hiddenSize, buffer, step.hAt, width);
        copyParts(s, s.c, s.cAt, step.cAt, true);
        copy(s.rows, s.hiddenSize, s.m, s.mAt, s.hiddenSize, buffer, step.mAt, width);
    }

    /** Copies back what a forward step may have written. */
    private void store(Step s) {
        int width = step.hiddenSize;
        copyGates(s, false);
        copy(s.rows, s.hiddenSize, buffer, step.hAt, width, s.h, s.hAt, s.hiddenSize);
        copyParts(s, s.c, s.cAt, step.cAt, false);
        copy(s.rows, s.hiddenSize, buffer, step.mAt, width, s.m, s.mAt, s.hiddenSize);
    }

    /** Makes room for a step and its gradients and copies what they read. */
    private void load(Step s, StepGradient d) {
        load(s);
        int width = step.hiddenSize;
        int block = s.rows * width;
        gradient.dYStride = width;
        gradient.dYAt = step.mAt + block;
        gradient.dhAt = gradient.dYAt + block;
        gradient.dcAt = gradient.dhAt + block;
        gradient.dmAt = gradient.dcAt + parts(s) * block;
        gradient.directAt = gradient.dmAt + block;
        copy(s.rows, s.hiddenSize, d.dY, d.dYAt, d.dYStride, buffer, gradient.dYAt, width);
        copy(s.rows, s.hiddenSize, d.dh, d.dhAt, s.hiddenSize, buffer, gradient.dhAt, width);
        copyParts(s, d.dc, d.dcAt, gradient.dcAt, true);
        copy(s.rows, s.hiddenSize, d.dm, d.dmAt, s.hiddenSize, buffer, gradient.dmAt, width);
        copy(s.rows, s.hiddenSize, d.direct, d.directAt, s.hiddenSize, buffer, gradient.directAt, width);
    }

    /** Copies back what a backward step may have written. */
    private void store(Step s, StepGradient d) {
        int width = step.hiddenSize;
        copyGates(s, false);
        copy(s.rows, s.hiddenSize, buffer, gradient.directAt, width, d.direct, d.directAt, s.hiddenSize);
        copyParts(s, d.dc, d.dcAt, gradient.dcAt, false);
    }

    /** How many parts of H numbers the state has apart from h, or one for which nothing is copied. */
    private static int parts(Step s) {
        return Math.max(1, s.cStride / s.hiddenSize);
    }

    /** Copies the parts of the state apart from h, or their gradients. */
    private void copyParts(Step s, float[] numbers, int at, int padded, boolean in) {
        int H = s.hiddenSize;
        int width = step.hiddenSize;
        int parts = parts(s);
        for (int i = 0; i < parts; i++) {
            if (in) {
                copy(s.rows, H, numbers, at + i * H, parts * H, buffer, padded + i * width, parts * width);
            } else {
                copy(s.rows, H, buffer, padded + i * width, parts * width, numbers, at + i * H, parts * H);
            }
        }
    }

    private void copyGates(Step s, boolean in) {
        int H = s.hiddenSize;
        for (int column = 0; column < s.aStride / H; column++) {
            int from = s.aAt + column * H;
            int to = column * step.hiddenSize;
            if (in) {
                copy(s.rows, H, s.a, from, s.aStride, buffer, to, step.aStride);
            } else {
                copy(s.rows, H, buffer, to, step.aStride, s.a, from, s.aStride);
            }
        }
    }

    /** Copies the rows of a matrix that a cell has; one that it has not is an empty array. */
    private static void copy(
            int rows, int cols, float[] from, int fromAt, int fromStride, float[] to, int toAt, int toStride) {
        if (from.length == 0 || to.length == 0) {
            return;
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from, fromAt + r * fromStride, to, toAt + r * toStride, cols);
        }
    }
}
