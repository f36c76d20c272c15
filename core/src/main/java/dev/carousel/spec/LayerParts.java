package dev.carousel.spec;

import dev.carousel.cell.Block;
import dev.carousel.cell.Cell;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the cell of a recurrent layer declares, for the sizes and options of the layer: its weights and its state. All
 * code that handles either goes through these lists.
 */
public final class LayerParts {

    private LayerParts() {}

    /**
     * The parts of the state of each direction, h first: P numbers where it is a projection.
     *
     * @throws IllegalArgumentException if the cell declares what no pass can carry
     */
    public static List<StatePart> state(LayerSpec.Recurrent spec) {
        Cell cell = spec.cell();
        int H = spec.hiddenSize();
        List<StatePart> parts = new ArrayList<>(cell.state(H));
        require(
                !parts.isEmpty()
                        && parts.get(0).name().equals("h")
                        && parts.get(0).size() == H,
                cell,
                "the first part of its state must be h, of " + H + " numbers, but its state is " + parts);
        require(
                Float.isFinite(parts.get(0).fresh()),
                cell,
                "h is " + parts.get(0).fresh() + " when fresh, but products read it, so it must be finite");
        require(
                parts.stream().map(StatePart::name).distinct().count() == parts.size(),
                cell,
                "each part of its state must have its own name, but they are " + parts);
        require(
                !cell.unitByUnit() || parts.stream().allMatch(part -> part.size() == H),
                cell,
                "it works unit by unit, so each part of its state must have " + H + " numbers, but they are " + parts);
        parts.set(0, new StatePart("h", spec.stateSize(), parts.get(0).fresh()));
        return List.copyOf(parts);
    }

    /** Whether all there is apart from h is a cell state c of H numbers, which zoneout may mix. */
    public static boolean onlyCellState(LayerSpec.Recurrent spec) {
        List<StatePart> parts = state(spec);
        return parts.size() == 2 && parts.get(1).equals(new StatePart("c", spec.hiddenSize(), 0));
    }

    /** How many numbers of one sequence's state there are apart from h. */
    public static int besideH(LayerSpec.Recurrent spec) {
        int size = 0;
        List<StatePart> parts = state(spec);
        for (StatePart part : parts.subList(1, parts.size())) {
            size = Math.addExact(size, part.size());
        }
        return size;
    }

    /** The weights of one layer that it has: no biases in a layer without, and the learned alone. */
    public static List<WeightPart> weights(LayerSpec.Recurrent spec, int layer) {
        return all(spec, layer).stream()
                .filter(WeightPart::learned)
                .filter(part -> spec.bias() || (part.role() != Role.INPUT_BIAS && part.role() != Role.RECURRENT_BIAS))
                .toList();
    }

    /** The weights that the cell's equations read themselves, learned or not. */
    public static List<WeightPart> own(LayerSpec.Recurrent spec, int layer) {
        return all(spec, layer).stream().filter(part -> part.role() == Role.OWN).toList();
    }

    private static List<WeightPart> all(LayerSpec.Recurrent spec, int layer) {
        Cell cell = spec.cell();
        requireLayout(cell);
        int D = spec.inputSize(layer);
        int P = spec.stateSize();
        List<WeightPart> parts = cell.weights(D, spec.hiddenSize(), P);
        int rows = Math.multiplyExact(cell.gates(), spec.hiddenSize());
        boolean copies = cell.copiesInput() && D == spec.hiddenSize();
        requireShape(cell, parts, Role.INPUT, List.of(copies ? rows - spec.hiddenSize() : rows, D));
        requireShape(cell, parts, Role.RECURRENT, List.of(rows, P));
        requireBias(cell, parts, spec.hiddenSize());
        requireShape(cell, parts, Role.RECURRENT_BIAS, List.of(rows));
        require(find(parts, Role.INPUT).isPresent(), cell, "it needs a weight of role INPUT, but has " + parts);
        require(
                cell.ownColumn() < 0 || cell.ownColumn() + ownSize(parts) / spec.hiddenSize() <= cell.columns(),
                cell,
                "the gradients of its weights of role OWN begin in column " + cell.ownColumn()
                        + " and do not fit into its " + cell.columns() + " columns");
        require(
                find(parts, Role.RECURRENT).isPresent() != cell.blocks().isEmpty(),
                cell,
                "its recurrent products are " + cell.blocks() + ", so of role RECURRENT there must be "
                        + (cell.blocks().isEmpty() ? "no weight" : "one") + ", but its weights are " + parts);
        Set<String> names = new HashSet<>();
        int runs = 0;
        boolean own = false;
        for (WeightPart part : parts) {
            require(names.add(part.name()), cell, "two of its weights are called " + part.name());
            boolean isOwn = part.role() == Role.OWN;
            runs += isOwn && !own ? 1 : 0;
            own = isOwn;
        }
        require(runs <= 1, cell, "its weights of role OWN must follow each other, but its weights are " + parts);
        require(
                parts.stream()
                                .filter(part -> part.role() == Role.OWN)
                                .map(WeightPart::learned)
                                .distinct()
                                .count()
                        <= 1,
                cell,
                "its weights of role OWN must all be learned, or none, but its weights are " + parts);
        return parts;
    }

