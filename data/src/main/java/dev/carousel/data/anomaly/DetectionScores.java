package dev.carousel.data.anomaly;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores separate labelled rows from the others.
 *
 * <pre>{@code
 * precision = found / alarms        recall = found / labelled        F1 = 2 precision recall / (precision + recall)
 * area = P(score of a labelled row > score of another) + 1/2 P(equal)          under the curve of recall over false alarms
 * }</pre>
 *
 * <p>A figure without anything to divide by is NaN, but precision and F1 are 0 where nothing was found and something
 * labelled.
 *
 * @param rows how many rows were judged
 * @param labelled how many of them are labelled
 * @param alarms how many raised an alarm
 * @param found how many did both
 * @param area the area under the curve
 */
public record DetectionScores(int rows, int labelled, int alarms, int found, double area) {

    /**
     * Judges scores. Rows whose score is not a number, because too little was known there, are left out.
     *
     * @param scores one a row
     * @param labels whether a row is what should be found
     * @param threshold which scores are alarms
     */
    public static DetectionScores of(double[] scores, boolean[] labels, AlarmThreshold threshold) {
        if (scores.length != labels.length) {
            throw new IllegalArgumentException(scores.length + " scores but " + labels.length + " labels.");
        }
        int[] judged = IntStream.range(0, scores.length)
                .filter(row -> !Double.isNaN(scores[row]))
                .toArray();
        int labelled = 0;
        int alarms = 0;
        int found = 0;
        for (int row : judged) {
            boolean alarm = threshold.alarms(scores[row]);
            labelled += labels[row] ? 1 : 0;
            alarms += alarm ? 1 : 0;
            found += alarm && labels[row] ? 1 : 0;
        }
        return new DetectionScores(judged.length, labelled, alarms, found, area(scores, labels, judged, labelled));
    }

    /** From the ranks of the labelled rows; equal scores share the mean of their ranks (Mann and Whitney 1947). */
    private static double area(double[] scores, boolean[] labels, int[] judged, int labelled) {
        int others = judged.length - labelled;
        if (labelled == 0 || others == 0) {
            return Double.NaN;
        }
        int[] order = IntStream.of(judged)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> scores[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        double ranks = 0;
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                to++;
            }
            double rank = (from + 1 + to) / 2.0;
            for (int i = from; i < to; i++) {
                ranks += labels[order[i]] ? rank : 0;
            }
            from = to;
        }
        return (ranks - labelled * (labelled + 1.0) / 2) / ((double) labelled * others);
    }

    /** Which share of the alarms was right. */
    public double precision() {
        return alarms == 0 && labelled > 0 ? 0 : (double) found / alarms;
    }

    /** Which share of the labelled rows raised an alarm. */
    public double recall() {
        return (double) found / labelled;
    }

    /** The harmonic mean of precision and recall: 2 found / (alarms + labelled). */
    public double f1() {
        return 2.0 * found / ((double) alarms + labelled);
    }
}
