package dev.carousel.reference;

/**
 * Two layers over the same input, their outputs side by side: usually one cell forward in time and one in reverse.
 *
 * <pre>{@code
 * y(t) = [ one(x)(t), other(x)(t) ]
 * dX = dX of the one + dX of the other
 * }</pre>
 *
 * <p>Weights and states keep their names, so the two must not share any; {@link Renamed} sees to that.
 */
public final class Bidirectional implements LayerReference {

    private final LayerReference one;
    private final LayerReference other;

    /** Both over the same input; {@code one}'s output comes first. */
    public Bidirectional(LayerReference one, LayerReference other) {
        if (one.inputSize() != other.inputSize()) {
            throw new IllegalArgumentException("Bidirectional: the directions read the same input, but one takes size "
                    + one.inputSize() + " and the other " + other.inputSize() + ".");
        }
        this.one = one;
        this.other = other;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Mats ownedByOne = one.zeroState(0);
        Mats ownedByOther = other.zeroState(0);
        Run a = one.forward(x, initial.only(ownedByOne.names()));
        Run b = other.forward(x, initial.only(ownedByOther.names()));
        return new Run(a.y().beside(b.y()), a.last().and(b.last()), (dY, dLast) -> {
            Gradients da = a.backward(dY.part(0, one.outputSize()), dLast.only(ownedByOne.names()));
            Gradients db = b.backward(dY.part(one.outputSize(), outputSize()), dLast.only(ownedByOther.names()));
            return new Gradients(
                    da.dX().plus(db.dX()),
                    da.dInitial().and(db.dInitial()),
                    da.dWeights().and(db.dWeights()));
        });
    }

    @Override
    public String name() {
        return one.name() + " and " + other.name();
    }

    @Override
    public Mats weights() {
        return one.weights().and(other.weights());
    }

    @Override
    public int inputSize() {
        return one.inputSize();
    }

    @Override
    public int outputSize() {
        return one.outputSize() + other.outputSize();
    }

    @Override
    public Mats zeroState(int N) {
        return one.zeroState(N).and(other.zeroState(N));
    }
}
