package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cell.Cells;
import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checks that the command runs pass, and leave no cell out. */
class StandardChecksTest {

    private static final CheckReport gradients = StandardChecks.gradients(42);
    private static final CheckReport sequences = StandardChecks.sequences(42);
    private static final CheckReport engine = StandardChecks.engine(42);
    private static final CheckReport engineSequences = StandardChecks.engineSequences(42);

    @Test
    void allGradientsEqualDifferences() {
        assertThat(gradients.passed()).as(gradients.table()).isTrue();
    }

    @Test
    void allSequencesEqualStepByStep() {
        assertThat(sequences.passed()).as(sequences.table()).isTrue();
    }

    @Test
    void engineEqualsTheReference() {
        assertThat(engine.passed()).as(engine.table()).isTrue();
    }

    @Test
    void allSequencesEqualStepByStepInTheEngine() {
        assertThat(engineSequences.passed()).as(engineSequences.table()).isTrue();
    }

    @Test
    void everyCellIsCheckedInTheEngineToo() {
        for (CellReference cell :
                Cells.ALL.stream().map(EngineCells::referenceOf).toList()) {
            assertThat(engine.rows().stream().map(Row::subject))
                    .contains(
                            cell.name() + " (scalar kernels)",
                            cell.name() + ", dense (scalar kernels)",
                            cell.name() + " x 2, both directions, dense (scalar kernels)");
            assertThat(engineSequences.rows().stream().map(Row::subject))
                    .contains(cell.name() + " (scalar kernels)", cell.name() + " x 2, dense (scalar kernels)");
        }
    }

    @Test
    void allChecksAreInTheListThatTheCommandRuns() {
        assertThat(StandardChecks.all(42))
                .containsExactly(gradients, sequences, engine, engineSequences, StandardChecks.online(42));
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
