package dev.carousel.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingHistoryTest {

    private static Curves curves(List<Section> sections, String title) {
        return (Curves) sections.stream()
                .filter(section -> section.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itShowsWhatTheResultOfTheTrainingHas() {
        TrainingHistory history = new TrainingHistory("characters", 1);
        TrainingResult result = SmallTraining.run(SmallTraining.network(), history);
        List<Section> sections = history.sections();
        assertThat(sections.get(0)).isInstanceOf(Summary.class);
        Curves loss = curves(sections, "Loss");
        assertThat(loss.up().unit()).isEqualTo("nats");
        assertThat(loss.places()).containsExactly(1, 2, 3);
        assertThat(loss.lines().get(0).values())
                .isEqualTo(result.epochs().stream()
                        .mapToDouble(EpochFigures::trainingLoss)
                        .toArray());
        assertThat(loss.lines().get(1).values())
                .isEqualTo(result.epochs().stream()
                        .mapToDouble(epoch -> epoch.heldOutLoss().orElseThrow())
                        .toArray());
        assertThat(curves(sections, "Loss of the updates").places())
                .hasSize(SmallTraining.EPOCHS * SmallTraining.BATCHES);
        Curves norms = curves(sections, "Gradient norm by layer");
        assertThat(norms.lines()).extracting(Section.Line::name).containsExactly("all", "rnn.l0", "out");
        assertThat(curves(sections, "Speed").up().label()).isEqualTo("speed (characters/s)");
        assertThat(((Table) sections.get(sections.size() - 1)).rows()).hasSize(SmallTraining.EPOCHS);
        assertThat(history.status()).isEqualTo("Training ended after 3 epochs.");
    }

    @Test
    void beforeAnythingHappenedThereIsNothingToDraw() {
        TrainingHistory history = new TrainingHistory();
        assertThat(history.sections()).hasSize(1);
        assertThat(history.status()).isEqualTo("Training has not begun.");
        assertThat(Report.of("Nothing", history.sections()).html()).contains("Summary");
    }

    @Test
    void anotherRunForgetsTheOneBefore() {
        TrainingHistory history = new TrainingHistory();
        SmallTraining.run(SmallTraining.network(), history);
        SmallTraining.run(SmallTraining.network(), history);
        assertThat(curves(history.sections(), "Loss").places()).containsExactly(1, 2, 3);
    }

    @Test
    void howeverManyUpdatesTheMeansStayFewAndTrue() {
        for (int count : new int[] {1, 1023, 1024, 1025, 2048, 2049, 5000, 123_457}) {
            RunningMeans means = new RunningMeans();
            for (int i = 1; i <= count; i++) {
                means.add(i);
            }
            double[] places = means.places();
            double[] values = means.means();
            assertThat(places).as("%d updates", count).hasSameSizeAs(values).hasSizeLessThanOrEqualTo(1024);
            assertThat(count - places[places.length - 1]).isLessThan(means.stride());
            // The numbers are those of the updates, so the mean of a point lies in the middle of them.
            for (int i = 0; i < places.length; i++) {
                assertThat(values[i]).isCloseTo(places[i] - (means.stride() - 1) / 2.0, within(1e-6));
            }
            assertThat(Arrays.stream(values).average().orElseThrow()).isPositive();
        }
    }
}
