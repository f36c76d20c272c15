package dev.carousel.network;

/**
 * What one thread does of every step: some rows of the batch, all units of them, or some units of all rows.
 *
 * @param firstRow the first sequence
 * @param rows how many sequences
 * @param firstUnit the first unit
 * @param units how many units
 */
record Share(int firstRow, int rows, int firstUnit, int units) {

    /** Where its sequences end, exclusive. */
    int endRow() {
        return firstRow + rows;
    }
}
