package dev.carousel.data.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.file.Numbers;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.scaling.Normaliser;
import dev.carousel.kernel.OneThread;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Adam;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A classifier or tagger that learns from the classes of its own stream, each after it has answered.
 *
 * <pre>{@code
 * OnlineClassifier online = OnlineClassifier.of(Model.load(path), 0.001, 0);
 * Answer answer = online.add("monday", event, Optional.of("calm"));    // said before the class is learned from
 * online.add("monday", other, Optional.empty());                       // its class is not known
 * online.end();                                                        // no more rows of this sequence
 * online.learned().orElseThrow().save(file);                           // the model as it is now
 * byte[] kept = online.save();                                         // goes on to the same bits
 * }</pre>
 *
 * <p>Of a tagger each row may have a class; with a delay of N, the class that comes with a row is that of the row N before it in the
 * same sequence, where rows that could not be used count if {@link #missed} is told of them. Of a classifier a sequence has a class,
 * which comes with any of its rows; when the sequence has ended, its last answer is judged and learned from. The rows of a sequence
 * follow each other: the next sequence ends the one before. Where a class is missing, nothing is judged and nothing learned.
 *
 * <p>The state is carried from row to row, and so is the gradient of the cross-entropy ({@link OnlineLearner}), which an {@link Adam}
 * follows, clipped to a norm of 1. What was answered is judged next to the model as it was, the last class that was known, and the most
 * frequent class so far. The model it began from stays as it was. One thread at a time.
 */
public final class OnlineClassifier implements LearningModel {

    private static final int MAGIC = 0x434f4331;
    private static final int NONE = -1;

    /** So many sequences that have ended are told from new ones. */
    private static final int ENDED = 4096;

    private final Model model;
    private final ClassifierSpec spec;
    private final int delay;
    private final OnlineLearner learner;
    private final StreamClassifier learning;
    private final StreamClassifier frozen;
    private final VectorEvents events;
    private final JudgedClasses judged;
    private final OneThread one = new OneThread("OnlineClassifier");

    private final float[] learned;
    private final float[] asItWas;

    // The sequence under way; its rows with those that were missed.
    private Optional<String> sequence = Optional.empty();
    private int known = NONE;
    private long rows;

    private final Set<String> ended = new LinkedHashSet<>();

    private OnlineClassifier(Model model, double rate, int delay) {
        this.model = model;
        this.spec = ClassifierSpec.of(model);
        this.delay = delay;
        if (spec.readsIds()) {
            throw unsuitable("it reads texts, but classes come with rows of numbers, in a column of their own.");
        }
        if (delay > 0 && !spec.perStep()) {
            throw unsuitable(
                    "a delay of " + delay + " rows is for a model that gives a class for each row; this one gives"
                            + " one for a sequence, whose class may come with any of its rows.");
        }
        OnlinePlan plan = OnlinePlan.of(new SoftmaxCrossEntropy())
                .withOptimiser(new Adam(rate))
                .withLag(delay);
        try {
            this.learner = OnlineLearner.of(model.network(), plan);
            this.learning = StreamClassifier.learning(learner, spec);
            this.frozen = StreamClassifier.of(model.network(), spec);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model.name() + ": cannot learn from a stream. " + e.getMessage(),
                    e);
        }
        this.events = new VectorEvents(spec.scaling().orElseThrow().columns().stream()
                .map(Normaliser.Column::name)
                .toList());
        this.learned = new float[spec.classes().size()];
        this.asItWas = new float[spec.classes().size()];
        this.judged = new JudgedClasses(spec.shares(), delay);
    }

    private DataException unsuitable(String why) {
        return new DataException(
                DataException.Kind.UNSUITABLE_MODEL, model.name() + ": cannot learn from a stream: " + why);
    }

    /**
     * A classifier or tagger of numbers that learns.
     *
     * @param rate the learning rate
     * @param delay of a tagger, how many rows after its own a class comes; of a classifier 0
     * @throws DataException if the model is of another task, reads texts, or its network cannot learn so
     */
    public static OnlineClassifier of(Model model, double rate, int delay) {
        Objects.requireNonNull(model, "OnlineClassifier: model is null");
        return new OnlineClassifier(model, rate, delay);
    }

    /** What its events and classes are. */
    public ClassifierSpec spec() {
        return spec;
    }

    /** How many rows after its own a class comes. */
    public int delay() {
        return delay;
    }

    /**
     * Answers to a row, then learns from the class that came with it, if any.
     *
     * @param name of the row's sequence; another than that of the row before ends that one
     * @param event the row
     * @param label of a tagger, the class of the row that is the delay before it; of a classifier, that of the sequence
     * @return what was said before it was learned from
     * @throws DataException if the event does not fit, there is no such class, the sequence has ended or has another class, or the class
     *     is of a row before the first; nothing is changed then
     * @throws IllegalStateException if learning has diverged, or another thread is at work
     */
    public Answer add(String name, Event event, Optional<String> label) {
        Objects.requireNonNull(name, "OnlineClassifier: the name of the sequence is null");
        Objects.requireNonNull(event, "OnlineClassifier: event is null");
        Objects.requireNonNull(label, "OnlineClassifier: the label is null; Optional.empty() is none");
        return one.alone(() -> {
            boolean begins = sequence.filter(name::equals).isEmpty();
            requireNotEnded(name, begins);
            int k = usable(name, label);
            TaskStream.requireCame(event);
            float[] x = events.vector(event);
            learning.require(x);
            if (begins) {
                endSequence();
                sequence = Optional.of(name);
            }
            learning.step(x, learned);
            frozen.step(x, asItWas);
            Answer answer = ClassEngine.answer(spec, learning.steps(), learned);
            judged.answered(ClassEngine.likeliest(learned), ClassEngine.likeliest(asItWas));
            rows++;
            if (!spec.perStep()) {
                known = k == NONE ? known : k;
            } else if (k != NONE && judged.hasAnswer(delay)) {
                judged.judge(delay, k);
                learner.learn(learner.steps() - 1 - judged.answersAfter(delay), k);
            }
            return answer;
        });
    }

    /**
     * A row came that cannot be used, such as one that {@link #add} refused, and no other will come in its place. With a delay, it
     * counts as a row, so that later classes are still those of their own rows; its own class is not learned from.
     *
     * @param name of its sequence; empty where it is not known, and so not sure that it was a row: then classes of rows before it that
     *     come later are not learned from
     */
    public void missed(Optional<String> name) {
        Objects.requireNonNull(name, "OnlineClassifier: the name of the sequence is null; Optional.empty() is none");
        one.alone(() -> {
            boolean ofAnother = name.isPresent() && !name.equals(sequence);
            if (delay == 0 || sequence.isEmpty() || ofAnother) {
                return;
            }
            judged.missed();
            rows++;
            if (name.isEmpty()) {
                judged.forget();
            }
        });
    }

    /**
     * Refuses a class that {@link #add} would refuse; the row can then be added without one. Nothing is changed.
     *
     * @throws DataException if there is no such class, the sequence has another one, or the class is of a row before the first
     */
    public void requireClass(String name, Optional<String> label) {
        Objects.requireNonNull(name, "OnlineClassifier: the name of the sequence is null");
        Objects.requireNonNull(label, "OnlineClassifier: the label is null; Optional.empty() is none");
        one.alone(() -> usable(name, label));
    }

    private int classOf(String label) {
        int k = spec.classes().indexOf(label);
        if (k < 0) {
            throw new DataException(
                    DataException.Kind.UNKNOWN_UNIT,
                    "There is no class '" + Numbers.shortened(label) + "'; the model knows "
                            + Numbers.shortened(String.join(", ", spec.classes()))
                            + ", and an empty field says that the class is not known. A network cannot learn a class that its"
                            + " training did not have.");
        }
        return k;
    }

    private void requireNotEnded(String name, boolean begins) {
        if (begins && ended.contains(name)) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    "The sequence '" + Numbers.shortened(name)
                            + "' has ended, for rows of another one came after it. A model"
                            + " that learns takes one sequence after the other: sort the rows by sequence.");
        }
    }

    /** The class of a label, refused where it makes no sense, before anything is changed. */
    private int usable(String name, Optional<String> label) {
        int k = label.map(this::classOf).orElse(NONE);
        boolean begins = sequence.filter(name::equals).isEmpty();
        if (!spec.perStep() && !begins && k != NONE && known != NONE && k != known) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    "The sequence '" + Numbers.shortened(name) + "' has the class '"
                            + spec.classes().get(k) + "' here but '"
                            + spec.classes().get(known) + "' in a row before. A sequence has one class.");
        }
        if (k != NONE && (begins ? 0 : rows) < delay) {
            throw new DataException(
                    DataException.Kind.MALFORMED,
                    "The class '" + spec.classes().get(k) + "' is of the row " + delay
                            + " before this one, but the sequence had only " + (begins ? 0 : rows)
                            + " rows before, or the first ones could not be used. Leave it empty there.");
        }
        return k;
    }

    /**
     * No more rows of the sequence will come: of a classifier it is judged and learned from, if its class is known.
     *
     * @throws IllegalStateException if learning has diverged, or another thread is at work
     */
    public void end() {
        one.alone(this::endSequence);
    }

    private void endSequence() {
        if (sequence.isEmpty()) {
            return;
        }
        if (!spec.perStep() && known != NONE) {
            judged.judge(0, known);
            learner.learn(known);
        }
        learning.reset();
        frozen.reset();
        ended.add(sequence.get());
        if (ended.size() > ENDED) {
            ended.remove(ended.iterator().next());
        }
        sequence = Optional.empty();
        known = NONE;
        rows = 0;
    }

    @Override
    public boolean exact() {
        return learner.exact();
    }

    @Override
    public Optional<Model> learned() {
        return Optional.of(Model.of(learner.network(), model.task(), model.provenance()));
    }

    @Override
    public Optional<PrequentialErrors> errors() {
        return Optional.of(judged.errors());
    }

    @Override
    public long updates() {
        return learner.updates();
    }

    /** All there is to remember: weights, optimiser, state, what is carried with it, what was judged. */
    public byte[] save() {
        return one.alone(() -> SavedState.write(MAGIC, out -> {
            out.writeUTF(model.fingerprint());
            out.writeInt(delay);
            for (byte[] part : List.of(learner.save(), learning.save(), frozen.save())) {
                writePart(out, part);
            }
            judged.write(out);
            out.writeBoolean(sequence.isPresent());
            writePart(out, sequence.orElse("").getBytes(UTF_8));
            out.writeInt(known);
            out.writeLong(rows);
            out.writeInt(ended.size());
            for (String name : ended) {
                writePart(out, name.getBytes(UTF_8));
            }
        }));
    }

    private static void writePart(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    /**
     * Goes on where one of the same model, rate and delay was saved, by this process or another, to the same bits.
     *
     * @throws DataException if the bytes are damaged, or of another model, rate or delay; nothing is changed then
     */
    public void restore(byte[] saved) {
        Objects.requireNonNull(saved, "OnlineClassifier: there are no bytes to restore; they are null");
        one.alone(() -> SavedState.read(saved, MAGIC, this::read));
    }

    private Runnable read(DataInputStream in) throws IOException {
        String fingerprint = in.readUTF();
        if (!fingerprint.equals(model.fingerprint())) {
            throw new DataException(
                    DataException.Kind.STATE_OF_ANOTHER_MODEL,
                    "What was saved began from the model " + fingerprint + " but this one is " + model.fingerprint()
                            + ". Go on with the model it began from, not with the learned one.");
        }
        int readDelay = in.readInt();
        if (readDelay != delay) {
            throw new DataException(
                    DataException.Kind.STATE_OF_ANOTHER_MODEL,
                    "What was saved had classes that come " + readDelay + " rows after their own, but here they come "
                            + delay + " after. Go on with the same delay.");
        }
        byte[] ofLearner = SavedState.readPart(in);
        byte[] ofLearning = SavedState.readPart(in);
        byte[] ofFrozen = SavedState.readPart(in);
        Runnable readJudged = judged.read(in);
        boolean under = in.readBoolean();
        String name = new String(SavedState.readPart(in), UTF_8);
        int readKnown = in.readInt();
        long readRows = in.readLong();
        int names = in.readInt();
        if (readKnown < NONE || readKnown >= spec.classes().size() || readRows < 0 || names < 0 || names > ENDED) {
            throw SavedState.damaged("it holds the class " + readKnown + " of "
                    + spec.classes().size() + ", " + readRows + " rows and " + names + " sequences");
        }
        Set<String> readEnded = new LinkedHashSet<>();
        for (int i = 0; i < names; i++) {
            readEnded.add(new String(SavedState.readPart(in), UTF_8));
        }
        return () -> {
            restoreStreams(ofLearner, ofLearning, ofFrozen);
            readJudged.run();
            sequence = under ? Optional.of(name) : Optional.empty();
            known = readKnown;
            rows = readRows;
            ended.clear();
            ended.addAll(readEnded);
        };
    }

    /** One that was saved with another rate, say, is refused, and all three are as they were. */
    private void restoreStreams(byte[] ofLearner, byte[] ofLearning, byte[] ofFrozen) {
        byte[] learningBefore = learning.save();
        byte[] frozenBefore = frozen.save();
        try {
            learning.restore(ofLearning);
            frozen.restore(ofFrozen);
            learner.restore(ofLearner);
        } catch (DataException e) {
            learning.restore(learningBefore);
            frozen.restore(frozenBefore);
            throw e;
        } catch (IllegalArgumentException e) {
            learning.restore(learningBefore);
            frozen.restore(frozenBefore);
            throw new DataException(DataException.Kind.STATE_OF_ANOTHER_MODEL, String.valueOf(e.getMessage()), e);
        }
    }
}
