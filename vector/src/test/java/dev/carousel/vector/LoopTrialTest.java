package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a loop on vectors is tried, and when it is taken at its word. */
class LoopTrialTest {

    private static final int VECTORS = 8;
    private static final int TURNS = 1000;

    /** Less than a nanosecond for each multiply-add. */
    private static final long FAST = TURNS * VECTORS / 2;

    /** A hundred nanoseconds for each. */
    private static final long SLOW = 100L * TURNS * VECTORS;

    @Test
    void aLoopWithLittleToDoIsNeverTried() {
        Loop.Trial trial = new Loop.Trial(VECTORS, 20_000);
        for (int i = 0; i < 1999; i++) {
            assertThat(trial.isDue(10)).isFalse();
        }
    }

    @Test
    void aLoopWithMuchToDoIsTriedOnceInEightCalls() {
        Loop.Trial trial = new Loop.Trial(VECTORS, 20_000);
        int due = 0;
        for (int i = 0; i < 19 + 80; i++) {
            due += trial.isDue(TURNS) ? 1 : 0;
            assertThat(due).isEqualTo(i < 19 ? 0 : (i - 19 + 1) / 8);
        }
        assertThat(due).isEqualTo(10);
    }

    @Test
    void aTrialTellsThatItIsGoingOn() {
        Loop.Trial trial = new Loop.Trial(VECTORS, TURNS);
        long before = System.nanoTime() - 1;
        for (int i = 0; i < 8; i++) {
            trial.isDue(TURNS);
        }
        assertThat(Loop.Trial.anySince(before)).isTrue();
        assertThat(Loop.Trial.anySince(System.nanoTime() + 1)).isFalse();
    }

    @Test
    void twentyFastCallsInARowAreEnough() {
        Loop.Trial trial = new Loop.Trial(VECTORS, 20_000);
        for (int i = 1; i <= 20; i++) {
            assertThat(trial.passed(FAST, TURNS)).as("call %d", i).isEqualTo(i == 20);
        }
        assertThat(trial.passed(FAST, TURNS)).isTrue();
    }

    @Test
    void slowCallsAreNeverEnoughAndOneBeginsTheCountAgain() {
        Loop.Trial trial = new Loop.Trial(VECTORS, 20_000);
        for (int i = 0; i < 100; i++) {
            assertThat(trial.passed(SLOW, TURNS)).isFalse();
        }
        for (int i = 0; i < 19; i++) {
            assertThat(trial.passed(FAST, TURNS)).isFalse();
        }
        assertThat(trial.passed(SLOW, TURNS)).isFalse();
        for (int i = 1; i <= 20; i++) {
            assertThat(trial.passed(FAST, TURNS)).as("call %d", i).isEqualTo(i == 20);
        }
    }

    @Test
    void aLoopThatIsUsedOftenIsOnVectorsInTheEnd() {
        Loop loop = Loop.THIN;
        long begun = Loop.PLAIN;
        for (int i = 0; i < 10_000; i++) {
            begun = loop.begin(10_000);
            if (begun != Loop.PLAIN) {
                // Nothing is done, which is fast.
                loop.end(begun, 10_000);
            }
        }
        assertThat(begun).isNotEqualTo(Loop.PLAIN);
    }
}