    /** Checks that the columns and products fit together: what no pass could compute is refused, not computed wrongly. */
    private static void requireLayout(Cell cell) {
        int k = cell.gates();
        require(
                k > 0 && cell.columns() >= k,
                cell,
                "it has " + k + " gates and " + cell.columns()
                        + " columns, but there must be a gate, and no fewer columns than gates");
        List<Integer> columns =
                IntStream.range(0, k).map(cell::inputColumn).sorted().boxed().toList();
        List<Integer> gates = IntStream.range(0, k).boxed().toList();
        require(
                columns.equals(gates),
                cell,
                "the input products of its gates go to the columns " + columns + " but must go to " + gates
                        + ", one each");
        require(
                !cell.copiesInput() || (cell.blocks().isEmpty() && cell.inputColumn(k - 1) == k - 1 && k > 1),
                cell,
                "its last gate may be the input itself, so it must have no recurrent product, and the last gate the last"
                        + " column of input products");
        List<Block> blocks = cell.blocks();
        require(
                blocks.size() <= 2,
                cell,
                "it has " + blocks.size() + " recurrent products in a step, of h' and of m, but there may be two: "
                        + blocks);
        int next = 0;
        for (Block block : blocks) {
            require(
                    block.firstGate() == next
                            && block.gates() > 0
                            && block.firstColumn() >= 0
                            && block.firstColumn() + block.gates() <= cell.columns(),
                    cell,
                    "its recurrent products must take its gates one after the other and leave their gradients in its "
                            + cell.columns() + " columns, but they are " + blocks);
            next += block.gates();
        }
        require(
                blocks.isEmpty() || next == k,
                cell,
                "its recurrent products must take all of its " + k + " gates, but they are " + blocks);
    }

    private static int ownSize(List<WeightPart> parts) {
        return parts.stream()
                .filter(part -> part.role() == Role.OWN)
                .mapToInt(WeightPart::size)
                .sum();
    }

    /** The first weight of a role, if there is one. */
    public static Optional<WeightPart> find(List<WeightPart> parts, Role role) {
        return parts.stream().filter(part -> part.role() == role).findFirst();
    }

    /** The bias of the input product is for some gates that follow each other, mostly for all. */
    private static void requireBias(Cell cell, List<WeightPart> parts, int H) {
        List<WeightPart> found =
                parts.stream().filter(part -> part.role() == Role.INPUT_BIAS).toList();
        int first = cell.firstBiasGate();
        require(
                found.size() <= 1
                        && found.stream()
                                .allMatch(part -> part.shape().size() == 1
                                        && part.size() % H == 0
                                        && first >= 0
                                        && first + part.size() / H <= cell.gates()
                                        && (first > 0 || cell.copiesInput() || part.size() / H == cell.gates())),
                cell,
                "of role INPUT_BIAS there may be one weight of the shape [" + cell.gates() * H
                        + "], or of fewer gates from " + first + " on, but there are " + found);
    }

    private static void requireShape(Cell cell, List<WeightPart> parts, Role role, List<Integer> shape) {
        List<WeightPart> found =
                parts.stream().filter(part -> part.role() == role).toList();
        require(
                found.size() <= 1
                        && found.stream().allMatch(part -> part.shape().equals(shape)),
                cell,
                "of role " + role + " there may be one weight of the shape " + shape + ", but there are " + found);
    }

    private static void require(boolean kept, Cell cell, String otherwise) {
        if (!kept) {
            throw new IllegalArgumentException("The cell " + cell.kind() + ": " + otherwise + ".");
        }
    }
}
