package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LossReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.ReferenceLayers;
import dev.carousel.reference.Seq;
import dev.carousel.reference.cell.ReferenceCells;
import dev.carousel.reference.sequence.CrfReference;
import dev.carousel.reference.sequence.CtcReference;
import dev.carousel.reference.sequence.DistributionReference;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/**
 * The checks that {@code carousel check} runs: every cell and variant of {@link ReferenceCells} on ragged batches, in both
 * directions, alone and stacked, the losses, and networks that have every option of a layer between them; then the engine,
 * for every cell of {@link Cells} and the same networks.
 *
 * <p>Weights, inputs, states and gradients are normal numbers from the seed: the same seed, the same tables.
 */
public final class StandardChecks {

    private static final int D = 3;
    private static final int H = 4;
    private static final int T = 5;
    private static final int[] LENGTHS = {5, 3, 1};
    private static final double DEVIATION = 0.6;

    /** Two tiles of the narrowest kernels and one unit over, or one of the widest. */
    private static final int ENGINE_H = 17;

    /** Enough work for two threads, and whole tiles for each. */
    private static final int THREADS_H = 128;

    private static final double ENGINE_DEVIATION = 0.4;
    private static final double ENGINE_TOLERANCE = 2e-5;
    private static final double ONLINE_TOLERANCE = 1e-10;
    private static final double ENGINE_ONLINE_TOLERANCE = 1e-4;

    private StandardChecks() {}

    /** Gradients against central differences, of every cell, of stacks with a head, and of the losses. */
    public static CheckReport gradients(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Differentiable> subjects = new ArrayList<>();
        for (CellReference cell : ReferenceCells.all()) {
            subjects.add(atRandomPoint(CellLayer.random(cell, D, H, false, DEVIATION, random), random));
            subjects.add(atRandomPoint(CellLayer.random(cell, D, H, true, DEVIATION, random), random));
        }
        for (CellReference cell : ReferenceCells.all()) {
            NetworkReference network = new NetworkReference(cell, D, 3, 2, true, Optional.of(2));
            subjects.add(atRandomPoint(network.random(DEVIATION, random), random));
        }
        subjects.add(atRandomPoint(
                ReferenceLayers.dense(Mat.normal(H, D, DEVIATION, random), Mat.normal(1, H, DEVIATION, random)),
                random));
        subjects.addAll(losses(random));
        for (NetworkSpec spec : StandardNetworks.all(D, H)) {
            Network network = network(Kernels.scalar(), random, spec);
            subjects.add(atRandomPoint(network, EngineLayers.referenceOf(network), random));
            if (StandardNetworks.noisy(spec)) {
                // The draws are fixed, so that the loss is a function that has a gradient.
                EngineNoise noise = EngineCheck.defaults().withSeed(seed).noise(LENGTHS);
                subjects.add(atRandomPoint(network, EngineLayers.referenceOf(network, Optional.of(noise)), random));
            }
        }

        GradientCheck check = GradientCheck.defaults().withSeed(seed);
        return subjects.stream().map(check::check).reduce(CheckReport::and).orElseThrow();
    }

