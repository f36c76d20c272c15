package dev.carousel.network;

import dev.carousel.tensor.Sequence;
import java.util.random.RandomGenerator;

/**
 * Inverted dropout: in training each number is set to 0 with probability p and else divided by 1 - p, so that nothing
 * changes outside training. Source: Srivastava et al., "Dropout" (2014).
 */
final class Dropout {

    /** In place of a generator: nothing is dropped. */
    static final RandomGenerator OFF = () -> {
        throw new IllegalStateException("Nothing is drawn outside training.");
    };

    private static final float[] EMPTY = {};

    private final float p;
    private float[] mask = EMPTY;
    private float[] dropped = EMPTY;
    private boolean active;
    private final View view = new View();

    Dropout(float p) {
        this.p = p;
    }

    /** The input itself outside training, else a copy of it with numbers dropped. */
    Sequence forward(Sequence y, RandomGenerator random) {
        active = p > 0 && random != OFF;
        if (!active) {
            return y;
        }
        int size = y.steps() * y.batchSize() * y.size();
        mask = Buffers.atLeast(mask, size);
        dropped = Buffers.atLeast(dropped, size);
        float keep = 1 / (1 - p);
        for (int i = 0; i < size; i++) {
            mask[i] = random.nextFloat() < p ? 0 : keep;
            dropped[i] = y.data()[i] * mask[i];
        }
        return view.of(y, dropped, y.size());
    }

    /** Turns the gradient of what {@link #forward} returned into that of its input, in place. */
    Sequence backward(Sequence dY) {
        int size = active ? dY.steps() * dY.batchSize() * dY.size() : 0;
        for (int i = 0; i < size; i++) {
            dY.data()[i] *= mask[i];
        }
        return dY;
    }
}
