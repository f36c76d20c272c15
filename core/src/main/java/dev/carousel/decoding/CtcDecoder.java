package dev.carousel.decoding;

import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * Labels from the outputs of a network that was trained with {@link dev.carousel.loss.CtcLoss}. An immutable value, which many
 * threads may share.
 *
 * <pre>{@code
 * CtcDecoder decoder = CtcDecoder.of(0);
 * int[] labels = decoder.greedy(y, 0);                    // of the most probable path
 * int[] better = decoder.beam(y, 0, 25).get(0).labels();  // the most probable labels of those that 25 prefixes lead to
 * }</pre>
 *
 * @param blank the class that stands for no label
 */
public record CtcDecoder(int blank) {

    /** Checks the class. */
    public CtcDecoder {
        if (blank < 0) {
            throw new IllegalArgumentException("CtcDecoder: the blank is class " + blank + " but must be at least 0.");
        }
    }

    /**
     * Labels and how probable they are.
     *
     * @param labels classes, never the blank
     * @param logProbability the natural logarithm of the probability of the labels, as far as their paths were followed: a
     *     lower bound, and exact if no prefix was dropped
     */
    @SuppressWarnings("ArrayRecordComponent") // Whoever decodes many sequences wants the ids, not boxes.
    public record Hypothesis(int[] labels, double logProbability) {}

    /** A decoder for a blank. */
    public static CtcDecoder of(int blank) {
        return new CtcDecoder(blank);
    }

    /**
     * The labels of the most probable path: the best class of each step, of which repetitions and blanks are left out. Of
     * classes that are equally probable the first is taken.
     *
     * @param y scores or log-probabilities [T, N, V]
     * @param n which sequence
     * @throws IllegalArgumentException if the blank is none of the V classes or a score is not a number
     */
    public int[] greedy(Sequence y, int n) {
        requireFits(y);
        CtcStream stream = CtcStream.of(blank);
        int[] labels = new int[y.length(n)];
        int count = 0;
        for (int t = 0; t < y.length(n); t++) {
            int label = stream.step(y.data(), (t * y.batchSize() + n) * y.size(), y.size());
            if (label != CtcStream.NOTHING) {
                labels[count] = label;
                count++;
            }
        }
        return Arrays.copyOf(labels, count);
    }

    /**
     * The most probable labels, by a beam search over prefixes: at each step the {@code width} most probable beginnings of
     * label sequences are kept, with the probability of all their paths together. The best of a beam that is wide enough is the
     * most probable labelling; the greedy one is the labelling of the most probable single path.
     *
     * <p>Graves, Supervised sequence labelling with recurrent neural networks, 2012, section 7.5; Hannun and others,
     * First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs, 2014.
     *
     * @param y scores or log-probabilities [T, N, V]
     * @param n which sequence
     * @param width how many prefixes are kept, at least 1
     * @return at most so many labellings, the most probable first, at least one
     * @throws IllegalArgumentException if the width is below 1, the blank is none of the V classes or a score is not finite
     */
    public List<Hypothesis> beam(Sequence y, int n, int width) {
        requireFits(y);
        if (width < 1) {
            throw new IllegalArgumentException("CtcDecoder: the beam is " + width + " wide but must keep 1 at least.");
        }
        PrefixBeam beam = new PrefixBeam(blank, width, y.size());
        for (int t = 0; t < y.length(n); t++) {
            beam.step(y.data(), (t * y.batchSize() + n) * y.size());
        }
        return beam.hypotheses();
    }

    private void requireFits(Sequence y) {
        if (blank >= y.size()) {
            throw new IllegalArgumentException("CtcDecoder: the blank is class " + blank + " but the output has "
                    + y.size() + " classes, 0 to " + (y.size() - 1) + ".");
        }
    }
}
