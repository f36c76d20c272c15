package dev.carousel.check;

import dev.carousel.reference.LayerAround;
import dev.carousel.reference.LayerReference;

/** A layer that is another one in all but what a subclass breaks. */
abstract class Wrapped implements LayerAround {

    private final LayerReference right;

    Wrapped(LayerReference right) {
        this.right = right;
    }

    @Override
    public LayerReference inner() {
        return right;
    }
}
