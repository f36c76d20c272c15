package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.series.ColumnRoles;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.optim.AdamW;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Plateau;
import dev.carousel.optim.RmsProp;
import dev.carousel.optim.Schedule;
import dev.carousel.train.Averaging;
import dev.carousel.train.TrainingPlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortableTest {

    private record Maybe(Optional<String> text, Optional<Optional<Integer>> number) {}

    private static <T> void assertArrives(Class<T> type, T value) {
        assertThat(Portable.of(type, value).value()).isEqualTo(value);
    }

    @Test
    void recordsOfWhateverKindArriveAsTheyWere() {
        assertArrives(TrainingPlan.class, TrainingPlan.forClasses());
        assertArrives(
                TrainingPlan.class,
                TrainingPlan.of(new Pinball(List.of(0.1, 0.5), Steps.last(3)))
                        .withOptimiser(new AdamW(0.002).withWeightDecay(0.01))
                        .withSchedule(Schedule.warmUp(20, Schedule.oneCycle()))
                        .withClipping(Clipping.byValue(2))
                        .withPlateau(new Plateau(0.5, 2))
                        .withAveraging(Averaging.lastEpochs(3))
                        .withFrozen("rnn"));
        assertArrives(
                TrainingPlan.class,
                TrainingPlan.of(new SoftmaxCrossEntropy().withSmoothing(0.1))
                        .withOptimiser(new RmsProp(0.1))
                        .withSchedule(Schedule.stepDecay(3, 0.5)));
        assertArrives(ColumnRoles.class, ColumnRoles.of("a").withId("").withCategories(List.of("b")));
        assertArrives(Maybe.class, new Maybe(Optional.of(""), Optional.of(Optional.empty())));
        assertArrives(Maybe.class, new Maybe(Optional.empty(), Optional.of(Optional.of(3))));
    }

    @Test
    void whatCannotTravelIsNamed() {
        TrainingPlan plan = TrainingPlan.forNumbers().withSchedule((step, steps) -> 1);
        assertThatThrownBy(() -> Portable.of(TrainingPlan.class, plan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PortableTest")
                .hasMessageContaining("Write it as a record");
    }
}
