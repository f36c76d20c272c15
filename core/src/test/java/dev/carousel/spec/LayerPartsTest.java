package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import dev.carousel.network.State;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no pass could carry or compute is refused before there is a network, with the part that is wrong. */
class LayerPartsTest {

    private static final int D = 3;
    private static final int H = 4;
    private static final StatePart MEMORY = new StatePart("c", H, 0);

    /** A declaration, of equations that nobody gets to. */
    private record Declared(
            List<WeightPart> weightParts,
            List<StatePart> stateParts,
            List<Block> products,
            List<Integer> inputColumns,
            int columns,
            boolean unitByUnit,
            boolean projects)
            implements Cell {

        static final Declared RIGHT = new Declared(
                List.of(
                        WeightPart.of("weight_ih", Role.INPUT, 2 * H, D),
                        WeightPart.of("weight_hh", Role.RECURRENT, 2 * H, H),
                        WeightPart.of("bias_ih", Role.INPUT_BIAS, 2 * H)),
                List.of(StatePart.h(H)),
                List.of(new Block(0, 2, 0)),
                List.of(0, 1),
                2,
                true,
                false);

        Declared withWeights(WeightPart... parts) {
            return new Declared(List.of(parts), stateParts, products, inputColumns, columns, unitByUnit, projects);
        }

        /** The right weights and more. */
        Declared withMore(WeightPart... parts) {
            return withWeights(
                    Stream.concat(weightParts.stream(), Stream.of(parts)).toArray(WeightPart[]::new));
        }

        Declared withState(StatePart... parts) {
            return new Declared(weightParts, List.of(parts), products, inputColumns, columns, unitByUnit, projects);
        }

        Declared withProducts(Block... blocks) {
            return new Declared(weightParts, stateParts, List.of(blocks), inputColumns, columns, unitByUnit, projects);
        }

        Declared withColumns(int count, Integer... ofInputs) {
            return new Declared(weightParts, stateParts, products, List.of(ofInputs), count, unitByUnit, projects);
        }

        Declared withProjection() {
            return new Declared(weightParts, stateParts, products, inputColumns, columns, unitByUnit, true);
        }

        @Override
        public String kind() {
            return "declared";
        }

        @Override
        public int gates() {
            return 2;
        }

        @Override
        public int inputColumn(int gate) {
            return inputColumns.get(gate);
        }

        @Override
        public List<Block> blocks() {
            return products;
        }

        @Override
        public List<WeightPart> weights(int D, int H, int P) {
            return weightParts;
        }

        @Override
        public List<StatePart> state(int H) {
            return stateParts;
        }

        @Override
        public void forward(Kernels kernels, int block, Step step) {
            throw new UnsupportedOperationException("It is a declaration only.");
        }

        @Override
        public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
            throw new UnsupportedOperationException("It is a declaration only.");
        }
    }

    private static void refused(Cell cell, String... words) {
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, D, H));
        assertThatIllegalArgumentException()
                .isThrownBy(spec::zeroParameters)
                .withMessageStartingWith("The cell declared: ")
                .withMessageContainingAll(words);
    }

    static List<Cell> cells() {
        return Cells.ALL;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void ourCellsDeclareWhatCanBeCarried(Cell cell) {
        Recurrent layer = Recurrent.of(cell, D, H);
        assertThat(LayerParts.state(layer).get(0)).isEqualTo(StatePart.h(H));
        assertThat(NetworkSpec.of(layer).zeroParameters().slices()).hasSameSizeAs(LayerParts.weights(layer, 0));
    }

    @Test
    void aRightDeclarationIsTaken() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.of(Declared.RIGHT, D, H));
        assertThat(spec.zeroParameters().slices()).hasSize(3);
        Cell columns = Declared.RIGHT.withColumns(3, 1, 0).withProducts(new Block(0, 1, 2), new Block(1, 1, 1));
        assertThat(NetworkSpec.of(Recurrent.of(columns, D, H)).zeroParameters().slices())
                .hasSize(3);
    }

    @Test
    void wrongStatesAreRefused() {
        Declared right = Declared.RIGHT;
        refused(right.withState(), "the first part of its state must be h, of 4 numbers, but its state is []");
        refused(right.withState(MEMORY, StatePart.h(H)), "the first part of its state must be h");
        refused(right.withState(StatePart.h(H + 1)), "the first part of its state must be h, of 4 numbers", "size=5");
        refused(right.withState(StatePart.h(H), MEMORY, MEMORY), "must have its own name");
        refused(right.withState(StatePart.h(H), new StatePart("n", 7, 0)), "it works unit by unit", "size=7");
        refused(
                right.withState(new StatePart("h", H, Float.NEGATIVE_INFINITY)),
                "h is -Infinity when fresh, but products read it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> State.fresh(NetworkSpec.of(Recurrent.of(right.withState(MEMORY), D, H)), 1))
                .withMessageContaining("the first part of its state must be h");
    }

    @Test
    void wrongWeightsAreRefused() {
        Declared right = Declared.RIGHT;
        WeightPart w = right.weightParts().get(0);
        WeightPart r = right.weightParts().get(1);
        refused(right.withWeights(r), "it needs a weight of role INPUT");
        refused(right.withWeights(w), "so of role RECURRENT there must be one");
        refused(right.withProducts(), "its recurrent products are [], so of role RECURRENT there must be no weight");
        refused(
                right.withWeights(w, WeightPart.of("weight_hh", Role.RECURRENT, H, 2 * H)),
                "of role RECURRENT there may be one weight of the shape [8, 4]",
                "shape=[4, 8]");
        refused(right.withWeights(w, w, r), "of role INPUT there may be one weight of the shape [8, 3]");
        refused(right.withMore(WeightPart.of("bias_ih", Role.OWN, H)), "two of its weights are called bias_ih");
        WeightPart u = WeightPart.of("u", Role.OWN, H);
        WeightPart v = WeightPart.of("v", Role.OWN, H);
        refused(right.withWeights(u, w, r, v), "its weights of role OWN must follow each other");
        refused(right.withMore(u, v.withLearned(false)), "must all be learned, or none");
    }

    @Test
    void columnsAndProductsThatDoNotFitAreRefused() {
        Declared right = Declared.RIGHT;
        refused(right.withColumns(1, 0, 1), "it has 2 gates and 1 columns");
        refused(right.withColumns(3, 0, 2), "go to the columns [0, 2] but must go to [0, 1]");
        refused(right.withColumns(2, 0, 0), "go to the columns [0, 0]");
        refused(right.withProducts(new Block(0, 1, 0)), "must take all of its 2 gates");
        refused(right.withProducts(new Block(1, 1, 1), new Block(0, 1, 0)), "one after the other");
        refused(right.withProducts(new Block(0, 2, 1)), "leave their gradients in its 2 columns");
        refused(
                right.withProducts(new Block(0, 1, 0), new Block(1, 1, 1), new Block(2, 1, 2)),
                "it has 3 recurrent products in a step");
    }

    @Test
    void aSecondProductOfAProjectionIsRefused() {
        Cell cell = Declared.RIGHT.withProjection().withProducts(new Block(0, 1, 0), new Block(1, 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.of(cell, D, H).withProjectionSize(2))
                .withMessage("Recurrent rnn: projectionSize is 2 but the cell declared has a second recurrent product,"
                        + " of m with 4 numbers, for which R [kH, P] has too few columns; it must be 0.");
    }

    @Test
    void zoneoutOfACellStateThatCannotBeMixedIsRefused() {
        Regularisation zoneout = Regularisation.NONE.withZoneout(0, 0.25f);
        for (StatePart c : List.of(
                new StatePart("c", H + 1, 0),
                new StatePart("c", H, 1),
                new StatePart("c", H, Float.NEGATIVE_INFINITY))) {
            Cell cell = Declared.RIGHT.withState(StatePart.h(H), c);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Recurrent.of(cell, D, H).withRegularisation(zoneout))
                    .withMessageContainingAll(
                            "zoneoutCell is 0.25 but the cell declared has " + c, "a c of 4 numbers, 0 when fresh");
        }
        Cell several = Declared.RIGHT.withState(StatePart.h(H), MEMORY, new StatePart("n", H, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recurrent.of(several, D, H).withRegularisation(zoneout))
                .withMessageContaining("has more than h and c in its state");
    }

    @Test
    void partsThatAreNoneAreRefused() {
        for (String name : List.of("", "H", "h0", "h_1", "c d")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StatePart(name, 2, 0))
                    .withMessageContaining("it needs a name of lower-case letters");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new StatePart("n", 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StatePart("n", 2, Float.NaN))
                .withMessageContaining("NaN when fresh");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightPart.of("u", Role.OWN, 2, 3, 4))
                .withMessageContaining("must be one or two sizes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightPart.of("weight_ih", Role.INPUT, 2, 3).withLearned(false))
                .withMessageContaining("what is not learned must be OWN, not INPUT");
    }
}
