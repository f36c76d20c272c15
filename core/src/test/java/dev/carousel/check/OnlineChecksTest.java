package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.cell.ReferenceCells;
import org.junit.jupiter.api.Test;

class OnlineChecksTest {

    private static final CheckReport ONLINE = StandardChecks.online(42);

    @Test
    void gradientsCarriedForwardAreThoseOfBackpropagation() {
        assertThat(ONLINE.passed()).as(ONLINE.table()).isTrue();
    }

    @Test
    void everyCellOfTheReferenceIsInIt() {
        assertThat(ONLINE.rows().stream().map(Row::subject))
                .containsAll(ReferenceCells.all().stream()
                        .map(CellReference::name)
                        .map(name -> name + ", online")
                        .toList());
    }
}
