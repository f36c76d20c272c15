package dev.carousel.data.transcription;

import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.decoding.EditDistance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How far the texts that were written are from the true ones: the fewest labels that have to be changed, added or left out, and
 * which were taken for which.
 *
 * <pre>{@code
 * label error rate = (substituted + missing + too many) / labels of the true texts
 * }</pre>
 */
public final class TranscriptScores {

    /**
     * How often a label was taken for another.
     *
     * @param truth the unit that is right; "" where there is none
     * @param found the unit that was written; "" where it is missing
     */
    public record Confusion(String truth, String found, int count) {}

    /**
     * A text that is wrong.
     *
     * @param sequence which
     * @param errors how many changes the text needs
     */
    public record Mistake(int sequence, String place, String truth, String found, int errors) {}

    private final Alphabet alphabet;
    private final int sequences;
    private final int right;
    private final long labels;
    private final int substitutions;
    private final int deletions;
    private final int insertions;
    private final List<Confusion> confusions;
    private final List<Mistake> mistakes;

    private TranscriptScores(
            TranscriberSpec spec,
            LabelledSequences truth,
            List<Transcript> transcripts,
            Function<Transcript, int[]> decoder) {
        this.alphabet = spec.alphabet();
        int exact = 0;
        long all = 0;
        int[] changes = new int[3];
        Map<EditDistance.Pair, Integer> pairs = new HashMap<>();
        List<Mistake> wrong = new ArrayList<>();
        for (int i = 0; i < truth.count(); i++) {
            int[] right = spec.labels(truth, i);
            int[] found = decoder.apply(transcripts.get(i));
            EditDistance distance = EditDistance.between(right, found);
            all += right.length;
            exact += distance.errors() == 0 ? 1 : 0;
            changes[0] += distance.substitutions();
            changes[1] += distance.deletions();
            changes[2] += distance.insertions();
            distance.pairs().stream()
                    .filter(pair -> pair.truth() != pair.found())
                    .forEach(pair -> pairs.merge(pair, 1, Integer::sum));
            if (distance.errors() > 0) {
                wrong.add(new Mistake(
                        i, truth.place(i), TranscriberSpec.text(truth, i), alphabet.decode(found), distance.errors()));
            }
        }
        this.sequences = truth.count();
        this.right = exact;
        this.labels = all;
        this.substitutions = changes[0];
        this.deletions = changes[1];
        this.insertions = changes[2];
        this.confusions = pairs.entrySet().stream()
                .map(entry -> new Confusion(
                        unit(entry.getKey().truth()), unit(entry.getKey().found()), entry.getValue()))
                .sorted(Comparator.comparingInt(Confusion::count)
                        .reversed()
                        .thenComparing(Confusion::truth)
                        .thenComparing(Confusion::found))
                .toList();
        // The sort is stable: of equally wrong ones the first in the file comes first.
        this.mistakes = wrong.stream()
                .sorted(Comparator.comparingInt(Mistake::errors).reversed())
                .toList();
    }

    /** Of the texts that the greedy decoder wrote. */
    public static TranscriptScores ofGreedy(
            TranscriberSpec spec, LabelledSequences truth, List<Transcript> transcripts) {
        return new TranscriptScores(spec, truth, transcripts, Transcript::greedy);
    }

    /** Of the texts that the beam search wrote. */
    public static TranscriptScores ofBeam(TranscriberSpec spec, LabelledSequences truth, List<Transcript> transcripts) {
        return new TranscriptScores(spec, truth, transcripts, Transcript::beam);
    }

    private String unit(int label) {
        return label == EditDistance.NOTHING ? "" : alphabet.units().get(label - 1);
    }

    /** Errors by labels of the true texts; where these are all empty, 0 without an error and else infinite. */
    public double labelErrorRate() {
        int errors = substitutions + deletions + insertions;
        return errors == 0 ? 0 : (double) errors / labels;
    }

    /** How many texts were judged. */
    public int sequences() {
        return sequences;
    }

    /** How many are right to the last label. */
    public int right() {
        return right;
    }

    /** How many labels the true texts have. */
    public long labels() {
        return labels;
    }

    /** How many labels were written in place of others. */
    public int substitutions() {
        return substitutions;
    }

    /** How many labels are missing. */
    public int deletions() {
        return deletions;
    }

    /** How many labels were written that should not be there. */
    public int insertions() {
        return insertions;
    }

    /** What was taken for what, the most frequent first. */
    public List<Confusion> confusions() {
        return confusions;
    }

    /** The texts that are wrong, the worst first. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
