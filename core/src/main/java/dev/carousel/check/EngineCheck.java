package dev.carousel.check;

import dev.carousel.check.CheckReport.Entry;
import dev.carousel.check.CheckReport.Row;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.Noise;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.spec.ColumnEmbedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The float32 engine against the double reference: outputs, final states, and the gradients of the input, the initial
 * states and all weights; and one thread against several, bit for bit.
 *
 * <pre>{@code
 * EngineCheck check = EngineCheck.defaults();
 * check.check(myNetwork, 6, 0, 4, 1).passed();              // four sequences of these lengths
 * check.checkThreads(myNetwork, 2, 50, 50, 50).passed();    // three of 50 steps, on 1 thread and on 2
 * }</pre>
 *
 * <p>Engine and reference compute from the same float numbers, so that they differ only by rounding on the way. The
 * input, the initial state and the gradients in y and in the final state are normal numbers from the seed, in the
 * padding too, which nothing may read.
 *
 * <p>A unit of a ReLU whose pre-activation is 0 but for rounding may be on in one and off in the other, which is an
 * error of neither: check with another seed. Immutable; a check is run by one thread.
 *
 * @param tolerance the largest relative error, of a single number against its own size or its array's root mean square
 *     (the larger), and of an array as a whole
 * @param seed of the input, the states and the gradients
 */
public record EngineCheck(double tolerance, long seed) {

