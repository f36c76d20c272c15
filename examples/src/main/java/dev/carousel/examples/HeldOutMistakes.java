package dev.carousel.examples;

import dev.carousel.cell.Gru;
import dev.carousel.check.NetworkDifference;
import dev.carousel.data.classification.ArraySequences;
import dev.carousel.data.classification.ClassMistake;
import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.classification.Classifier;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.HeldOutPart;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What does a saved classifier get wrong? The model remembers which sequences were held out, so that it can be judged by them
 * later; its worst mistakes are shown, and that it is the network that was trained.
 */
public final class HeldOutMistakes {

    private static final int SEQUENCES = 200;
    private static final int STEPS = 24;

    /** What the loaded model says of the sequences that it did not learn from. */
    record Outcome(ClassScores scores, List<ClassMistake> mistakes, NetworkDifference difference) {}

    private HeldOutMistakes() {}

    /** Runs the example; the model goes to a file that is named, or to a temporary one. */
    public static void main(String[] args) throws IOException {
        run(args.length > 0 ? Path.of(args[0]) : Files.createTempFile("waves", ".safetensors"));
    }

    static Outcome run(Path file) {
        LabelledSequences all = waves();
        LabelledSequences training =
                all.select(HeldOutPart.split(all, 0.3, 1, Optional.empty()).training());
        ClassifierSpec spec = ClassifierSpec.fit(training, SequenceScaling.Kind.STANDARD);
        Network network = Network.initialised(
                RecurrentArchitecture.of(Gru.STANDARD, 12)
                        .withDirection(Direction.BOTH)
                        .withPooling(RecurrentArchitecture.Pooling.MEAN)
                        .network(spec.inputSize(), spec.classes().size()),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy(Steps.LAST))
                .withOptimiser(new Adam(0.01))
                .withEpochs(10);
        Trainer.of(network, plan).train(spec.batches(training, 8));
        Task task = HeldOutPart.addTo(spec.task(), 0.3, 1, Optional.empty());
        Model.of(network, task, Provenance.of(network.kernels().name())).save(file);

        // Later, somewhere else.
        Model model = Model.load(file);
        LabelledSequences heldOut = HeldOutPart.of(model, all);
        Classifier classifier = Classifier.of(model.network().pack(), ClassifierSpec.of(model));
        double[][][] probabilities = classifier.probabilities(heldOut, Team.single());
        ClassScores scores = classifier.scores(heldOut, probabilities);
        List<ClassMistake> mistakes = ClassMistake.of(heldOut, probabilities);
        System.out.printf("%d of %d right%n", scores.right(), scores.count());
        for (ClassMistake mistake : mistakes.subList(0, Math.min(3, mistakes.size()))) {
            System.out.printf(
                    "  sequence %s is %s, predicted as %s (%.0f %%)%n",
                    mistake.place(), mistake.truth(), mistake.said(), 100 * mistake.probability());
        }
        NetworkDifference difference = NetworkDifference.of(network, model.network(), 20, 1);
        System.out.printf("the file's network differs from the trained one by %s%n", difference.largest());
        return new Outcome(scores, mistakes, difference);
    }

    /** Noisy waves, slow ones of class 0 and faster ones of class 1; they overlap, so that some cannot be told. */
    private static LabelledSequences waves() {
        SplittableRandom random = new SplittableRandom(1);
        float[] x = new float[SEQUENCES * STEPS];
        int[] y = new int[SEQUENCES];
        for (int i = 0; i < SEQUENCES; i++) {
            y[i] = i % 2;
            double speed = (y[i] == 0 ? 0.6 : 0.9) + 0.1 * random.nextGaussian();
            double phase = random.nextDouble(6);
            for (int t = 0; t < STEPS; t++) {
                x[i * STEPS + t] = (float) (Math.sin(phase + speed * t) + 0.3 * random.nextGaussian());
            }
        }
        return ArraySequences.of("waves", x, List.of(SEQUENCES, STEPS)).labelled(y, false);
    }
}
