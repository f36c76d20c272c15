package dev.carousel.network;

import dev.carousel.kernel.Team;
import dev.carousel.spec.Residual;
import dev.carousel.tensor.Sequence;

/**
 * What a residual connection adds: y = layer(x) + x, and on the way back dX = what the layer sends back + dY. {@link Residual}
 * says which layers have one.
 */
final class Sum {

    private static final float[] EMPTY = {};

    private final boolean adds;
    private final Team team;
    private final View yView = new View();
    private final View dView = new View();
    private final Team.Task forwardTask = this::forwardPart;
    private final Team.Task backwardTask = this::backwardPart;
    private Sequence output = Sequence.zeros(0, 0, 0);
    private Sequence input = Sequence.zeros(0, 0, 0);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private Sequence dX = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] copy = EMPTY;

    /** Of a layer that has a residual connection or not. */
    Sum(boolean adds, Team team) {
        this.adds = adds;
        this.team = team;
    }

    boolean adds() {
        return adds;
    }

    /** The layer's output and its input, added; both 0 in the padding. */
    Sequence forward(Sequence output, Sequence input) {
        this.output = output;
        this.input = input;
        y = Buffers.atLeast(y, (long) output.steps() * output.batchSize() * output.size());
        team.run(forwardTask);
        return yView.of(output, y, output.size());
    }

    private void forwardPart(int part, int parts) {
        int all = output.steps() * output.batchSize() * output.size();
        int end = Team.cut(all, part + 1, parts);
        float[] a = output.data();
        float[] b = input.data();
        for (int i = Team.cut(all, part, parts); i < end; i++) {
            y[i] = a[i] + b[i];
        }
    }

    /**
     * Takes over the gradient of the sum, which must not change until the pass is over.
     *
     * @param changes whether what is returned will be changed
     * @return the gradient of the layer's output: the same, or a copy
     */
    Sequence backward(Sequence dY, boolean changes) {
        this.dY = dY;
        if (!changes) {
            return dY;
        }
        int all = dY.steps() * dY.batchSize() * dY.size();
        copy = Buffers.atLeast(copy, all);
        System.arraycopy(dY.data(), 0, copy, 0, all);
        return dView.of(dY, copy, dY.size());
    }

    /** Adds the gradient of the sum to that of the layer's input, at the steps that count. */
    void addTo(Sequence dX) {
        this.dX = dX;
        team.run(backwardTask);
    }

    private void backwardPart(int part, int parts) {
        int size = dX.size();
        int N = dX.batchSize();
        int rows = dX.steps() * N;
        for (int row = Team.cut(rows, part, parts); row < Team.cut(rows, part + 1, parts); row++) {
            if (row / N < dX.length(row % N)) {
                for (int i = row * size; i < (row + 1) * size; i++) {
                    dX.data()[i] += dY.data()[i];
                }
            }
        }
    }
}
