package dev.carousel.stream;

/**
 * An event of a network, and where its output goes.
 *
 * @param x inputSize numbers, or one that is an id
 * @param y outputSize numbers
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record VectorEvent(float[] x, float[] y) {}
