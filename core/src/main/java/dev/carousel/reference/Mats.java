package dev.carousel.reference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Named matrices in a fixed order: the weights of a cell (W, R, bW, bR), its state (h, or h and c), or gradients of
 * either, which carry the same names.
 *
 * <p>The names and matrices never change; the numbers inside a matrix may ({@link Mat#values()}). Operations return a
 * new object.
 */
public final class Mats {

    private static final Mats EMPTY = new Mats(new LinkedHashMap<>());

    private final Map<String, Mat> byName;

    /** Over a map that keeps its order and that nobody else holds. */
    private Mats(Map<String, Mat> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** No matrices: the state of a layer that has none. */
    public static Mats empty() {
        return EMPTY;
    }

    /** One named matrix. */
    public static Mats of(String name, Mat matrix) {
        return EMPTY.with(name, matrix);
    }

    /** The matrices of a map, in the map's order. */
    public static Mats of(Map<String, Mat> byName) {
        return new Mats(new LinkedHashMap<>(byName));
    }

    /** These and one more; a matrix of the same name is replaced in its place. */
    public Mats with(String name, Mat matrix) {
        Map<String, Mat> copy = new LinkedHashMap<>(byName);
        copy.put(name, matrix);
        return new Mats(copy);
    }

    /**
     * These and then others.
     *
     * @throws IllegalArgumentException if a name occurs in both
     */
    public Mats and(Mats others) {
        Map<String, Mat> copy = new LinkedHashMap<>(byName);
        others.byName.forEach((name, matrix) -> {
            if (copy.put(name, matrix) != null) {
                throw new IllegalArgumentException("Mats: two matrices are both called '" + name
                        + "'. Do two layers of one network have the same name? Rename one with Renamed.");
            }
        });
        return new Mats(copy);
    }

    /**
     * The matrix of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Mat get(String name) {
        Mat matrix = byName.get(name);
        if (matrix == null) {
            throw new IllegalArgumentException("Mats: no matrix is called '" + name + "'; there are " + byName.keySet()
                    + ". Do these belong to another cell or layer?");
        }
        return matrix;
    }

    /** The names, in order. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** The matrices by name, in order; unmodifiable. */
    public Map<String, Mat> asMap() {
        return byName;
    }

    /** Only the matrices of the given names, in that order. */
    public Mats only(Iterable<String> names) {
        Map<String, Mat> some = new LinkedHashMap<>();
        names.forEach(name -> some.put(name, get(name)));
        return new Mats(some);
    }

    /** The sum, name by name; both must have the same names. */
    public Mats plus(Mats b) {
        requireNames(b.names());
        return mapNamed((name, matrix) -> matrix.plus(b.get(name)));
    }

    /** All matrices with the same chosen rows: the state of some sequences of a batch. */
    public Mats rows(int[] which) {
        return mapNamed((name, matrix) -> matrix.rows(which));
    }

    /** All matrices with the chosen rows replaced by those of {@code part}. */
    public Mats withRows(int[] which, Mats part) {
        requireNames(part.names());
        return mapNamed((name, matrix) -> matrix.withRows(which, part.get(name)));
    }

    /** Zeros of the same names and shapes. */
    public Mats zerosLike() {
        return mapNamed((name, matrix) -> Mat.zeros(matrix.rows(), matrix.columns()));
    }

    /** The same numbers in new arrays. */
    public Mats copy() {
        return mapNamed((name, matrix) -> matrix.copy());
    }

    /** The same matrices (shared, not copied) under other names. */
    public Mats renamed(UnaryOperator<String> name) {
        Map<String, Mat> copy = new LinkedHashMap<>();
        byName.forEach((old, matrix) -> copy.put(name.apply(old), matrix));
        return new Mats(copy);
    }

    /** Names and shapes, for a reader. */
    @Override
    public String toString() {
        List<String> shapes = new ArrayList<>();
        byName.forEach((name, matrix) -> shapes.add(name + " " + matrix.shape()));
        return shapes.toString();
    }

    /**
     * Checks that exactly these names are there, in whatever order.
     *
     * @throws IllegalArgumentException if one is missing or there is one too many
     */
    void requireNames(Set<String> names) {
        if (!byName.keySet().equals(names)) {
            throw new IllegalArgumentException("Mats: expected matrices called " + byName.keySet() + " but found "
                    + names + ". Do these belong to another cell or layer?");
        }
    }

    private Mats mapNamed(NamedFunction function) {
        Map<String, Mat> result = new LinkedHashMap<>();
        byName.forEach((name, matrix) -> result.put(name, function.apply(name, matrix)));
        return new Mats(result);
    }

    private interface NamedFunction {
        Mat apply(String name, Mat matrix);
    }
}
