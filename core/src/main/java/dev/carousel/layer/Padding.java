package dev.carousel.layer;

import dev.carousel.tensor.Sequence;
import java.util.Arrays;

/** Copies of ragged sequences with zeros beyond each length, where there may be anything before, NaN too. */
public final class Padding {

    private static final float[] EMPTY = {};

    private final View view = new View();
    private float[] buffer = EMPTY;

    public Padding() {}

    /** The sequence itself if none of it is padding, else a copy that is 0 there. */
    public Sequence cleared(Sequence x) {
        if (!x.ragged()) {
            return x;
        }
        int total = x.steps() * x.batchSize() * x.size();
        buffer = Buffers.atLeast(buffer, total);
        System.arraycopy(x.data(), 0, buffer, 0, total);
        Sequence copy = view.of(x, buffer, x.size());
        clear(copy);
        return copy;
    }

    /** Writes zeros beyond each sequence's length. */
    public static void clear(Sequence x) {
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                if (t >= x.length(n)) {
                    Arrays.fill(x.data(), x.offset(t, n), x.offset(t, n) + x.size(), 0);
                }
            }
        }
    }
}
