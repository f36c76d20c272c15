package dev.carousel.stream;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Chooses one of several classes by their scores (logits): what a text model writes next.
 *
 * <pre>{@code
 * p_j = exp(y_j / T) / Σ exp(y / T)         over the k highest scores, 0 for all others
 *
 * Sampler bold = Sampler.of(0.8).withTopK(20);
 * RandomGenerator random = new SplittableRandom(1);
 * session.step(id, scores);
 * id = bold.choose(scores, random);
 * }</pre>
 *
 * <p>An immutable value; the scores are read only, and a score of negative infinity excludes its class. The generator is
 * asked for one number a choice, and for none where the temperature is 0.
 *
 * @param temperature T; 1 draws as the network predicts, less is safer, more is wilder, and at 0 the highest score wins
 * @param topK k, how many classes may be drawn, those with the highest scores; {@link #ALL} for every one
 */
public record Sampler(double temperature, int topK) {

    /** As k: every class may be drawn. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Checks the numbers. */
    public Sampler {
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "Sampler: the temperature is " + temperature + " but must be a number of at least 0.");
        }
        if (topK < 1) {
            throw new IllegalArgumentException("Sampler: topK is " + topK + " but must be at least 1, or Sampler.ALL.");
        }
    }

    /** Draws from all classes at a temperature. */
    public static Sampler of(double temperature) {
        return new Sampler(temperature, ALL);
    }

    /** The same from the k classes with the highest scores alone. */
    public Sampler withTopK(int k) {
        return new Sampler(temperature, k);
    }

    /**
     * The class with the highest score, the first of equals.
     *
     * @throws IllegalArgumentException if there is no score, one is NaN, or none is above negative infinity
     */
    public static int argMax(float[] scores) {
        Objects.requireNonNull(scores, "Sampler: scores are null");
        int best = -1;
        for (int j = 0; j < scores.length; j++) {
            if (Float.isNaN(scores[j])) {
                throw new IllegalArgumentException(
                        "Sampler: score " + j + " of " + scores.length + " is NaN. Has the network diverged?");
            }
            if (scores[j] > (best < 0 ? Float.NEGATIVE_INFINITY : scores[best])) {
                best = j;
            }
        }
        if (best < 0) {
            throw new IllegalArgumentException("Sampler: none of the " + scores.length
                    + " scores is above negative infinity, so there is nothing to choose from.");
        }
        return best;
    }

    /**
     * The probabilities of all classes, which the network predicts.
     *
     * <pre>{@code p_j = exp(y_j) / Σ exp(y)}</pre>
     *
     * @param scores y
     * @return p, a new array
     * @throws IllegalArgumentException as {@link #argMax}
     */
    public static double[] probabilities(float[] scores) {
        return of(1).probabilitiesToDraw(scores);
    }

    /**
     * The probabilities with which classes are drawn at this temperature.
     *
     * @param scores y
     * @return p, a new array
     * @throws IllegalArgumentException as {@link #argMax}
     */
    public double[] probabilitiesToDraw(float[] scores) {
        double[] p = weights(scores, argMax(scores));
        double sum = Arrays.stream(p).sum();
        for (int j = 0; j < p.length; j++) {
            p[j] /= sum;
        }
        return p;
    }

    /**
     * Chooses a class.
     *
     * @param scores y
     * @param random draws
     * @throws IllegalArgumentException as {@link #argMax}
     */
    public int choose(float[] scores, RandomGenerator random) {
        Objects.requireNonNull(random, "Sampler: random is null");
        int best = argMax(scores);
        if (temperature == 0) {
            return best;
        }
        double[] weights = weights(scores, best);
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
        // Rounding may leave a little.
        return best;
    }

    /** Proportional to p, 1 for the best. */
    private double[] weights(float[] scores, int best) {
        double[] weights = new double[scores.length];
        if (temperature == 0) {
            weights[best] = 1;
            return weights;
        }
        float least = Float.NEGATIVE_INFINITY;
        int atLeast = scores.length;
        if (topK < scores.length) {
            float[] sorted = scores.clone();
            Arrays.sort(sorted);
            least = sorted[scores.length - topK];
            atLeast = 0;
            while (atLeast < topK && sorted[scores.length - topK + atLeast] == least) {
                atLeast++;
            }
        }
        for (int j = 0; j < scores.length; j++) {
            // Of those that equal the k-th, the first ones, so that there are k.
            boolean chosen = scores[j] > least || (scores[j] == least && atLeast-- > 0);
            weights[j] = chosen ? Math.exp(((double) scores[j] - scores[best]) / temperature) : 0;
        }
        return weights;
    }
}
