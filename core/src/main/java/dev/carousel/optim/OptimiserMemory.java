package dev.carousel.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an optimiser remembers from update to update: how many updates there were, and named flat arrays with the layout
 * of the parameters. Mutable, one thread at a time.
 *
 * <p>A checkpoint writes {@link #updates} and {@link #arrays}; {@link #restore} continues from them.
 */
public final class OptimiserMemory {

    private final Map<String, float[]> arrays = new LinkedHashMap<>();
    private long updates;

    /**
     * The memory of an optimiser that begins, all zero.
     *
     * @param optimiser says what is remembered
     * @param size how many parameters there are
     */
    public OptimiserMemory(Optimiser optimiser, int size) {
        for (String name : optimiser.remembered()) {
            arrays.put(name, new float[size]);
        }
    }

    /** How many updates there were, the one that is under way included. */
    public long updates() {
        return updates;
    }

    /** The arrays by name, not copies. */
    public Map<String, float[]> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    /**
     * One array, not a copy.
     *
     * @throws IllegalArgumentException if nothing of this name is remembered
     */
    public float[] get(String name) {
        float[] array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException(
                    "The optimiser remembers " + arrays.keySet() + ", nothing named " + name + ".");
        }
        return array;
    }

    /**
     * Continues from what was remembered earlier.
     *
     * @param updates as {@link #updates} was
     * @param saved as {@link #arrays} was; copied
     * @throws IllegalArgumentException if the names or the lengths differ; the memory is then as it was
     */
    public void restore(long updates, Map<String, float[]> saved) {
        if (!saved.keySet().equals(arrays.keySet())) {
            throw new IllegalArgumentException("The optimiser remembers " + arrays.keySet() + " but what was saved is "
                    + List.copyOf(saved.keySet()) + ". Was it saved with another optimiser?");
        }
        saved.forEach((name, values) -> {
            if (values.length != get(name).length) {
                throw new IllegalArgumentException("The optimiser's memory " + name + " has " + get(name).length
                        + " numbers but what was saved has " + values.length + ". Was it saved with another network?");
            }
        });
        saved.forEach((name, values) -> System.arraycopy(values, 0, get(name), 0, values.length));
        this.updates = updates;
    }

    void countUpdate() {
        updates++;
    }
}
