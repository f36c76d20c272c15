package dev.carousel.model;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.AdamW;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.RmsProp;
import dev.carousel.optim.Schedule;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Averaging;
import dev.carousel.train.Batches;
import dev.carousel.train.EarlyStopping;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.Examples;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.UpdateRule;
import dev.carousel.train.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A small run with options drawn from a seed: any optimiser with any schedule, averaging, dropout and so on. */
final class RandomRun {

    private static final int V = 4;

    private final long seed;
    private final NetworkSpec spec;
    private final TrainingPlan plan;
    private final boolean carried;
    private final boolean heldOut;
    private final int patience;

    /** What a run ended with: its result, and the parameters. */
    record End(TrainingResult result, float[] parameters) {

        /** All that must be equal, bit by bit; how long things took need not be. */
        List<Object> figures() {
            List<Object> figures = new ArrayList<>(List.of(result.bestEpoch(), result.keptEpoch(), result.stopped()));
            for (EpochFigures epoch : result.epochs()) {
                figures.add(List.of(
                        epoch.epoch(),
                        epoch.trainingLoss(),
                        epoch.heldOutLoss(),
                        epoch.learningRate(),
                        epoch.gradientNorm(),
                        epoch.layerNorms(),
                        epoch.items()));
            }
            return figures;
        }
    }

    RandomRun(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.carried = random.nextBoolean();
        this.heldOut = random.nextInt(3) > 0;
        this.patience = random.nextInt(3);
        Recurrent recurrent = random.nextBoolean() ? Recurrent.lstm(V, 3) : Recurrent.gru(V, 3);
        this.spec = NetworkSpec.of(
                new OneHot(V), recurrent.withLayers(2).withDropout(random.nextBoolean() ? 0.4f : 0), Dense.head(3, V));
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
        this.plan = TrainingPlan.of(random.nextBoolean() ? loss : loss.withSmoothing(0.1))
                .withRule(rule(random))
                .withAveraging(
                        switch (random.nextInt(4)) {
                            case 0 -> Averaging.NONE;
                            case 1 -> Averaging.exponential(0.8);
                            case 2 -> Averaging.nonMonotonic(1);
                            default -> Averaging.lastEpochs(3);
                        })
                .withEpochs(5)
                .withKeepBest(random.nextBoolean())
                .withSegment(random.nextInt(4) == 0 ? 3 : TrainingPlan.FITTING)
                .withSeed(seed);
    }

    private static UpdateRule rule(SplittableRandom random) {
        Optimiser optimiser = switch (random.nextInt(5)) {
            case 0 -> new Sgd(0.5);
            case 1 -> new Sgd(0.2).withNesterov(0.9).withWeightDecay(0.01);
            case 2 -> new RmsProp(0.01);
            case 3 -> new AdamW(0.05).withWeightDecay(0.1);
            default -> new Adam(0.05);
        };
        Schedule schedule = switch (random.nextInt(4)) {
            case 0 -> Schedule.CONSTANT;
            case 1 -> Schedule.cosine(0.1);
            case 2 -> Schedule.warmUp(7, Schedule.stepDecay(5, 0.7));
            default -> Schedule.oneCycle();
        };
        UpdateRule rule = UpdateRule.DEFAULT
                .withOptimiser(optimiser)
                .withSchedule(schedule)
                .withAccumulate(1 + random.nextInt(3))
                .withClipping(random.nextBoolean() ? Clipping.byNorm(0.5) : Clipping.NONE);
        return random.nextBoolean() ? rule.withPlateau(new Plateau(0.5, 1)) : rule;
    }

    TrainingPlan plan() {
        return plan;
    }

    NetworkSpec spec() {
        return spec;
    }

    private Batches data(long dataSeed) {
        SplittableRandom random = new SplittableRandom(dataSeed);
        if (carried) {
            return Windows.ofText(random.ints(200, 0, V).toArray(), 3, 7, Windows.Tail.KEEP);
        }
        Tokens x = Tokens.ignored(7, 25);
        Tokens y = Tokens.ignored(7, 25);
        int[] lengths = new int[25];
        for (int n = 0; n < 25; n++) {
            lengths[n] = 1 + random.nextInt(7);
            for (int t = 0; t < 7; t++) {
                x.set(t, n, random.nextInt(V));
                y.set(t, n, random.nextInt(V));
            }
        }
        return Examples.of(x.withLengths(lengths), Target.of(y), 4);
    }

    /** Runs from fresh parameters on so many threads. */
    End run(int threads, UnaryOperator<Trainer> prepare, TrainingListener... more) {
        return run(plan, seed, threads, prepare, more);
    }

    /** The same by another plan, or on other data. */
    End run(TrainingPlan by, long dataSeed, int threads, UnaryOperator<Trainer> prepare, TrainingListener... more) {
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Seeds(seed).initialisation());
        Network network = Network.of(spec, parameters, Kernels.scalar());
        List<TrainingListener> listeners = new ArrayList<>(List.of(more));
        if (patience > 0) {
            listeners.add(EarlyStopping.after(patience));
        }
        TrainingListener[] all = listeners.toArray(TrainingListener[]::new);
        Optional<Batches> judging = heldOut ? Optional.of(data(dataSeed + 1)) : Optional.empty();
        try (Team team = Team.of(threads)) {
            Trainer trainer = prepare.apply(Trainer.of(network, by, team));
            TrainingResult result = judging.isPresent()
                    ? trainer.train(data(dataSeed), judging.get(), all)
                    : trainer.train(data(dataSeed), all);
            return new End(result, parameters.values());
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + (carried ? ", carried" : "") + (heldOut ? ", held out" : "") + ", patience " + patience
                + ", " + plan;
    }
}
