package dev.carousel.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A layer that finds out which steps count: those whose numbers do not all equal a value. They follow each other in its output.
 *
 * <pre>{@code
 * y(k) = x(t) for the k-th step t that counts, 0 beyond          dX(t) = dY(k), and 0 at all other steps
 * }</pre>
 *
 * <p>No weights, no state.
 */
final class MaskingLayer implements LayerReference {

    private final int size;
    private final double value;

    /** Masks steps whose numbers all equal the value. */
    MaskingLayer(int size, double value) {
        this.size = size;
        this.value = value;
    }

    @Override
    public String name() {
        return "masking";
    }

    @Override
    public int inputSize() {
        return size;
    }

    @Override
    public int outputSize() {
        return size;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        List<int[]> places = new ArrayList<>();
        int[] lengths = new int[x.batchSize()];
        for (int n = 0; n < x.batchSize(); n++) {
            int of = n;
            places.add(IntStream.range(0, x.length(n))
                    .filter(t -> counts(x, t, of))
                    .toArray());
            lengths[n] = places.get(n).length;
        }
        Seq y = Seq.over(x.steps(), x.batchSize(), size, new double[x.values().length], lengths);
        copy(places, (n, k, t) -> y.put(k, new int[] {n}, x.rows(t, new int[] {n})));
        return new Run(y, Mats.empty(), (dY, dLast) -> {
            Seq dX = Seq.zerosLike(x, size);
            copy(places, (n, k, t) -> dX.put(t, new int[] {n}, dY.rows(k, new int[] {n})));
            return new Gradients(dX, Mats.empty(), Mats.empty());
        });
    }

    private boolean counts(Seq x, int t, int n) {
        for (int d = 0; d < size; d++) {
            if (x.get(t, n, d) != value) {
                return true;
            }
        }
        return false;
    }

    /** Copies one step of a sequence: its k-th that counts, which is step t of the input. */
    private interface OneStep {
        void copy(int n, int k, int t);
    }

    private static void copy(List<int[]> places, OneStep one) {
        for (int n = 0; n < places.size(); n++) {
            for (int k = 0; k < places.get(n).length; k++) {
                one.copy(n, k, places.get(n)[k]);
            }
        }
    }
}
