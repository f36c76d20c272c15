package dev.carousel.optim;

/** Checks of the numbers that optimisers, schedules and clipping are configured with; NaN passes none. */
final class Require {

    private Require() {}

    /** A number above 0 and finite. */
    static void positive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is " + value + " but must be above 0 and finite.");
        }
    }

    /** A number from 0 that is finite. */
    static void notNegative(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is " + value + " but must be at least 0 and finite.");
        }
    }

    /** A decay, from 0 to below 1. */
    static void decay(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(what + " is " + value + " but must be at least 0 and below 1.");
        }
    }
}
