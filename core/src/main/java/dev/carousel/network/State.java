package dev.carousel.network;

import dev.carousel.cell.StatePart;
import dev.carousel.kernel.OneThread;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The recurrent state of a network for N sequences: the parts that its cells declare (h, and c of an LSTM) of every
 * recurrent layer and direction, in ONE flat array.
 *
 * <p>Part {@code layer * directions + direction} is as PyTorch orders it. A state is small, mutable and belongs to one
 * thread at a time, and a second one gets an error from what is done to all of it or to one sequence; the network that reads
 * and writes it holds none.
 */
public final class State {

    private final int batchSize;
    private final List<StatePlaces> parts;
    private final float[] values;

    /** Whether it is of sequences, which begin from the cells' fresh values, rather than a gradient, which begins from 0. */
    private final boolean ofSequences;

    private final OneThread one;

    /** A network whose states are like this one. */
    private NetworkSpec fits;

    private State(
            NetworkSpec spec,
            int batchSize,
            List<StatePlaces> parts,
            float[] values,
            boolean ofSequences,
            OneThread one) {
        this.fits = spec;
        this.one = one;
        this.batchSize = batchSize;
        this.parts = parts;
        this.values = values;
        this.ofSequences = ofSequences;
        if (ofSequences) {
            clearHeld();
        }
    }

    /**
     * The state of N sequences that begin: what the cells say, which is 0 for most.
     *
     * @param spec gives the layers
     * @param batchSize N
     * @throws IllegalArgumentException if the batch size is negative
     */
    public static State fresh(NetworkSpec spec, int batchSize) {
        return of(spec, batchSize, true, new OneThread("State"));
    }

    /** A fresh state that is in use whenever what holds it is: {@link Tape#freshState}. */
    static State fresh(NetworkSpec spec, int batchSize, OneThread holder) {
        return of(spec, batchSize, true, holder);
    }

    /**
     * Zeros of the shape of a network's state, as a gradient of it begins.
     *
     * @param spec gives the layers
     * @param batchSize N
     * @throws IllegalArgumentException if the batch size is negative
     */
    public static State zeros(NetworkSpec spec, int batchSize) {
        return of(spec, batchSize, false, new OneThread("State"));
    }

