package dev.carousel.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.loss.GoldenLines;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final GoldenLines GOLDEN = GoldenLines.read("/optim/trajectories.txt");

    private static void assertEqualsPyTorch(String name, Schedule schedule) {
        double[] golden = GOLDEN.one(name);
        for (int step = 0; step < golden.length; step++) {
            assertThat(schedule.factor(step, 10)).as("step " + step).isCloseTo(golden[step], within(1e-12));
        }
    }

    @Test
    void stepDecayEqualsPyTorch() {
        assertEqualsPyTorch("step every 3 gamma 0.5", Schedule.stepDecay(3, 0.5));
    }

    @Test
    void cosineEqualsPyTorch() {
        assertEqualsPyTorch("cosine last 0.1 of 10", Schedule.cosine(0.1));
    }

    @Test
    void oneCycleEqualsPyTorch() {
        assertEqualsPyTorch("one cycle of 10", Schedule.oneCycle());
        double[] golden = GOLDEN.one("one cycle of 37 rising 0.2 first 0.1 last 0.01");
        Schedule schedule = new Schedule.OneCycle(0.2, 0.1, 0.01);
        for (int step = 0; step < 37; step++) {
            assertThat(schedule.factor(step, 37)).as("step " + step).isCloseTo(golden[step], within(1e-12));
        }
    }

    @Test
    void aCycleOfHardlyAnyUpdatesStaysInItsRange() {
        for (int steps = 0; steps < 6; steps++) {
            for (int step = 0; step < steps + 2; step++) {
                assertThat(Schedule.oneCycle().factor(step, steps)).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void cosineEndsAtItsLastFactorAndStaysThere() {
        assertThat(Schedule.cosine(0.1).factor(10, 10)).isCloseTo(0.1, within(1e-15));
        assertThat(Schedule.cosine(0.1).factor(25, 10)).isCloseTo(0.1, within(1e-15));
        assertThat(Schedule.cosine(0.1).factor(0, 0)).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void warmUpReachesOneThenHandsOver() {
        Schedule schedule = Schedule.warmUp(4, Schedule.cosine(0));
        assertThat(schedule.factor(0, 14)).isEqualTo(0.25);
        assertThat(schedule.factor(3, 14)).isEqualTo(1);
        assertThat(schedule.factor(4, 14)).isEqualTo(1);
        assertThat(schedule.factor(9, 14)).isEqualTo(Schedule.cosine(0).factor(5, 10));
        assertThat(schedule.factor(14, 14)).isCloseTo(0, within(1e-15));
    }

    @Test
    void constantIsOne() {
        assertThat(Schedule.CONSTANT.factor(0, 10)).isEqualTo(1);
        assertThat(Schedule.CONSTANT.factor(9, 10)).isEqualTo(1);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Schedule.stepDecay(0, 0.5)).hasMessageContaining("every is 0");
        assertThatThrownBy(() -> Schedule.cosine(1.5)).hasMessageContaining("last factor is 1.5");
        assertThatThrownBy(() -> new Schedule.OneCycle(0, 0.1, 0)).hasMessageContaining("rising is 0.0");
        assertThatThrownBy(() -> Schedule.warmUp(-1, Schedule.CONSTANT)).hasMessageContaining("rising is -1");
    }
}
