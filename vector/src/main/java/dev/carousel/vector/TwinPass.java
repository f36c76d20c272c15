package dev.carousel.vector;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;

/**
 * A pass on vectors with a plain one of the same bits, which does its work in the first moments of a JVM, as a
 * {@link Loop} does for products.
 */
final class TwinPass implements Pass {

    /** A pass has a dozen operations a vector, an activation three dozen; judged as so many multiply-adds. */
    private static final int OPERATIONS = 4;

    /** Some milliseconds of plain work: the first thousand steps of a small network. */
    private static final long WORTH = 5_000;

    private final Pass vector;
    private final Pass plain;
    private final Loop.Trial trial = new Loop.Trial(OPERATIONS, WORTH);

    /** All threads may read and write this at any time; whatever they find, the numbers are the same. */
    private boolean compiled = VectorKernels.FROM_THE_FIRST_CALL;

    private TwinPass(Pass vector, Pass plain) {
        this.vector = vector;
        this.plain = plain;
    }

    /** A pass, and what does the same without vectors. */
    static Pass of(Pass vector, Pass plain) {
        return new TwinPass(vector, plain);
    }

    @Override
    public void run(Step s, StepGradient d, int from, int to) {
        if (compiled) {
            vector.run(s, d, from, to);
        } else {
            tryVector(s, d, from, to);
        }
    }

    private void tryVector(Step s, StepGradient d, int from, int to) {
        int turns = Math.max(1, (to - from) * (s.units / Lanes.COUNT));
        if (!trial.isDue(turns)) {
            plain.run(s, d, from, to);
            return;
        }
        long begun = System.nanoTime();
        vector.run(s, d, from, to);
        compiled |= trial.passed(System.nanoTime() - begun, turns);
    }

    /** Both, for tests of their bits. */
    Pass[] both() {
        return new Pass[] {vector, plain};
    }
}
