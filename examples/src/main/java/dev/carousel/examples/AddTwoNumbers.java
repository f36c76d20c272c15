package dev.carousel.examples;

import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.kernel.Team;
import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.SplittableRandom;

/**
 * Binary addition: a network reads two numbers bit by bit, the least significant first, and writes their sum.
 *
 * <p>It sees 1,000 pairs of 6-bit numbers. What it learns is to carry, so it adds numbers of 20 bits as well.
 */
public final class AddTwoNumbers {

    /** How many sums were right, of all pairs of 6-bit numbers and of 1,000 pairs of 20-bit numbers. */
    record Outcome(int correct, int pairs, int correctLong, int longPairs) {}

    private AddTwoNumbers() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        long seed = 1;
        BinaryAddition addition = new BinaryAddition(6);

        // The examples: at each step a bit of both numbers goes in, and a bit of the sum should come out.
        Sequence x = Sequence.zeros(addition.steps(), 1000, 2);
        Sequence y = Sequence.zeros(addition.steps(), 1000, 1);
        addition.fillRandom(new SplittableRandom(seed), x, y);

        // The head gives a score a step: above 0 means 1.
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(2, 16), Dense.head(16, 1));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(seed).initialisation());
        TrainingPlan plan = TrainingPlan.of(new LogisticCrossEntropy())
                .withOptimiser(new Adam(0.01))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(100)
                .withSeed(seed);
        double loss = Trainer.of(network, plan, Team.single())
                .train(Examples.of(x, Target.of(y), 50))
                .kept()
                .trainingLoss();
        System.out.printf("after %d epochs: loss %.5f nats a bit%n%n", plan.epochs(), loss);

        show(network, addition, 11, 14);
        show(network, addition, 63, 1);
        System.out.println();

        int pairs = (int) addition.pairs();
        int correct = correct(network, addition, pairs, true);
        System.out.printf("%2d bits: %d of %d right%n", addition.bits(), correct, pairs);
        int correctLong = correct(network, new BinaryAddition(20), 1000, false);
        System.out.printf("%2d bits: %d of %d right, though it never saw so long a number%n", 20, correctLong, 1000);
        return new Outcome(correct, pairs, correctLong, 1000);
    }

    private static int correct(Network network, BinaryAddition addition, int pairs, boolean all) {
        Sequence x = Sequence.zeros(addition.steps(), pairs, 2);
        Sequence y = Sequence.zeros(addition.steps(), pairs, 1);
        if (all) {
            addition.fillInOrder(0, x, y);
        } else {
            addition.fillRandom(new SplittableRandom(2), x, y);
        }
        Sequence scores = network.tape(Team.single()).forward(x, network.freshState(pairs));
        return addition.correct(scores, 0, y);
    }

    private static void show(Network network, BinaryAddition addition, int a, int b) {
        Sequence x = Sequence.zeros(addition.steps(), 1, 2);
        Sequence y = Sequence.zeros(addition.steps(), 1, 1);
        addition.write(a, b, 0, x, y);
        Sequence scores = network.tape(Team.single()).forward(x, network.freshState(1));
        System.out.printf("%d + %d = %d%n   bit     a  b   score%n", a, b, addition.number(scores, 0, 0));
        for (int t = addition.steps() - 1; t >= 0; t--) {
            float score = scores.get(t, 0, 0);
            System.out.printf(
                    "%6d %5.0f %2.0f %7.2f  %d%n", t, x.get(t, 0, 0), x.get(t, 0, 1), score, score > 0 ? 1 : 0);
        }
    }
}
