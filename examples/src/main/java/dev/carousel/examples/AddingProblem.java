package dev.carousel.examples;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The adding problem: of a long sequence of numbers between 0 and 1, two are marked, one in each half; after the last step the
 * network gives their sum. What always says 1 errs by 1/6 = 0.167, squared.
 *
 * <p>{@code AddingProblem [cell [steps [updates [seed]]]]}, with {@code indrnn}, {@code mingru}, {@code rglru}, {@code rnn} or any
 * other cell; 500 steps and 2,000 updates unless others are given.
 *
 * <p>S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997), section 5.4.
 */
public final class AddingProblem {

    private static final int BATCH = 50;
    private static final int UNITS = 128;

    private AddingProblem() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run(
                args.length > 0 ? args[0] : "indrnn",
                args.length > 1 ? Integer.parseInt(args[1]) : 500,
                args.length > 2 ? Integer.parseInt(args[2]) : 2_000,
                args.length > 3 ? Long.parseLong(args[3]) : 1);
    }

    /** Trains a cell on sequences of that many steps; the mean squared error on 1,000 others. */
    static double run(String kind, int steps, int updates, long seed) {
        Cell cell = Cells.ALL.stream()
                .filter(one -> one.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No cell is called '" + kind + "'."));
        // A unit of an IndRNN cannot hold a sum and look at marks as well: the lower layer looks, the upper one sums.
        int layers = kind.equals("indrnn") ? 2 : 1;
        NetworkSpec spec = NetworkSpec.of(
                Recurrent.of(cell, 2, UNITS).withLayers(layers).withLastOnly(true), Dense.head(UNITS, 1));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(seed).initialisation());
        remember(kind, network.parameters(), steps, new SplittableRandom(seed));
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new Adam(rate(kind)))
                .withClipping(Clipping.byNorm(1))
                .withEpochs(20)
                .withSeed(seed);
        try (Team team = Team.ofAllProcessors()) {
            Trainer.of(network, plan, team).train(new Drawn(steps, Math.max(1, updates / 20), seed));
            Sums held = new Sums(steps, 1_000, new SplittableRandom(~seed));
            Sequence y = network.tape(team).infer(held.x, network.freshState(1_000));
            double error = BatchLoss.of(new MeanSquaredError()).evaluate(y, Target.of(held.y));
            System.out.printf(
                    "%s, %d steps, %d updates, seed %d: mean squared error %.5f%n", kind, steps, updates, seed, error);
            return error;
        }
    }

    private static double rate(String kind) {
        return switch (kind) {
            case "indrnn" -> 0.002;
            case "rnn" -> 0.0005;
            default -> 0.005;
        };
    }

    /**
     * Gates that keep what they have for about as long as a sequence may be, drawn as C. Tallec and Y. Ollivier have it ("Can
     * recurrent neural networks warp time?", ICLR 2018), and recurrent weights near 1, as the paper on IndRNNs has them for long
     * memories. The others start as they do.
     */
    private static void remember(String kind, Parameters parameters, int steps, RandomGenerator random) {
        if (kind.equals("mingru")) {
            Slice b = parameters.slice("rnn.bias_ih_l0");
            for (int j = 0; j < UNITS; j++) {
                parameters.values()[b.offset() + j] = (float) -Math.log(1 + random.nextDouble() * (steps - 2));
            }
        } else if (kind.equals("indrnn")) {
            Slice u = parameters.slice("rnn.weight_hh_l1");
            for (int j = 0; j < UNITS; j++) {
                parameters.values()[u.offset() + j] = (float) Math.pow(0.5, random.nextDouble() / steps);
            }
        }
    }

    /** Some sequences and their sums. */
    private static final class Sums {

        final Sequence x;
        final Sequence y;

        Sums(int steps, int count, RandomGenerator random) {
            x = Sequence.zeros(steps, count, 2);
            y = Sequence.zeros(1, count, 1);
            for (int n = 0; n < count; n++) {
                int one = random.nextInt(steps / 2);
                int other = steps / 2 + random.nextInt(steps - steps / 2);
                for (int t = 0; t < steps; t++) {
                    x.set(t, n, 0, random.nextFloat());
                    x.set(t, n, 1, t == one || t == other ? 1 : 0);
                }
                y.set(0, n, 0, x.get(one, n, 0) + x.get(other, n, 0));
            }
        }
    }

    /** Batches that are drawn anew each time. */
    private static final class Drawn implements Batches {

        private final int steps;
        private final int size;
        private final RandomGenerator random;

        Drawn(int steps, int size, long seed) {
            this.steps = steps;
            this.size = size;
            this.random = new SplittableRandom(seed + 1);
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Batch batch(int i) {
            Sums drawn = new Sums(steps, BATCH, random);
            return Batch.of(drawn.x, Target.of(drawn.y));
        }
    }
}
