package dev.carousel.network;

import dev.carousel.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The recurrent state of a network for N sequences: h, and c where the cell has one, of every recurrent layer and
 * direction, in ONE flat array.
 *
 * <p>Part {@code layer * directions + direction} is as PyTorch orders it. A state is small, mutable and belongs to one
 * thread at a time; the network that reads and writes it holds none.
 */
public final class State {

    /** Where the state of one recurrent layer and direction lies. */
    private record Part(int hAt, int stateSize, int cAt, int hiddenSize) {

        boolean sameSizes(Part other) {
            return stateSize == other.stateSize
                    && hiddenSize == other.hiddenSize
                    && (cAt == NONE) == (other.cAt == NONE);
        }
    }

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
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
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

    /**
     * Takes over the state of one sequence from another state.
     *
     * @param n which sequence of this state is overwritten
     * @param other of the same network, of any batch size
     * @param from which sequence of the other is read
     * @throws IllegalArgumentException if the other state is of another network
     * @throws IndexOutOfBoundsException if a sequence is not there
     */
    public void copyFrom(int n, State other, int from) {
        Objects.checkIndex(n, batchSize);
        Objects.checkIndex(from, other.batchSize);
        if (parts.size() != other.parts.size()) {
            throw ofAnotherNetwork(other);
        }
        for (int i = 0; i < parts.size(); i++) {
            Part mine = parts.get(i);
            Part theirs = other.parts.get(i);
            if (!mine.sameSizes(theirs)) {
                throw ofAnotherNetwork(other);
            }
            int P = mine.stateSize();
            int H = mine.hiddenSize();
            System.arraycopy(other.values, theirs.hAt() + from * P, values, mine.hAt() + n * P, P);
            if (mine.cAt() != NONE) {
                System.arraycopy(other.values, theirs.cAt() + from * H, values, mine.cAt() + n * H, H);
            }
        }
    }

    private IllegalArgumentException ofAnotherNetwork(State other) {
        return new IllegalArgumentException("The other state has " + other.parts.size() + " parts of "
                + other.values.length + " numbers for " + other.batchSize + " sequences, this one " + parts.size()
                + " of "
                + values.length + " for " + batchSize + "; they must be of the same network.");
    }

    /** Whether every number of one sequence's state is finite. */
    public boolean isFinite(int n) {
        Objects.checkIndex(n, batchSize);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            boolean c = part.cAt() == NONE || finite(part.cAt() + n * part.hiddenSize(), part.hiddenSize());
            if (!c || !finite(part.hAt() + n * part.stateSize(), part.stateSize())) {
                return false;
            }
        }
        return true;
    }

    private boolean finite(int at, int size) {
        // 0 times a finite number is 0; times any other, NaN.
        float sum = 0;
        for (int i = at; i < at + size; i++) {
            sum += 0 * values[i];
        }
        return sum == 0;
    }
}
