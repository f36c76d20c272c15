package dev.carousel.reference;

import dev.carousel.reference.CellReference.StepGradients;

/** The gradients of one step by central differences, for {@link ForwardReference}. */
final class Differences {

    /** About the cube root of a double's precision, where rounding and the third derivative weigh the same. */
    private static final double STEP = 6e-6;

    private final ForwardReference cell;
    private final Mats weights;
    private final Mat x;
    private final Mats previous;
    private final Mats dState;

    /** Of copies, for the numbers are changed and changed back. */
    Differences(ForwardReference cell, Mats weights, Mat x, Mats previous, Mats dState) {
        this.cell = cell;
        this.weights = weights.copy();
        this.x = x.copy();
        this.previous = previous.copy();
        this.dState = dState;
    }

    StepGradients all() {
        return new StepGradients(of(x), of(previous), of(weights));
    }

    private Mats of(Mats numbers) {
        Mats gradients = numbers;
        for (String name : numbers.names()) {
            gradients = gradients.with(name, of(numbers.get(name)));
        }
        return gradients;
    }

    private Mat of(Mat numbers) {
        Mat gradient = Mat.zeros(numbers.rows(), numbers.columns());
        for (int k = 0; k < numbers.values().length; k++) {
            double w = numbers.values()[k];
            if (Double.isFinite(w)) {
                gradient.values()[k] = at(numbers.values(), k, w, STEP * Math.max(1, Math.abs(w)));
            }
        }
        return gradient;
    }

    private double at(double[] numbers, int k, double w, double step) {
        numbers[k] = w + step;
        Mats above = cell.next(weights, x, previous);
        numbers[k] = w - step;
        Mats below = cell.next(weights, x, previous);
        numbers[k] = w;
        double sum = 0;
        for (String part : dState.names()) {
            double[] d = dState.get(part).values();
            double[] high = above.get(part).values();
            double[] low = below.get(part).values();
            for (int i = 0; i < d.length; i++) {
                // Equal infinite numbers do not differ, though their difference is no number.
                sum += high[i] == low[i] ? 0 : d[i] * (high[i] - low[i]);
            }
        }
        // The steps as they were after rounding, not as they were meant.
        return sum / ((w + step) - (w - step));
    }
}
