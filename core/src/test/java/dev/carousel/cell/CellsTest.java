package dev.carousel.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry finds each cell by what a file says of it, and each cell's layout is one that a layer can use. */
class CellsTest {

    static List<Cell> cells() {
        return Cells.ALL;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void kindAndVariantLeadBackToTheCell(Cell cell) {
        assertThat(Cells.of(cell.kind(), cell.variant())).isEqualTo(cell);
    }

    @Test
    void kindAloneGivesTheUsualForm() {
        assertThat(Cells.of("LSTM")).isEqualTo(new Lstm(true));
        assertThat(Cells.of("gru")).isEqualTo(new Gru(Gru.ResetGate.AFTER_PRODUCT));
        assertThat(Cells.of("rnn")).isEqualTo(new Rnn(Nonlinearity.TANH));
    }

    @Test
    void unknownKindsAndVariantsAreRefusedWithWhatThereIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("lsmt"))
                .withMessageStartingWith("No cell is named 'lsmt'; there are [lstm, gru, rnn]")
                .withMessageContaining("META-INF/services/dev.carousel.cell.CellProvider");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("lsmt", Map.of()))
                .withMessageContaining("No cell is named 'lsmt'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("gru", Map.of("resetGate", "NEVER")))
                .withMessageContaining("The cell gru has no variant {resetGate=NEVER}")
                .withMessageContaining("BEFORE_PRODUCT");
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyGateHasOneInputColumnAndOneBlock(Cell cell) {
        List<Integer> columns = new ArrayList<>();
        List<Integer> gates = new ArrayList<>();
        for (int gate = 0; gate < cell.gates(); gate++) {
            columns.add(cell.inputColumn(gate));
        }
        for (Block block : cell.blocks()) {
            IntStream.range(block.firstGate(), block.firstGate() + block.gates())
                    .forEach(gates::add);
            assertThat(block.firstColumn() + block.gates()).isLessThanOrEqualTo(cell.columns());
        }
        Integer[] all = IntStream.range(0, cell.gates()).boxed().toArray(Integer[]::new);
        assertThat(columns).containsExactlyInAnyOrder(all);
        assertThat(gates).containsExactly(all);
    }
}
