package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.Spelling;
import dev.carousel.data.file.Numbers;
import dev.carousel.model.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequences, each with the class it belongs to, or with one for each of its steps; of vectors of numbers or of ids.
 *
 * <pre>{@code
 * LabelledSequences motions = TimeSeriesFile.read(Path.of("BasicMotions_TRAIN.ts"));
 * motions.size();                       // 40 sequences
 * motions.classes();                    // [Standing, Running, Walking, Badminton]
 * motions.classes().get(motions.label(0, 0));
 * }</pre>
 *
 * <p>Numbers may be missing: they are NaN, and {@link SequenceScaling} says how they are handled. Sequences may differ
 * in length, and each remembers where it stood, so that messages and reports can name it. Immutable but for the arrays,
 * which are not copied and must only be read.
 */
public final class LabelledSequences {

    /** The label of a sequence or step whose class is not known. */
    public static final int UNLABELLED = -1;

    /**
     * One sequence.
     *
     * @param name what its user calls it: a number, an id, a file
     * @param place where it stands, for messages: {@code train.ts, line 14}
     * @param values T x D numbers, step by step; empty where steps are ids
     * @param ids T ids; empty where steps are vectors
     * @param labels the class of the sequence, or one for each step
     * @param group whom it is of, such as a person; empty where nothing is said
     */
    record Item(String name, String place, float[] values, int[] ids, int[] labels, String group) {

        Item(String name, String place, float[] values, int[] ids, int[] labels) {
            this(name, place, values, ids, labels, "");
        }
    }

    private final Provenance.Data source;
    private final List<String> columns;
    private final int kinds;
    private final boolean perStep;
    private final List<String> classes;
    private final List<Item> items;

    private LabelledSequences(
            Provenance.Data source,
            List<String> columns,
            int kinds,
            boolean perStep,
            List<String> classes,
            List<Item> items) {
        this.source = source;
        this.columns = List.copyOf(columns);
        this.kinds = kinds;
        this.perStep = perStep;
        this.classes = List.copyOf(classes);
        this.items = List.copyOf(items);
    }

    /** Sequences of vectors with a number for each column. */
    static LabelledSequences ofVectors(
            Provenance.Data source, List<String> columns, boolean perStep, List<String> classes, List<Item> items) {
        return new LabelledSequences(source, columns, 0, perStep, classes, items).checked();
    }

    /** Sequences of ids, 0 to {@code kinds - 1}. */
    static LabelledSequences ofIds(
            Provenance.Data source, int kinds, boolean perStep, List<String> classes, List<Item> items) {
        return new LabelledSequences(source, List.of(), kinds, perStep, classes, items).checked();
    }

