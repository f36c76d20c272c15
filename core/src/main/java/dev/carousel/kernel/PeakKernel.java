package dev.carousel.kernel;

/** Multiply-adds on numbers that never leave the registers: how fast this machine could be at best, for benchmarks. */
public interface PeakKernel {

    /**
     * Does a number of rounds of independent multiply-adds.
     *
     * @param rounds how many
     * @param sink receives something that depends on all of them, so that none can be left out; at least 64 floats
     * @return how many floating-point operations that were, two for each multiply-add
     */
    long run(int rounds, float[] sink);
}
