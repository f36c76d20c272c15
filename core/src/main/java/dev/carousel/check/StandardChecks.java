package dev.carousel.check;

import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.DenseLayer;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LossReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.ReferenceCells;
import dev.carousel.reference.Seq;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The checks that {@code carousel check} runs: every cell and variant of {@link ReferenceCells} on ragged batches, in both
 * directions, alone and stacked, and the losses.
 *
 * <p>Weights, inputs, states and gradients are normal numbers from the seed: the same seed, the same tables.
 */
public final class StandardChecks {

    private static final int D = 3;
    private static final int H = 4;
    private static final int T = 5;
    private static final int[] LENGTHS = {5, 3, 1};
    private static final double DEVIATION = 0.6;

    private StandardChecks() {}

    /** Gradients against central differences, of every cell, of stacks with a head, and of the losses. */
    public static Report gradients(long seed) {
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
        subjects.add(atRandomPoint(DenseLayer.random(D, H, DEVIATION, random), random));
        subjects.addAll(losses(random));

        GradientCheck check = GradientCheck.defaults().withSeed(seed);
        return subjects.stream().map(check::check).reduce(Report::and).orElseThrow();
    }

    /** A whole sequence against step by step, of every cell and of a stack of two with a head. */
    public static Report sequences(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        SequenceCheck check = SequenceCheck.defaults().withSeed(seed);
        List<Report> reports = new ArrayList<>();
        for (CellReference cell : ReferenceCells.all()) {
            NetworkReference network = new NetworkReference(cell, D, H, 2, false, Optional.of(2));
            for (LayerReference layer : List.of(
                    CellLayer.random(cell, D, H, false, DEVIATION, random), network.random(DEVIATION, random))) {
                reports.add(check.check(layer, Seq.normal(T, D, LENGTHS, random), randomState(layer, random)));
            }
        }
        return reports.stream().reduce(Report::and).orElseThrow();
    }

    private static Differentiable atRandomPoint(LayerReference layer, RandomGenerator random) {
        return Differentiable.of(layer, Seq.normal(T, layer.inputSize(), LENGTHS, random), randomState(layer, random));
    }

    private static Mats randomState(LayerReference layer, RandomGenerator random) {
        Mats state = layer.zeroState(LENGTHS.length);
        for (String part : state.names()) {
            state = state.with(part, Mat.normal(LENGTHS.length, state.get(part).columns(), 1, random));
        }
        return state;
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
        return List.of(
                LossReference.at("softmax cross-entropy", out -> LossReference.softmaxCrossEntropy(out, classes), y),
                LossReference.at("squared error", out -> LossReference.squaredError(out, target), y),
                LossReference.at("absolute error", out -> LossReference.absoluteError(out, target), y),
                LossReference.at("logistic cross-entropy", out -> LossReference.logisticCrossEntropy(out, share), y));
    }
}
