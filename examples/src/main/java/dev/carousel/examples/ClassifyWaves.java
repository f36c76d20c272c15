package dev.carousel.examples;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.Tape;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Classification by the last step: sine, square or sawtooth? One answer for a whole sequence of 20 to 40 steps.
 *
 * <p>And what that does to gradients: the loss speaks to the last h alone, so dH is 0 at all other steps. Yet every input
 * has a gradient, for the last h came about through all of them: it is carried back in time.
 */
public final class ClassifyWaves {

    private static final SoftmaxCrossEntropy LOSS = new SoftmaxCrossEntropy(Steps.LAST);
    private static final Recurrent BODY = Recurrent.gru(1, 24);
    private static final Dense HEAD = Dense.head(24, 3);

    /** Waves [40, N, 1], some shorter, and what each of them is [1, N]. */
    private record Waves(Sequence x, Tokens labels) {}

    /** The gradients of one wave: of h and of x. */
    record Gradients(Sequence dH, Sequence dX) {}

    /** How many of the test's waves were right, and the gradients of one before and after training. */
    record Outcome(int right, int of, Gradients before, Gradients after) {}

    private ClassifyWaves() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        Waves training = waves(600, new SplittableRandom(1));
        Waves test = waves(300, new SplittableRandom(2));
        Waves one = waves(1, new SplittableRandom(4));
        NetworkSpec spec = NetworkSpec.of(BODY, HEAD);
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());
        Gradients before = gradients(network, one);

        TrainingPlan plan = TrainingPlan.of(LOSS).withOptimiser(new Adam(0.01)).withEpochs(10);
        Trainer.of(network, plan, Team.single()).train(Examples.of(training.x(), Target.of(training.labels()), 30));
        Gradients after = gradients(network, one);

        // A ragged batch: each sequence ends at a step of its own, and that is where its answer stands.
        Sequence y = network.tape(Team.single()).forward(test.x(), network.freshState(300));
        int right = 0;
        for (int n = 0; n < 300; n++) {
            right += likeliest(y, test.x().length(n) - 1, n) == test.labels().get(0, n) ? 1 : 0;
        }
        System.out.printf("%d of 300 waves that it never saw are right%n%n", right);
        System.out.println("        before training       after it");
        System.out.println("step     |dH|     |dX|     |dH|     |dX|      as shares of the last");
        for (int t = 0; t < one.x().length(0); t++) {
            System.out.printf("%4d", t);
            for (Sequence gradient : new Sequence[] {before.dH(), before.dX(), after.dH(), after.dX()}) {
                System.out.printf(
                        "%9.4f", norm(gradient, t) / norm(gradient, one.x().length(0) - 1));
            }
            System.out.println();
        }
        return new Outcome(right, 300, before, after);
    }

    /** The two layers as networks of their own, so that we see what passes between them: h up, dH down. */
    private static Gradients gradients(Network network, Waves one) {
        Network lower = part(network, BODY);
        Network upper = part(network, HEAD);
        Tape lowerTape = lower.tape(Team.single());
        Tape upperTape = upper.tape(Team.single());
        Sequence h = lowerTape.forward(one.x(), lower.freshState(1));
        Sequence y = upperTape.forward(h, upper.freshState(1));
        Sequence dY = Sequence.zeros(y.steps(), 1, 3);
        BatchLoss.of(LOSS).evaluate(y, Target.of(one.labels()), dY);
        upperTape.backward(dY, upper.parameters().zerosLike());
        Sequence dH = upperTape.inputGradient();
        lowerTape.backward(dH, lower.parameters().zerosLike());
        return new Gradients(dH, lowerTape.inputGradient());
    }

    /** One layer of a network: parameters go by their names. */
    private static Network part(Network whole, LayerSpec layer) {
        NetworkSpec spec = NetworkSpec.of(layer);
        Parameters parameters = spec.zeroParameters();
        for (Slice slice : parameters.slices()) {
            parameters.set(slice.name(), whole.parameters().get(slice.name()));
        }
        return Network.of(spec, parameters);
    }

    static double norm(Sequence gradient, int t) {
        double squares = 0;
        for (int d = 0; d < gradient.size(); d++) {
            squares += Math.pow(gradient.get(t, 0, d), 2);
        }
        return Math.sqrt(squares);
    }

    private static int likeliest(Sequence y, int t, int n) {
        int best = 0;
        for (int k = 1; k < y.size(); k++) {
            best = y.get(t, n, k) > y.get(t, n, best) ? k : best;
        }
        return best;
    }

    private static Waves waves(int count, RandomGenerator random) {
        Sequence x = Sequence.zeros(40, count, 1);
        Tokens labels = Tokens.ignored(1, count);
        int[] lengths = new int[count];
        for (int n = 0; n < count; n++) {
            labels.set(0, n, random.nextInt(3));
            lengths[n] = random.nextInt(20, 41);
            double period = random.nextDouble(8, 16);
            double phase = random.nextDouble();
            for (int t = 0; t < lengths[n]; t++) {
                double turn = (t / period + phase) % 1;
                double[] shapes = {Math.sin(2 * Math.PI * turn), turn < 0.5 ? 1 : -1, 2 * turn - 1};
                x.set(t, n, 0, (float) (shapes[labels.get(0, n)] + 0.2 * random.nextGaussian()));
            }
        }
        return new Waves(x.withLengths(lengths), labels);
    }
}
