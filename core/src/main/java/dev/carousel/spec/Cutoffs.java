package dev.carousel.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Where an {@link AdaptiveSoftmax} is best cut, by how often its classes occur: of the cutoffs whose short list has the right
 * class in three of four steps, so that frequent classes keep whole vectors, those that need the fewest multiplications a step.
 *
 * <pre>{@code
 * cost = D (S + C) + Σ_i p_i d_i (D + V_i)          p_i the share of steps whose class is in cluster i, d_i = D / divisor^(i+1)
 * }</pre>
 *
 * <p>Sought among up to three clusters and cutoffs of two digits or so. Small clusters use a machine badly, which the
 * count of multiplications does not see, so each has {@link #LEAST} classes at least.
 */
public final class Cutoffs {

    /** How many classes the short list and each cluster have at least. */
    public static final int LEAST = 100;

    private static final int MOST_CLUSTERS = 3;
    private static final double GRID = 1.2;
    private static final double LEAST_SHARE = 0.75;

    private final int D;
    private final int divisor;
    private final long[] before;
    private final List<Integer> candidates;
    private List<Integer> best = List.of();
    private double bestCost = Double.POSITIVE_INFINITY;

    private Cutoffs(int D, int divisor, long[] before, List<Integer> candidates) {
        this.D = D;
        this.divisor = divisor;
        this.before = before;
        this.candidates = candidates;
    }

    /**
     * The cutoffs for classes that occur so often.
     *
     * @param inputSize D
     * @param divisor of the layer
     * @param counts how often each class occurs, the most frequent first
     * @throws IllegalArgumentException if there are fewer than twice {@link #LEAST} classes, or none occurs
     */
    public static List<Integer> of(int inputSize, int divisor, long... counts) {
        Objects.requireNonNull(counts, "Cutoffs: counts are null");
        LayerSpec.requirePositive("Cutoffs: inputSize", inputSize);
        LayerSpec.requirePositive("Cutoffs: divisor", divisor);
        int V = counts.length;
        if (V < 2 * LEAST) {
            throw new IllegalArgumentException(
                    "Cutoffs: there are " + V + " classes, too few for a short list and a cluster of at" + " least "
                            + LEAST + " each. A dense layer is fast enough for them; or give the cutoffs yourself.");
        }
        long[] before = new long[V + 1];
        for (int i = 0; i < V; i++) {
            before[i + 1] = before[i] + counts[i];
        }
        if (before[V] <= 0) {
            throw new IllegalArgumentException("Cutoffs: none of the " + V + " classes occurs.");
        }
        TreeSet<Integer> candidates = new TreeSet<>();
        for (double at = LEAST; at <= V - LEAST; at *= GRID) {
            candidates.add(rounded((int) at));
        }
        // Where all classes occur about equally often no short list is short: then the longest.
        candidates.removeIf(cutoff -> cutoff < candidates.last() && before[cutoff] < LEAST_SHARE * before[V]);
        Cutoffs search = new Cutoffs(inputSize, divisor, before, List.copyOf(candidates));
        search.extend(List.of());
        return search.best;
    }

    /** Down to two digits. */
    private static int rounded(int number) {
        int unit = 1;
        while (number / unit >= 100) {
            unit *= 10;
        }
        return number / unit * unit;
    }

    private void extend(List<Integer> cutoffs) {
        int V = before.length - 1;
        int from = cutoffs.isEmpty() ? 0 : cutoffs.get(cutoffs.size() - 1) + LEAST;
        for (int candidate : candidates) {
            if (candidate >= from && candidate <= V - LEAST) {
                List<Integer> more = new ArrayList<>(cutoffs);
                more.add(candidate);
                double cost = cost(more);
                if (cost < bestCost) {
                    bestCost = cost;
                    best = List.copyOf(more);
                }
                if (more.size() < MOST_CLUSTERS) {
                    extend(more);
                }
            }
        }
    }

    private double cost(List<Integer> cutoffs) {
        int V = before.length - 1;
        AdaptiveSoftmax layer = new AdaptiveSoftmax("out", D, V, cutoffs, divisor);
        double cost = (double) D * (layer.shortList() + layer.clusters());
        for (int i = 0; i < layer.clusters(); i++) {
            int first = layer.first(i);
            double share = (before[first + layer.classes(i)] - before[first]) / (double) before[V];
            cost += share * layer.projected(i) * ((double) D + layer.classes(i));
        }
        return cost;
    }
}
