package dev.carousel.reference;

/** A layer without weights or state, which gives as many numbers a step as it reads. */
interface Weightless extends LayerReference {

    /** D, how many numbers a step of its input and of its output has. */
    int size();

    @Override
    default Mats weights() {
        return Mats.empty();
    }

    @Override
    default int inputSize() {
        return size();
    }

    @Override
    default int outputSize() {
        return size();
    }

    @Override
    default Mats zeroState(int N) {
        return Mats.empty();
    }
}
