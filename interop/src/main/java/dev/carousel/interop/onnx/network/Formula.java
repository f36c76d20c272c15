package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one step of an unrolled layer computes, n numbers: {@code W x + R h + b} and a sum of products of functions, each of n
 * numbers too. One function of the step has one formula however its graph is written: {@code n + z ⊙ (h - n)} is
 * {@code (1 - z) ⊙ n + z ⊙ h}.
 *
 * @param width n
 * @param w of the step's input x, [n, D], row-major
 * @param r of the state h before the step, [n, H]
 * @param b [n]
 * @param products a factor for each product of atoms
 * @param level how many functions stand inside each other
 */
record Formula(int width, float[] w, float[] r, float[] b, Map<List<Atom>, Float> products, int level) {

    /** What an atom is. */
    enum Kind {
        /** The state h before the step. */
        H,
        /** The second state c before the step. */
        C,
        /** W x + R h + b inside a product. */
        LINEAR,
        /** A matrix times a formula that is not linear. */
        MATRIX,
        SIGMOID,
        TANH,
        RELU
    }

    /**
     * A factor of a product.
     *
     * @param argument what the function is of; of no meaning for h and c
     * @param matrix [n, width of the argument] of {@link Kind#MATRIX}, else empty
     */
    record Atom(Kind kind, Formula argument, float[] matrix) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Atom atom
                    && kind == atom.kind
                    && Arrays.equals(matrix, atom.matrix)
                    && (kind == Kind.H || kind == Kind.C || argument.equals(atom.argument));
        }

        @Override
        public int hashCode() {
            // The same in each run, which the hash of an enum is not.
            return kind == Kind.H || kind == Kind.C
                    ? kind.name().hashCode()
                    : 31 * kind.name().hashCode() + argument.hashCode();
        }

        private Formula begun(boolean h, boolean c, Sizes sizes, int width) {
            return switch (kind) {
                case H -> h ? constant(new float[width], sizes) : Formula.h(sizes);
                case C -> c ? constant(new float[width], sizes) : Formula.c(sizes);
                case LINEAR -> argument.begun(h, c);
                case MATRIX -> argument.begun(h, c).multiplied(matrix, width);
                case SIGMOID, TANH, RELU -> argument.begun(h, c).applied(kind);
            };
        }

        private Optional<Atom> rows(int from, int to) {
            return switch (kind) {
                case H, C -> Optional.empty();
                case MATRIX -> {
                    int k = argument.width;
                    yield Optional.of(new Atom(kind, argument, Arrays.copyOfRange(matrix, from * k, to * k)));
                }
                default -> argument.rows(from, to).map(part -> new Atom(kind, part, matrix));
            };
        }
    }

    private static final float[] NONE = {};

    /** More than any cell has: a sum of so many products, each of so many factors, with so many functions inside each other. */
    private static final int MOST_PRODUCTS = 8;

    private static final int MOST_FACTORS = 4;

    private static final int MOST_LEVELS = 3;

    /**
     * Checks how large it is.
     *
     * @throws InteropException if no cell is like it
     */
    Formula {
        products = Map.copyOf(products);
        if (products.size() > MOST_PRODUCTS
                || level > MOST_LEVELS
                || products.keySet().stream().anyMatch(atoms -> atoms.size() > MOST_FACTORS)) {
            throw new InteropException("A step has more functions and products than a cell has.");
        }
    }

    /** Of how many numbers x and h are. */
    record Sizes(int x, int h) {}

    static Formula constant(float[] b, Sizes sizes) {
        return new Formula(b.length, new float[b.length * sizes.x], new float[b.length * sizes.h], b, Map.of(), 0);
    }

    static Formula x(Sizes sizes) {
        return new Formula(sizes.x, identity(sizes.x), new float[sizes.x * sizes.h], new float[sizes.x], Map.of(), 0);
    }

    static Formula h(Sizes sizes) {
        return new Formula(sizes.h, new float[sizes.h * sizes.x], identity(sizes.h), new float[sizes.h], Map.of(), 0);
    }

    static Formula c(Sizes sizes) {
        Atom c = new Atom(Kind.C, constant(new float[sizes.h], sizes), NONE);
        return constant(new float[sizes.h], sizes).with(Map.of(List.of(c), 1f), 0);
    }

    private Formula with(Map<List<Atom>, Float> others, int levels) {
        return new Formula(width, w, r, b, others, levels);
    }

    private static float[] identity(int n) {
        float[] one = new float[n * n];
        for (int i = 0; i < n; i++) {
            one[i * n + i] = 1;
        }
        return one;
    }

    boolean isLinear() {
        return products.isEmpty();
    }

    boolean readsInput() {
        return !isZero(w);
    }

    boolean readsState() {
        return !isZero(r);
    }

    /** Whether it has no W x + R h + b. */
    boolean isOfProductsOnly() {
        return isZero(w) && isZero(r) && isZero(b);
    }

    /** The part W x + R h + b. */
    Formula linear() {
        return with(Map.of(), 0);
    }

    private static boolean isZero(float[] numbers) {
        for (float number : numbers) {
            if (number != 0) {
                return false;
            }
        }
        return true;
    }

    /** A function of each number. */
    Formula applied(Kind kind) {
        Atom atom = new Atom(kind, this, NONE);
        return new Formula(
                width,
                new float[w.length],
                new float[r.length],
                new float[width],
                Map.of(List.of(atom), 1f),
                level + 1);
    }

    /** This and {@code factor} times another of the same width. */
    Formula plus(float factor, Formula other) {
        Map<List<Atom>, Float> all = new HashMap<>(products);
        other.products.forEach((atoms, number) -> all.merge(atoms, factor * number, Float::sum));
        all.values().removeIf(number -> number == 0);
        return new Formula(
                width,
                sum(w, factor, other.w),
                sum(r, factor, other.r),
                sum(b, factor, other.b),
                all,
                Math.max(level, other.level));
    }

    private static float[] sum(float[] one, float factor, float[] other) {
        float[] sum = one.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * other[i];
        }
        return sum;
    }

    /** The product, number by number, with another of the same width. */
    Formula times(Formula other, Sizes sizes) {
        Map<List<Atom>, Float> all = new HashMap<>();
        Map<List<Atom>, Float> others = other.terms(sizes);
        terms(sizes)
                .forEach((atoms, number) -> others.forEach((more, factor) -> {
                    List<Atom> product = new ArrayList<>(atoms);
                    product.addAll(more);
                    product.sort(Comparator.comparingInt(Atom::hashCode));
                    all.merge(List.copyOf(product), number * factor, Float::sum);
                }));
        Formula result = constant(new float[width], sizes);
        Map<List<Atom>, Float> left = new HashMap<>();
        for (Map.Entry<List<Atom>, Float> term : all.entrySet()) {
            List<Atom> atoms = term.getKey();
            float number = term.getValue();
            if (atoms.isEmpty()) {
                float[] same = new float[width];
                Arrays.fill(same, number);
                result = result.plus(1, constant(same, sizes));
            } else if (atoms.size() == 1 && atoms.get(0).kind == Kind.H) {
                result = result.plus(number, h(sizes));
            } else if (atoms.size() == 1 && atoms.get(0).kind == Kind.LINEAR) {
                result = result.plus(number, atoms.get(0).argument);
            } else {
                left.put(atoms, number);
            }
        }
        return result.plus(1, constant(new float[width], sizes).with(left, Math.max(level, other.level)));
    }

    /** All of it as products: the linear part is an atom, h, or a number. */
    private Map<List<Atom>, Float> terms(Sizes sizes) {
        Map<List<Atom>, Float> all = new HashMap<>(products);
        if (isOfProductsOnly()) {
            return all;
        }
        boolean number = !readsInput() && !readsState();
        for (float one : b) {
            number &= one == b[0];
        }
        if (number) {
            all.put(List.of(), b[0]);
        } else if (!readsInput() && isZero(b) && width == sizes.h && Arrays.equals(r, identity(width))) {
            all.put(List.of(new Atom(Kind.H, this, NONE)), 1f);
        } else {
            all.put(List.of(new Atom(Kind.LINEAR, linear(), NONE)), 1f);
        }
        return all;
    }

    /**
     * A matrix times this.
     *
     * @param matrix [rows, width]
     */
    Formula multiplied(float[] matrix, int rows) {
        Map<List<Atom>, Float> all = new HashMap<>();
        if (!products.isEmpty()) {
            Formula rest =
                    new Formula(width, new float[w.length], new float[r.length], new float[width], products, level);
            all.put(List.of(new Atom(Kind.MATRIX, rest, matrix)), 1f);
        }
        return new Formula(
                rows,
                product(matrix, w, rows, width),
                product(matrix, r, rows, width),
                product(matrix, b, rows, width),
                all,
                products.isEmpty() ? level : level + 1);
    }

    /** A [rows, depth] times B [depth, n], which is often zero or says which number goes where. */
    private static float[] product(float[] a, float[] b, int rows, int depth) {
        int n = b.length / depth;
        if (isZero(b)) {
            return new float[rows * n];
        }
        return n == depth && Arrays.equals(b, identity(n)) ? a : Matrices.product(a, b, rows, depth, n);
    }

    /**
     * What this is in a step before which the states are zero.
     *
     * @param h whether h is
     * @param c whether c is
     */
    Formula begun(boolean h, boolean c) {
        Sizes sizes = new Sizes(w.length / width, r.length / width);
        Formula sum = new Formula(width, w, h ? new float[r.length] : r, b, Map.of(), 0);
        for (Map.Entry<List<Atom>, Float> term : products.entrySet()) {
            float[] ones = new float[width];
            Arrays.fill(ones, 1);
            Formula product = constant(ones, sizes);
            for (Atom atom : term.getKey()) {
                product = product.times(atom.begun(h, c, sizes, width), sizes);
            }
            // Last, since a state that was multiplied is no state any more, and atoms come in any order.
            sum = sum.plus(term.getValue(), product);
        }
        return sum;
    }

    /** Some of the numbers; empty if they are of a state, which is taken as a whole alone. */
    Optional<Formula> rows(int from, int to) {
        if (from < 0 || from >= to || to > width) {
            return Optional.empty();
        }
        Map<List<Atom>, Float> all = new HashMap<>();
        for (Map.Entry<List<Atom>, Float> term : products.entrySet()) {
            List<Atom> atoms = new ArrayList<>();
            for (Atom atom : term.getKey()) {
                Optional<Atom> part = from == 0 && to == width ? Optional.of(atom) : atom.rows(from, to);
                if (part.isEmpty()) {
                    return Optional.empty();
                }
                atoms.add(part.get());
            }
            atoms.sort(Comparator.comparingInt(Atom::hashCode));
            all.put(List.copyOf(atoms), term.getValue());
        }
        int D = w.length / width;
        int H = r.length / width;
        return Optional.of(new Formula(
                to - from,
                Arrays.copyOfRange(w, from * D, to * D),
                Arrays.copyOfRange(r, from * H, to * H),
                Arrays.copyOfRange(b, from, to),
                all,
                level));
    }

    /** Linear formulas, one after the other. */
    static Formula stacked(List<Formula> parts) {
        int width = parts.stream().mapToInt(Formula::width).sum();
        return new Formula(
                width,
                concatenated(parts.stream().map(Formula::w).toList()),
                concatenated(parts.stream().map(Formula::r).toList()),
                concatenated(parts.stream().map(Formula::b).toList()),
                Map.of(),
                0);
    }

    static float[] concatenated(List<float[]> parts) {
        int size = parts.stream().mapToInt(part -> part.length).sum();
        float[] all = new float[size];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Formula formula
                && width == formula.width
                && Arrays.equals(w, formula.w)
                && Arrays.equals(r, formula.r)
                && Arrays.equals(b, formula.b)
                && products.equals(formula.products);
    }

    @Override
    public int hashCode() {
        int hash = Arrays.hashCode(w);
        hash = 31 * hash + Arrays.hashCode(r);
        hash = 31 * hash + Arrays.hashCode(b);
        return 31 * hash + products.hashCode();
    }
}