    private static State of(NetworkSpec spec, int batchSize, boolean ofSequences, OneThread one) {
        Objects.requireNonNull(spec, "State: spec is null");
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize is " + batchSize + " but must not be negative.");
        }
        List<StatePlaces> parts = StatePlaces.of(spec, batchSize);
        int size = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).end();
        return new State(spec, batchSize, parts, new float[size], ofSequences, one);
    }

    /** A new state of sequences that begin, of the shape of this one, whose layout they share. */
    State anotherFresh() {
        return new State(fits, batchSize, parts, new float[values.length], true, new OneThread("State"));
    }

    /** Held by the pass that reads and writes it. */
    OneThread one() {
        return one;
    }

    /**
     * Refuses a network whose states have other parts.
     *
     * @throws IllegalArgumentException if it is of another network
     */
    void requireFits(NetworkSpec spec) {
        if (fits == spec) {
            return;
        }
        List<StatePlaces> theirs = StatePlaces.of(spec, batchSize);
        if (!StatePlaces.same(parts, theirs)) {
            throw new IllegalArgumentException("The state has " + StatePlaces.described(parts)
                    + " but those of the network have " + StatePlaces.described(theirs) + ". Is it of another model?");
        }
        fits = spec;
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

    /** The parts of the state that the cell of a layer and direction has, h first. */
    public List<StatePart> named(int part) {
        return StatePlaces.at(parts, part).named();
    }

    /**
     * One of {@link #named}, [N, size], a view.
     *
     * @throws IllegalArgumentException if its cell has none of this name
     */
    public Matrix get(int part, String name) {
        Objects.requireNonNull(name, "State: the name of the part is null");
        int i = StatePlaces.at(parts, part)
                .find(name)
                .orElseThrow(() -> new IllegalArgumentException("Part " + part + " of the state is of a cell without a"
                        + (name.equals("c") ? " cell state c." : " part " + name + "; it has " + named(part) + ".")));
        return Matrix.of(
                values, parts.get(part).at()[i], batchSize, parts.get(part).width(i));
    }

    /** h of a part, [N, H], or [N, P] with a projection; a view. */
    public Matrix h(int part) {
        StatePlaces place = StatePlaces.at(parts, part);
        return Matrix.of(values, place.at()[0], batchSize, place.width(0));
    }

    /** Whether a part has a cell state c. */
    public boolean hasCellState(int part) {
        return StatePlaces.at(parts, part).find("c").isPresent();
    }

    /**
     * c of a part, [N, H], a view.
     *
     * @throws IllegalArgumentException if its cell has none
     */
    public Matrix c(int part) {
        return get(part, "c");
    }

    int hAt(int part) {
        return parts.get(part).at()[0];
    }

    /** Copies h [N, H] out, as a pass keeps it. */
    void readH(int part, float[] to, int toAt) {
        int[] at = parts.get(part).at();
        System.arraycopy(values, at[0], to, toAt, at[1] - at[0]);
    }

    /** Copies h [N, H] in. */
    void writeH(int part, float[] from, int fromAt) {
        int[] at = parts.get(part).at();
        System.arraycopy(from, fromAt, values, at[0], at[1] - at[0]);
    }

    /** Copies all but h out, as a pass keeps it: a row for each sequence, its parts side by side. */
    void readBesideH(int part, float[] to, int toAt) {
        moveBesideH(part, to, toAt, true);
    }

    /** Copies all but h in, from where a pass keeps it. */
    void writeBesideH(int part, float[] from, int fromAt) {
        moveBesideH(part, from, fromAt, false);
    }

    private void moveBesideH(int part, float[] kept, int keptAt, boolean out) {
        StatePlaces of = parts.get(part);
        int[] at = of.at();
        int all = at[at.length - 1] - at[1];
        if (at.length <= 3 && all > 0) {
            move(at[1], kept, keptAt, all, out);
            return;
        }
        int width = all == 0 ? 0 : all / batchSize;
        for (int i = 1, column = 0; i < at.length - 1; column += of.width(i), i++) {
            int size = of.width(i);
            for (int n = 0; n < batchSize; n++) {
                move(at[i] + n * size, kept, keptAt + n * width + column, size, out);
            }
        }
    }

    private void move(int at, float[] kept, int keptAt, int size, boolean out) {
        if (out) {
            System.arraycopy(values, at, kept, keptAt, size);
        } else {
            System.arraycopy(kept, keptAt, values, at, size);
        }
    }

    /**
     * Every sequence begins anew: all of it is as in {@link #fresh}; of a gradient, 0.
     *
     * @throws IllegalStateException if another thread is at work on it
     */
    public void clear() {
        one.enter();
        try {
            clearHeld();
        } finally {
            one.leave();
        }
    }

    /** As {@link #clear()}, for who holds {@link #one} already. */
    void clearHeld() {
        clear(0, batchSize);
    }

    /**
     * One sequence begins anew.
     *
     * @throws IndexOutOfBoundsException if it is not there
     * @throws IllegalStateException if another thread is at work on the state
     */
    public void clear(int n) {
        Objects.checkIndex(n, batchSize);
        one.enter();
        try {
            clear(n, n + 1);
        } finally {
            one.leave();
        }
    }

    private void clear(int from, int to) {
        // By index, here and below: an iterator would be an object of each pass.
        for (int i = 0; i < parts.size(); i++) {
            StatePlaces part = parts.get(i);
            for (int k = 0; k < part.named().size(); k++) {
                int at = part.at()[k];
                Arrays.fill(values, at + from * part.width(k), at + to * part.width(k), first(part, k));
            }
        }
    }

    private float first(StatePlaces part, int k) {
        return ofSequences ? part.named().get(k).fresh() : 0;
    }

    /**
     * Takes over the numbers of another state.
     *
     * @throws IllegalArgumentException if it is of another network or batch size
     * @throws IllegalStateException if another thread is at work on one of them
     */
    public void copyFrom(State other) {
        Objects.requireNonNull(other, "State: the other state is null");
        one.enterWith(other.one);
        try {
            copyFromHeld(other);
        } finally {
            one.leaveWith(other.one);
        }
    }

    /** As {@link #copyFrom(State)}, for who holds {@link #one} of both already. */
    void copyFromHeld(State other) {
        boolean ofOneNetwork = StatePlaces.same(parts, other.parts);
        if (other.batchSize != batchSize || !ofOneNetwork) {
            throw new IllegalArgumentException("The other state is of a batch of " + other.batchSize + " and "
                    + other.values.length + " numbers, this one of " + batchSize + " and " + values.length
                    + "; they must be of the same network and batch size."
                    + (ofOneNetwork
                            ? ""
                            : " The other has " + StatePlaces.described(other.parts) + ", this one "
                                    + StatePlaces.described(parts) + "."));
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
     * @throws IllegalStateException if another thread is at work on one of them
     * @throws IndexOutOfBoundsException if a sequence is not there
     */
    public void copyFrom(int n, State other, int from) {
        copyFrom(new int[] {n}, other, new int[] {from}, 1);
    }

    /**
     * Takes over the states of several sequences from another state, as {@link #copyFrom(int, State, int)} does for one.
     *
     * @param to which sequences of this state are overwritten
     * @param from which sequence of the other is read for each
     * @param count how many, the first of both arrays
     */
    public void copyFrom(int[] to, State other, int[] from, int count) {
        Objects.requireNonNull(to, "State: the indices to copy to are null");
        Objects.requireNonNull(other, "State: the other state is null");
        Objects.requireNonNull(from, "State: the indices to copy from are null");
        one.enterWith(other.one);
        try {
            if (!StatePlaces.same(parts, other.parts)) {
                throw new IllegalArgumentException("The other state has " + StatePlaces.described(other.parts)
                        + " but this one has " + StatePlaces.described(parts) + "; they must be of the same network.");
            }
            for (int i = 0; i < count; i++) {
                copyRow(Objects.checkIndex(to[i], batchSize), other, Objects.checkIndex(from[i], other.batchSize));
            }
        } finally {
            one.leaveWith(other.one);
        }
    }

    private void copyRow(int n, State other, int from) {
        for (int i = 0; i < parts.size(); i++) {
            StatePlaces mine = parts.get(i);
            StatePlaces theirs = other.parts.get(i);
            for (int k = 0; k < mine.named().size(); k++) {
                int size = mine.width(k);
                System.arraycopy(other.values, theirs.at()[k] + from * size, values, mine.at()[k] + n * size, size);
            }
        }
    }

    /**
     * Whether every number of one sequence's state is finite, or as it is fresh.
     *
     * @throws IndexOutOfBoundsException if the sequence is not there
     * @throws IllegalStateException if another thread is at work on the state
     */
    public boolean isFinite(int n) {
        Objects.checkIndex(n, batchSize);
        one.enter();
        try {
            boolean finite = true;
            for (int i = 0; finite && i < parts.size(); i++) {
                finite = finite(parts.get(i), n);
            }
            return finite;
        } finally {
            one.leave();
        }
    }

    private boolean finite(StatePlaces part, int n) {
        for (int k = 0; k < part.named().size(); k++) {
            int size = part.width(k);
            if (!finite(part.at()[k] + n * size, size, part.named().get(k).fresh())) {
                return false;
            }
        }
        return true;
    }

    private boolean finite(int at, int size, float fresh) {
        // 0 times a finite number is 0; times any other, NaN.
        float sum = 0;
        for (int i = at; i < at + size; i++) {
            sum += 0 * values[i];
        }
        if (sum == 0 || Float.isFinite(fresh)) {
            return sum == 0;
        }
        for (int i = at; i < at + size; i++) {
            if (!Float.isFinite(values[i]) && values[i] != fresh) {
                return false;
            }
        }
        return true;
    }
}