    /**
     * Sequences from arrays.
     *
     * @param name what messages call them
     * @param values for each sequence its T x D numbers, step by step; T may differ; NaN where one is missing
     * @param size D
     * @param labels for each sequence its class, or one for each step
     * @param classes the names of the classes
     * @throws DataException if there is no sequence, one has no step, or labels do not fit
     */
    public static LabelledSequences of(String name, float[][] values, int size, int[][] labels, List<String> classes) {
        if (values.length != labels.length || size < 1) {
            throw new DataException(name + ": expected sequences of " + size + " numbers a step with labels for each,"
                    + " but found " + values.length + " sequences and labels for " + labels.length + ".");
        }
        List<String> columns = new ArrayList<>();
        for (int d = 1; d <= size; d++) {
            columns.add("dimension " + d);
        }
        boolean perStep = false;
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            items.add(
                    new Item(String.valueOf(i + 1), name + ", sequence " + (i + 1), values[i], new int[0], labels[i]));
            perStep |= labels[i].length != 1;
        }
        return ofVectors(Provenance.Data.of(name, new byte[0]), columns, perStep, classes, items);
    }

    private LabelledSequences checked() {
        if (items.isEmpty()) {
            throw new DataException(source.name() + ": expected sequences but found none.");
        }
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (length(i) == 0) {
                throw new DataException(item.place + ": the sequence has no step. Leave it out.");
            }
            if (!readsIds() && item.values.length % size() != 0) {
                throw new DataException(item.place + ": expected " + size() + " numbers a step but found "
                        + item.values.length + " numbers.");
            }
            for (float value : item.values) {
                if (Float.isInfinite(value)) {
                    throw new DataException(item.place + ": expected finite numbers but found " + value
                            + ". Was there a division by zero?");
                }
            }
            int expected = perStep ? length(i) : 1;
            if (item.labels.length != expected) {
                throw new DataException(item.place + ": expected " + expected + " labels, "
                        + (perStep ? "one for each step" : "one for the sequence") + ", but found "
                        + item.labels.length + ".");
            }
            for (int label : item.labels) {
                if (label < UNLABELLED || label >= classes.size()) {
                    throw new DataException(item.place + ": expected a class from 0 to " + (classes.size() - 1)
                            + " but found " + label + ".");
                }
            }
        }
        return this;
    }

    /** What was read: a file, a folder, or arrays, which count as no bytes. */
    public Provenance.Data source() {
        return source;
    }

    /** The same as read from a file, by which messages and a model name it. */
    public LabelledSequences withSource(Provenance.Data other) {
        return new LabelledSequences(other, columns, kinds, perStep, classes, items);
    }

    /** The names of the numbers of a step, in order; none where steps are ids. */
    public List<String> columns() {
        return columns;
    }

    /** D, how many numbers a step has; 0 where steps are ids. */
    public int size() {
        return columns.size();
    }

    /** Whether steps are ids rather than vectors. */
    public boolean readsIds() {
        return kinds > 0;
    }

    /** How many kinds of id there are; 0 where steps are vectors. */
    public int kinds() {
        return kinds;
    }

    /** Whether each step has its own class, rather than each sequence. */
    public boolean perStep() {
        return perStep;
    }

    /** The names of the classes; a label is a place in this list. */
    public List<String> classes() {
        return classes;
    }

    /** How many sequences there are, at least 1. */
    public int count() {
        return items.size();
    }

    /** The number of steps of one sequence, at least 1. */
    public int length(int i) {
        Item item = items.get(i);
        return readsIds() ? item.ids.length : item.values.length / size();
    }

    /** The steps of the longest sequence. */
    public int longest() {
        int longest = 0;
        for (int i = 0; i < count(); i++) {
            longest = Math.max(longest, length(i));
        }
        return longest;
    }

    /** The steps of all sequences together. */
    public long steps() {
        long steps = 0;
        for (int i = 0; i < count(); i++) {
            steps += length(i);
        }
        return steps;
    }

    /** The T x D numbers of one sequence, step by step, not a copy; NaN where one is missing. */
    public float[] values(int i) {
        return items.get(i).values;
    }

    /** The T ids of one sequence, not a copy. */
    public int[] ids(int i) {
        return items.get(i).ids;
    }

    /** The class of a sequence, whatever the step, or of one of its steps; {@link #UNLABELLED} where it is not known. */
    public int label(int i, int step) {
        return items.get(i).labels[perStep ? step : 0];
    }

    /** What its user calls a sequence: its number in the file, its id, its file. */
    public String name(int i) {
        return items.get(i).name;
    }

    /** Where a sequence stands, for messages and reports. */
    public String place(int i) {
        return items.get(i).place;
    }

    /** The group of each sequence, such as a person, for {@link SequenceSplit#byGroup}; empty where the file says none. */
    public List<String> groups() {
        List<String> groups = items.stream().map(Item::group).toList();
        return groups.stream().allMatch(String::isEmpty) ? List.of() : groups;
    }

    /** How many numbers are missing. */
    public long missing() {
        long missing = 0;
        for (Item item : items) {
            for (float value : item.values) {
                missing += Float.isNaN(value) ? 1 : 0;
            }
        }
        return missing;
    }

    /** How many sequences, or steps where each has its own class, belong to each class. */
    public long[] countsOfClasses() {
        long[] counts = new long[classes.size()];
        for (Item item : items) {
            for (int label : item.labels) {
                if (label != UNLABELLED) {
                    counts[label]++;
                }
            }
        }
        return counts;
    }

    /**
     * Some of the sequences, in this order.
     *
     * @param which places of sequences
     * @throws DataException if there are none
     */
    public LabelledSequences select(int... which) {
        List<Item> some = Arrays.stream(which).mapToObj(items::get).toList();
        return new LabelledSequences(source, columns, kinds, perStep, classes, some).checked();
    }

    /**
     * The same with the classes in the order of others, as a model has learned them.
     *
     * @param learned the classes of the model
     * @throws DataException if a sequence has a class that is not among them, with its place
     */
    public LabelledSequences withClasses(List<String> learned) {
        if (learned.equals(classes)) {
            return this;
        }
        Map<String, Integer> places = new HashMap<>();
        for (int k = 0; k < learned.size(); k++) {
            places.put(learned.get(k), k);
        }
        List<Item> same = new ArrayList<>();
        for (Item item : items) {
            int[] labels = new int[item.labels.length];
            for (int t = 0; t < labels.length; t++) {
                if (item.labels[t] == UNLABELLED) {
                    labels[t] = UNLABELLED;
                    continue;
                }
                String name = classes.get(item.labels[t]);
                Integer place = places.get(name);
                if (place == null) {
                    throw unknown(item.place + (perStep ? ", step " + (t + 1) : ""), name, learned);
                }
                labels[t] = place;
            }
            same.add(new Item(item.name, item.place, item.values, item.ids, labels, item.group));
        }
        return new LabelledSequences(source, columns, kinds, perStep, learned, same);
    }

    /** The same without labels, to be classified. */
    public LabelledSequences withoutLabels() {
        List<Item> plain = new ArrayList<>();
        for (Item item : items) {
            int[] none = new int[item.labels.length];
            Arrays.fill(none, UNLABELLED);
            plain.add(new Item(item.name, item.place, item.values, item.ids, none, item.group));
        }
        return new LabelledSequences(source, columns, kinds, perStep, classes, plain);
    }

    /** The same in one class, whatever they are, so that a part can be drawn of all alike. */
    public LabelledSequences inOneClass() {
        List<Item> alike = items.stream()
                .map(item -> new Item(item.name, item.place, item.values, item.ids, new int[1], item.group))
                .toList();
        return new LabelledSequences(source, columns, kinds, false, List.of("all"), alike);
    }

    /** The error of a class that is not among those known. */
    static DataException unknown(String place, String name, List<String> learned) {
        return new DataException(place + ": the label '" + Numbers.shortened(name) + "' is none of the "
                + learned.size() + " classes that the training data has: "
                + (learned.size() <= 20 ? learned : learned.subList(0, 20) + " and so on") + "."
                + Spelling.nearest(name, learned)
                        .map(near -> " Is '" + near + "' meant?")
                        .orElse(" Train with it, or leave it out."));
    }

    /**
     * Checks that every class has a sequence: a network cannot learn what it is never shown.
     *
     * @throws DataException naming those that have none
     */
    public LabelledSequences requireEveryClass() {
        if (classes.size() < 2) {
            throw new DataException(source.name() + ": expected at least 2 classes but found " + classes
                    + ". With one there is nothing to tell apart.");
        }
        long[] counts = countsOfClasses();
        List<String> empty = new ArrayList<>();
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] == 0) {
                empty.add(classes.get(k));
            }
        }
        if (!empty.isEmpty()) {
            throw new DataException(source.name() + ": the classes " + empty + " are named but have no sequence, so"
                    + " nothing could be learned of them. Add some, or take the names out.");
        }
        return this;
    }

    @Override
    public String toString() {
        return "LabelledSequences[" + source.name() + ", " + count() + " of up to " + longest() + " steps, "
                + classes.size() + " classes]";
    }
}
