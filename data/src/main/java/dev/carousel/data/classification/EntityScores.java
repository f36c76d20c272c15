package dev.carousel.data.classification;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many entities a tagger finds, counted as {@code conlleval}, the program of CoNLL's shared tasks, counts them: one is found if
 * its first word, its last word and its type are right.
 *
 * <pre>{@code
 * precision    right / found         recall    right / true         F1    2 right / (found + true)
 * }</pre>
 *
 * <p>Each is 0 where nothing could be divided by. Sentences in which a tag is not known are left out.
 */
public final class EntityScores {

    /**
     * What was counted of a type, or of all.
     *
     * @param all how many there are
     * @param found how many the tagger says there are
     * @param right how many of these are
     */
    public record Counts(long all, long found, long right) {

        private static final Counts NONE = new Counts(0, 0, 0);

        /** Right ones of those found. */
        public double precision() {
            return found == 0 ? 0 : (double) right / found;
        }

        /** Right ones of those there are. */
        public double recall() {
            return all == 0 ? 0 : (double) right / all;
        }

        /** The harmonic mean of both. */
        public double f1() {
            return all + found == 0 ? 0 : 2.0 * right / (all + found);
        }

        private Counts plus(Counts other) {
            return new Counts(all + other.all, found + other.found, right + other.right);
        }
    }

    /** Tags without a type. */
    private static final Set<String> UNTYPED = Set.of("O", "B", "I", "E", "S");

    private final Map<String, Counts> byType = new TreeMap<>();
    private long sentences;

    /** Nothing counted yet. */
    public EntityScores() {}

    /**
     * Whether classes are tags of entities: O, or B, I, E or S with a hyphen and a type, and at least one of these; or O, B and maybe
     * I, E and S where entities have no type.
     */
    public static boolean areTags(List<String> classes) {
        boolean typed = classes.stream().allMatch(TagScheme.BIOES::has)
                && classes.stream().anyMatch(tag -> tag.charAt(0) != 'O');
        return typed || (UNTYPED.containsAll(classes) && classes.containsAll(List.of("B", "O")));
    }

    /**
     * The scores of the answers about some sentences.
     *
     * @param sequences with a class for each step
     * @param answers those about the sequences
     * @return none if the classes are no tags of entities, or no sentence has all its tags
     */
    public static Optional<EntityScores> of(LabelledSequences sequences, Classified answers) {
        if (!sequences.perStep() || !areTags(sequences.classes())) {
            return Optional.empty();
        }
        EntityScores scores = new EntityScores();
        for (int i = 0; i < sequences.count(); i++) {
            List<String> truth = new ArrayList<>();
            List<String> said = new ArrayList<>();
            boolean known = true;
            for (int t = 0; t < sequences.length(i); t++) {
                int label = sequences.label(i, t);
                known &= label != LabelledSequences.UNLABELLED;
                truth.add(known ? sequences.classes().get(label) : "");
                said.add(sequences.classes().get(answers.said(i, t)));
            }
            if (known) {
                scores.add(truth, said);
            }
        }
        return scores.sentences == 0 ? Optional.empty() : Optional.of(scores);
    }

    /**
     * Counts a sentence.
     *
     * @param truth the tag of each word
     * @param said what the tagger says, as many
     * @throws IllegalArgumentException if the numbers of tags differ
     */
    public void add(List<String> truth, List<String> said) {
        if (truth.size() != said.size()) {
            throw new IllegalArgumentException("EntityScores: the sentence has " + truth.size() + " true tags but "
                    + said.size() + " were said; there must be one of each for every word.");
        }
        List<Entity> all = Entity.of(truth);
        Set<Entity> there = new HashSet<>(all);
        all.forEach(entity -> count(entity, new Counts(1, 0, 0)));
        Entity.of(said).forEach(entity -> count(entity, new Counts(0, 1, there.contains(entity) ? 1 : 0)));
        sentences++;
    }

    private void count(Entity entity, Counts more) {
        byType.merge(entity.type(), more, Counts::plus);
    }

    /** Of all types together. */
    public Counts total() {
        return byType.values().stream().reduce(Counts.NONE, Counts::plus);
    }

    /** Of each type that is true or was found, in the order of their names; entities without a type are in the total alone. */
    public Map<String, Counts> byType() {
        Map<String, Counts> types = new TreeMap<>(byType);
        types.remove("");
        return types;
    }

    /** How many sentences were counted. */
    public long sentences() {
        return sentences;
    }
}
