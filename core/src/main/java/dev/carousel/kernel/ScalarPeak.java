package dev.carousel.kernel;

/** Multiply-adds over a short array, which the compiler may vectorise as it does those of the scalar products. */
final class ScalarPeak implements PeakKernel {

    private static final int SIZE = 64;

    @Override
    public long run(int rounds, float[] sink) {
        for (int r = 0; r < rounds; r++) {
            for (int j = 0; j < SIZE; j++) {
                sink[j] += 0.999f * sink[j];
            }
        }
        return 2L * SIZE * rounds;
    }
}
