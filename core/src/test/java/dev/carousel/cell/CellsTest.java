package dev.carousel.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Nonlinearity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The registry finds each cell by what a file says of it, and each cell's layout is one that a layer can use. */
class CellsTest {

    @TempDir
    Path folder = Path.of("");

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
                .withMessageStartingWith(
                        "No cell is named 'lsmt'; there are [lstm, gru, rnn, indrnn, mgu, mingru, minlstm, sru, slstm, rglru, lnlstm]")
                .withMessageContaining("META-INF/services/dev.carousel.cell.CellProvider");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("lsmt", Map.of()))
                .withMessageContaining("No cell is named 'lsmt'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.of("gru", Map.of("resetGate", "NEVER")))
                .withMessageContaining("The cell gru has no variant {resetGate=NEVER}")
                .withMessageContaining("BEFORE_PRODUCT");
    }

    /** A cell of no use but its name, which is its own provider. */
    public static final class Named implements ElementwiseCell, CellProvider {

        @Override
        public String kind() {
            return "named";
        }

        @Override
        public Cell of(Map<String, String> variant) {
            return this;
        }

        @Override
        public int gates() {
            return 1;
        }

        @Override
        public void forward(int block, Unit unit) {
            unit.h(unit.a(0));
        }

        @Override
        public void backward(int block, Unit unit) {
            unit.a(0, unit.dh());
        }
    }

    /** Another provider of the same kind. */
    public static final class Namesake implements CellProvider {

        @Override
        public String kind() {
            return "named";
        }

        @Override
        public Cell of(Map<String, String> variant) {
            return new Named();
        }
    }

    @Test
    void aProvidedCellIsFoundAndNamedAmongThoseThereAre() {
        Provided.with(
                folder,
                () -> {
                    assertThat(Cells.of("named")).isInstanceOf(Named.class);
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> Cells.of("nmaed"))
                            .withMessageStartingWith(
                                    "No cell is named 'nmaed'; there are [lstm, gru, rnn, indrnn, mgu, mingru, minlstm, sru, slstm, rglru, lnlstm, named]");
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> Cells.of("named", Map.of("clip", "1")))
                            .withMessageContaining("The cell named has no variant {clip=1}");
                },
                Named.class);
        assertThatIllegalArgumentException().isThrownBy(() -> Cells.of("named"));
    }

    /** A cell of two variants, of which even the usual one is named in files. */
    public record Sided(boolean left) implements ElementwiseCell {

        @Override
        public String kind() {
            return "sided";
        }

        @Override
        public Map<String, String> variant() {
            return Map.of("side", left ? "left" : "right");
        }

        @Override
        public int gates() {
            return 1;
        }

        @Override
        public void forward(int block, Unit unit) {
            unit.h(left ? unit.a(0) : unit.g(0));
        }

        @Override
        public void backward(int block, Unit unit) {
            unit.a(0, unit.dh());
        }
    }

    /** Gives both. */
    public static final class SidedProvider implements CellProvider {

        @Override
        public String kind() {
            return "sided";
        }

        @Override
        public Cell of(Map<String, String> variant) {
            return new Sided(!variant.getOrDefault("side", "left").equals("right"));
        }
    }

    @Test
    void kindAloneGivesTheUsualFormOfAProvidedCellWithVariants() {
        Provided.with(
                folder,
                () -> {
                    assertThat(Cells.of("sided")).isEqualTo(new Sided(true));
                    for (Cell cell : List.of(new Sided(true), new Sided(false))) {
                        assertThat(Cells.of("sided", cell.variant())).isEqualTo(cell);
                        Cells.requireKnown(cell);
                    }
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> Cells.of("sided", Map.of("side", "up")))
                            .withMessageContaining("The cell sided has no variant {side=up}");
                },
                SidedProvider.class);
    }

    @Test
    void twoProvidersOfOneKindAreRefused() {
        Provided.with(
                folder,
                () -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> Cells.of("named"))
                        .withMessageContainingAll(
                                "The cell 'named' is provided twice, by " + Named.class.getName(),
                                Namesake.class.getName(),
                                "take one of their jars off"),
                Named.class,
                Namesake.class);
    }

    /** It has no constructor that a service needs. */
    private static final class Hidden implements CellProvider {

        private Hidden() {}

        @Override
        public String kind() {
            return "hidden";
        }

        @Override
        public Cell of(Map<String, String> variant) {
            return new Named();
        }
    }

    @Test
    void aProviderThatCannotBeMadeIsNamed() {
        Provided.with(
                folder,
                () -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> Cells.of("hidden"))
                        .withMessageContainingAll(
                                "The cell 'hidden' could not be looked for",
                                Hidden.class.getName(),
                                "public constructor"),
                Hidden.class);
        assertThat(new Hidden().kind()).isEqualTo("hidden");
    }

    @Test
    void aCellThatIsNotEqualToWhatAFileWouldGiveIsRefused() {
        // A class without equals: each of its instances differs from the one that is read back.
        Provided.with(
                folder,
                () -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> Cells.requireKnown(new Named()))
                        .withMessageContaining("make it a record"),
                Named.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cells.requireKnown(new Named()))
                .withMessageContainingAll("could not be read back from a file", "No cell is named 'named'");
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
        assertThat(gates).containsExactly(cell.blocks().isEmpty() ? new Integer[0] : all);
    }
}
