package dev.carousel.network;

import dev.carousel.layer.Buffers;
import dev.carousel.layer.Padding;
import dev.carousel.layer.View;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Merge;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * The output of one layer of a stack: h of its directions merged, of all steps or the last, and 0 beyond each sequence's
 * length; and on the way back the gradient of h of each direction.
 *
 * <pre>{@code
 * y = [f, b]   or f + b   or f ⊙ b            or (f + b) / 2
 *              df = dY       df = dY ⊙ b         df = dY / 2
 * }</pre>
 */
final class LayerOutput {

    private static final float[] EMPTY = {};

    private final int P;
    private final int directions;
    private final Merge merge;
    private final boolean lastOnly;
    private final float[][] h;
    private final float[][] dH;
    private final View view = new View();
    private final View[] dViews;
    private float[] y = EMPTY;
    private Sequence oneStep = Sequence.zeros(1, 0, 0);
    private Sequence shape = Sequence.zeros(0, 0, 0);

    /** The output of a layer that gives all steps or only the last. */
    LayerOutput(LayerSpec.Recurrent spec, boolean lastOnly) {
        this.P = spec.stateSize();
        this.directions = spec.directions();
        this.merge = spec.merge();
        this.lastOnly = lastOnly;
        h = new float[directions][];
        dH = new float[directions][];
        dViews = new View[directions];
        for (int direction = 0; direction < directions; direction++) {
            h[direction] = EMPTY;
            dH[direction] = EMPTY;
            dViews[direction] = new View();
        }
    }

    boolean lastOnly() {
        return lastOnly;
    }

    /** Takes over h of one direction after all steps [T, N, P], not copied. */
    void steps(int direction, float[] all) {
        h[direction] = all;
    }

    /** Takes over h of one direction after the last step [N, P], a copy. */
    void last(int direction, int N, float[] state, int hAt) {
        h[direction] = Buffers.atLeast(h[direction], (long) N * P);
        System.arraycopy(state, hAt, h[direction], 0, N * P);
    }

    /** The output, when all directions are there. */
    Sequence merged(SequenceBatch x) {
        if (lastOnly && oneStep.batchSize() != x.batchSize()) {
            oneStep = Sequence.zeros(1, x.batchSize(), 0);
        }
        SequenceBatch like = lastOnly ? oneStep : x;
        if (directions == 1 && !like.ragged()) {
            shape = view.of(like, h[0], P);
            return shape;
        }
        int size = merge == Merge.CONCATENATE ? directions * P : P;
        int rows = like.steps() * like.batchSize();
        y = Buffers.atLeast(y, (long) rows * size);
        if (merge == Merge.CONCATENATE) {
            sideBySide(rows, size);
        } else {
            for (int i = 0; i < rows * P; i++) {
                float f = h[0][i];
                float b = h[1][i];
                y[i] = merge == Merge.SUM ? f + b : merge == Merge.PRODUCT ? f * b : (f + b) / 2;
            }
        }
        shape = view.of(like, y, size);
        Padding.clear(shape);
        return shape;
    }

    private void sideBySide(int rows, int size) {
        for (int direction = 0; direction < directions; direction++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(h[direction], row * P, y, row * size + direction * P, P);
            }
        }
    }

    /** The gradient of h of one direction, in P columns from {@link #column}. */
    Sequence gradient(Sequence dY, int direction) {
        if (merge == Merge.CONCATENATE || merge == Merge.SUM) {
            return dY;
        }
        int size = shape.steps() * shape.batchSize() * P;
        float[] d = Buffers.atLeast(dH[direction], size);
        float[] other = h[1 - direction];
        for (int i = 0; i < size; i++) {
            d[i] = dY.data()[i] * (merge == Merge.PRODUCT ? other[i] : 0.5f);
        }
        dH[direction] = d;
        return dViews[direction].of(shape, d, P);
    }

    /** Where the gradient of h of a direction begins in each row of {@link #gradient}. */
    int column(int direction) {
        return merge == Merge.CONCATENATE ? direction * P : 0;
    }
}
