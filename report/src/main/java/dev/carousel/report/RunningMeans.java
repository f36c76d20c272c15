package dev.carousel.report;

import java.util.Arrays;

/**
 * A number for each update of a training, however many there will be, in bounded memory: means over as many neighbours as it
 * takes to stay below a number of points. Not safe for several threads.
 */
final class RunningMeans {

    private static final int MOST = 1024;

    private final double[] means = new double[MOST];
    private int points;
    private long stride = 1;
    private double sum;
    private long summed;

    void add(double value) {
        sum += value;
        summed++;
        if (summed == stride) {
            if (points == MOST) {
                halve();
            }
            // After halving, this mean is half of a point.
            if (summed == stride) {
                means[points++] = sum / summed;
                sum = 0;
                summed = 0;
            }
        }
    }

    private void halve() {
        for (int i = 0; i < MOST / 2; i++) {
            means[i] = (means[2 * i] + means[2 * i + 1]) / 2;
        }
        points = MOST / 2;
        stride *= 2;
    }

    /** How many neighbours a point is the mean of. */
    long stride() {
        return stride;
    }

    /** The last update of each point, counted from 1. */
    double[] places() {
        double[] places = new double[points];
        for (int i = 0; i < points; i++) {
            places[i] = (double) (i + 1) * stride;
        }
        return places;
    }

    double[] means() {
        return Arrays.copyOf(means, points);
    }
}
