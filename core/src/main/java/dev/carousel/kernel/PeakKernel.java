package dev.carousel.kernel;

/** Multiply-adds on numbers that never leave the registers: the peak speed of this machine, for benchmarks. */
public interface PeakKernel {

    /**
     * Does a number of rounds of independent multiply-adds.
     *
     * @param rounds how many
     * @param sink receives something that depends on all of them, so that none can be left out; at least 64 floats
     * @return how many floating-point operations that were, two for each multiply-add
     */
    long run(int rounds, float[] sink);

    /** How many floating-point operations a nanosecond all threads of a team can do at best, of many short measurements. */
    default double gflops(Team team) {
        int rounds = 1_000_000;
        int measurements = 60;
        float[][] sinks = new float[team.threads()][64];
        double operations = (double) run(1, sinks[0]) * rounds * team.threads();
        double best = 0;
        for (int i = 0; i < measurements; i++) {
            long begun = System.nanoTime();
            team.run((part, parts) -> run(rounds, sinks[part]));
            best = Math.max(best, operations / (System.nanoTime() - begun));
        }
        return best;
    }
}
