package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import dev.carousel.loss.Target;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Objects;

/**
 * Windows of truncated backpropagation through time: N long sequences, cut into windows of T steps, the state carried
 * from each window to the next.
 *
 * <pre>{@code
 * window i reads steps i T to (i + 1) T - 1;  h and c after it are the initial h and c of window i + 1;
 * gradients end at the window's first step
 * }</pre>
 *
 * <pre>{@code
 * Windows training = Windows.ofText(ids, 50, 50, Windows.Tail.DROP);     // 50 streams of a text, windows of 50 steps
 * Windows heldOut = Windows.ofText(otherIds, 50, 50, Windows.Tail.KEEP);
 * }</pre>
 *
 * <p>Each epoch goes through the windows in order from the fresh state; there is nothing to shuffle. A window is a copy into
 * buffers that are used again.
 *
 * <p>Source: Williams, Peng, An efficient gradient-based algorithm for on-line training of recurrent network
 * trajectories, Neural Computation 2, 1990.
 */
public final class Windows implements Batches {

    /** What happens to the steps after the last whole window. */
    public enum Tail {
        /** They are left out, so that all windows have one shape: for training. */
        DROP,
        /** They are a last, shorter window: for evaluation, which leaves nothing out. */
        KEEP
    }

    private final int total;
    private final int steps;
    private final int size;
    private final Cut input;
    private final Cut target;
    private final OneThread one = new OneThread("Windows");
    private Batch last = Batch.of(Tokens.of(new int[0], 0, 0), Target.of(Tokens.of(new int[0], 0, 0)));

    private Windows(SequenceBatch input, SequenceBatch target, int steps, Tail tail) {
        this.total = input.steps();
        this.steps = Math.min(steps, total);
        this.size = tail == Tail.DROP ? total / steps : (total + steps - 1) / steps;
        this.input = new Cut(input, this.steps, input.batchSize());
        this.target = new Cut(target, this.steps, target.batchSize());
    }

    /**
     * Windows of long sequences.
     *
     * @param input N sequences of any number of steps, read window by window, not copied whole
     * @param target a class or vector for each of those steps
     * @param steps T, the steps of a window
     * @param tail what happens to an incomplete last window
     * @throws IllegalArgumentException if steps or batch size of input and target differ, or there is no window
     */
    public static Windows of(SequenceBatch input, SequenceBatch target, int steps, Tail tail) {
        Objects.requireNonNull(input, "Windows: input is null");
        Objects.requireNonNull(target, "Windows: target is null");
        Objects.requireNonNull(tail, "Windows: tail is null; Tail.DROP leaves an incomplete window out");
        if (input.steps() != target.steps() || input.batchSize() != target.batchSize()) {
            throw new IllegalArgumentException("Windows: the input is " + input + " but the target " + target
                    + "; steps and batch size must be equal.");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("Windows: a window needs 1 step at least, not " + steps + ".");
        }
        int least = tail == Tail.DROP ? steps : 1;
        if (input.steps() < least) {
            throw new IllegalArgumentException("Windows: the sequences have " + input.steps()
                    + " steps each, too few for a window of " + steps
                    + ". Use more data, fewer sequences side by side or a shorter window.");
        }
        return new Windows(input, target, steps, tail);
    }

    /**
     * Windows of one text, for a network that predicts the next id. The text is cut into N streams of equal length that
     * are read side by side; what is left over at its end is not used.
     *
     * <pre>{@code
     * K = floor((ids - 1) / N);  stream n reads ids n K to n K + K - 1, and its target is always the id after
     * }</pre>
     *
     * @param ids the text
     * @param streams N
     * @param steps T, the steps of a window
     * @param tail what happens to an incomplete last window
     * @throws IllegalArgumentException if the text is too short for one window
     */
    public static Windows ofText(int[] ids, int streams, int steps, Tail tail) {
        Objects.requireNonNull(ids, "Windows: the ids of the text are null");
        Objects.requireNonNull(tail, "Windows: tail is null; Tail.DROP leaves an incomplete window out");
        if (streams < 1) {
            throw new IllegalArgumentException("Windows: a text is cut into 1 stream at least, not " + streams + ".");
        }
        int length = Math.max(0, ids.length - 1) / streams;
        if (length == 0) {
            throw new IllegalArgumentException("Windows: a text of " + ids.length + " ids is too short for " + streams
                    + " streams, which need " + (streams + 1L) + " at least. Use more text or a smaller batch.");
        }
        Tokens input = Tokens.ignored(length, streams);
        Tokens target = Tokens.ignored(length, streams);
        for (int t = 0; t < length; t++) {
            for (int n = 0; n < streams; n++) {
                input.set(t, n, ids[n * length + t]);
                target.set(t, n, ids[n * length + t + 1]);
            }
        }
        return of(input, target, steps, tail);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Batch batch(int i) {
        if (i < 0 || i >= size) {
            throw new IndexOutOfBoundsException(
                    "There are " + size + " windows, 0 to " + (size - 1) + ", not " + i + ".");
        }
        boolean another = one.enterAfterAnother();
        try {
            if (another) {
                input.leaveBuffers();
                target.leaveBuffers();
            }
            return window(i);
        } finally {
            one.leave();
        }
    }

    private Batch window(int i) {
        int first = i * steps;
        int count = Math.min(steps, total - first);
        SequenceBatch x = input.steps(first, count);
        SequenceBatch y = target.steps(first, count);
        if (last.input() != x || last.target().values() != y || last.carried() != i > 0) {
            last = new Batch(x, Target.of(y), i > 0);
        }
        return last;
    }
}
