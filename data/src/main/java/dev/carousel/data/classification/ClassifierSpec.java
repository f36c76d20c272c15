package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.data.text.TextUnits;
import dev.carousel.data.text.UnitKinds;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.data.text.WordVocabulary;
import dev.carousel.loss.CrfLoss;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.spec.NetworkSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How sequences are presented to a classifier and what its outputs mean: what a user of the weights must know apart
 * from them. An immutable value, which goes into a model file as its {@link Task} and comes back from there.
 *
 * @param perStep whether it gives a class for each step (task {@code tag}) or one for each sequence ({@code classify})
 * @param classes the names of the classes, in the order of the network's outputs
 * @param shares the share of each class in the training part, which a guess without a network would go by
 * @param scaling how numbers come to the network, where it reads vectors
 * @param units the characters, bytes or words, where it reads text; what it does not know has one id in common
 * @param decoding how the classes of steps are chosen; each by itself if it gives one for a sequence
 */
public record ClassifierSpec(
        boolean perStep,
        List<String> classes,
        List<Double> shares,
        Optional<SequenceScaling> scaling,
        Optional<TextUnits> units,
        TagDecoding decoding) {

    /** The task of a model that gives one class for a sequence. */
    public static final String CLASSIFY = "classify";

    /** The task of a model that gives a class for each step. */
    public static final String TAG = "tag";

    /** Checks that it reads one thing or the other, and that every class has its share. */
    public ClassifierSpec {
        classes = List.copyOf(classes);
        shares = List.copyOf(shares);
        if (scaling.isPresent() == units.isPresent()) {
            throw new IllegalArgumentException(
                    "A classifier reads vectors, with a scaling, or text, with what it is cut into.");
        }
        if (decoding.crf() && !perStep) {
            throw new IllegalArgumentException(
                    "A conditional random field chooses a class for each step, but the classifier gives one for a sequence.");
        }
        if (classes.isEmpty() || shares.size() != classes.size()) {
            throw new IllegalArgumentException(
                    "Expected a share for each of the classes " + classes + " but found " + shares + ".");
        }
    }

    /** Where each class is chosen by itself. */
    public ClassifierSpec(
            boolean perStep,
            List<String> classes,
            List<Double> shares,
            Optional<SequenceScaling> scaling,
            Optional<TextUnits> units) {
        this(perStep, classes, shares, scaling, units, TagDecoding.EACH);
    }

    /**
     * The same with another way of choosing tags.
     *
     * @throws DataException if a sentence of one word could have no tag
     * @throws IllegalArgumentException if it gives a class for a whole sequence
     */
    public ClassifierSpec withDecoding(TagDecoding other) {
        other.scheme().ifPresent(scheme -> scheme.requireEveryLength("The training data", classes));
        return new ClassifierSpec(perStep, classes, shares, scaling, units, other);
    }

    /** How many scores the network gives at a step: one for each class, and with a conditional random field those of transitions. */
    public int outputSize() {
        return decoding.crf() ? CrfLoss.outputSize(classes.size()) : classes.size();
    }

    /** Of vectors: fits the scaling on the training part. */
    public static ClassifierSpec fit(LabelledSequences training, SequenceScaling.Kind kind) {
        return new ClassifierSpec(
                training.perStep(),
                training.classes(),
                shares(training),
                Optional.of(SequenceScaling.fit(kind, training)),
                Optional.empty());
    }

    /** Of text. */
    public static ClassifierSpec ofText(LabelledSequences training, TextUnits units) {
        return new ClassifierSpec(
                training.perStep(), training.classes(), shares(training), Optional.empty(), Optional.of(units));
    }

    private static List<Double> shares(LabelledSequences training) {
        long[] counts = training.countsOfClasses();
        double all = Arrays.stream(counts).sum();
        return Arrays.stream(counts).mapToObj(count -> count / all).toList();
    }

    /** Whether the network reads ids rather than vectors. */
    public boolean readsIds() {
        return units.isPresent();
    }

    /** How many numbers, or kinds of id, a step has. */
    public int inputSize() {
        return scaling.map(SequenceScaling::size).orElseGet(() -> TextIds.kinds(units.orElseThrow()));
    }

    TextUnits requireUnits() {
        return units.orElseThrow(() ->
                new IllegalArgumentException("The classifier reads vectors of " + inputSize() + " numbers, not text."));
    }

    /**
     * The ids of a text, that of all unknown ones where training did not have a character or word.
     *
     * @param text of words, whole ones, each with the blank before it
     * @throws IllegalArgumentException if it reads vectors
     */
    public int[] ids(String text) {
        return perStep && requireUnits() instanceof WordVocabulary words
                ? TaggedSentences.ids(words, text)
                : TextIds.of(requireUnits(), text);
    }

    /**
     * The id of a character, that of all unknown ones where training did not have it.
     *
     * @throws IllegalArgumentException if it does not read characters
     */
    public int id(int codePoint) {
        if (requireUnits() instanceof Vocabulary characters) {
            return TextIds.id(characters, codePoint);
        }
        throw new IllegalArgumentException(
                "The classifier reads " + requireUnits().name() + "s, not single characters. Give it a text.");
    }

    /** Which class is the most frequent in the training part. */
    public int majority() {
        int best = 0;
        for (int k = 1; k < shares.size(); k++) {
            best = shares.get(k) > shares.get(best) ? k : best;
        }
        return best;
    }

    /**
     * Batches of sequences as the network reads them.
     *
     * @param batchSize the most sequences of a batch
     * @throws DataException if the sequences have other dimensions than those that it was fitted on
     */
    public LengthBatches batches(LabelledSequences sequences, int batchSize) {
        requireFits(sequences);
        return scaling.map(fitted -> LengthBatches.of(sequences, fitted, batchSize))
                .orElseGet(() -> LengthBatches.ofIds(sequences, batchSize));
    }

    private void requireFits(LabelledSequences sequences) {
        String name = sequences.source().name();
        if (sequences.readsIds() != readsIds()) {
            throw new DataException(name + ": the model reads " + (readsIds() ? "text" : "numbers") + " but this holds "
                    + (readsIds() ? "numbers" : "text") + ". Is it the file of another model?");
        }
        int found = readsIds() ? sequences.kinds() : sequences.size();
        if (found != inputSize()) {
            throw new DataException(name + ": the model reads " + inputSize() + " dimensions but the sequences have "
                    + found + " " + sequences.columns() + ". Was it trained on another problem?");
        }
        if (sequences.perStep() != perStep) {
            throw new DataException(name + ": the model gives a class for each " + (perStep ? "step" : "sequence")
                    + " but the labels are one for each " + (perStep ? "sequence" : "step") + ".");
        }
    }

    /** What a model file says about it. */
    public Task task() {
        Task task = Task.of(perStep ? TAG : CLASSIFY)
                .withTexts("classes", classes)
                .withNumbers(
                        "shares",
                        shares.stream().mapToDouble(Double::doubleValue).toArray());
        Task decoded = decoding.addTo(task);
        if (units.isPresent()) {
            return units.get().addTo(decoded);
        }
        return scaling.orElseThrow().addTo(decoded);
    }

    /**
     * What a model file says.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task, or something is missing
     * @throws DataException if the description and the network do not fit each other
     */
    public static ClassifierSpec of(Model model) {
        boolean perStep = model.task().kind().equals(TAG);
        Task task = model.requireTask(perStep ? TAG : CLASSIFY).task();
        List<String> classes = task.texts("classes");
        List<Double> shares = Arrays.stream(task.numbers("shares")).boxed().toList();
        ClassifierSpec spec;
        try {
            boolean text = task.has(UnitKinds.VOCABULARY) || task.has(UnitKinds.UNITS);
            spec = new ClassifierSpec(
                    perStep,
                    classes,
                    shares,
                    text ? Optional.empty() : Optional.of(SequenceScaling.of(task)),
                    text ? Optional.of(TextUnits.of(task)) : Optional.empty(),
                    TagDecoding.of(task));
            spec.decoding.scheme().ifPresent(scheme -> scheme.requireEveryLength(model.name(), classes));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    model.name() + ": the model's description of its classes makes no sense. " + e.getMessage(), e);
        }
        spec.requireFits(model.name(), model.spec());
        return spec;
    }

    private void requireFits(String name, NetworkSpec network) {
        if (network.readsIds() != readsIds()
                || network.inputSize() != inputSize()
                || network.outputSize() != outputSize()) {
            throw new DataException(name + ": expected a network that reads " + inputSize()
                    + (readsIds() ? " ids" : " numbers")
                    + " a step and gives " + outputSize() + " scores, but found one that reads " + network.inputSize()
                    + (network.readsIds() ? " ids" : " numbers") + " and gives " + network.outputSize()
                    + ". Was the file put together from two models?");
        }
    }
}
