package dev.carousel.data.classification;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/**
 * The confusion, accuracy, recall and all other scores of a classifier after each epoch of its training, on data that you
 * choose.
 *
 * <pre>{@code
 * EpochScores scores = EpochScores.of(trainer.network(), spec, heldOut, team);
 * trainer.train(spec.batches(training, 32), scores);
 * scores.all().get(4).macroF1();                       // after the fifth epoch
 * }</pre>
 *
 * <p>One training at a time.
 */
public final class EpochScores implements TrainingListener {

    private final Network network;
    private final ClassifierSpec spec;
    private final LabelledSequences sequences;
    private final Team team;
    private final List<ClassScores> scores = new ArrayList<>();

    private EpochScores(Network network, ClassifierSpec spec, LabelledSequences sequences, Team team) {
        this.network = network;
        this.spec = spec;
        this.sequences = sequences;
        this.team = team;
    }

    /**
     * A listener of the training of a network.
     *
     * @param network the one that is trained
     * @param sequences what it is judged by, with labels
     * @param team the threads that do it
     */
    public static EpochScores of(Network network, ClassifierSpec spec, LabelledSequences sequences, Team team) {
        return new EpochScores(network, spec, sequences, team);
    }

    /** The scores after each epoch so far, of the parameters that were judged. */
    public List<ClassScores> all() {
        return List.copyOf(scores);
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        Classifier classifier = Classifier.of(network.pack(), spec);
        scores.add(classifier.scores(sequences, classifier.answers(sequences, team)));
    }
}
