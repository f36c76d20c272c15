package dev.carousel.check;

import dev.carousel.check.CheckReport.Entry;
import dev.carousel.check.CheckReport.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two arrays compared number by number and as a whole: the rules that the checks share. */
final class Comparison {

    /** Below this size on both sides a single gradient is too small to tell. */
    static final double TOO_SMALL = 1e-7;

    private static final double WARNING_ABOVE = 1e-2;
    private static final double NOT_OK_ABOVE = 1;

    /** What rounding leaves of a central difference: a smaller mean difference proves nothing. */
    private static final double ROUNDING_OF_DIFFERENCES = 1e-9;

    private Comparison() {}

    /**
     * Analytic gradients against differences. Single numbers by the original rule, |a - n| / |a + n|; the array as a whole
     * by ‖a - n‖ / (‖a‖ + ‖n‖), which catches what spreads over all numbers and is too little in each.
     */
    static Row gradients(String subject, String what, double[] analytic, double[] numeric, double tolerance) {
        List<Entry> entries = new ArrayList<>();
        double worst = 0;
        Verdict verdict = Verdict.TOO_SMALL;
        for (int k = 0; k < analytic.length; k++) {
            Entry entry = gradient(k, analytic[k], numeric[k]);
            entries.add(entry);
            if (entry.verdict() == Verdict.TOO_SMALL) {
                continue;
            }
            worst = Math.max(worst, entry.error());
            if (verdict == Verdict.TOO_SMALL || entry.verdict().compareTo(verdict) > 0) {
                verdict = entry.verdict();
            }
        }
        double overall = overall(analytic, numeric);
        double meanDifference = norm(difference(analytic, numeric)) / Math.sqrt(Math.max(1, analytic.length));
        boolean differs = !(overall <= tolerance) && !(meanDifference <= ROUNDING_OF_DIFFERENCES);
        if (verdict != Verdict.TOO_SMALL && differs) {
            verdict = Verdict.NOT_OK;
        }
        return new Row(subject, what, worst, overall, verdict, entries);
    }

    private static Entry gradient(int index, double a, double n) {
        double error = a == n ? 0 : Math.abs(a - n) / Math.abs(a + n);
        Verdict verdict = Verdict.OK;
        if (Math.abs(a) < TOO_SMALL && Math.abs(n) < TOO_SMALL) {
            verdict = Verdict.TOO_SMALL;
        } else if (!(error <= NOT_OK_ABOVE)) {
            verdict = Verdict.NOT_OK;
        } else if (error > WARNING_ABOVE) {
            verdict = Verdict.WARNING;
        }
        return new Entry(index, a, n, error, verdict);
    }

    /**
     * Values that should be the same but for rounding. A single number's error is taken against its own size or the
     * array's root mean square, whichever is larger, since a sum near 0 keeps the rounding of its large terms; anything
     * above the tolerance fails, and so does the array as a whole above it.
     */
    static Row values(String subject, String what, double[] actual, double[] expected, double tolerance) {
        double typical = norm(expected) / Math.sqrt(Math.max(1, expected.length));
        List<Entry> entries = new ArrayList<>();
        double worst = 0;
        Verdict verdict = Verdict.OK;
        for (int k = 0; k < actual.length; k++) {
            double difference = Math.abs(actual[k] - expected[k]);
            double error = actual[k] == expected[k] ? 0 : difference / Math.max(Math.abs(expected[k]), typical);
            boolean close = error <= tolerance;
            entries.add(new Entry(k, actual[k], expected[k], error, close ? Verdict.OK : Verdict.NOT_OK));
            worst = Math.max(worst, error);
            verdict = close ? verdict : Verdict.NOT_OK;
        }
        double overall = overall(actual, expected);
        return new Row(subject, what, worst, overall, overall <= tolerance ? verdict : Verdict.NOT_OK, entries);
    }

    private static double overall(double[] a, double[] b) {
        double difference = norm(difference(a, b));
        return difference == 0 ? 0 : difference / (norm(a) + norm(b));
    }

    private static double[] difference(double[] a, double[] b) {
        double[] c = new double[a.length];
        Arrays.setAll(c, k -> a[k] - b[k]);
        return c;
    }

    private static double norm(double[] a) {
        double sum = 0;
        for (double v : a) {
            sum += v * v;
        }
        return Math.sqrt(sum);
    }
}