    /**
     * All of it for your own cell: the reference's gradients against central differences; the engine's outputs, states
     * and gradients against the reference, alone, stacked, in both directions, on ragged and full batches and on all kernels;
     * a whole sequence against its steps; and the bits on one thread and on two.
     *
     * <pre>{@code
     * StandardChecks.cell(new MyCell(), new MyCellReference(), 1).passed();
     * }</pre>
     *
     * @param reference computes the same in double, with weights of the same file names and parts of the state
     * @throws IllegalArgumentException if the cell declares parts that no pass can carry
     */
    public static CheckReport cell(Cell cell, CellReference reference, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        GradientCheck gradients = GradientCheck.defaults().withSeed(seed);
        EngineCheck engine = EngineCheck.defaults().withSeed(seed);
        SequenceCheck sequences =
                SequenceCheck.defaults().withTolerance(ENGINE_TOLERANCE).withSeed(seed);
        List<CheckReport> reports = new ArrayList<>();
        for (boolean reverse : new boolean[] {false, true}) {
            reports.add(gradients.check(
                    atRandomPoint(CellLayer.random(reference, D, H, reverse, DEVIATION, random), random)));
        }
        LayerSpec.Recurrent one = LayerSpec.Recurrent.of(cell, D, ENGINE_H);
        LayerSpec.Recurrent two = LayerSpec.Recurrent.of(cell, D, H).withLayers(2);
        LayerSpec.Recurrent large = LayerSpec.Recurrent.of(cell, D, THREADS_H);
        for (Kernels kernels : kernels()) {
            reports.add(engine.check(network(kernels, random, one), reference, 5, 0, 3, 1));
            reports.add(engine.check(network(kernels, random, one.withBias(false), head(one)), reference, 4, 4));
            LayerSpec.Recurrent both = two.withBidirectional(true);
            reports.add(engine.check(network(kernels, random, both, head(both)), reference, LENGTHS));
            Network wide = network(kernels, random, large, head(large));
            reports.add(engine.checkThreads(wide, 2, 4, 4, 4, 4, 4, 4, 4));
            reports.add(engine.checkThreads(wide, 2, 4, 4));
            reports.add(engine.checkThreads(wide, 2, 4, 1, 0, 2, 4, 3, 1, 2, 4));
            LayerReference layer = new EngineLayer(network(kernels, random, two, head(two)), Team.single());
            reports.add(sequences.check(layer, Seq.normal(T, D, LENGTHS, random), randomState(layer, random)));
        }
        return reports.stream().reduce(CheckReport::and).orElseThrow();
    }

    /** All checks there are, from the foundation up: gradients, sequences, the engine, and learning on a stream. */
    public static List<CheckReport> all(long seed) {
        return List.of(gradients(seed), sequences(seed), engine(seed), engineSequences(seed), online(seed));
    }

    /** A whole sequence against step by step, of every cell and of a stack of two with a head. */
    public static CheckReport sequences(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        SequenceCheck check = SequenceCheck.defaults().withSeed(seed);
        List<CheckReport> reports = new ArrayList<>();
        for (CellReference cell : ReferenceCells.all()) {
            NetworkReference network = new NetworkReference(cell, D, H, 2, false, Optional.of(2));
            for (LayerReference layer : List.of(
                    CellLayer.random(cell, D, H, false, DEVIATION, random), network.random(DEVIATION, random))) {
                reports.add(check.check(layer, Seq.normal(T, D, LENGTHS, random), randomState(layer, random)));
            }
        }
        return reports.stream().reduce(CheckReport::and).orElseThrow();
    }

    /**
     * The float32 engine against the reference, on the scalar kernels and on the fastest ones that this JVM runs: every cell
     * alone on a ragged and on a full batch, and stacked in both directions under a head; and larger ones on two threads, that
     * share a ragged batch by rows and a small full one by units.
     */
    public static CheckReport engine(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        EngineCheck check = EngineCheck.defaults().withSeed(seed);
        List<CheckReport> reports = new ArrayList<>();
        for (Kernels kernels : kernels()) {
            for (Cell cell : Cells.ALL) {
                LayerSpec.Recurrent one = LayerSpec.Recurrent.of(cell, D, ENGINE_H);
                LayerSpec.Recurrent two =
                        LayerSpec.Recurrent.of(cell, D, H).withLayers(2).withBidirectional(true);
                reports.add(check.check(network(kernels, random, one), 5, 0, 3, 1));
                reports.add(check.check(network(kernels, random, one, head(one)), 4, 4));
                reports.add(check.check(network(kernels, random, two, head(two)), LENGTHS));

                LayerSpec.Recurrent large = LayerSpec.Recurrent.of(cell, D, THREADS_H);
                Network network = network(kernels, random, large, head(large));
                reports.add(check.checkThreads(network, 2, 4, 4, 4, 4, 4, 4, 4));
                reports.add(check.checkThreads(network, 2, 4, 1, 0, 2, 4, 3, 1, 2, 4));
            }
            for (NetworkSpec spec : StandardNetworks.all(D, H)) {
                reports.add(check.check(network(kernels, random, spec), 5, 0, 3, 1));
                reports.add(check.check(network(kernels, random, spec), 3, 3));
                if (StandardNetworks.noisy(spec)) {
                    reports.add(check.checkTraining(network(kernels, random, spec), 5, 0, 3, 1));
                    reports.add(check.checkTraining(network(kernels, random, spec), 3, 3));
                }
            }
            for (NetworkSpec spec : StandardNetworks.all(D, THREADS_H)) {
                reports.add(check.checkThreads(network(kernels, random, spec), 2, 4, 1, 0, 2, 4, 3, 1, 2, 4));
            }
        }
        return reports.stream().reduce(CheckReport::and).orElseThrow();
    }

