package dev.carousel.reference;

/**
 * Each number times a factor that is not learned: dropout with its draws given.
 *
 * <pre>{@code
 * y = m ⊙ x        dX = m ⊙ dY        m [T, N, D], 0 or 1 / (1 - p)
 * }</pre>
 */
final class FactorLayer implements LayerReference {

    private final Seq factors;

    /** The layer with these factors, for batches of their steps and sequences. */
    FactorLayer(Seq factors) {
        this.factors = factors;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        return new Run(times(x), Mats.empty(), (dY, dLast) -> new Gradients(times(dY), Mats.empty(), Mats.empty()));
    }

    private Seq times(Seq x) {
        Seq y = Seq.zerosLike(x, x.size());
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(t, live, x.rows(t, live).times(factors.rows(t, live)));
        }
        return y;
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public int inputSize() {
        return factors.size();
    }

    @Override
    public int outputSize() {
        return factors.size();
    }
}
