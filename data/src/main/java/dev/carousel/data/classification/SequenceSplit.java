package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.file.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Which sequences are for training and which are held out.
 *
 * <pre>{@code
 * SequenceSplit split = SequenceSplit.stratified(sequences, 0.2, 1);
 * LabelledSequences training = sequences.select(split.training());
 * LabelledSequences heldOut = sequences.select(split.heldOut());
 * }</pre>
 *
 * @param training places of sequences, in order
 * @param heldOut all others, in order
 */
// Arrays, because they are handed on to select; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
public record SequenceSplit(int[] training, int[] heldOut) {

    /**
     * Holds out a share at random, of each class as nearly the same share as whole sequences allow; a class of one sequence
     * stays with the training part. Where each step has a class, sequences are drawn whatever they hold.
     *
     * @param share from above 0 to below 1
     * @param seed decides which; the same seed on the same sequences gives the same split
     * @throws DataException if a part would be empty
     */
    public static SequenceSplit stratified(LabelledSequences sequences, double share, long seed) {
        requireShare(share);
        RandomGenerator random = new SplittableRandom(seed);
        boolean[] held = new boolean[sequences.count()];
        for (int[] members : classes(sequences)) {
            shuffle(members, random);
            int most = members.length - 1;
            int wanted = (int) Math.round(share * members.length);
            for (int i = 0; i < Math.min(Math.max(wanted, Math.min(1, most)), most); i++) {
                held[members[i]] = true;
            }
        }
        return of(sequences, held, share);
    }

    /**
     * Holds out whole groups at random, such as all sequences of a person, until they have the share.
     *
     * @param groups the group of each sequence
     * @param share from above 0 to below 1
     * @param seed decides which
     * @throws DataException if a part would be empty
     */
    public static SequenceSplit byGroup(LabelledSequences sequences, List<String> groups, double share, long seed) {
        requireShare(share);
        if (groups.size() != sequences.count()) {
            throw new IllegalArgumentException("Expected a group for each of " + sequences.count()
                    + " sequences but found " + groups.size() + ".");
        }
        Map<String, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            members.computeIfAbsent(groups.get(i), group -> new ArrayList<>()).add(i);
        }
        if (members.size() == 1) {
            throw new DataException(
                    sequences.source().name() + ": all sequences are of the group '" + Numbers.shortened(groups.get(0))
                            + "', so that none can be held out apart. Is it the right column?");
        }
        List<List<Integer>> all = new ArrayList<>(members.values());
        int[] order = inOrder(all.size());
        shuffle(order, new SplittableRandom(seed));
        boolean[] held = new boolean[sequences.count()];
        int count = 0;
        for (int i = 0; i < order.length - 1 && count < Math.round(share * sequences.count()); i++) {
            for (int member : all.get(order[i])) {
                held[member] = true;
                count++;
            }
        }
        return of(sequences, held, share);
    }

    /**
     * Cuts into k parts of as nearly equal classes as whole sequences allow, each held out once: cross-validation.
     *
     * @param k how many, at least 2
     * @throws DataException if there are fewer sequences
     */
    public static List<SequenceSplit> folds(LabelledSequences sequences, int k, long seed) {
        if (k < 2 || k > sequences.count()) {
            throw new DataException(sequences.source().name() + ": " + sequences.count()
                    + " sequences can be cut into 2 to " + sequences.count() + " parts, not " + k + ".");
        }
        RandomGenerator random = new SplittableRandom(seed);
        int[] fold = new int[sequences.count()];
        int next = 0;
        for (int[] members : classes(sequences)) {
            shuffle(members, random);
            for (int member : members) {
                fold[member] = next++ % k;
            }
        }
        List<SequenceSplit> splits = new ArrayList<>();
        for (int f = 0; f < k; f++) {
            boolean[] held = new boolean[fold.length];
            for (int i = 0; i < fold.length; i++) {
                held[i] = fold[i] == f;
            }
            splits.add(of(sequences, held, 1.0 / k));
        }
        return splits;
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share < 1)) {
            throw new DataException("The share that is held out must lie between 0 and 1 but is " + share + ".");
        }
    }

    /** The sequences of each class; all in one where each step has its own. */
    private static List<int[]> classes(LabelledSequences sequences) {
        if (sequences.perStep()) {
            return List.of(inOrder(sequences.count()));
        }
        List<int[]> classes = new ArrayList<>();
        for (int k = 0; k < sequences.classes().size(); k++) {
            int label = k;
            classes.add(Arrays.stream(inOrder(sequences.count()))
                    .filter(i -> sequences.label(i, 0) == label)
                    .toArray());
        }
        return classes;
    }

    private static int[] inOrder(int count) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        return order;
    }

    private static void shuffle(int[] places, RandomGenerator random) {
        for (int i = places.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = places[i];
            places[i] = places[j];
            places[j] = swapped;
        }
    }

    private static SequenceSplit of(LabelledSequences sequences, boolean[] held, double share) {
        int[] all = inOrder(held.length);
        int[] training = Arrays.stream(all).filter(i -> !held[i]).toArray();
        int[] heldOut = Arrays.stream(all).filter(i -> held[i]).toArray();
        if (training.length == 0 || heldOut.length == 0) {
            throw new DataException(sequences.source().name() + ": holding out " + share + " of " + held.length
                    + " sequences leaves " + training.length + " for training and " + heldOut.length
                    + " held out, but both need some. Take more sequences or another share.");
        }
        return new SequenceSplit(training, heldOut);
    }
}
