package dev.carousel.data.pairs;

import dev.carousel.data.transcription.Alphabet;
import dev.carousel.decoding.EditDistance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How far the texts that were written are from the true ones.
 *
 * <pre>{@code
 * exact = texts that are right to the last unit / texts
 * edit distance = the fewest units to be changed, added or left out, mean over texts
 * }</pre>
 */
public final class PairScores {

    /**
     * A text that is wrong.
     *
     * @param pair which
     * @param errors how many changes the text needs
     */
    public record Mistake(int pair, String place, String input, String truth, String found, int errors) {}

    private final int count;
    private final int right;
    private final long errors;
    private final long units;
    private final List<Mistake> mistakes;

    private PairScores(int count, int right, long errors, long units, List<Mistake> mistakes) {
        this.count = count;
        this.right = right;
        this.errors = errors;
        this.units = units;
        this.mistakes = mistakes;
    }

    /** Of the texts that the search wrote. */
    public static PairScores of(Pairs truth, List<PairText> texts, Alphabet.By by) {
        return of(truth, texts, by, PairText::text);
    }

    /** Of the texts that the best unit of each step gives. */
    public static PairScores ofGreedy(Pairs truth, List<PairText> texts, Alphabet.By by) {
        return of(truth, texts, by, PairText::greedy);
    }

    private static PairScores of(Pairs truth, List<PairText> texts, Alphabet.By by, Function<PairText, String> which) {
        int right = 0;
        long errors = 0;
        long units = 0;
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < truth.count(); i++) {
            String found = which.apply(texts.get(i));
            Map<String, Integer> ids = new HashMap<>();
            int[] wanted = ids(truth.output(i), by, ids);
            int wrong = EditDistance.between(wanted, ids(found, by, ids)).errors();
            right += wrong == 0 ? 1 : 0;
            errors += wrong;
            units += wanted.length;
            if (wrong > 0) {
                mistakes.add(new Mistake(i, truth.place(i), truth.input(i), truth.output(i), found, wrong));
            }
        }
        // The sort is stable: of equally wrong ones the first in the file comes first.
        mistakes.sort(Comparator.comparingInt(Mistake::errors).reversed());
        return new PairScores(truth.count(), right, errors, units, List.copyOf(mistakes));
    }

    private static int[] ids(String text, Alphabet.By by, Map<String, Integer> ids) {
        return Alphabet.cut(text, by).stream().mapToInt(unit -> idOf(unit, ids)).toArray();
    }

    private static int idOf(String unit, Map<String, Integer> ids) {
        Integer next = ids.size();
        Integer before = ids.putIfAbsent(unit, next);
        return before == null ? next : before;
    }

    /** How many texts were judged. */
    public int count() {
        return count;
    }

    /** How many are right to the last unit. */
    public int right() {
        return right;
    }

    /** The share that is right to the last unit, from 0 to 1. */
    public double exact() {
        return (double) right / count;
    }

    /** The fewest changes that a text needs, mean over texts, in units. */
    public double editDistance() {
        return (double) errors / count;
    }

    /** The fewest changes by units of the true texts. */
    public double unitErrorRate() {
        return (double) errors / units;
    }

    /** How many units the true texts have. */
    public long units() {
        return units;
    }

    /** The texts that are wrong, the worst first. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
