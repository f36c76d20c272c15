package dev.carousel.examples;

import dev.carousel.cell.Gru;
import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.classification.Classifier;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.classification.SequenceSplit;
import dev.carousel.data.classification.TimeSeriesFile;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Schedule;
import dev.carousel.spec.Direction;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cross-validation: how good are settings, judged by the training file alone? Each fold is held out once, and a network that
 * learned from the others is asked about it.
 *
 * <p>Folds at random flatter where neighbours in the file are alike, such as takes of one person: the network knows those held
 * out by their neighbours. Blocks hold neighbours out together.
 */
public final class CrossValidation {

    /** How many answers were right, of how many, and the sum of their logarithmic losses. */
    record Answers(long right, long count, double sum) {

        Answers plus(Answers other) {
            return new Answers(right + other.right, count + other.count, sum + other.sum);
        }

        double logLoss() {
            return sum / count;
        }

        @Override
        public String toString() {
            return String.format(
                    "%4d of %4d right, %5.1f %%   log-loss %.4f", right, count, 100.0 * right / count, logLoss());
        }
    }

    /** All answers of the folds at random, and of those in blocks. */
    record Outcome(Answers random, Answers blocks) {}

    private CrossValidation() {}

    /** Runs the example on a .ts file in so many folds (5), with seeds from 1 to so many (1). */
    public static void main(String[] args) {
        if (args.length == 0) {
            System.out.println("Give it a file: CrossValidation.java TRAIN.ts [FOLDS [SEEDS]]");
            return;
        }
        int folds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        run(TimeSeriesFile.read(Path.of(args[0])), folds, args.length > 2 ? Integer.parseInt(args[2]) : 1);
    }

    static Outcome run(LabelledSequences all, int k, int seeds) {
        Answers random = new Answers(0, 0, 0);
        Answers blocks = random;
        try (Team team = Team.ofAllProcessors()) {
            for (int seed = 1; seed <= seeds; seed++) {
                random = random.plus(folds("at random", all, SequenceSplit.folds(all, k, seed), seed, team));
                blocks = blocks.plus(folds("in blocks", all, blocks(all, k), seed, team));
            }
        }
        System.out.printf("%nall at random           %s%nall in blocks           %s%n", random, blocks);
        return new Outcome(random, blocks);
    }

    private static Answers folds(String how, LabelledSequences all, List<SequenceSplit> folds, long seed, Team team) {
        Answers sum = new Answers(0, 0, 0);
        for (int f = 0; f < folds.size(); f++) {
            SequenceSplit fold = folds.get(f);
            Answers answers = answers(all.select(fold.training()), all.select(fold.heldOut()), seed, team);
            System.out.printf("seed %d, %s, fold %d  %s%n", seed, how, f + 1, answers);
            sum = sum.plus(answers);
        }
        return sum;
    }

    /** Cuts each class into k blocks of neighbours; a fold is a block of each. */
    static List<SequenceSplit> blocks(LabelledSequences all, int k) {
        long[] sizes = all.countsOfClasses();
        int[] fold = new int[all.count()];
        long[] seen = new long[sizes.length];
        for (int i = 0; i < fold.length; i++) {
            int label = all.label(i, 0);
            fold[i] = (int) (seen[label]++ * k / sizes[label]);
        }
        List<SequenceSplit> splits = new ArrayList<>();
        for (int f = 0; f < k; f++) {
            int held = f;
            splits.add(new SequenceSplit(
                    IntStream.range(0, fold.length).filter(i -> fold[i] != held).toArray(),
                    IntStream.range(0, fold.length).filter(i -> fold[i] == held).toArray()));
        }
        return splits;
    }

    /** Learns from one part and asks about the other, which has no say in the scaling either. */
    private static Answers answers(LabelledSequences training, LabelledSequences heldOut, long seed, Team team) {
        ClassifierSpec spec = ClassifierSpec.fit(training, SequenceScaling.Kind.ROBUST);
        NetworkSpec layers = layers(spec.inputSize(), spec.classes().size());
        Network network = Network.initialised(layers, Initialisation.uniform(), new Seeds(seed).initialisation());
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy(Steps.LAST))
                .withOptimiser(new Adam(0.003))
                .withSchedule(Schedule.cosine(0))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(40)
                .withSeed(seed);
        Trainer.of(network, plan, team).train(spec.batches(training, 8));

        Classifier classifier = Classifier.of(network.pack(), spec);
        ClassScores scores = classifier.scores(heldOut, classifier.probabilities(heldOut, team));
        return new Answers(scores.right(), scores.count(), scores.logLoss() * scores.count());
    }

    /** What {@code carousel train classify} takes if nothing is said. Change it here, and see what comes of it. */
    private static NetworkSpec layers(int inputSize, int classes) {
        return RecurrentArchitecture.of(Gru.STANDARD, 64)
                .withDirection(Direction.BOTH)
                .withDropout(0.2f)
                .withLayerNorm(true)
                .withPooling(RecurrentArchitecture.Pooling.MEAN)
                .network(List.of(new Drop(inputSize, 0.3f)), inputSize, classes);
    }
}
