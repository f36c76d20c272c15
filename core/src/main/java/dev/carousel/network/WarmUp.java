package dev.carousel.network;

import dev.carousel.kernel.Team;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.time.Duration;

/**
 * Passes over made-up numbers until the compiler is done with them: {@link PackedNetwork#warm}.
 *
 * <p>The compiler comes in leaps, each of which makes a pass faster. So it is held to be done when passes have not become
 * faster for some time.
 */
final class WarmUp {

    /** How much less time is faster. */
    private static final double FASTER = 0.9;

    /** For how long none has to have been faster. */
    private static final Duration QUIET = Duration.ofMillis(400);

    private WarmUp() {}

    /** Whether passes over T steps of N sequences became steady within the limit. */
    static boolean run(PackedNetwork network, int steps, int batchSize, Duration limit) {
        SequenceBatch x = network.spec().readsIds()
                ? Tokens.of(new int[Math.multiplyExact(steps, batchSize)], steps, batchSize)
                : Sequence.zeros(steps, batchSize, network.spec().inputSize());
        boolean last = network.spec().lastOnly();
        float[] output = new float
                [Math.multiplyExact(last ? 1 : steps, batchSize)
                        * network.spec().outputSize()];
        Tape tape = network.tape(Team.single());
        State state = tape.freshState(batchSize);
        long begin = System.nanoTime();
        long now = begin;
        long fasterAt = begin;
        double least = Double.POSITIVE_INFINITY;
        while (now - begin < limit.toNanos()) {
            state.clear();
            tape.forward(x, state, output);
            long after = System.nanoTime();
            if (after - now < FASTER * least) {
                least = after - now;
                fasterAt = after;
            }
            now = after;
            if (now - fasterAt > QUIET.toNanos()) {
                return true;
            }
        }
        return false;
    }
}
