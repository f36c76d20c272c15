package dev.carousel.data.forecast;

/**
 * What was forecast so far of one window, in z, where the upcoming rows are needed as if they had been seen: a mutable
 * cursor over an array that others own.
 */
final class ForecastPath {

    /** A path on which every row has been seen. */
    static final ForecastPath SEEN = new ForecastPath(0);

    private final int targets;

    /** The first row that is not seen but forecast. */
    private int origin = Integer.MAX_VALUE;

    private double[] z = {};
    private int at;

    ForecastPath(int targets) {
        this.targets = targets;
    }

    /** Moves to another window, whose horizon x targets numbers begin at a place. */
    void moveTo(int origin, double[] z, int at) {
        this.origin = origin;
        this.z = z;
        this.at = at;
    }

    boolean seen(int row) {
        return row < origin;
    }

    double z(int target, int row) {
        return z[at + (row - origin) * targets + target];
    }

    void set(int target, int row, double value) {
        z[at + (row - origin) * targets + target] = value;
    }
}
