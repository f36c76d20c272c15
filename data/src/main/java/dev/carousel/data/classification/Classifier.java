package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.kernel.Team;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import java.util.Optional;

/**
 * A network that classifies: whole sequences in, the probability of each class out.
 *
 * <pre>{@code
 * Model model = Model.load(Path.of("classify.safetensors"));
 * Classifier classifier = Classifier.of(model.network().pack(), ClassifierSpec.of(model));
 * double[][][] probabilities = classifier.probabilities(sequences, team);      // of sequence, step and class
 * Classified answers = classifier.answers(sequences, team);                    // and the classes, of tags that agree
 * }</pre>
 *
 * <p>Immutable; any number of threads may use it. {@link StreamClassifier} takes a sequence step by step.
 */
public final class Classifier {

    /** Sequences read side by side; it changes the speed and nothing else. */
    private static final int SIDE_BY_SIDE = 64;

    private final PackedNetwork network;
    private final ClassifierSpec spec;
    private final Optional<CrfTags> tags;

    private Classifier(PackedNetwork network, ClassifierSpec spec) {
        this.network = network;
        this.spec = spec;
        this.tags = spec.decoding().crf()
                ? Optional.of(new CrfTags(spec.classes(), spec.decoding().scheme()))
                : Optional.empty();
    }

    /** A classifier of a network and what its inputs and outputs are. */
    public static Classifier of(PackedNetwork network, ClassifierSpec spec) {
        return new Classifier(network, spec);
    }

    /** What its inputs and outputs are. */
    public ClassifierSpec spec() {
        return spec;
    }

    /**
     * The probabilities of all classes and the classes themselves, for each sequence or for each of its steps.
     *
     * @throws DataException if the sequences do not fit the network
     */
    public Classified answers(LabelledSequences sequences, Team team) {
        if (tags.isEmpty()) {
            return Classified.likeliest(probabilities(sequences, team));
        }
        double[][][] all = new double[sequences.count()][][];
        int[][] said = new int[sequences.count()][];
        infer(sequences, team, (y, n, i) -> {
            tags.get().restrict(y, n);
            all[i] = tags.get().probabilities(y, n);
            said[i] = tags.get().best(y, n);
        });
        return new Classified(all, said);
    }

    /**
     * The probabilities of all classes, for each sequence in one step, or in as many as it has where each step has a class.
     *
     * @return of sequence, step and class
     * @throws DataException if the sequences do not fit the network
     */
    public double[][][] probabilities(LabelledSequences sequences, Team team) {
        if (tags.isPresent()) {
            return answers(sequences, team).probabilities();
        }
        double[][][] all = new double[sequences.count()][][];
        infer(sequences, team, (y, n, i) -> {
            int length = y.length(n);
            int first = spec.perStep() ? 0 : length - 1;
            double[][] steps = new double[length - first][];
            for (int t = first; t < length; t++) {
                steps[t - first] = softmax(y.data(), y.offset(t, n), y.size());
            }
            all[i] = steps;
        });
        return all;
    }

    /** Takes the outputs of a sequence: sequence n of a batch, and sequence i of all. */
    private interface Outputs {
        void take(Sequence y, int n, int i);
    }

    private void infer(LabelledSequences sequences, Team team, Outputs outputs) {
        LengthBatches batches = spec.batches(sequences, SIDE_BY_SIDE);
        Tape tape = network.tape(team);
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.batch(i);
            int N = batch.input().batchSize();
            Sequence y = tape.infer(batch.input(), network.freshState(N));
            for (int n = 0; n < N; n++) {
                outputs.take(y, n, batches.sequence(i, n));
            }
        }
    }

    /** Counts its answers for labelled sequences, those of the largest probabilities; steps without label are left out. */
    public ClassScores scores(LabelledSequences sequences, double[][][] probabilities) {
        return scores(sequences, Classified.likeliest(probabilities));
    }

    /** Counts its answers for labelled sequences; steps without label are left out. */
    public ClassScores scores(LabelledSequences sequences, Classified answers) {
        ClassScores scores = new ClassScores(spec);
        for (int i = 0; i < sequences.count(); i++) {
            for (int t = 0; t < answers.steps(i); t++) {
                int truth = sequences.label(i, t);
                if (truth != LabelledSequences.UNLABELLED) {
                    scores.add(truth, answers.said(i, t), answers.probabilities(i, t));
                }
            }
        }
        return scores;
    }

    /** exp(y_k - m) / Σ exp(y_j - m), m the largest. */
    static double[] softmax(float[] scores, int from, int size) {
        double[] probabilities = new double[size];
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < size; k++) {
            largest = Math.max(largest, scores[from + k]);
        }
        double sum = 0;
        for (int k = 0; k < size; k++) {
            probabilities[k] = Math.exp(scores[from + k] - largest);
            sum += probabilities[k];
        }
        for (int k = 0; k < size; k++) {
            probabilities[k] /= sum;
        }
        return probabilities;
    }
}
