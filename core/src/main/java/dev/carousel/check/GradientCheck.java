package dev.carousel.check;

import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.Differentiable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Gradients against central differences, in double, for every single number of every input.
 *
 * <pre>{@code
 * CheckReport report = GradientCheck.defaults().check(myLayer);      // any Differentiable
 * report.passed();
 * System.out.print(report.table());
 * }</pre>
 *
 * <p>The loss is a random linear function of all outputs, so that no symmetry hides a mistake:
 *
 * <pre>{@code
 * L = Σ v ⊙ output                       v normal, from the seed
 * n = (L(w + s) - L(w - s)) / 2s         s = step max(1, |w|), for each number w in turn
 * }</pre>
 *
 * <p>Two rules judge an analytic gradient a against n:
 *
 * <ul>
 *   <li>each number: relative error |a - n| / |a + n|. Above 1e-2 a WARNING, above 1 NOT OK; if both are below 1e-7 they
 *       are too small to tell. A warning alone does not fail: single small numbers have poor differences.
 *   <li>each array: ‖a - n‖ / (‖a‖ + ‖n‖) above the tolerance is NOT OK. This is the sharper one: a gradient scaled by
 *       1.02 is off by 0.0099 in every number, which the first rule lets pass, but an array of right gradients is off by
 *       less than 1e-8. Mean differences below 1e-9 are the rounding of the differences themselves and do not count.
 * </ul>
 *
 * <p>Differences are taken as if the function were smooth: near a kink (ReLU at 0) they mean nothing, so check there
 * with another seed. The inputs are changed during a check and are afterwards what they were, to the bit. Immutable;
 * one check uses one thread.
 *
 * @param step the relative step s of the differences
 * @param tolerance the largest relative error of an array as a whole
 * @param seed of the random linear function
 */
public record GradientCheck(double step, double tolerance, long seed) {

    /** Checks that step and tolerance are positive numbers. */
    public GradientCheck {
        if (!(step > 0 && step < 1 && tolerance > 0)) {
            throw new IllegalArgumentException("GradientCheck: the step is " + step + " and the tolerance " + tolerance
                    + ", but both must be positive and the step below 1.");
        }
    }

    /** Step 1e-5, tolerance 1e-6, seed 1. */
    public static GradientCheck defaults() {
        return new GradientCheck(1e-5, 1e-6, 1);
    }

    /** The same with another seed. */
    public GradientCheck withSeed(long otherSeed) {
        return new GradientCheck(step, tolerance, otherSeed);
    }

    /** The same with another tolerance for arrays as a whole. */
    public GradientCheck withTolerance(double otherTolerance) {
        return new GradientCheck(step, otherTolerance, seed);
    }

    /**
     * Checks every gradient of the subject.
     *
     * @throws IllegalArgumentException if a gradient is missing, unknown or of the wrong length, or if an output is not
     *     finite at the given inputs
     */
    public CheckReport check(Differentiable subject) {
        Map<String, double[]> inputs = subject.inputs();
        Map<String, double[]> outputs = subject.forward();
        Map<String, double[]> v = functional(subject, outputs);
        Map<String, double[]> gradients = subject.backward(copy(v));
        requireSameArrays(subject, inputs, gradients);

        List<Row> rows = new ArrayList<>();
        inputs.forEach((name, values) -> {
            double[] numeric = new double[values.length];
            for (int k = 0; k < values.length; k++) {
                numeric[k] = difference(subject, v, values, k);
            }
            rows.add(Comparison.gradients(
                    subject.name(), name, Differentiable.array(gradients, name), numeric, tolerance));
        });
        return new CheckReport("Gradients against central differences, step " + step + ", seed " + seed, rows);
    }

    /** (L(w + s) - L(w - s)) / 2s for number k of an input. */
    private double difference(Differentiable subject, Map<String, double[]> v, double[] values, int k) {
        double w = values[k];
        double s = step * Math.max(1, Math.abs(w));
        try {
            values[k] = w + s;
            double above = loss(v, subject.forward());
            values[k] = w - s;
            double below = loss(v, subject.forward());
            // The steps as they were after rounding, not as they were meant.
            return (above - below) / ((w + s) - (w - s));
        } finally {
            values[k] = w;
        }
    }

    private static double loss(Map<String, double[]> v, Map<String, double[]> outputs) {
        double sum = 0;
        for (Map.Entry<String, double[]> weights : v.entrySet()) {
            double[] output = Differentiable.array(outputs, weights.getKey());
            for (int k = 0; k < output.length; k++) {
                sum += weights.getValue()[k] * output[k];
            }
        }
        return sum;
    }

    /** Random weights of all outputs, which are also the gradients of the loss in them. */
    private Map<String, double[]> functional(Differentiable subject, Map<String, double[]> outputs) {
        RandomGenerator random = new SplittableRandom(seed);
        Map<String, double[]> v = new LinkedHashMap<>();
        // In the order of the names: a map without an order must not change what the seed means.
        outputs.keySet().stream().sorted().forEach(name -> {
            double[] output = Differentiable.array(outputs, name);
            double[] weights = new double[output.length];
            for (int k = 0; k < output.length; k++) {
                if (!Double.isFinite(output[k])) {
                    throw new IllegalArgumentException("GradientCheck: " + subject.name() + " gives " + name + "[" + k
                            + "] = " + output[k] + ", so there is no gradient to check. Are the inputs too large?");
                }
                weights[k] = random.nextGaussian();
            }
            v.put(name, weights);
        });
        return v;
    }

    private static Map<String, double[]> copy(Map<String, double[]> arrays) {
        Map<String, double[]> copies = new LinkedHashMap<>();
        arrays.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }

    private static void requireSameArrays(
            Differentiable subject, Map<String, double[]> inputs, Map<String, double[]> gradients) {
        if (!inputs.keySet().equals(gradients.keySet())) {
            throw new IllegalArgumentException("GradientCheck: " + subject.name() + " has inputs " + inputs.keySet()
                    + " but gives gradients in " + gradients.keySet() + "; the names must be the same.");
        }
        inputs.forEach((name, values) -> {
            int found = Differentiable.array(gradients, name).length;
            if (found != values.length) {
                throw new IllegalArgumentException("GradientCheck: " + subject.name() + ": " + name + " has "
                        + values.length + " numbers but its gradient has " + found + ".");
            }
        });
    }
}
