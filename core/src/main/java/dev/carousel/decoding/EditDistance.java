package dev.carousel.decoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How one sequence of labels becomes another with the fewest changes, each of one label (Levenshtein, 1966). An immutable value.
 *
 * <pre>{@code
 * EditDistance distance = EditDistance.between(truth, found);
 * double labelErrorRate = (double) distance.errors() / truth.length;
 * }</pre>
 *
 * <p>Of several ways with equally few changes the one is taken that, read from the end, prefers a right or substituted label
 * over one that is missing, and that over one too many.
 *
 * @param pairs what stands where, in order: a right label with itself, a substituted one with what was found instead
 */
public record EditDistance(List<Pair> pairs) {

    /** In a pair: there is no label on this side. */
    public static final int NOTHING = -1;

    /**
     * A label and what was found in its place.
     *
     * @param truth the right label, or {@link #NOTHING} where a label was found that should not be there
     * @param found the label that was found, or {@link #NOTHING} where it is missing
     */
    public record Pair(int truth, int found) {}

    /** Takes a copy. */
    public EditDistance {
        pairs = List.copyOf(pairs);
    }

    /**
     * The fewest changes.
     *
     * @param truth the right labels, each at least 0
     * @param found those that were found
     */
    public static EditDistance between(int[] truth, int[] found) {
        int[][] least = new int[truth.length + 1][found.length + 1];
        for (int i = 0; i <= truth.length; i++) {
            for (int j = 0; j <= found.length; j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                } else {
                    int substituted = least[i - 1][j - 1] + (truth[i - 1] == found[j - 1] ? 0 : 1);
                    least[i][j] = Math.min(substituted, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                }
            }
        }
        List<Pair> backwards = new ArrayList<>();
        int i = truth.length;
        int j = found.length;
        while (i > 0 || j > 0) {
            if (i > 0 && j > 0 && least[i][j] == least[i - 1][j - 1] + (truth[i - 1] == found[j - 1] ? 0 : 1)) {
                i--;
                j--;
                backwards.add(new Pair(truth[i], found[j]));
            } else if (i > 0 && least[i][j] == least[i - 1][j] + 1) {
                i--;
                backwards.add(new Pair(truth[i], NOTHING));
            } else {
                j--;
                backwards.add(new Pair(NOTHING, found[j]));
            }
        }
        Collections.reverse(backwards);
        return new EditDistance(backwards);
    }

    /** How many changes there are: the distance. */
    public int errors() {
        return substitutions() + deletions() + insertions();
    }

    /** How many labels were found in place of others. */
    public int substitutions() {
        return (int) pairs.stream()
                .filter(pair -> pair.truth() != NOTHING && pair.found() != NOTHING && pair.truth() != pair.found())
                .count();
    }

    /** How many labels are missing. */
    public int deletions() {
        return (int) pairs.stream().filter(pair -> pair.found() == NOTHING).count();
    }

    /** How many labels were found that should not be there. */
    public int insertions() {
        return (int) pairs.stream().filter(pair -> pair.truth() == NOTHING).count();
    }
}
