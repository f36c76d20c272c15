package dev.carousel.reference;

/**
 * A layer that finds out each sequence's length: steps at the end whose numbers all equal a value do not count.
 *
 * <pre>{@code
 * y(t) = x(t) for t below the length found, else 0          dX likewise of dY
 * }</pre>
 *
 * <p>No weights, no state. A masked step before one that counts is not looked for here.
 */
final class MaskingLayer implements Weightless {

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
    public int size() {
        return size;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        int[] lengths = x.lengths();
        for (int n = 0; n < lengths.length; n++) {
            while (lengths[n] > 0 && masked(x, lengths[n] - 1, n)) {
                lengths[n]--;
            }
        }
        Seq y = copied(x, Seq.over(x.steps(), x.batchSize(), size, new double[x.values().length], lengths), lengths);
        return new Run(
                y,
                Mats.empty(),
                (dY, dLast) -> new Gradients(copied(dY, Seq.zerosLike(x, size), lengths), Mats.empty(), Mats.empty()));
    }

    private boolean masked(Seq x, int t, int n) {
        for (int d = 0; d < size; d++) {
            if (x.get(t, n, d) != value) {
                return false;
            }
        }
        return true;
    }

    private static Seq copied(Seq from, Seq to, int[] lengths) {
        for (int n = 0; n < lengths.length; n++) {
            for (int t = 0; t < lengths[n]; t++) {
                to.put(t, new int[] {n}, from.rows(t, new int[] {n}));
            }
        }
        return to;
    }
}
