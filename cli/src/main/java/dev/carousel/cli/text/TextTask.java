package dev.carousel.cli.text;

import dev.carousel.cli.command.NetworkSummary;
import dev.carousel.data.DataException;
import dev.carousel.data.text.TextUnits;
import dev.carousel.model.Model;
import dev.carousel.model.Task;

/** What a model file of a text model says about its task. */
final class TextTask {

    static final String KIND = "text";

    private static final String STREAMS = "streams";
    private static final String TRAINING_SHARE = "training_share";

    private TextTask() {}

    /**
     * The task of a text model.
     *
     * @param trainingShare the first part of the text, which it was trained on
     * @param streams in how many streams the rest was read to judge it
     */
    static Task of(TextUnits units, double trainingShare, int streams) {
        return units.addTo(Task.of(KIND)).with(TRAINING_SHARE, trainingShare).with(STREAMS, streams);
    }

    /**
     * What a text model reads and writes.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task
     * @throws DataException if its units and its network do not fit each other
     */
    static TextUnits units(Model model) {
        TextUnits units = TextUnits.of(model.requireTask(KIND).task());
        int size = units.size();
        if (!model.spec().readsIds()
                || model.spec().inputSize() != size
                || model.spec().outputSize() != size) {
            throw new DataException(model.name() + ": expected a network that reads and gives " + size + " "
                    + units.name() + "s, as the vocabulary has, but found " + NetworkSummary.network(model.spec())
                    + ". Was the file put together from two models?");
        }
        return units;
    }

    /** The first part of its text, which a model was trained on. */
    static double trainingShare(Model model) {
        return model.task().number(TRAINING_SHARE);
    }

    /** In how many streams a text is read to judge a model. */
    static int streams(Model model) {
        int streams = model.task().integer(STREAMS);
        if (streams < 1) {
            throw new DataException(
                    model.name() + ": expected at least 1 stream of text but the model says " + streams + ".");
        }
        return streams;
    }
}
