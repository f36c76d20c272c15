package dev.carousel.reference;

/**
 * A layer that gives the mean over the steps of each sequence, as a batch of one step.
 *
 * <pre>{@code
 * y(0) = 1 / L Σ_(t < L) x(t)          dX(t) = dY(0) / L          L the sequence's length; y(0) = 0 where it is 0
 * }</pre>
 *
 * <p>No weights, no state.
 */
final class MeanLayer implements Weightless {

    private final int size;

    /** The mean of vectors of a size. */
    MeanLayer(int size) {
        this.size = size;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.over(1, x.batchSize(), size, new double[x.batchSize() * size]);
        for (int n = 0; n < x.batchSize(); n++) {
            Mat sum = Mat.zeros(1, size);
            for (int t = 0; t < x.length(n); t++) {
                sum = sum.plus(x.rows(t, new int[] {n}));
            }
            y.put(0, new int[] {n}, sum.times(share(x, n)));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> new Gradients(spread(x, dY), Mats.empty(), Mats.empty()));
    }

    private static double share(Seq x, int n) {
        return x.length(n) == 0 ? 0 : 1.0 / x.length(n);
    }

    private Seq spread(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, size);
        for (int n = 0; n < x.batchSize(); n++) {
            int[] one = {n};
            for (int t = 0; t < x.length(n); t++) {
                dX.put(t, one, dY.rows(0, one).times(share(x, n)));
            }
        }
        return dX;
    }

    @Override
    public String name() {
        return "mean over steps";
    }

    @Override
    public int size() {
        return size;
    }
}
