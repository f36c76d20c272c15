package dev.carousel.reference;

/**
 * A layer that gives the mean or the maximum over the steps of each sequence, as a batch of one step.
 *
 * <pre>{@code
 * y(0) = 1 / L Σ_(t < L) x(t)          dX(t) = dY(0) / L          L the sequence's length; y(0) = 0 where it is 0
 * y(0) = max_(t < L) x(t)              dX(t) = dY(0) at the first t that has it
 * }</pre>
 *
 * <p>Where padding counts, the maximum is at least 0 for a sequence shorter than its batch. No weights, no state.
 */
final class PoolingLayer implements LayerReference {

    private final String name;
    private final int size;
    private final boolean maximum;
    private final boolean paddingCounts;

    private PoolingLayer(String name, int size, boolean maximum, boolean paddingCounts) {
        this.name = name;
        this.size = size;
        this.maximum = maximum;
        this.paddingCounts = paddingCounts;
    }

    /** The mean of vectors of a size. */
    static PoolingLayer mean(int size) {
        return new PoolingLayer("mean over steps", size, false, false);
    }

    /** The maximum of vectors of a size. */
    static PoolingLayer max(int size, boolean paddingCounts) {
        return new PoolingLayer("maximum over steps", size, true, paddingCounts);
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.over(1, x.batchSize(), size, new double[x.batchSize() * size]);
        for (int n = 0; n < x.batchSize(); n++) {
            Mat row = Mat.zeros(1, size);
            for (int t = 0; t < x.steps(); t++) {
                row = row.plus(x.rows(t, new int[] {n}).times(share(x, t, n)));
            }
            y.put(0, new int[] {n}, row);
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> new Gradients(spread(x, dY), Mats.empty(), Mats.empty()));
    }

    /** How much of each number of a step is in the result: 1 / L, or 1 for a step with the maximum and 0 for others. */
    private Mat share(Seq x, int t, int n) {
        double[] shares = new double[size];
        for (int d = 0; d < size && t < x.length(n); d++) {
            shares[d] = !maximum ? 1.0 / x.length(n) : t == first(x, n, d) ? 1 : 0;
        }
        return Mat.over(1, size, shares);
    }

    /** The first step that has the largest number; none, -1, where that is the padding's 0. */
    private int first(Seq x, int n, int d) {
        int best = 0;
        for (int t = 1; t < x.length(n); t++) {
            best = x.get(t, n, d) > x.get(best, n, d) ? t : best;
        }
        boolean padding = paddingCounts && x.length(n) < x.steps() && x.get(best, n, d) < 0;
        return padding ? -1 : best;
    }

    private Seq spread(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, size);
        for (int n = 0; n < x.batchSize(); n++) {
            int[] one = {n};
            for (int t = 0; t < x.length(n); t++) {
                dX.put(t, one, dY.rows(0, one).times(share(x, t, n)));
            }
        }
        return dX;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int inputSize() {
        return size;
    }

    @Override
    public int outputSize() {
        return size;
    }
}
