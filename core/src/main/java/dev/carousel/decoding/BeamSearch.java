package dev.carousel.decoding;

import dev.carousel.network.EncoderDecoderTape;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes the outputs of an {@link dev.carousel.spec.EncoderDecoder}: the most probable ones, as far as a beam of limited width finds
 * them. An immutable value, which many threads may share.
 *
 * <pre>{@code
 * score(y) = ln p(y | x) / L^power                     L, the ids of y and its end
 * }</pre>
 *
 * <p>At each step the most probable continuations of what is being written are kept, {@code width} less those that have ended. Of
 * the longer of two outputs the logarithm is a sum of more terms, each below 0, so that without a power the shorter is favoured;
 * with 1 it is the mean that counts. With width 1 the search is greedy: the best id of each step.
 *
 * <p>Sources: Sutskever, Vinyals and Le (2014), section 3.2; for the length, Wu and others, "Google's neural machine translation
 * system" (2016), section 7, in the simpler form that most programs have.
 *
 * @param width how many are kept, at least 1
 * @param power of the length, 0 for none
 * @param mostSteps how many ids an output may have, without its end; at least 1
 */
public record BeamSearch(int width, double power, int mostSteps) {

    /**
     * An output.
     *
     * @param ids what was written, without its end
     * @param logProbability ln p of the ids, and of the end as well if there is one
     * @param ended whether it ended by itself, and not because it had the most steps
     * @param attention where the decoder looked when it wrote each id, and last the end if there is one: a share for each step of the
     *     input; empty arrays without attention
     */
    @SuppressWarnings("ArrayRecordComponent") // Whoever writes many outputs wants the ids, not boxes.
    public record Written(int[] ids, double logProbability, boolean ended, float[][] attention) {}

    /** An output that is being written, up to one of its ids. */
    private static final class Node {

        private final Node before;
        private final int id;
        private final double logProbability;
        private final float[] attention;
        private final int length;

        /** Nothing yet. */
        Node() {
            this.before = this;
            this.id = END;
            this.logProbability = 0;
            this.attention = NOWHERE;
            this.length = 0;
        }

        Node(Node before, int id, double logProbability, float[] attention) {
            this.before = before;
            this.id = id;
            this.logProbability = logProbability;
            this.attention = attention;
            this.length = before.length + 1;
        }

        double score(double power) {
            return logProbability / Math.pow(length, power);
        }

        Written written() {
            boolean ended = id == END;
            int[] ids = new int[ended ? length - 1 : length];
            float[][] looked = new float[length][];
            for (Node node = this; node.length > 0; node = node.before) {
                if (node.length <= ids.length) {
                    ids[node.length - 1] = node.id;
                }
                looked[node.length - 1] = node.attention;
            }
            return new Written(ids, logProbability, ended, looked);
        }
    }

    /** What may come next of an output that is being written. */
    private record Candidate(int row, Node before, int id, double logProbability) {}

    /** The outputs of one input. */
    private static final class Beam {
        private List<Node> active = List.of(new Node());
        private final List<Node> ended = new ArrayList<>();
    }

    private static final int END = 0;
    private static final float[] NOWHERE = {};

    /** Checks the numbers. */
    public BeamSearch {
        if (width < 1 || mostSteps < 1 || !(power >= 0 && power < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "BeamSearch: the width is " + width + ", the power of the length " + power
                            + " and the most steps " + mostSteps
                            + "; width and steps must be at least 1, and the power a number of at least 0.");
        }
    }

    /** The best id of each step. */
    public static BeamSearch greedy(int mostSteps) {
        return new BeamSearch(1, 0, mostSteps);
    }

