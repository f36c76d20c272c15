package dev.carousel.data.classification;

import dev.carousel.kernel.OneThread;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How good a classifier is: predicted against true classes, counted.
 *
 * <pre>{@code
 * accuracy      right / all
 * precision(k)  right as k / said to be k         recall(k)  right as k / being k
 * F1(k)         2 precision recall / (precision + recall), 0 where both are
 * macro F1      the mean of F1 over the classes that were said or true; weighted F1: weighted by how many are k
 * log-loss      the mean of -log of the probability of the true class
 * }</pre>
 *
 * <p>Each figure comes with that of a guess by the class shares of the training part: always the most frequent class,
 * or the shares themselves as probabilities. One thread at a time; a second one that counts meanwhile gets an error.
 */
public final class ClassScores {

    /** The least probability that log-loss takes into account, so that one certain mistake does not make it infinite. */
    private static final double LEAST = 1e-15;

    private final List<String> classes;
    private final double[] shares;
    private final int majority;
    private final long[][] confusion;
    private double logLoss;
    private double baselineLogLoss;
    private long count;

    private final OneThread one = new OneThread("ClassScores");

    /** Nothing counted yet. */
    public ClassScores(ClassifierSpec spec) {
        this(
                spec.classes(),
                spec.shares().stream().mapToDouble(Double::doubleValue).toArray(),
                spec.majority());
    }

    /**
     * The scores of answers in plain arrays, whose classes are called by their numbers. The guess without a network goes by
     * the shares of these very answers.
     *
     * @param truth the true class of each answer, 0 to V - 1
     * @param probabilities of each answer, of all V classes
     * @throws IllegalArgumentException if the sizes differ, there is no answer, or a class is not valid
     */
    public static ClassScores of(int[] truth, double[][] probabilities) {
        Objects.requireNonNull(truth, "ClassScores: the true classes are null");
        Objects.requireNonNull(probabilities, "ClassScores: probabilities are null");
        if (truth.length != probabilities.length || truth.length == 0) {
            throw new IllegalArgumentException("There are " + truth.length + " true classes and " + probabilities.length
                    + " answers; there must be as many, 1 at least.");
        }
        for (int i = 0; i < truth.length; i++) {
            if (probabilities[i] == null) {
                throw new NullPointerException("ClassScores: the probabilities of answer " + i + " are null");
            }
        }
        int V = probabilities[0].length;
        double[] shares = new double[V];
        for (int i = 0; i < truth.length; i++) {
            if (probabilities[i].length != V || truth[i] < 0 || truth[i] >= V) {
                throw new IllegalArgumentException("Answer " + i + " has " + probabilities[i].length
                        + " probabilities and the true class " + truth[i] + "; the first has " + V
                        + ", so classes go from 0 to " + (V - 1) + ".");
            }
            shares[truth[i]] += 1.0 / truth.length;
        }
        List<String> names = IntStream.range(0, V).mapToObj(Integer::toString).toList();
        ClassScores scores = new ClassScores(names, shares, likeliest(shares));
        for (int i = 0; i < truth.length; i++) {
            scores.add(truth[i], probabilities[i]);
        }
        return scores;
    }

    private ClassScores(List<String> classes, double[] shares, int majority) {
        this.classes = classes;
        this.shares = shares;
        this.majority = majority;
        this.confusion = new long[classes.size()][classes.size()];
    }

    /**
     * Counts one answer.
     *
     * @param truth the true class
     * @param probabilities of all classes
     * @throws IllegalStateException if another thread is counting
     */
    public void add(int truth, double[] probabilities) {
        Objects.requireNonNull(probabilities, "ClassScores: probabilities are null");
        add(truth, likeliest(probabilities), probabilities);
    }

    /**
     * Counts one answer, which need not be that of the largest probability.
     *
     * @param truth the true class
     * @param said the class that was said
     * @param probabilities of all classes
     * @throws IllegalStateException if another thread is counting
     */
    public void add(int truth, int said, double[] probabilities) {
        Objects.requireNonNull(probabilities, "ClassScores: probabilities are null");
        one.enter();
        try {
            confusion[truth][said]++;
            logLoss -= Math.log(Math.max(LEAST, probabilities[truth]));
            baselineLogLoss -= Math.log(Math.max(LEAST, shares[truth]));
            count++;
        } finally {
            one.leave();
        }
    }

    /** The class of the largest probability, the first of equal ones. */
    public static int likeliest(double[] probabilities) {
        Objects.requireNonNull(probabilities, "ClassScores: probabilities are null");
        int best = 0;
        for (int k = 1; k < probabilities.length; k++) {
            best = probabilities[k] > probabilities[best] ? k : best;
        }
        return best;
    }

    /** The names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** How many answers were counted. */
    public long count() {
        return count;
    }

    /** How many answers were class {@code said} where class {@code truth} was right. */
    public long confusion(int truth, int said) {
        return confusion[truth][said];
    }

    /** How many were of a class. */
    public long support(int k) {
        long sum = 0;
        for (long said : confusion[k]) {
            sum += said;
        }
        return sum;
    }

    /** How many were said to be of a class. */
    public long said(int k) {
        long sum = 0;
        for (long[] truth : confusion) {
            sum += truth[k];
        }
        return sum;
    }

    /** How many answers were right. */
    public long right() {
        long right = 0;
        for (int k = 0; k < confusion.length; k++) {
            right += confusion[k][k];
        }
        return right;
    }

    /** The share of right answers. */
    public double accuracy() {
        return share(right(), count);
    }

    /** The share of right answers among those that say class k. */
    public double precision(int k) {
        return share(confusion[k][k], said(k));
    }

    /** The share of right answers among those about class k. */
    public double recall(int k) {
        return share(confusion[k][k], support(k));
    }

    /** F1 of a class. */
    public double f1(int k) {
        return share(2 * confusion[k][k], said(k) + support(k));
    }

    /** The mean of F1 over all classes that were said or true. */
    public double macroF1() {
        double sum = 0;
        int present = 0;
        for (int k = 0; k < confusion.length; k++) {
            if (said(k) + support(k) > 0) {
                sum += f1(k);
                present++;
            }
        }
        return present == 0 ? 0 : sum / present;
    }

    /** The mean of F1 over all classes, each weighted by how many are of it. */
    public double weightedF1() {
        double sum = 0;
        for (int k = 0; k < confusion.length; k++) {
            sum += f1(k) * support(k);
        }
        return count == 0 ? 0 : sum / count;
    }

    /** The mean log-loss in nats. */
    public double logLoss() {
        return count == 0 ? 0 : logLoss / count;
    }

    /** The class that was the most frequent in the training part. */
    public int majority() {
        return majority;
    }

    /** The share of right answers of one who always says {@link #majority}. */
    public double majorityAccuracy() {
        return share(support(majority), count);
    }

    /** The mean log-loss of one who always says the shares of the training part. */
    public double majorityLogLoss() {
        return count == 0 ? 0 : baselineLogLoss / count;
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
