package dev.carousel.check;

import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.Differentiable;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A whole sequence against the same sequence taken one step at a time, the state carried by hand: forward, and backward
 * with the gradients carried.
 *
 * <pre>{@code
 * y, last           = layer(x, initial)
 * y(t), state(t)    = layer(x(t), state(t-1))                      for t = 0, 1, ...
 * dX(t), dState(t-1), dWeights(t) = backward(dY(t), dState(t))     for t = T-1, T-2, ...
 * }</pre>
 *
 * <p>It compares y, the final state, dX, the gradient of the initial state, and the gradients of all weights, which are
 * summed in the step-by-step run. The gradients in y and in the final state are random, from the seed.
 *
 * <p>For layers that run forward in time. One with a reverse direction needs the whole sequence and rightly fails.
 *
 * @param tolerance the largest relative error, of a single number against its own size or its array's root mean square
 *     (the larger), and of an array as a whole
 * @param seed of the random gradients
 */
public record SequenceCheck(double tolerance, long seed) {

    /** Checks that the tolerance is positive. */
    public SequenceCheck {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException(
                    "SequenceCheck: the tolerance is " + tolerance + " but must be positive.");
        }
    }

    /** Tolerance 1e-12, as double precision allows, and seed 1. */
    public static SequenceCheck defaults() {
        return new SequenceCheck(1e-12, 1);
    }

    /** The same with another tolerance: 1e-5 suits a layer that computes in float32. */
    public SequenceCheck withTolerance(double otherTolerance) {
        return new SequenceCheck(otherTolerance, seed);
    }

    /** The same with another seed. */
    public SequenceCheck withSeed(long otherSeed) {
        return new SequenceCheck(tolerance, otherSeed);
    }

    /** Checks a layer on a batch x [T, N, D], ragged or not, and an initial state. */
    public CheckReport check(LayerReference layer, Seq x, Mats initial) {
        RandomGenerator random = new SplittableRandom(seed);
        Run whole = layer.forward(x, initial);
        Seq dY = Seq.normal(x.steps(), whole.y().size(), x.lengths(), random);
        Mats dLast = normalLike(whole.last(), random);
        Gradients gradients = whole.backward(dY, dLast);
        Pieces pieces = stepByStep(layer, x, initial, dY, dLast);

        List<Row> rows = new ArrayList<>();
        String subject = layer.name();
        rows.add(compare(subject, "y", whole.y().values(), pieces.y().values()));
        whole.last()
                .asMap()
                .forEach((part, state) -> rows.add(compare(
                        subject,
                        Differentiable.stateName(part, "n"),
                        state.values(),
                        pieces.last().get(part).values())));
        rows.add(compare(subject, "dx", gradients.dX().values(), pieces.dX().values()));
        gradients
                .dInitial()
                .asMap()
                .forEach((part, d) -> rows.add(compare(
                        subject,
                        "d" + Differentiable.stateName(part, "0"),
                        d.values(),
                        pieces.dInitial().get(part).values())));
        gradients
                .dWeights()
                .asMap()
                .forEach((name, d) -> rows.add(compare(
                        subject,
                        "d" + name,
                        d.values(),
                        pieces.dWeights().get(name).values())));
        return new CheckReport("Whole sequence against step by step, seed " + seed, rows);
    }

    private Row compare(String subject, String what, double[] whole, double[] pieces) {
        return Comparison.values(subject, what, whole, pieces, tolerance);
    }

    private record Pieces(Seq y, Mats last, Seq dX, Mats dInitial, Mats dWeights) {}

    private static Pieces stepByStep(LayerReference layer, Seq x, Mats initial, Seq dY, Mats dLast) {
        Seq y = Seq.zerosLike(x, dY.size());
        Mats state = initial;
        Deque<Run> steps = new ArrayDeque<>();
        for (int t = 0; t < x.steps(); t++) {
            Run step = layer.forward(x.window(t, t + 1), state);
            state = step.last();
            y.put(t, x.live(t), step.y().rows(0, x.live(t)));
            steps.push(step);
        }
        Seq dX = Seq.zerosLike(x, x.size());
        Mats dState = dLast;
        Mats dWeights = layer.weights().zerosLike();
        for (int t = x.steps() - 1; t >= 0; t--) {
            Gradients d = steps.pop().backward(dY.window(t, t + 1), dState);
            dState = d.dInitial();
            dX.put(t, x.live(t), d.dX().rows(0, x.live(t)));
            dWeights = dWeights.plus(d.dWeights());
        }
        return new Pieces(y, state, dX, dState, dWeights);
    }

    private static Mats normalLike(Mats state, RandomGenerator random) {
        Mats normal = Mats.empty();
        for (Map.Entry<String, Mat> part : state.asMap().entrySet()) {
            Mat m = part.getValue();
            normal = normal.with(part.getKey(), Mat.normal(m.rows(), m.columns(), 1, random));
        }
        return normal;
    }
}