    /** A whole sequence against step by step in the float32 engine, of every cell and of a stack of two with a head. */
    public static CheckReport engineSequences(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        SequenceCheck check =
                SequenceCheck.defaults().withTolerance(ENGINE_TOLERANCE).withSeed(seed);
        List<CheckReport> reports = new ArrayList<>();
        for (Kernels kernels : kernels()) {
            for (Cell cell : Cells.ALL) {
                LayerSpec.Recurrent one = LayerSpec.Recurrent.of(cell, D, ENGINE_H);
                LayerSpec.Recurrent two = LayerSpec.Recurrent.of(cell, D, H).withLayers(2);
                for (Network network :
                        List.of(network(kernels, random, one), network(kernels, random, two, head(two)))) {
                    LayerReference layer = new EngineLayer(network, Team.single());
                    reports.add(check.check(layer, Seq.normal(T, D, LENGTHS, random), randomState(layer, random)));
                }
            }
            for (NetworkSpec spec : StandardNetworks.all(D, H)) {
                if (StandardNetworks.stepwise(spec)) {
                    Network network = network(kernels, random, spec);
                    LayerReference layer = new EngineLayer(network, Team.single());
                    Seq x = EngineCheck.input(network, LENGTHS, random);
                    reports.add(check.check(layer, x, randomState(layer, random)));
                }
            }
        }
        return reports.stream().reduce(CheckReport::and).orElseThrow();
    }

    /**
     * Gradients carried forward in time: of every cell of the reference against backpropagation through time, and of what the engine
     * learns on a stream, of cells without recurrent products against the same, of others against the reference that carries as
     * much.
     */
    public static CheckReport online(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        OnlineChecks check = new OnlineChecks(ONLINE_TOLERANCE, ENGINE_ONLINE_TOLERANCE);
        List<CheckReport.Row> rows = new ArrayList<>();
        for (CellReference cell : ReferenceCells.all()) {
            CellLayer layer = CellLayer.random(cell, D, H, false, DEVIATION, random);
            rows.addAll(check.reference(layer, randomState(layer, 1, random), random));
        }
        for (Kernels kernels : kernels()) {
            for (Cell cell : Cells.ALL) {
                for (int size : new int[] {D, ENGINE_H}) {
                    LayerSpec.Recurrent one = LayerSpec.Recurrent.of(cell, size, ENGINE_H);
                    Network network = network(kernels, random, one, head(one));
                    if (cell.unitByUnit() && cell.blocks().isEmpty()) {
                        rows.addAll(check.exact(network, random));
                    }
                    if (OnlineChecks.ownUnits(cell)) {
                        rows.addAll(check.ownUnits(network, EngineCells.referenceOf(cell), random));
                    }
                }
            }
        }
        return new CheckReport("Gradients carried forward in time, seed " + seed, rows);
    }

    private static Set<Kernels> kernels() {
        return new LinkedHashSet<>(List.of(Kernels.scalar(), Kernels.best()));
    }

    private static LayerSpec head(LayerSpec before) {
        return LayerSpec.Dense.head(before.outputSize(), 2);
    }

    /** A network whose weights and biases are all normal numbers. */
    private static Network network(Kernels kernels, RandomGenerator random, LayerSpec... layers) {
        return network(kernels, random, NetworkSpec.of(layers));
    }

