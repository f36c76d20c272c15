package dev.carousel.vector;

import static dev.carousel.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import dev.carousel.kernel.PeakKernel;
import jdk.incubator.vector.FloatVector;

/**
 * Twelve chains of multiply-adds, more than the units need to be busy at every width. Each adds to its sum, as products do: a
 * running sum that is multiplied would have to be moved to another register each time.
 */
final class VectorPeak implements PeakKernel {

    private static final int L = Lanes.COUNT;
    private static final int CHAINS = 12;

    @Override
    public long run(int rounds, float[] sink) {
        FloatVector a = broadcast(SPECIES, 0.999f);
        FloatVector b = broadcast(SPECIES, 0.001f);
        FloatVector c0 = b;
        FloatVector c1 = b;
        FloatVector c2 = b;
        FloatVector c3 = b;
        FloatVector c4 = b;
        FloatVector c5 = b;
        FloatVector c6 = b;
        FloatVector c7 = b;
        FloatVector c8 = b;
        FloatVector c9 = b;
        FloatVector c10 = b;
        FloatVector c11 = b;
        for (int r = 0; r < rounds; r++) {
            c0 = a.fma(b, c0);
            c1 = a.fma(b, c1);
            c2 = a.fma(b, c2);
            c3 = a.fma(b, c3);
            c4 = a.fma(b, c4);
            c5 = a.fma(b, c5);
            c6 = a.fma(b, c6);
            c7 = a.fma(b, c7);
            c8 = a.fma(b, c8);
            c9 = a.fma(b, c9);
            c10 = a.fma(b, c10);
            c11 = a.fma(b, c11);
        }
        FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).intoArray(sink, 0);
        return 2L * CHAINS * L * rounds;
    }
}
