package dev.carousel.reference.sequence;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** CTC by its definition: every path of V^T, what it says, and its probability. Only for tiny cases. */
public final class CtcEnumeration {

    private final Map<List<Integer>, Double> probabilities = new HashMap<>();
    private final Map<List<Integer>, double[][]> occupancies = new HashMap<>();
    private final double[][] p;

    /** Of scores [T][V]. */
    public CtcEnumeration(double[][] y, int blank) {
        int T = y.length;
        p = Arrays.stream(y).map(CtcEnumeration::softmax).toArray(double[][]::new);
        int V = T == 0 ? 1 : y[0].length;
        int[] path = new int[T];
        do {
            double probability = 1;
            for (int t = 0; t < T; t++) {
                probability *= p[t][path[t]];
            }
            List<Integer> labels = labels(path, blank);
            probabilities.merge(labels, probability, Double::sum);
            double[][] occupancy = occupancies.computeIfAbsent(labels, key -> new double[T][V]);
            for (int t = 0; t < T; t++) {
                occupancy[t][path[t]] += probability;
            }
        } while (next(path, V));
    }

    private static boolean next(int[] path, int V) {
        for (int t = 0; t < path.length; t++) {
            path[t]++;
            if (path[t] < V) {
                return true;
            }
            path[t] = 0;
        }
        return false;
    }

    private static double[] softmax(double[] y) {
        double max = Arrays.stream(y).max().orElseThrow();
        double sum = Arrays.stream(y).map(v -> Math.exp(v - max)).sum();
        return Arrays.stream(y).map(v -> Math.exp(v - max) / sum).toArray();
    }

    private static List<Integer> labels(int[] path, int blank) {
        return IntStream.range(0, path.length)
                .filter(t -> path[t] != blank && (t == 0 || path[t] != path[t - 1]))
                .mapToObj(t -> path[t])
                .toList();
    }

    /** Infinite where no path says so. */
    public double loss(int[] labels) {
        return -Math.log(
                probabilities.getOrDefault(Arrays.stream(labels).boxed().toList(), 0.0));
    }

    /** The gradient of the loss in the scores [T][V]; 0 where no path says so. */
    public double[][] gradient(int[] labels) {
        List<Integer> key = Arrays.stream(labels).boxed().toList();
        double[][] d = new double[p.length][];
        for (int t = 0; t < p.length; t++) {
            d[t] = new double[p[t].length];
            for (int k = 0; k < d[t].length && occupancies.containsKey(key); k++) {
                d[t][k] = p[t][k] - occupancies.get(key)[t][k] / probabilities.get(key);
            }
        }
        return d;
    }

    public double bestProbability() {
        return probabilities.values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
    }

    public double probability(int[] labels) {
        return Math.exp(-loss(labels));
    }

    /** How many different labellings there are. */
    public int size() {
        return probabilities.size();
    }
}
