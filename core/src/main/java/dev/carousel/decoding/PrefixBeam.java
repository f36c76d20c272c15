package dev.carousel.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The prefixes that a beam search keeps, each with the probability of its paths that end in a blank and of those that end in
 * its last label. Probabilities are relative to their sum, whose logarithm is kept.
 *
 * <pre>{@code
 * blank'(u) = p(blank) (blank(u) + label(u))
 * label'(u) = p(last u) label(u) + p(last u) (parent's blank + [last of parent ≠ last u] parent's label)
 * }</pre>
 */
final class PrefixBeam {

    /** A beginning of a label sequence; one object for each. */
    private static final class Prefix {
        private final Prefix parent;
        private final int last;
        private final int length;
        private final Map<Integer, Prefix> longer = new HashMap<>();

        // Now, and after the step that is being taken.
        private double blank;
        private double label;
        private double nextBlank;
        private double nextLabel;
        private boolean kept;

        /** The empty one, which is its own parent. */
        Prefix() {
            this.parent = this;
            this.last = NONE;
            this.length = 0;
        }

        Prefix(Prefix parent, int last) {
            this.parent = parent;
            this.last = last;
            this.length = parent.length + 1;
        }

        double next() {
            return nextBlank + nextLabel;
        }

        /** The probability that the label k follows. */
        double followedBy(int k) {
            return k == last ? blank : blank + label;
        }

        Prefix withLabel(int k) {
            return longer.computeIfAbsent(k, last -> new Prefix(this, last));
        }
    }

    /** A prefix and a label that may follow it. */
    private record Candidate(Prefix prefix, int label, double probability) {}

    private static final int NONE = -1;

    private final int blank;
    private final int width;
    private final double[] p;
    private final boolean[] kept;
    private List<Prefix> prefixes = new ArrayList<>();
    private double logScale;

    PrefixBeam(int blank, int width, int classes) {
        this.blank = blank;
        this.width = width;
        this.p = new double[classes];
        this.kept = new boolean[classes];
        Prefix empty = new Prefix();
        empty.blank = 1;
        empty.kept = true;
        prefixes.add(empty);
    }

    void step(float[] y, int at) {
        softmax(y, at);
        for (Prefix u : prefixes) {
            u.nextBlank = p[blank] * (u.blank + u.label);
            u.nextLabel = u.last == NONE ? 0 : p[u.last] * u.label;
            if (u.last != NONE && u.parent.kept) {
                u.nextLabel += p[u.last] * u.parent.followedBy(u.last);
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Prefix u : prefixes) {
            candidates.add(new Candidate(u, NONE, u.next()));
        }
        // Below the least of the best that stay, a longer one has no chance.
        double bar = candidates.size() < width
                ? 0
                : candidates.stream()
                        .mapToDouble(Candidate::probability)
                        .sorted()
                        .toArray()[candidates.size() - width];
        for (Prefix u : prefixes) {
            addLonger(u, bar, candidates);
        }
        keepBest(candidates);
    }

    private void addLonger(Prefix u, double bar, List<Candidate> candidates) {
        Arrays.fill(kept, false);
        for (Prefix longer : u.longer.values()) {
            kept[longer.last] = longer.kept;
        }
        for (int k = 0; k < p.length; k++) {
            double probability = p[k] * u.followedBy(k);
            if (k != blank && !kept[k] && probability > bar) {
                candidates.add(new Candidate(u, k, probability));
            }
        }
    }

    private void keepBest(List<Candidate> candidates) {
        // The sort is stable: of equally probable ones the earlier stays.
        candidates.sort(Comparator.comparingDouble(Candidate::probability).reversed());
        List<Prefix> best = new ArrayList<>();
        double sum = 0;
        for (Candidate candidate : candidates.subList(0, Math.min(width, candidates.size()))) {
            Prefix prefix = candidate.prefix();
            if (candidate.label() != NONE) {
                prefix = prefix.withLabel(candidate.label());
                prefix.nextBlank = 0;
                prefix.nextLabel = candidate.probability();
            }
            if (prefix.next() > 0) {
                best.add(prefix);
                sum += prefix.next();
            }
        }
        prefixes.forEach(prefix -> prefix.kept = false);
        for (Prefix prefix : best) {
            prefix.kept = true;
            prefix.blank = prefix.nextBlank / sum;
            prefix.label = prefix.nextLabel / sum;
        }
        prefixes = best;
        logScale += Math.log(sum);
    }

    private void softmax(float[] y, int at) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < p.length; k++) {
            max = Math.max(max, y[at + k]);
        }
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            p[k] = Math.exp(y[at + k] - max);
            sum += p[k];
        }
        if (!(sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "CtcDecoder: a score is not finite. Has the network diverged, or was its input not finite?");
        }
        for (int k = 0; k < p.length; k++) {
            p[k] /= sum;
        }
    }

    List<CtcDecoder.Hypothesis> hypotheses() {
        return prefixes.stream()
                .sorted(Comparator.comparingDouble((Prefix u) -> u.blank + u.label)
                        .reversed())
                .map(u -> new CtcDecoder.Hypothesis(labels(u), Math.log(u.blank + u.label) + logScale))
                .toList();
    }

    private static int[] labels(Prefix prefix) {
        int[] labels = new int[prefix.length];
        for (Prefix u = prefix; u.last != NONE; u = u.parent) {
            labels[u.length - 1] = u.last;
        }
        return labels;
    }
}
