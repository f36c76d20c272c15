package dev.carousel.bench;

import java.util.Map;

/** A layer of some engine, ready to be timed. One thread at a time. */
public interface TimedLayer extends AutoCloseable {

    /** Does the work once. */
    void run();

    /** A copy of y [T, N, H] of the last run. */
    float[] output();

    /** Copies of the gradients of the last run, of training: {@code x}, {@code W}, {@code R}, {@code bW}, {@code bR}. */
    Map<String, float[]> gradients();

    @Override
    void close();
}
