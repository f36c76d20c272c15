package dev.carousel.layer;

import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.util.Arrays;

/**
 * A masking layer at work: finds the steps that count and lets them follow each other, so that later layers see padding at the
 * end alone. The output is 0 beyond them; the gradient of the input is that of the output at the steps that count, and 0 at all
 * others.
 */
public final class MaskingPass implements StatelessPass {

    private static final float[] EMPTY = {};

    private final float value;
    private final int size;
    private final View yView = new View();
    private final View dXView = new View();
    private final View restoredView = new View();
    private final View gatheredView = new View();
    private int[] lengths = {};
    private int[] ends = {};

    /** Which step of the input is the k-th that counts of sequence n, at k N + n. */
    private int[] places = {};

    private boolean moved;
    private Sequence x = Sequence.zeros(0, 0, 0);
    private Sequence shape = Sequence.zeros(0, 0, 0);
    private Sequence restoredShape = Sequence.zeros(0, 0, 0);
    private float[] y = EMPTY;
    private float[] dX = EMPTY;
    private float[] restored = EMPTY;
    private float[] gathered = EMPTY;

    MaskingPass(Parameterless.Masking spec) {
        this.value = spec.value();
        this.size = spec.size();
    }

    @Override
    public Sequence forward(SequenceBatch input) {
        x = (Sequence) input;
        int N = x.batchSize();
        if (lengths.length != N) {
            lengths = new int[N];
            ends = new int[N];
        }
        if (places.length < x.steps() * N) {
            places = new int[x.steps() * N];
        }
        moved = false;
        for (int n = 0; n < N; n++) {
            find(n);
        }
        shape = withLengths(shape, lengths);
        y = Buffers.atLeast(y, (long) x.steps() * N * size);
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < lengths[n]; k++) {
                System.arraycopy(x.data(), x.offset(places[k * N + n], n), y, (k * N + n) * size, size);
            }
        }
        Sequence output = yView.of(shape, y, size);
        Padding.clear(output);
        return output;
    }

    /** The steps of a sequence that count. */
    private void find(int n) {
        int N = x.batchSize();
        int count = 0;
        for (int t = 0; t < x.length(n); t++) {
            if (!masked(t, n)) {
                places[count * N + n] = t;
                moved |= count != t;
                count++;
            }
        }
        lengths[n] = count;
        ends[n] = count == 0 ? 0 : places[(count - 1) * N + n] + 1;
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

    /** The last shape if it is of these lengths, else one that is. */
    private Sequence withLengths(Sequence last, int[] wanted) {
        boolean same = last.batchSize() == x.batchSize() && last.steps() == x.steps();
        for (int n = 0; same && n < wanted.length; n++) {
            same = last.length(n) == wanted[n];
        }
        return same ? last : Sequence.of(EMPTY, x.steps(), x.batchSize(), 0).withLengths(wanted);
    }

    /** Whether a step that counts is elsewhere in the output than in the input of the last forward pass. */
    public boolean moved() {
        return moved;
    }

    /**
     * What later layers made of each step that counts, at the place of its input; 0 at all others.
     *
     * @param made [T, N, O], of the steps that count
     * @return [T, N, O] whose sequences end with their last steps that count
     */
    public Sequence restored(Sequence made) {
        restoredShape = withLengths(restoredShape, ends);
        int N = x.batchSize();
        int O = made.size();
        int numbers = x.steps() * N * O;
        restored = Buffers.atLeast(restored, numbers);
        Arrays.fill(restored, 0, numbers, 0);
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < lengths[n]; k++) {
                System.arraycopy(made.data(), made.offset(k, n), restored, (places[k * N + n] * N + n) * O, O);
            }
        }
        return restoredView.of(restoredShape, restored, O);
    }

    /** The way back from {@link #restored}, for its gradient. */
    public Sequence gathered(Sequence dRestored) {
        int N = x.batchSize();
        int O = dRestored.size();
        int numbers = x.steps() * N * O;
        gathered = Buffers.atLeast(gathered, numbers);
        Arrays.fill(gathered, 0, numbers, 0);
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < lengths[n]; k++) {
                int from = dRestored.offset(places[k * N + n], n);
                System.arraycopy(dRestored.data(), from, gathered, (k * N + n) * O, O);
            }
        }
        return gatheredView.of(shape, gathered, O);
    }

    @Override
    public void backward(Sequence dY, Parameters gradient) {
        int N = x.batchSize();
        int numbers = x.steps() * N * size;
        dX = Buffers.atLeast(dX, numbers);
        Arrays.fill(dX, 0, numbers, 0);
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < lengths[n]; k++) {
                System.arraycopy(dY.data(), dY.offset(k, n), dX, (places[k * N + n] * N + n) * size, size);
            }
        }
    }

    @Override
    public Sequence inputGradient() {
        return dXView.of(x, dX, size);
    }
}
