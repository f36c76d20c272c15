package dev.carousel.train;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;

/**
 * Copies steps or sequences of a large batch, of either kind, into buffers that are used again: the common part of the
 * sources of batches.
 */
final class Cut {

    private final SequenceBatch source;
    private final int width;
    private float[] floats;
    private int[] ids;
    private SequenceBatch view = Tokens.of(new int[0], 0, 0);

    /**
     * Room to cut from a source.
     *
     * @param steps the most steps of a cut
     * @param batchSize the most sequences of a cut
     */
    Cut(SequenceBatch source, int steps, int batchSize) {
        this.source = source;
        this.width = source instanceof Sequence sequence ? sequence.size() : 1;
        int rows = Math.multiplyExact(steps, batchSize);
        this.floats = new float[source instanceof Sequence ? Math.multiplyExact(rows, width) : 0];
        this.ids = new int[source instanceof Tokens ? rows : 0];
    }

    /** Leaves the buffers to whoever reads what was cut last; the next cuts go to new ones. */
    void leaveBuffers() {
        floats = new float[floats.length];
        ids = new int[ids.length];
        view = Tokens.of(new int[0], 0, 0);
    }

    /** Some steps of all sequences. */
    SequenceBatch steps(int first, int steps) {
        int N = source.batchSize();
        copy(first * N, 0, steps * N);
        SequenceBatch cut = view(steps, N);
        if (!source.ragged()) {
            return cut;
        }
        int[] lengths = new int[N];
        for (int n = 0; n < N; n++) {
            lengths[n] = Math.max(0, Math.min(steps, source.length(n) - first));
        }
        return withLengths(cut, lengths);
    }

    /** All steps of some sequences: those that stand at {@code from} to {@code to - 1} of an order. */
    SequenceBatch sequences(int[] order, int from, int to) {
        int N = to - from;
        for (int t = 0; t < source.steps(); t++) {
            for (int n = 0; n < N; n++) {
                copy(t * source.batchSize() + order[from + n], t * N + n, 1);
            }
        }
        SequenceBatch cut = view(source.steps(), N);
        if (!source.ragged()) {
            return cut;
        }
        int[] lengths = new int[N];
        for (int n = 0; n < N; n++) {
            lengths[n] = source.length(order[from + n]);
        }
        return withLengths(cut, lengths);
    }

    private void copy(int sourceRow, int row, int rows) {
        if (source instanceof Sequence sequence) {
            System.arraycopy(sequence.data(), sourceRow * width, floats, row * width, rows * width);
        } else if (source instanceof Tokens tokens) {
            System.arraycopy(tokens.ids(), sourceRow, ids, row, rows);
        }
    }

    /** A view over the buffer; the same object as long as the shape is the same. */
    private SequenceBatch view(int steps, int batchSize) {
        if (view.steps() != steps || view.batchSize() != batchSize) {
            view = source instanceof Sequence
                    ? Sequence.of(floats, steps, batchSize, width)
                    : Tokens.of(ids, steps, batchSize);
        }
        return view;
    }

    private static SequenceBatch withLengths(SequenceBatch cut, int[] lengths) {
        return cut instanceof Sequence sequence ? sequence.withLengths(lengths) : ((Tokens) cut).withLengths(lengths);
    }
}