    /**
     * Writes outputs for inputs.
     *
     * @param tape what writes
     * @param inputs ids [S, N]
     * @return for each of the N inputs at most {@code width} outputs, no two of the same ids, the best first, at least one; those
     *     that ended by themselves before others, each of which has {@code mostSteps} ids
     * @throws IllegalArgumentException if an input is empty, an id is unknown, or a score is not finite
     */
    public List<List<Written>> search(EncoderDecoderTape tape, Tokens inputs) {
        State state = tape.read(inputs);
        List<Beam> beams = new ArrayList<>();
        for (int n = 0; n < inputs.batchSize(); n++) {
            beams.add(new Beam());
        }
        int rows = beams.size();
        for (int step = 0; step <= mostSteps && rows > 0; step++) {
            int[] ids = new int[rows];
            int[] sources = new int[rows];
            int row = 0;
            for (int n = 0; n < beams.size(); n++) {
                for (Node node : beams.get(n).active) {
                    ids[row] = node.id;
                    sources[row] = n;
                    row++;
                }
            }
            Sequence scores = tape.write(Tokens.of(ids, 1, rows), sources, state);
            List<Integer> from = new ArrayList<>();
            row = 0;
            for (Beam beam : beams) {
                int first = row;
                row += beam.active.size();
                List<Candidate> candidates = candidates(beam, scores, first);
                if (step < mostSteps) {
                    continueBest(beam, candidates, tape, from);
                } else {
                    endBest(beam, candidates, tape);
                }
            }
            rows = from.size();
            state = picked(tape, state, from);
        }
        return beams.stream().map(this::best).toList();
    }

    /** The states of those that go on. */
    private static State picked(EncoderDecoderTape tape, State state, List<Integer> from) {
        State next = tape.freshState(from.size());
        int[] to = new int[from.size()];
        Arrays.setAll(to, i -> i);
        next.copyFrom(to, state, from.stream().mapToInt(Integer::intValue).toArray(), to.length);
        return next;
    }

    private List<Candidate> candidates(Beam beam, Sequence scores, int firstRow) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < beam.active.size(); i++) {
            addBest(candidates, beam.active.get(i), scores, firstRow + i);
        }
        // The sort is stable: of equally probable ones the earlier stays.
        candidates.sort(Comparator.comparingDouble(Candidate::logProbability).reversed());
        return candidates;
    }

    /** Of one output no more than the best {@code width} can go on. */
    private void addBest(List<Candidate> candidates, Node node, Sequence scores, int row) {
        int V = scores.size();
        float[] y = scores.data();
        int at = row * V;
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < V; k++) {
            max = Math.max(max, y[at + k]);
        }
        double sum = 0;
        for (int k = 0; k < V; k++) {
            sum += Math.exp(y[at + k] - max);
        }
        if (!(sum < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "BeamSearch: a score is not finite. Has the network diverged in training?");
        }
        double logSum = max + Math.log(sum);
        boolean[] taken = new boolean[V];
        for (int i = 0; i < Math.min(width, V); i++) {
            int best = -1;
            for (int k = 0; k < V; k++) {
                if (!taken[k] && (best < 0 || y[at + k] > y[at + best])) {
                    best = k;
                }
            }
            taken[best] = true;
            candidates.add(new Candidate(row, node, best, node.logProbability + (y[at + best] - logSum)));
        }
    }

    private void continueBest(Beam beam, List<Candidate> candidates, EncoderDecoderTape tape, List<Integer> from) {
        int room = width - beam.ended.size();
        List<Node> active = new ArrayList<>();
        for (Candidate candidate : candidates.subList(0, Math.min(room, candidates.size()))) {
            float[] looked = tape.attention(candidate.row());
            Node node = new Node(candidate.before(), candidate.id(), candidate.logProbability(), looked);
            if (candidate.id() == END) {
                beam.ended.add(node);
            } else {
                active.add(node);
                from.add(candidate.row());
            }
        }
        beam.active = active;
    }

    /** After the most steps: those whose end is among the best continuations end, and the others stay as they are. */
    private void endBest(Beam beam, List<Candidate> candidates, EncoderDecoderTape tape) {
        int room = width - beam.ended.size();
        List<Node> unended = new ArrayList<>(beam.active);
        for (Candidate candidate : candidates.subList(0, Math.min(room, candidates.size()))) {
            if (candidate.id() == END) {
                beam.ended.add(
                        new Node(candidate.before(), END, candidate.logProbability(), tape.attention(candidate.row())));
                unended.remove(candidate.before());
            }
        }
        beam.active = unended;
    }

    private List<Written> best(Beam beam) {
        Comparator<Node> byScore =
                Comparator.comparingDouble((Node node) -> node.score(power)).reversed();
        List<Written> best = new ArrayList<>();
        beam.ended.stream().sorted(byScore).forEach(node -> best.add(node.written()));
        beam.active.stream().sorted(byScore).forEach(node -> best.add(node.written()));
        return best;
    }
}
