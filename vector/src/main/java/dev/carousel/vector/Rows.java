package dev.carousel.vector;

import jdk.incubator.vector.FloatVector;

/** Loads and activations along a row whose length is a whole number of vectors; {@link PaddedStep} makes it so. */
final class Rows {

    private static final int L = Lanes.COUNT;

    private Rows() {}

    static FloatVector load(float[] array, int at) {
        return FloatVector.fromArray(Lanes.SPECIES, array, at);
    }

    /** x = σ(x) for {@code size} numbers. */
    static void logistic(float[] x, int at, int size) {
        for (int j = 0; j < size; j += L) {
            Activations.logistic(load(x, at + j)).intoArray(x, at + j);
        }
    }

    /** x = tanh(x) for {@code size} numbers. */
    static void tanh(float[] x, int at, int size) {
        for (int j = 0; j < size; j += L) {
            Activations.tanh(load(x, at + j)).intoArray(x, at + j);
        }
    }
}
