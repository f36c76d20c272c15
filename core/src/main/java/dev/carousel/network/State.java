package dev.carousel.network;

import dev.carousel.cell.StatePart;
import dev.carousel.kernel.OneThread;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The recurrent state of a network for N sequences: the parts that its cells declare (h, and c of an LSTM) of every
 * recurrent layer and direction, in ONE flat array.
 *
 * <p>Part {@code layer * directions + direction} is as PyTorch orders it. A state is small, mutable and belongs to one
 * thread at a time; the network that reads and writes it holds none.
 */
public final class State {

    /**
     * Where the state of one recurrent layer and direction lies: each part of the cell's, a matrix [N, size], after the other.
     *
     * @param at where each begins, and after the last the end
     */
    private record Part(List<StatePart> named, int[] at) {

        int width(int i) {
            return named.get(i).size();
        }

        boolean sameSizes(Part other) {
            boolean same = named.size() == other.named.size();
            for (int i = 0; same && i < named.size(); i++) {
                same = named.get(i).name().equals(other.named.get(i).name()) && width(i) == other.width(i);
            }
            return same;
        }

        Optional<Integer> find(String name) {
            for (int i = 0; i < named.size(); i++) {
                if (named.get(i).name().equals(name)) {
                    return Optional.of(i);
                }
            }
            return Optional.empty();
        }
    }

    private final int batchSize;
    private final List<Part> parts;
    private final float[] values;

    /** Whether it is of sequences, which begin from the cells' fresh values, rather than a gradient, which begins from 0. */
    private final boolean ofSequences;

    private final OneThread one;

    /** A network whose states are like this one. */
    private NetworkSpec fits;

    private State(
            NetworkSpec spec, int batchSize, List<Part> parts, float[] values, boolean ofSequences, OneThread one) {
        this.fits = spec;
        this.one = one;
        this.batchSize = batchSize;
        this.parts = parts;
        this.values = values;
        this.ofSequences = ofSequences;
        if (ofSequences) {
            clear();
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
        if (batchSize < 0) {
            throw new IllegalArgumentException("batchSize is " + batchSize + " but must not be negative.");
        }
        List<Part> parts = parts(spec, batchSize);
        Part last = parts.isEmpty() ? new Part(List.of(), new int[1]) : parts.get(parts.size() - 1);
        int size = last.at()[last.at().length - 1];
        return new State(spec, batchSize, parts, new float[size], ofSequences, one);
    }

    private static List<Part> parts(NetworkSpec spec, int batchSize) {
        List<Part> parts = new ArrayList<>();
        int size = 0;
        for (LayerSpec.Recurrent recurrent : spec.stacks()) {
            List<StatePart> named = LayerParts.state(recurrent);
            for (int i = 0; i < recurrent.layers() * recurrent.directions(); i++) {
                int[] at = new int[named.size() + 1];
                for (int k = 0; k < named.size(); k++) {
                    at[k] = size;
                    size = Math.addExact(
                            size, Math.multiplyExact(batchSize, named.get(k).size()));
                }
                at[named.size()] = size;
                parts.add(new Part(named, at));
            }
        }
        return List.copyOf(parts);
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
        List<Part> theirs = parts(spec, batchSize);
        if (!sameParts(theirs)) {
            throw new IllegalArgumentException("The state has " + described(parts) + " but those of the network have "
                    + described(theirs) + ". Is it of another model?");
        }
        fits = spec;
    }

    private static String described(List<Part> parts) {
        if (parts.isEmpty()) {
            return "no parts";
        }
        List<String> texts = new ArrayList<>();
        for (Part part : parts) {
            texts.add(part.named().stream()
                    .map(named -> named.name() + " of " + named.size())
                    .collect(Collectors.joining(" and ")));
        }
        return "the parts " + String.join(", ", texts);
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
        return parts.get(part).named();
    }

    /**
     * One of {@link #named}, [N, size], a view.
     *
     * @throws IllegalArgumentException if its cell has none of this name
     */
    public Matrix get(int part, String name) {
        int i = parts.get(part)
                .find(name)
                .orElseThrow(() -> new IllegalArgumentException("Part " + part + " of the state is of a cell without a"
                        + (name.equals("c") ? " cell state c." : " part " + name + "; it has " + named(part) + ".")));
        return Matrix.of(
                values, parts.get(part).at()[i], batchSize, parts.get(part).width(i));
    }

    /** h of a part, [N, H], or [N, P] with a projection; a view. */
    public Matrix h(int part) {
        return Matrix.of(values, hAt(part), batchSize, parts.get(part).width(0));
    }

    /** Whether a part has a cell state c. */
    public boolean hasCellState(int part) {
        return parts.get(part).find("c").isPresent();
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
        Part of = parts.get(part);
        int[] at = of.at();
        int all = at[at.length - 1] - at[1];
        if (at.length <= 3) {
            System.arraycopy(values, at[1], to, toAt, all);
            return;
        }
        int width = batchSize == 0 ? 0 : all / batchSize;
        for (int i = 1, column = 0; i < at.length - 1; column += of.width(i), i++) {
            int size = of.width(i);
            for (int n = 0; n < batchSize; n++) {
                System.arraycopy(values, at[i] + n * size, to, toAt + n * width + column, size);
            }
        }
    }

    /** Copies all but h in, from where a pass keeps it. */
    void writeBesideH(int part, float[] from, int fromAt) {
        Part of = parts.get(part);
        int[] at = of.at();
        int all = at[at.length - 1] - at[1];
        if (at.length <= 3) {
            System.arraycopy(from, fromAt, values, at[1], all);
            return;
        }
        int width = batchSize == 0 ? 0 : all / batchSize;
        for (int i = 1, column = 0; i < at.length - 1; column += of.width(i), i++) {
            int size = of.width(i);
            for (int n = 0; n < batchSize; n++) {
                System.arraycopy(from, fromAt + n * width + column, values, at[i] + n * size, size);
            }
        }
    }

    /** Every sequence begins anew: all of it is as in {@link #fresh}; of a gradient, 0. */
    public void clear() {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            for (int k = 0; k < part.named().size(); k++) {
                Arrays.fill(values, part.at()[k], part.at()[k + 1], first(part, k));
            }
        }
    }

