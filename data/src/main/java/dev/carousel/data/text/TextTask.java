package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.train.Windows;
import dev.carousel.train.Windows.Tail;
import java.util.Optional;

/**
 * What a model file of a text model says about its task: what it reads, what it was trained on and how it is judged.
 *
 * <pre>{@code
 * TextData text = TextFiles.read(List.of(Path.of("shakespeare.txt"))).with(TextTask.units(model));
 * TextData.Part judged = TextTask.heldOut(model, text).orElse(text.whole());
 * Windows windows = TextTask.windows(model, judged);
 * Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), team).meanLoss(windows);     // as carousel evaluate does
 * }</pre>
 */
public final class TextTask {

    /** The kind of a text model. */
    public static final String KIND = "text";

    private static final String STREAMS = "streams";
    private static final String TRAINING_SHARE = "training_share";

    /** The state goes from window to window, so that their length changes nothing. */
    private static final int WINDOW = 50;

    private TextTask() {}

    /**
     * The task of a text model.
     *
     * @param trainingShare the first part of the text, which it was trained on; 1 where nothing was held out
     * @param streams in how many streams the rest was read to judge it
     */
    public static Task of(TextUnits units, double trainingShare, int streams) {
        return units.addTo(Task.of(KIND)).with(TRAINING_SHARE, trainingShare).with(STREAMS, streams);
    }

    /**
     * What a text model reads and writes.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task
     * @throws DataException if its units and its network do not fit each other
     */
    public static TextUnits units(Model model) {
        TextUnits units = TextUnits.of(model.requireTask(KIND).task());
        int size = units.size();
        if (!model.spec().readsIds()
                || model.spec().inputSize() != size
                || model.spec().outputSize() != size) {
            throw new DataException(model.name() + ": expected a network that reads and gives " + size + " "
                    + units.name() + "s, as the vocabulary has, but found one that reads "
                    + model.spec().inputSize() + (model.spec().readsIds() ? " kinds of id" : " numbers")
                    + " and gives " + model.spec().outputSize()
                    + " numbers. Was the file put together from two models?");
        }
        return units;
    }

    /**
     * The part of a model's text that was held out of its training.
     *
     * @param text the text that it was trained on
     * @return empty for a model that was trained on the whole text
     */
    public static Optional<TextData.Part> heldOut(Model model, TextData text) {
        double share = trainingShare(model);
        return share == 1 ? Optional.empty() : Optional.of(text.heldOut(share));
    }

    /** The first part of its text, which a model was trained on, as a share; 1 where nothing was held out. */
    public static double trainingShare(Model model) {
        return model.task().number(TRAINING_SHARE);
    }

    /**
     * In how many streams a text is read to judge a model.
     *
     * @throws DataException if the model says none
     */
    public static int streams(Model model) {
        int streams = model.task().integer(STREAMS);
        if (streams < 1) {
            throw new DataException(
                    model.name() + ": expected at least 1 stream of text but the model says " + streams + ".");
        }
        return streams;
    }

    /**
     * The windows on which a model is judged: as many streams as in training, the rest of the text in the last one.
     *
     * @throws DataException if the part is too short for the streams, or the model says none
     */
    public static Windows windows(Model model, TextData.Part part) {
        return part.windows(streams(model), WINDOW, Tail.KEEP);
    }
}
