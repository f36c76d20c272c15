package dev.carousel.reference;

/**
 * Two layers over the same input, their outputs side by side or merged: usually one cell forward in time and one in
 * reverse.
 *
 * <pre>{@code
 * y(t) = [ one(x)(t), other(x)(t) ]        or one + other, one ⊙ other, (one + other) / 2
 * dX = dX of the one + dX of the other
 * }</pre>
 *
 * <p>Weights and states keep their names, so the two must not share any; {@link Renamed} sees to that.
 */
public final class Bidirectional implements LayerReference {

    private final LayerReference one;
    private final LayerReference other;
    private final Merge merge;

    /** What happens to the two outputs. */
    public enum Merge {
        /** Side by side. */
        CONCATENATE,
        /** The sum. */
        SUM,
        /** The product, number by number. */
        PRODUCT,
        /** The mean. */
        AVERAGE
    }

    /** Both over the same input; {@code one}'s output comes first. */
    public Bidirectional(LayerReference one, LayerReference other) {
        this(one, other, Merge.CONCATENATE);
    }

    /** Both over the same input, merged. */
    public Bidirectional(LayerReference one, LayerReference other, Merge merge) {
        if (one.inputSize() != other.inputSize()) {
            throw new IllegalArgumentException("Bidirectional: the directions read the same input, but one takes size "
                    + one.inputSize() + " and the other " + other.inputSize() + ".");
        }
        this.one = one;
        this.other = other;
        this.merge = merge;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Mats ownedByOne = one.zeroState(0);
        Mats ownedByOther = other.zeroState(0);
        Run a = one.forward(x, initial.only(ownedByOne.names()));
        Run b = other.forward(x, initial.only(ownedByOther.names()));
        Seq y = switch (merge) {
            case CONCATENATE -> a.y().beside(b.y());
            case SUM -> a.y().plus(b.y());
            case PRODUCT -> a.y().times(b.y());
            case AVERAGE -> a.y().plus(b.y()).times(0.5);
        };
        return new Run(y, a.last().and(b.last()), (dY, dLast) -> {
            Gradients da = a.backward(share(dY, 0, one.outputSize(), b.y()), dLast.only(ownedByOne.names()));
            Gradients db = b.backward(
                    share(dY, one.outputSize(), other.outputSize(), a.y()), dLast.only(ownedByOther.names()));
            return new Gradients(
                    da.dX().plus(db.dX()),
                    da.dInitial().and(db.dInitial()),
                    da.dWeights().and(db.dWeights()));
        });
    }

    /** The gradient of one direction's output, which has {@code size} numbers from {@code at}, or was merged. */
    private Seq share(Seq dY, int at, int size, Seq yOfOther) {
        return switch (merge) {
            case CONCATENATE -> dY.part(at, at + size);
            case SUM -> dY;
            case PRODUCT -> dY.times(yOfOther);
            case AVERAGE -> dY.times(0.5);
        };
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
        return merge == Merge.CONCATENATE ? one.outputSize() + other.outputSize() : one.outputSize();
    }

    @Override
    public Mats zeroState(int N) {
        return one.zeroState(N).and(other.zeroState(N));
    }

    @Override
    public Mats reachable(Mats state) {
        return one.reachable(state.only(one.zeroState(0).names()))
                .and(other.reachable(state.only(other.zeroState(0).names())));
    }
}
