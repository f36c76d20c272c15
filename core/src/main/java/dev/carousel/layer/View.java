package dev.carousel.layer;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;

/** Remembers the last sequence made over a buffer, so that passes of one shape make no new object. */
public final class View {

    private Sequence last = Sequence.zeros(0, 0, 0);

    public View() {}

    /** A sequence over {@code data} with the steps, the batch size and the lengths of {@code batch}. */
    public Sequence of(SequenceBatch batch, float[] data, int size) {
        if (last.data() != data || last.size() != size || !last.hasLengthsOf(batch)) {
            last = Sequence.shapedLike(batch, data, size);
        }
        return last;
    }
}