    /** One sequence begins anew. */
    public void clear(int n) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            for (int k = 0; k < part.named().size(); k++) {
                int at = part.at()[k] + n * part.width(k);
                Arrays.fill(values, at, at + part.width(k), first(part, k));
            }
        }
    }

    private float first(Part part, int k) {
        return ofSequences ? part.named().get(k).fresh() : 0;
    }

    /**
     * Takes over the numbers of another state.
     *
     * @throws IllegalArgumentException if it is of another network or batch size
     */
    public void copyFrom(State other) {
        if (other.batchSize != batchSize || !sameParts(other.parts)) {
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
        if (!sameParts(other.parts)) {
            throw ofAnotherNetwork(other);
        }
        for (int i = 0; i < parts.size(); i++) {
            Part mine = parts.get(i);
            Part theirs = other.parts.get(i);
            for (int k = 0; k < mine.named().size(); k++) {
                int size = mine.width(k);
                int fromAt = theirs.at()[k] + from * size;
                System.arraycopy(other.values, fromAt, values, mine.at()[k] + n * size, size);
            }
        }
    }

    private boolean sameParts(List<Part> others) {
        boolean same = parts.size() == others.size();
        for (int i = 0; same && i < parts.size(); i++) {
            same = parts.get(i).sameSizes(others.get(i));
        }
        return same;
    }

    private IllegalArgumentException ofAnotherNetwork(State other) {
        return new IllegalArgumentException("The other state has " + described(other.parts) + " but this one has "
                + described(parts) + "; they must be of the same network.");
    }

    /** Whether every number of one sequence's state is finite, or as it is fresh. */
    public boolean isFinite(int n) {
        Objects.checkIndex(n, batchSize);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            for (int k = 0; k < part.named().size(); k++) {
                int size = part.width(k);
                if (!finite(part.at()[k] + n * size, size, part.named().get(k).fresh())) {
                    return false;
                }
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
