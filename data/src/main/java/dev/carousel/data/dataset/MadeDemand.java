package dev.carousel.data.dataset;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Made sales of spare parts: on most days few or none, now and then many, as intermittent demand is.
 *
 * <pre>{@code
 * a_t  = 0.97 a_(t-1) + 0.15 ε                                        how busy a time it is
 * m_t  = level of the part x exp(a_t + 0.5 sin(2 π weekday / 7))       what is sold on average; on Sundays a tenth of it
 * sold = as many as a Poisson process of the rate m_t g arrives with   g is gamma-distributed, of shape 0.7 and mean 1
 * }</pre>
 *
 * <p>The levels of the parts are 0.3, 0.8, 2, 5 and 12, again and again. Everything is drawn from the seed.
 */
public final class MadeDemand {

    private static final double[] LEVELS = {0.3, 0.8, 2, 5, 12};
    private static final double SHAPE = 0.7;
    private static final LocalDate FIRST = LocalDate.of(2021, 1, 4);

    private MadeDemand() {}

    /**
     * The lines of a CSV file whose first line is {@code day,part,sold}.
     *
     * @param parts how many parts there are
     * @param days how many days each has
     */
    public static List<String> csv(int parts, int days, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<String> lines = new ArrayList<>();
        lines.add("day,part,sold");
        for (int part = 0; part < parts; part++) {
            double busy = 0;
            for (int day = 0; day < days; day++) {
                busy = 0.97 * busy + 0.15 * random.nextGaussian();
                int weekday = day % 7;
                double mean = LEVELS[part % LEVELS.length]
                        * Math.exp(busy + 0.5 * Math.sin(2 * Math.PI * weekday / 7))
                        * (weekday == 6 ? 0.1 : 1);
                lines.add(String.format(
                        Locale.ROOT,
                        "%s,part%d,%d",
                        FIRST.plusDays(day),
                        part + 1,
                        arrivals(mean * gamma(random), random)));
            }
        }
        return lines;
    }

    /** How many exponential times of a rate fit into 1. */
    private static int arrivals(double rate, RandomGenerator random) {
        int count = 0;
        double time = random.nextExponential();
        while (time < rate) {
            count++;
            time += random.nextExponential();
        }
        return count;
    }

    /** By the method of Ahrens and Dieter for shapes below 1; with mean 1. */
    private static double gamma(RandomGenerator random) {
        double b = 1 + SHAPE / Math.E;
        while (true) {
            double p = b * random.nextDouble();
            double e = random.nextExponential();
            if (p <= 1) {
                double x = Math.pow(p, 1 / SHAPE);
                if (x <= e) {
                    return x / SHAPE;
                }
            } else {
                double x = -Math.log((b - p) / SHAPE);
                if ((1 - SHAPE) * Math.log(x) <= e) {
                    return x / SHAPE;
                }
            }
        }
    }
}
