package dev.carousel.bench;

import dev.carousel.cli.timing.Shape;
import java.util.Map;

/** What has to hold before a layer is timed. */
final class LayerCheck {

    /** The largest difference, where all numbers of an array are within ±1; else this share of the largest. */
    static final double TOLERANCE = 1e-4;

    /** How often a layer runs before it is compared, so that a carried state is compared too. */
    private static final int RUNS = 3;

    private LayerCheck() {}

    /**
     * Compares the kernels that will be timed with the scalar ones, on the layer's own weights and few steps of few
     * sequences: the scalar kernels would take minutes for all of the larger shapes.
     *
     * @throws IllegalStateException if they differ
     */
    static void againstScalarKernels(LayerCase one, LayerData data) {
        Shape few = one.shape().atMost(3, 2);
        try (TimedLayer ours = CarouselEngine.best().open(one.withShape(few), data.cutTo(few), 1);
                TimedLayer scalar = CarouselEngine.scalar().open(one.withShape(few), data.cutTo(few), 1)) {
            agree(one.withShape(few), "the kernels", ours, "the scalar kernels", scalar);
        }
    }

    /**
     * Runs two layers and compares their outputs and, in training, their gradients.
     *
     * @throws IllegalStateException if they differ
     */
    static void agree(LayerCase one, String nameA, TimedLayer a, String nameB, TimedLayer b) {
        for (int i = 0; i < RUNS; i++) {
            a.run();
            b.run();
        }
        agree(one + ", y", nameA, a.output(), nameB, b.output());
        if (one.work() == Work.TRAIN) {
            Map<String, float[]> gradients = a.gradients();
            b.gradients().forEach((symbol, theirs) -> {
                float[] ours = gradients.get(symbol);
                if (ours == null) {
                    throw new IllegalStateException(one + ": " + nameA + " has no gradient of " + symbol + ".");
                }
                agree(one + ", gradient of " + symbol, nameA, ours, nameB, theirs);
            });
        }
    }

    /**
     * Compares two arrays of numbers.
     *
     * @throws IllegalStateException if they differ
     */
    static void agree(String what, String nameA, float[] a, String nameB, float[] b) {
        if (a.length != b.length) {
            throw new IllegalStateException(
                    what + ": " + nameA + " has " + a.length + " numbers but " + nameB + " has " + b.length + ".");
        }
        double largest = 1;
        for (float number : b) {
            largest = Math.max(largest, Math.abs(number));
        }
        for (int i = 0; i < a.length; i++) {
            double difference = Math.abs((double) a[i] - b[i]);
            // Written so that NaN fails.
            if (!(difference <= TOLERANCE * largest)) {
                throw new IllegalStateException(what + ": number " + i + " is " + a[i] + " in " + nameA + " but " + b[i]
                        + " in " + nameB + ". What is wrong is not timed.");
            }
        }
    }
}
