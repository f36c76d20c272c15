package dev.carousel.data.classification;

import dev.carousel.data.file.SavedState;
import dev.carousel.kernel.OneThread;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.online.OnlineLearner;

/**
 * A classifier of one stream: after each event it gives the probability of each class, from this event and all before
 * it.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("classify.safetensors"));
 * StreamClassifier stream = StreamClassifier.of(model.network(), ClassifierSpec.of(model));
 * float[] probabilities = new float[stream.spec().classes().size()];
 * stream.step(event, probabilities);       // the numbers as measured; NaN where one is missing
 * stream.reset();                          // the next event begins a new sequence
 * }</pre>
 *
 * <p>After the last event of a sequence they equal the output of {@link Classifier} for the whole, up to rounding: a
 * network that takes a mean over steps takes that of the steps so far. A network that reads both directions cannot; it
 * needs the future. One thread at a time; {@link StreamClassifiers} steps many streams together.
 */
public final class StreamClassifier {

    private static final int MAGIC = 0x43534331;

    private final OneThread one = new OneThread("StreamClassifier");
    private final ClassifierSpec spec;
    private final ClassSteps steps;
    private final StreamScores memory;
    private final float[] input;
    private final float[] scores;

    private final PackedNetwork network;
    private final boolean averages;

    private StreamClassifier(PackedNetwork network, ClassSteps steps, boolean averages, ClassifierSpec spec) {
        this.network = network;
        this.averages = averages;
        this.spec = spec;
        this.steps = steps;
        this.memory = new StreamScores(spec, averages, 1);
        this.input = new float[spec.readsIds() ? 0 : spec.inputSize()];
        this.scores = new float[spec.classes().size()];
    }

    /**
     * A stream at its beginning.
     *
     * @throws IllegalArgumentException if the network reads sequences from their end, or sequences are scaled by their own
     *     mean
     */
    public static StreamClassifier of(Network network, ClassifierSpec spec) {
        PackedNetwork packed = StreamScores.stepwise(network);
        return new StreamClassifier(
                packed, ClassSteps.Frozen.of(packed), network.spec().pools(), spec);
    }

    /**
     * A stream at its beginning whose network learns while it runs.
     *
     * @param learner begins too; whoever has it tells it the classes of the events that this stream gives it. {@link #save}
     *     leaves it out: save both
     * @throws IllegalArgumentException if sequences are scaled by their own mean
     */
    public static StreamClassifier learning(OnlineLearner learner, ClassifierSpec spec) {
        PackedNetwork packed = learner.network().pack();
        return new StreamClassifier(packed, new ClassSteps.Learning(learner), false, spec);
    }

    /** Another stream of the same network as it was, which does not learn, at its beginning; the weights are there once. */
    public StreamClassifier another() {
        return new StreamClassifier(network, ClassSteps.Frozen.of(network), averages, spec);
    }

    /** What its events and classes are. */
    public ClassifierSpec spec() {
        return spec;
    }

    /**
     * Takes an event that is a vector.
     *
     * @param event the numbers as measured; NaN where one is missing
     * @param probabilities receives that of each class
     * @throws IllegalArgumentException if a size differs or the classifier reads text; the stream is then where it was
     * @throws dev.carousel.data.DataException if a number is infinite, or too far from those of the training; likewise
     */
    public void step(float[] event, float[] probabilities) {
        one.enter();
        try {
            memory.requireRoom(probabilities);
            memory.scale(0, event, input);
            steps.step(input, scores);
            memory.accepted(0, input);
            memory.add(0, scores);
            memory.probabilities(0, scores, probabilities);
        } finally {
            one.leave();
        }
    }

    /**
     * Refuses an event that {@link #step(float[], float[])} would refuse; nothing is changed.
     *
     * @throws IllegalArgumentException if a size differs or the classifier reads text
     * @throws dev.carousel.data.DataException if a number is infinite, or too far from those of the training
     */
    public void require(float[] event) {
        one.alone(() -> memory.scale(0, event, input));
    }

    /**
     * Takes a character of a text.
     *
     * @param codePoint any; those that training did not have are alike
     * @param probabilities receives that of each class
     * @throws IllegalArgumentException if the size differs or the classifier does not read characters
     */
    public void step(int codePoint, float[] probabilities) {
        stepId(spec.id(codePoint), probabilities);
    }

    /**
     * Takes some text, a step for each of its characters, bytes or words.
     *
     * @param text of words, whole ones, each with the blank before it: {@code " cat"}
     * @param probabilities receives that of each class after the last step
     * @throws IllegalArgumentException if the text is empty, the size differs or the classifier reads vectors
     */
    public void step(String text, float[] probabilities) {
        int[] ids = spec.ids(text);
        if (ids.length == 0) {
            throw new IllegalArgumentException("The text is empty, so there is no step to take.");
        }
        for (int id : ids) {
            stepId(id, probabilities);
        }
    }

    /**
     * Takes a character, byte or word of a text by its id.
     *
     * @param id as {@link ClassifierSpec#ids} gives it
     * @param probabilities receives that of each class
     * @throws IllegalArgumentException if there is no such id, the size differs or the classifier reads vectors
     */
    public void stepId(int id, float[] probabilities) {
        one.enter();
        try {
            memory.requireRoom(probabilities);
            steps.step(id, scores);
            memory.add(0, scores);
            memory.probabilities(0, scores, probabilities);
        } finally {
            one.leave();
        }
    }

    /** What the stream remembers, to be kept in a store and given to {@link #restore}. */
    public byte[] save() {
        one.enter();
        try {
            return SavedState.write(MAGIC, out -> {
                float[] state = steps.numbers();
                out.writeInt(state.length);
                for (float number : state) {
                    out.writeFloat(number);
                }
                memory.write(0, out);
            });
        } finally {
            one.leave();
        }
    }

    /**
     * Goes on where a stream was saved, of this process or another.
     *
     * @param saved by a stream of the same model
     * @throws dev.carousel.data.DataException if it is damaged, or of another model; the stream is then where it was
     */
    public void restore(byte[] saved) {
        one.enter();
        try {
            SavedState.read(saved, MAGIC, in -> {
                float[] state = new float[steps.numbers().length];
                int found = in.readInt();
                if (found != state.length) {
                    throw StreamScores.ofAnotherModel(found, state.length);
                }
                for (int i = 0; i < found; i++) {
                    state[i] = in.readFloat();
                }
                Runnable scored = memory.read(0, in);
                return () -> {
                    scored.run();
                    System.arraycopy(state, 0, steps.numbers(), 0, found);
                };
            });
        } finally {
            one.leave();
        }
    }

    /** How many events it has had since its beginning. */
    public long steps() {
        return memory.count(0);
    }

    /** The next event begins a new sequence. */
    public void reset() {
        one.enter();
        try {
            steps.reset();
            memory.reset(0);
        } finally {
            one.leave();
        }
    }
}
