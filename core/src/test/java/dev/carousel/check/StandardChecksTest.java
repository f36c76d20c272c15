package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.check.Report.Row;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.ReferenceCells;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checks that the command runs pass, and leave no cell out. */
class StandardChecksTest {

    private final Report gradients = StandardChecks.gradients(42);
    private final Report sequences = StandardChecks.sequences(42);

    @Test
    void allGradientsEqualDifferences() {
        assertThat(gradients.passed()).as(gradients.table()).isTrue();
    }

    @Test
    void allSequencesEqualStepByStep() {
        assertThat(sequences.passed()).as(sequences.table()).isTrue();
    }

    @Test
    void everyCellIsCheckedInBothDirectionsAndStacked() {
        assertThat(gradients.rows().stream().map(Row::subject).collect(Collectors.toSet()))
                .containsAll(ReferenceCells.all().stream()
                        .map(CellReference::name)
                        .flatMap(name -> Stream.of(name, name + ", reverse", name + " x 2, both directions, dense"))
                        .toList())
                .contains(
                        "dense", "softmax cross-entropy", "squared error", "absolute error", "logistic cross-entropy");
        assertThat(sequences.rows().stream().map(Row::subject).collect(Collectors.toSet()))
                .containsAll(
                        ReferenceCells.all().stream().map(CellReference::name).toList());
    }
}
