package dev.carousel.check;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mats;

/** A layer that is another one in all but what a subclass breaks. */
abstract class Wrapped implements LayerReference {

    private final LayerReference right;

    Wrapped(LayerReference right) {
        this.right = right;
    }

    LayerReference right() {
        return right;
    }

    @Override
    public String name() {
        return right.name();
    }

    @Override
    public Mats weights() {
        return right.weights();
    }

    @Override
    public int inputSize() {
        return right.inputSize();
    }

    @Override
    public int outputSize() {
        return right.outputSize();
    }

    @Override
    public Mats zeroState(int N) {
        return right.zeroState(N);
    }
}
