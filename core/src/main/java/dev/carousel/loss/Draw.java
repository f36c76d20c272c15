package dev.carousel.loss;

import java.util.random.RandomGenerator;

/** Numbers drawn at random from distributions that the JDK has not. */
final class Draw {

    private static final double LARGE = 30;

    private Draw() {}

    /**
     * Of a gamma distribution with scale 1: Marsaglia and Tsang, A simple method for generating gamma variables, ACM Transactions on
     * Mathematical Software 26, 2000.
     *
     * @param shape above 0
     */
    static double gamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            // 1 - u is above 0.
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            double u = 1 - random.nextDouble();
            if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    /**
     * Of a Poisson distribution. A large mean is halved again and again: of the first arrivals, as many as half the mean, the time
     * is drawn at once; if it is within the time, the others are counted, else only those that are (Ahrens and Dieter,
     * Computer methods for sampling from gamma, beta, Poisson and binomial distributions, Computing 12, 1974).
     *
     * @param mean at least 0
     */
    static double poisson(double mean, RandomGenerator random) {
        double count = 0;
        double left = mean;
        while (left > LARGE) {
            double arrivals = Math.floor(7 * left / 8);
            double time = gamma(arrivals, random);
            if (time > left) {
                return count + binomial(arrivals - 1, left / time, random);
            }
            count += arrivals;
            left -= time;
        }
        double limit = Math.exp(-left);
        double product = random.nextDouble();
        while (product > limit) {
            count++;
            product *= random.nextDouble();
        }
        return count;
    }

    /** How many of so many succeed: halved by the median of their places in the interval, which has a beta distribution. */
    private static double binomial(double trials, double share, RandomGenerator random) {
        double count = 0;
        double n = trials;
        double p = share;
        while (n > LARGE) {
            double i = Math.floor(n / 2) + 1;
            double a = gamma(i, random);
            double b = gamma(n + 1 - i, random);
            double place = a / (a + b);
            if (place <= p) {
                count += i;
                n -= i;
                p = (p - place) / (1 - place);
            } else {
                n = i - 1;
                p = p / place;
            }
        }
        for (int k = 0; k < n; k++) {
            count += random.nextDouble() < p ? 1 : 0;
        }
        return count;
    }
}
