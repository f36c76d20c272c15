package dev.carousel.network;

import dev.carousel.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The recurrent state of a network for N sequences: h, and c where the cell has one, of every recurrent layer and
 * direction, in ONE flat array.
 *
 * <p>Part {@code layer * directions + direction} is as PyTorch orders it. A state is small, mutable and belongs to one
 * thread at a time; the network that reads and writes it holds none.
 */
public final class State {

    /** Where the state of one recurrent layer and direction lies. */
    private record Part(int hAt, int stateSize, int cAt, int hiddenSize) {}

    private static final int NONE = -1;

    private final int batchSize;
    private final List<Part> parts;
    private final float[] values;

    private State(int batchSize, List<Part> parts, float[] values) {
        this.batchSize = batchSize;
        this.parts = parts;
        this.values = values;
    }

    /**
     * The zero state of a network.
     *
     * @param spec gives the layers
     * @param batchSize N
     * @throws IllegalArgumentException if the batch size is negative
     */
    public static State zeros(NetworkSpec spec, int batchSize) {
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize is " + batchSize + " but must not be negative.");
        }
        List<Part> parts = new ArrayList<>();
        int size = 0;
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent recurrent) {
                int P = recurrent.stateSize();
                int H = recurrent.hiddenSize();
                int h = Math.multiplyExact(batchSize, P);
                int c = recurrent.cell().hasCellState() ? Math.multiplyExact(batchSize, H) : 0;
                for (int i = 0; i < recurrent.layers() * recurrent.directions(); i++) {
                    parts.add(new Part(size, P, recurrent.cell().hasCellState() ? size + h : NONE, H));
                    size = Math.addExact(size, Math.addExact(h, c));
                }
            }
        }
        return new State(batchSize, List.copyOf(parts), new float[size]);
    }

    /** N. */
    public int batchSize() {
        return batchSize;
    }

    /** How many recurrent layers times directions there are. */
    public int parts() {
        return parts.size();
    }

    /** The numbers themselves, not a copy. */
    public float[] values() {
        return values;
    }

    /** h of a part, [N, H], or [N, P] with a projection; a view. */
    public Matrix h(int part) {
        return Matrix.of(values, hAt(part), batchSize, parts.get(part).stateSize());
    }

    /** Whether a part has a cell state c. */
    public boolean hasCellState(int part) {
        return parts.get(part).cAt() != NONE;
    }

    /**
     * c of a part, [N, H], a view.
     *
     * @throws IllegalArgumentException if its cell has none
     */
    public Matrix c(int part) {
        if (!hasCellState(part)) {
            throw new IllegalArgumentException("Part " + part + " of the state is of a cell without a cell state c.");
        }
        return Matrix.of(values, cAt(part), batchSize, parts.get(part).hiddenSize());
    }

    int hAt(int part) {
        return parts.get(part).hAt();
    }

    int cAt(int part) {
        return parts.get(part).cAt();
    }

    /** Sets all of it to zero: every sequence begins anew. */
    public void clear() {
        Arrays.fill(values, 0);
    }

    /** Sets the state of one sequence to zero. */
    public void clear(int n) {
        for (Part part : parts) {
            int P = part.stateSize();
            int H = part.hiddenSize();
            Arrays.fill(values, part.hAt() + n * P, part.hAt() + (n + 1) * P, 0);
            if (part.cAt() != NONE) {
                Arrays.fill(values, part.cAt() + n * H, part.cAt() + (n + 1) * H, 0);
            }
        }
    }

    /**
     * Takes over the numbers of another state.
     *
     * @throws IllegalArgumentException if it is of another network or batch size
     */
    public void copyFrom(State other) {
        if (other.batchSize != batchSize || !other.parts.equals(parts)) {
            throw new IllegalArgumentException("The other state is of a batch of " + other.batchSize + " and "
                    + other.values.length + " numbers, this one of " + batchSize + " and " + values.length
                    + "; they must be of the same network and batch size.");
        }
        System.arraycopy(other.values, 0, values, 0, values.length);
    }
}
