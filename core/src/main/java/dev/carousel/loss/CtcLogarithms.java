package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;

/**
 * One sequence of {@link CtcLoss} in logarithms, for those that are too improbable for {@link CtcPass}: the same sums, over
 * the states blank, label 0, blank, label 1, ... blank.
 */
final class CtcLogarithms {

    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private final int blank;

    // Forward sums [T, S], and the backward sums of two steps.
    private double[] forward = {};
    private double[] backward = {};
    private double[] next = {};
    private double[] logSum = {};
    private double[] occupied = {};

    CtcLogarithms(int blank) {
        this.blank = blank;
    }

    /** As {@link SequenceLoss.SequencePass#run}, of labels that fit into at least one step. */
    double run(Sequence y, Tokens labels, int n, float scale, float[] dY) {
        int T = y.length(n);
        int S = 2 * labels.length(n) + 1;
        makeRoom(T, S, y.size());
        for (int t = 0; t < T; t++) {
            logSum[t] = logSum(y.data(), (t * y.batchSize() + n) * y.size(), y.size());
            for (int s = 0; s < S; s++) {
                forward[t * S + s] = into(labels, n, t, s, S) + logP(y, labels, n, t, s);
            }
        }
        int end = T * S - 1;
        double total = S == 1 ? forward[end] : add(forward[end], forward[end - 1]);
        if (dY.length > 0) {
            gradient(y, labels, n, total, scale, dY);
        }
        return -total;
    }

    private void makeRoom(int T, int S, int V) {
        if (forward.length < T * S) {
            forward = new double[T * S];
        }
        if (logSum.length < T) {
            logSum = new double[T];
        }
        if (backward.length < S) {
            backward = new double[S];
            next = new double[S];
        }
        if (occupied.length < V) {
            occupied = new double[V];
        }
    }

    private int classOf(Tokens labels, int n, int s) {
        return s % 2 == 0 ? blank : labels.get(s / 2, n);
    }

    private double logP(Sequence y, Tokens labels, int n, int t, int s) {
        return y.data()[(t * y.batchSize() + n) * y.size() + classOf(labels, n, s)] - logSum[t];
    }

    /** Whether a path may go from state s - 2 to s: not over a blank, nor from a label to an equal one. */
    private boolean skips(Tokens labels, int n, int s) {
        return s % 2 == 1 && s > 1 && labels.get(s / 2, n) != labels.get(s / 2 - 1, n);
    }

    private double into(Tokens labels, int n, int t, int s, int S) {
        if (t == 0) {
            return s < 2 ? 0 : NEVER;
        }
        int before = (t - 1) * S + s;
        double sum = s == 0 ? forward[before] : add(forward[before], forward[before - 1]);
        return skips(labels, n, s) ? add(sum, forward[before - 2]) : sum;
    }

    private void gradient(Sequence y, Tokens labels, int n, double total, float scale, float[] dY) {
        int T = y.length(n);
        int V = y.size();
        int S = 2 * labels.length(n) + 1;
        for (int t = T - 1; t >= 0; t--) {
            double[] was = next;
            next = backward;
            backward = was;
            Arrays.fill(occupied, 0, V, 0);
            for (int s = 0; s < S; s++) {
                backward[s] = t == T - 1 ? (s >= S - 2 ? 0 : NEVER) : outOf(y, labels, n, t, s, S);
                double path = forward[t * S + s] + backward[s];
                if (path > NEVER) {
                    occupied[classOf(labels, n, s)] += Math.exp(path - total);
                }
            }
            int at = (t * y.batchSize() + n) * V;
            for (int j = 0; j < V; j++) {
                dY[at + j] = (float) (scale * (Math.exp(y.data()[at + j] - logSum[t]) - occupied[j]));
            }
        }
    }

    private double outOf(Sequence y, Tokens labels, int n, int t, int s, int S) {
        double sum = next[s] + logP(y, labels, n, t + 1, s);
        if (s + 1 < S) {
            sum = add(sum, next[s + 1] + logP(y, labels, n, t + 1, s + 1));
        }
        return s + 2 < S && skips(labels, n, s + 2) ? add(sum, next[s + 2] + logP(y, labels, n, t + 1, s + 2)) : sum;
    }

    private static double logSum(float[] y, int at, int V) {
        double max = NEVER;
        for (int j = at; j < at + V; j++) {
            max = Math.max(max, y[j]);
        }
        double sum = 0;
        for (int j = at; j < at + V; j++) {
            sum += Math.exp(y[j] - max);
        }
        return max + Math.log(sum);
    }

    /** {@code ln(exp a + exp b)}. */
    private static double add(double a, double b) {
        double more = Math.max(a, b);
        return more == NEVER ? NEVER : more + Math.log1p(Math.exp(Math.min(a, b) - more));
    }
}