    private static Network network(Kernels kernels, RandomGenerator random, NetworkSpec spec) {
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) (ENGINE_DEVIATION * random.nextGaussian());
        }
        return Network.of(spec, parameters, kernels);
    }

    private static Differentiable atRandomPoint(LayerReference layer, RandomGenerator random) {
        return Differentiable.of(layer, Seq.normal(T, layer.inputSize(), LENGTHS, random), randomState(layer, random));
    }

    private static Differentiable atRandomPoint(Network network, LayerReference layer, RandomGenerator random) {
        return Differentiable.of(layer, EngineCheck.input(network, LENGTHS, random), randomState(layer, random));
    }

    private static Mats randomState(LayerReference layer, RandomGenerator random) {
        return randomState(layer, LENGTHS.length, random);
    }

    private static Mats randomState(LayerReference layer, int N, RandomGenerator random) {
        Mats state = layer.zeroState(N);
        for (String part : state.names()) {
            state = state.with(part, Mat.normal(N, state.get(part).columns(), 1, random));
        }
        return layer.reachable(state);
    }

    private static List<Differentiable> losses(RandomGenerator random) {
        Seq y = Seq.normal(T, D, LENGTHS, random);
        Seq target = Seq.normal(T, D, LENGTHS, random);
        Seq share = Seq.normal(T, D, LENGTHS, random);
        for (int k = 0; k < share.values().length; k++) {
            share.values()[k] = random.nextDouble();
        }
        int[] classes =
                random.ints((long) T * LENGTHS.length, LossReference.IGNORED, D).toArray();
        // Repeated where there is room for the blank between; the first sequence has none.
        int[][] labels = new int[LENGTHS.length][];
        Arrays.setAll(
                labels,
                n -> random.ints(n == 0 ? 0 : (LENGTHS[n] + 1) / 2, 0, D - 1).toArray());
        CrfReference crf = new CrfReference(
                random.doubles(D * D, -1, 1).toArray(),
                random.doubles(D, -1, 1).toArray(),
                random.doubles(D, -1, 1).toArray());
        int[][] tags = Arrays.stream(LENGTHS)
                .mapToObj(length -> random.ints(length, 0, D).toArray())
                .toArray(int[][]::new);
        return List.of(
                LossReference.at("softmax cross-entropy", out -> LossReference.softmaxCrossEntropy(out, classes), y),
                LossReference.at("squared error", out -> LossReference.squaredError(out, target), y),
                LossReference.at("absolute error", out -> LossReference.absoluteError(out, target), y),
                LossReference.at("logistic cross-entropy", out -> LossReference.logisticCrossEntropy(out, share), y),
                LossReference.at(
                        "softmax cross-entropy, smoothed and weighted",
                        out -> LossReference.softmaxCrossEntropy(out, classes, 0.2, new double[] {0.5, 3, 0}),
                        y),
                LossReference.at("pinball", out -> LossReference.pinball(out, oneTarget(target), 0.1, 0.5, 0.9), y),
                LossReference.at("CTC", out -> CtcReference.loss(out, labels, D - 1), y),
                LossReference.at("CRF", out -> crf.loss(out, tags).loss(), y),
                distribution("Gaussian", 2, DistributionReference::gaussian, random.doubles(-2, 2), random),
                distribution("Student's t", 3, DistributionReference::studentT, random.doubles(-4, 4), random),
                distribution(
                        "negative binomial",
                        2,
                        DistributionReference::negativeBinomial,
                        random.ints(1, 30).asDoubleStream(),
                        random),
                distribution(
                        "Bernoulli",
                        1,
                        DistributionReference::bernoulli,
                        random.ints(0, 2).asDoubleStream(),
                        random),
                distribution(
                        "mixture of Gaussians",
                        6,
                        (out, values) -> DistributionReference.mixture(out, values, 2),
                        random.doubles(-2, 2),
                        random));
    }

    /** How surprising values are to a distribution of some parameters; counts are followed by their scale. */
    private static Differentiable distribution(
            String name,
            int parameters,
            BiFunction<Seq, Seq, LossReference.Loss> loss,
            DoubleStream values,
            RandomGenerator random) {
        Seq y = Seq.normal(T, parameters, LENGTHS, random);
        boolean counts = Set.of("negative binomial", "Bernoulli").contains(name);
        Seq x = Seq.zerosLike(y, counts ? 2 : 1);
        PrimitiveIterator.OfDouble each = values.iterator();
        Arrays.setAll(x.values(), i -> counts && i % 2 == 1 ? 2.5 : each.nextDouble());
        return LossReference.at(name, out -> loss.apply(out, x), y);
    }

    /** The first number of each step. */
    private static Seq oneTarget(Seq wide) {
        Seq one = Seq.zerosLike(wide, 1);
        for (int row = 0; row < one.values().length; row++) {
            one.values()[row] = wide.values()[row * wide.size()];
        }
        return one;
    }
}
