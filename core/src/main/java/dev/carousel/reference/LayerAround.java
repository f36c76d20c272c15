package dev.carousel.reference;

/**
 * A layer around another: its name, weights, sizes and states are those of the inner layer, except where it overrides
 * them.
 */
public interface LayerAround extends LayerReference {

    /** The layer within. */
    LayerReference inner();

    @Override
    default String name() {
        return inner().name();
    }

    @Override
    default Mats weights() {
        return inner().weights();
    }

    @Override
    default int inputSize() {
        return inner().inputSize();
    }

    @Override
    default int outputSize() {
        return inner().outputSize();
    }

    @Override
    default Mats zeroState(int N) {
        return inner().zeroState(N);
    }

    @Override
    default Mats reachable(Mats state) {
        return inner().reachable(state);
    }
}