    /** Checks that the tolerance is positive. */
    public EngineCheck {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("EngineCheck: the tolerance is " + tolerance + " but must be positive.");
        }
    }

    /** Tolerance 2e-5, as sums of some hundred floats allow, and seed 1. */
    public static EngineCheck defaults() {
        return new EngineCheck(2e-5, 1);
    }

    /** The same with another tolerance: sums over more steps, rows or units need a larger one. */
    public EngineCheck withTolerance(double otherTolerance) {
        return new EngineCheck(otherTolerance, seed);
    }

    /** The same with another seed. */
    public EngineCheck withSeed(long otherSeed) {
        return new EngineCheck(tolerance, otherSeed);
    }

    /**
     * Checks a network, with the weights and on the kernels it has, against the reference of its cells, on a random batch.
     *
     * @param network reads vectors; its parameters are not changed
     * @param lengths of the sequences of the batch, at least one; the longest is T
     * @throws IllegalArgumentException if the network reads ids or there is no sequence
     */
    public CheckReport check(Network network, int... lengths) {
        return check(network, Optional.empty(), lengths);
    }

    /**
     * As above, for a network with your own cell.
     *
     * @param reference judges every cell of the network that is not the library's
     */
    public CheckReport check(Network network, CellReference reference, int... lengths) {
        return check(network, Optional.of(reference), lengths);
    }

    private CheckReport check(Network network, Optional<CellReference> reference, int... lengths) {
        RandomGenerator random = new SplittableRandom(seed);
        EngineLayer engine = new EngineLayer(network, Team.single());
        Seq x = input(network, lengths, random);
        Mats initial = engine.reachable(normalLike(engine.zeroState(lengths.length), random));
        return check(engine, EngineLayers.referenceOf(network, Optional.empty(), reference), x, initial);
    }

    /**
     * Checks a training pass of a network, whose noise comes from this check's seed, against the reference with the same
     * draws.
     *
     * @param network reads vectors; its parameters are not changed
     * @param lengths of the sequences of the batch, at least one; the longest is T
     * @throws IllegalArgumentException if the network reads ids or there is no sequence
     */
    public CheckReport checkTraining(Network network, int... lengths) {
        return checkTraining(network, Optional.empty(), lengths);
    }

    /**
     * As above, for a network with your own cell.
     *
     * @param reference judges every cell of the network that is not the library's; if the layer drops recurrent connections,
     *     the symbol of its recurrent weights must be {@code R}
     */
    public CheckReport checkTraining(Network network, CellReference reference, int... lengths) {
        return checkTraining(network, Optional.of(reference), lengths);
    }

    private CheckReport checkTraining(Network network, Optional<CellReference> reference, int... lengths) {
        RandomGenerator random = new SplittableRandom(seed);
        EngineLayer engine = new EngineLayer(network, Team.single(), OptionalLong.of(seed));
        Seq x = input(network, lengths, random);
        Mats initial = engine.reachable(normalLike(engine.zeroState(lengths.length), random));
        EngineNoise noise = noise(lengths);
        return check(engine, EngineLayers.referenceOf(network, Optional.of(noise), reference), x, initial);
    }

    /** What a training pass over such a batch draws from this check's seed. */
    EngineNoise noise(int... lengths) {
        return new EngineNoise(Noise.of(new SplittableRandom(seed)), steps(lengths), lengths.length);
    }

    /**
     * Checks any layer against another one that should compute the same, with weights and states of the same names.
     *
     * @param layer the one to be judged
     * @param yardstick the one that is right
     * @param x a batch [T, N, D], ragged or not
     * @param initial the initial state
     */
    public CheckReport check(LayerReference layer, LayerReference yardstick, Seq x, Mats initial) {
        Map<String, double[]> actual = results(layer, x, initial);
        List<Row> rows = new ArrayList<>();
        results(yardstick, x, initial)
                .forEach((what, expected) -> rows.add(Comparison.values(
                        layer.name(), what, Differentiable.array(actual, what), expected, tolerance)));
        return new CheckReport(title(), rows);
    }

    /**
     * Checks that a network gives the same bits on one thread and on several, on a random batch. In the report each entry
     * is one array, and its numbers are how many of the array's numbers differ.
     *
     * <p>Small work is done by one thread alone whatever the team, and shows nothing: take a network and a batch of the
     * size you care about.
     *
     * @param network reads vectors; its parameters are not changed
     * @param threads how many to compare with one
     * @param lengths of the sequences of the batch, at least one; the longest is T
     * @throws IllegalArgumentException if the network reads ids or there is no sequence
     */
    public CheckReport checkThreads(Network network, int threads, int... lengths) {
        RandomGenerator random = new SplittableRandom(seed);
        // With the noise of training, so that its draws are compared too.
        EngineLayer alone = new EngineLayer(network, Team.single(), OptionalLong.of(seed));
        Seq x = input(network, lengths, random);
        Mats initial = alone.reachable(normalLike(alone.zeroState(lengths.length), random));
        Map<String, double[]> expected = results(alone, x, initial);
        List<Entry> entries = new ArrayList<>();
        double most = 0;
        try (Team team = Team.of(threads)) {
            Map<String, double[]> actual = results(new EngineLayer(network, team, OptionalLong.of(seed)), x, initial);
            for (Map.Entry<String, double[]> array : expected.entrySet()) {
                double differing = differing(Differentiable.array(actual, array.getKey()), array.getValue());
                Verdict verdict = differing == 0 ? Verdict.OK : Verdict.NOT_OK;
                entries.add(new Entry(entries.size(), differing, 0, differing, verdict));
                most = Math.max(most, differing);
            }
        }
        String what = "bits, 1 thread and " + threads;
        Verdict verdict = most == 0 ? Verdict.OK : Verdict.NOT_OK;
        return new CheckReport(title(), List.of(new Row(alone.name(), what, most, most, verdict, entries)));
    }

    /** How many numbers are not the same to the bit. */
    private static double differing(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .filter(k -> Double.doubleToRawLongBits(a[k]) != Double.doubleToRawLongBits(b[k]))
                .count();
    }

    private static int steps(int[] lengths) {
        return Arrays.stream(lengths)
                .max()
                .orElseThrow(() -> new IllegalArgumentException("EngineCheck: a batch needs at least one sequence."));
    }

    private String title() {
        return "Engine in float32 against the reference in double, tolerance " + tolerance + ", seed " + seed;
    }

    /** All that a layer computes, forward and backward, by name. */
    private Map<String, double[]> results(LayerReference layer, Seq x, Mats initial) {
        // Begun anew from the seed each time: both layers get the same gradients.
        RandomGenerator random = new SplittableRandom(~seed);
        Run run = layer.forward(x, initial);
        Seq dY = normal(run.y().steps(), layer.outputSize(), run.y().lengths(), random);
        Gradients d = run.backward(dY, normalLike(initial, random));

        Map<String, double[]> results = new LinkedHashMap<>();
        results.put("y", run.y().values());
        run.last().asMap().forEach((part, state) -> results.put(Differentiable.stateName(part, "n"), state.values()));
        results.put("dx", d.dX().values());
        d.dInitial()
                .asMap()
                .forEach((part, dState) -> results.put("d" + Differentiable.stateName(part, "0"), dState.values()));
        d.dWeights().asMap().forEach((name, dWeight) -> results.put("d" + name, dWeight.values()));
        return results;
    }

    /** Normal numbers that are floats, so that the engine rounds none of them. */
    private static Seq normal(int steps, int size, int[] lengths, RandomGenerator random) {
        Seq x = Seq.normal(steps, size, lengths, random);
        Arrays.setAll(x.values(), k -> (float) x.values()[k]);
        return x;
    }

    /** Such numbers for a network, and ids in the columns where it reads them. */
    static Seq input(Network network, int[] lengths, RandomGenerator random) {
        Seq x = Seq.normal(steps(lengths), network.spec().inputSize(), lengths, random);
        float[] rows = new float[x.values().length];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = (float) x.values()[k];
        }
        ColumnEmbedding.drawIds(network.spec(), rows, random);
        Arrays.setAll(x.values(), k -> rows[k]);
        return x;
    }

    private static Mats normalLike(Mats state, RandomGenerator random) {
        Mats normal = Mats.empty();
        for (Map.Entry<String, Mat> part : state.asMap().entrySet()) {
            Mat shape = part.getValue();
            Mat values = Mat.normal(shape.rows(), shape.columns(), 1, random).map(value -> (float) value);
            normal = normal.with(part.getKey(), values);
        }
        return normal;
    }
}
