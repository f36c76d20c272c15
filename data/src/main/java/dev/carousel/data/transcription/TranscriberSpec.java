package dev.carousel.data.transcription;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.LengthBatches;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.loss.CtcLoss;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How sequences come to a transcriber and what its outputs mean. An immutable value, which goes into a model file as its
 * {@link Task} and comes back from there.
 *
 * <p>The network has a score for each label of the alphabet at each step, that of the blank first, as
 * {@link CtcLoss#CtcLoss()} wants them.
 *
 * @param alphabet what it writes in
 * @param scaling how numbers come to the network
 * @param beam how many beginnings of a text are followed in reading its outputs; 1 takes the best label of each step
 */
public record TranscriberSpec(Alphabet alphabet, SequenceScaling scaling, int beam) {

    /** The task of such a model. */
    public static final String KIND = "transcribe";

    /** The name of the blank among the labels of a step. */
    private static final String NONE = "";

    /** Checks the beam. */
    public TranscriberSpec {
        if (beam < 1) {
            throw new IllegalArgumentException("The beam is " + beam + " wide but must be at least 1.");
        }
    }

    /** Fits alphabet and scaling on the training part, whose classes are texts. */
    public static TranscriberSpec fit(
            LabelledSequences training, Alphabet.By by, SequenceScaling.Kind scaling, int beam) {
        return fit(training, training, by, scaling, beam);
    }

    /**
     * Fits the scaling on the training part, and takes the alphabet from all texts, so that one in the held-out part can have a
     * character that none of the training part has. Nothing else of the held-out part is looked at.
     *
     * @param all the training part and what is held out; their classes are texts
     */
    public static TranscriberSpec fit(
            LabelledSequences all, LabelledSequences training, Alphabet.By by, SequenceScaling.Kind scaling, int beam) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < all.count(); i++) {
            texts.add(text(all, i));
        }
        return new TranscriberSpec(Alphabet.of(texts, by), SequenceScaling.fit(scaling, training), beam);
    }

    /** The text of a sequence. */
    public static String text(LabelledSequences sequences, int i) {
        return sequences.classes().get(sequences.label(i, 0));
    }

    /**
     * The labels of a sequence's text.
     *
     * @throws DataException with the sequence's place, if something in it is not of the alphabet
     */
    public int[] labels(LabelledSequences sequences, int i) {
        try {
            return alphabet.encode(text(sequences, i));
        } catch (DataException e) {
            throw new DataException(e.kind(), sequences.place(i) + ": " + e.getMessage(), e);
        }
    }

    /** Which sequences have fewer steps than their text needs, so that nothing can be learned of them. */
    public int[] unfit(LabelledSequences sequences) {
        return IntStream.range(0, sequences.count())
                .filter(i -> stepsNeeded(labels(sequences, i)) > sequences.length(i))
                .toArray();
    }

    /** How many steps a text needs. */
    static int stepsNeeded(int[] labels) {
        return CtcLoss.stepsNeeded(Tokens.ofBatchFirst(new int[][] {labels}), 0);
    }

    /**
     * Checks that every text fits into its sequence.
     *
     * @throws DataException with the place of the first that does not
     */
    public void requireFits(LabelledSequences sequences) {
        int[] unfit = unfit(sequences);
        if (unfit.length > 0) {
            int i = unfit[0];
            int[] labels = labels(sequences, i);
            throw new DataException(sequences.place(i) + ": the text has " + labels.length + " labels, which need "
                    + stepsNeeded(labels) + " steps (one each, and one between equal neighbours), but the sequence has "
                    + sequences.length(i)
                    + (unfit.length == 1 ? "" : "; so do " + (unfit.length - 1) + " more")
                    + ". Is the text that of another sequence?");
        }
    }

    /** The network's outputs as classes of steps, the blank the first, with the name "". */
    public ClassifierSpec steps() {
        List<String> names = new ArrayList<>(List.of(NONE));
        names.addAll(alphabet.units());
        List<Double> shares = Collections.nCopies(names.size(), 1.0 / names.size());
        return new ClassifierSpec(true, names, shares, Optional.of(scaling), Optional.empty());
    }

    /**
     * Batches of sequences alone.
     *
     * @throws DataException if they have other dimensions than those that the scaling was fitted on
     */
    LengthBatches inputs(LabelledSequences sequences, int batchSize) {
        if (sequences.readsIds() || sequences.size() != scaling.size()) {
            throw new DataException(sequences.source().name() + ": the model reads " + scaling.size()
                    + " numbers a step but this holds "
                    + (sequences.readsIds() ? "text" : String.valueOf(sequences.size()))
                    + ". Is it the file of another model?");
        }
        return LengthBatches.of(sequences, scaling, batchSize);
    }

    /** Batches of sequences and the labels of their texts. */
    public TranscriptBatches batches(LabelledSequences sequences, int batchSize) {
        return TranscriptBatches.of(sequences, this, batchSize);
    }

    /** What a model file says. */
    public Task task() {
        return scaling.addTo(Task.of(KIND)
                .withTexts("alphabet", alphabet.units())
                .with("units", alphabet.by().name().toLowerCase(Locale.ROOT))
                .with("beam", beam));
    }

    /**
     * Back from a model file.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task, or something is missing
     * @throws DataException if the description makes no sense or does not fit the network
     */
    public static TranscriberSpec of(Model model) {
        Task task = model.requireTask(KIND).task();
        TranscriberSpec spec;
        try {
            Alphabet.By by = Alphabet.By.valueOf(task.text("units").toUpperCase(Locale.ROOT));
            spec = new TranscriberSpec(
                    new Alphabet(task.texts("alphabet"), by), SequenceScaling.of(task), task.integer("beam"));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    model.name() + ": the model's description of its texts makes no sense. " + e.getMessage(), e);
        }
        NetworkSpec network = model.spec();
        if (network.readsIds()
                || network.inputSize() != spec.scaling.size()
                || network.outputSize() != spec.alphabet.size()) {
            throw new DataException(model.name() + ": expected a network that reads " + spec.scaling.size()
                    + " numbers a step and gives " + spec.alphabet.size() + " scores, but found one that reads "
                    + network.inputSize() + (network.readsIds() ? " ids" : " numbers") + " and gives "
                    + network.outputSize() + ". Was the file put together from two models?");
        }
        return spec;
    }
}
