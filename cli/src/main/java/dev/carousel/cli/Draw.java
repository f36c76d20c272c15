package dev.carousel.cli;

import java.util.random.RandomGenerator;

/** Classes from their scores. */
final class Draw {

    private Draw() {}

    /**
     * The chances of classes.
     *
     * <pre>{@code p_j = exp(y_j) / Σ exp(y)}</pre>
     */
    static double[] chances(float[] scores) {
        double[] weights = weights(scores, 1);
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        for (int j = 0; j < weights.length; j++) {
            weights[j] /= sum;
        }
        return weights;
    }

    /**
     * Draws a class.
     *
     * <pre>{@code p_j = exp(y_j / T) / Σ exp(y / T)}</pre>
     *
     * @param scores y
     * @param temperature T; at 0 the highest score wins
     */
    static int fromScores(float[] scores, double temperature, RandomGenerator random) {
        int best = 0;
        for (int j = 1; j < scores.length; j++) {
            best = scores[j] > scores[best] ? j : best;
        }
        if (temperature == 0) {
            return best;
        }
        double[] weights = weights(scores, temperature);
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double left = random.nextDouble() * sum;
        for (int j = 0; j < weights.length; j++) {
            left -= weights[j];
            if (left < 0) {
                return j;
            }
        }
        return best;
    }

    private static double[] weights(float[] scores, double temperature) {
        double most = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            most = Math.max(most, score);
        }
        double[] weights = new double[scores.length];
        for (int j = 0; j < scores.length; j++) {
            weights[j] = Math.exp((scores[j] - most) / temperature);
        }
        return weights;
    }
}
