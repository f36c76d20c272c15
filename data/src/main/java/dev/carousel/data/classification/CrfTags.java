package dev.carousel.data.classification;

import dev.carousel.decoding.CrfDecoder;
import dev.carousel.loss.CrfLoss;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tags from the scores of a conditional random field, of which a scheme may rule some out: their scores become minus infinity, so
 * that the best path and the probabilities are those among the allowed paths. Immutable.
 */
final class CrfTags {

    private final CrfLoss loss;
    private final CrfDecoder decoder;

    // Places in a step of scores.
    private final int[] neverStart;
    private final int[] neverFollow;
    private final int[] neverEnd;

    CrfTags(List<String> classes, Optional<TagScheme> scheme) {
        this.loss = new CrfLoss(classes.size());
        this.decoder = new CrfDecoder(loss);
        List<Integer> start = new ArrayList<>();
        List<Integer> follow = new ArrayList<>();
        List<Integer> end = new ArrayList<>();
        for (int j = 0; j < classes.size() && scheme.isPresent(); j++) {
            String tag = classes.get(j);
            if (!scheme.get().begins(tag)) {
                start.add(loss.start(j));
            }
            if (!scheme.get().ends(tag)) {
                end.add(loss.end(j));
            }
            for (int i = 0; i < classes.size(); i++) {
                if (!scheme.get().follows(classes.get(i), tag)) {
                    follow.add(loss.transition(i, j));
                }
            }
        }
        this.neverStart = places(start);
        this.neverFollow = places(follow);
        this.neverEnd = places(end);
    }

    private static int[] places(List<Integer> places) {
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Writes minus infinity over what is ruled out, in the scores of one sequence. */
    void restrict(Sequence y, int n) {
        int T = y.length(n);
        for (int t = 0; t < T; t++) {
            rule(y, y.offset(t, n), neverFollow);
        }
        if (T > 0) {
            rule(y, y.offset(0, n), neverStart);
            rule(y, y.offset(T - 1, n), neverEnd);
        }
    }

    private static void rule(Sequence y, int at, int[] places) {
        for (int place : places) {
            y.data()[at + place] = Float.NEGATIVE_INFINITY;
        }
    }

    /** The probability of each tag at each step, over all allowed tags of the others. */
    double[][] probabilities(Sequence restricted, int n) {
        return loss.marginals(restricted, n);
    }

    /** The best path. */
    int[] best(Sequence restricted, int n) {
        return decoder.best(restricted, n);
    }
}
