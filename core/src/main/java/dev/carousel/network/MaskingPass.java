package dev.carousel.network;

import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/**
 * A masking layer at work: finds each sequence's length by its numbers. The output is the input up to there and 0 beyond;
 * the gradient of the input is that of the output, and 0 beyond.
 */
final class MaskingPass implements LayerPass {

    private static final float[] EMPTY = {};

    private final float value;
    private final int size;
    private final View yView = new View();
    private final View dXView = new View();
    private int[] lengths = {};
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence shape = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;

    MaskingPass(Parameterless.Masking spec) {
        this.value = spec.value();
        this.size = spec.size();
    }

    @Override
    public Sequence forward(SequenceBatch input, State state, Noise noise) {
        x = (Sequence) input;
        int N = x.batchSize();
        if (lengths.length != N) {
            lengths = new int[N];
        }
        boolean same = shape.batchSize() == N && shape.steps() == x.steps();
        for (int n = 0; n < N; n++) {
            lengths[n] = unmasked(n);
            same = same && shape.length(n) == lengths[n];
        }
        if (!same) {
            shape = Sequence.of(EMPTY, x.steps(), N, 0).withLengths(lengths);
        }
        int numbers = x.steps() * N * size;
        y = Buffers.atLeast(y, numbers);
        System.arraycopy(x.data(), 0, y, 0, numbers);
        Sequence output = yView.of(shape, y, size);
        Padding.clear(output);
        return output;
    }

    /** How many steps of a sequence there are before only masked ones follow. */
    private int unmasked(int n) {
        int length = x.length(n);
        while (length > 0 && masked(length - 1, n)) {
            length--;
        }
        for (int t = 0; t < length; t++) {
            if (masked(t, n)) {
                throw new IllegalArgumentException("Masking: step " + t + " of sequence " + n + " is masked, all its "
                        + size + " numbers are " + value + ", but step " + (length - 1)
                        + " is not. Masked steps must be at the end. Was the batch padded at the beginning?");
            }
        }
        return length;
    }

    private boolean masked(int t, int n) {
        int from = x.offset(t, n);
        for (int i = from; i < from + size; i++) {
            if (x.data()[i] != value) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void backward(Sequence dY, State dState, Parameters gradient) {
        int numbers = x.steps() * x.batchSize() * size;
        dX = Buffers.atLeast(dX, numbers);
        System.arraycopy(dY.data(), 0, dX, 0, numbers);
        Padding.clear(dXView.of(shape, dX, size));
    }

    @Override
    public Sequence inputGradient() {
        return Sequence.shapedLike(x, dX, size);
    }
}
