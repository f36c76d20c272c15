package dev.carousel.cell;

import java.util.List;

/**
 * One weight of a cell: its name in files, its shape, its role, and its initial range.
 *
 * @param name as a bare module of PyTorch names it, without the layer's number: {@code weight_ih}
 * @param shape its sizes, one or two
 * @param role who reads it
 * @param learned whether a file has it and training changes it; otherwise it is read as zeros
 * @param from the least it starts from, where the cell says so; see {@link #startingFrom}
 * @param to the most it starts from; NaN where the network's initialisation decides
 */
public record WeightPart(String name, List<Integer> shape, Role role, boolean learned, float from, float to) {

    /** Who reads a weight, and so who packs it and sums its gradient. */
    public enum Role {
        /** W [kH, D] of the product W x, which the layer makes. */
        INPUT,
        /** R [kH, H] of the product R h', which the layer makes; [kH, P] where h is a projection. */
        RECURRENT,
        /** bW [kH], added to W x; a layer without biases has none. */
        INPUT_BIAS,
        /** bR [kH], added to R h'; a layer without biases has none. */
        RECURRENT_BIAS,
        /** The cell's equations read it from {@code Step.p}, and {@link Cell#addWeightGradients} sums its gradient. */
        OWN
    }

    /**
     * Checks the shape, and copies it.
     *
     * @throws IllegalArgumentException if the shape is not one or two positive sizes, a weight that is not learned is read by a
     *     product, or the numbers it starts from are no range
     */
    public WeightPart {
        shape = List.copyOf(shape);
        if (shape.isEmpty() || shape.size() > 2 || shape.stream().anyMatch(size -> size <= 0)) {
            throw new IllegalArgumentException(
                    "WeightPart " + name + ": its shape is " + shape + " but must be one or two sizes, each above 0.");
        }
        if (!learned && role != Role.OWN) {
            throw new IllegalArgumentException("WeightPart " + name + ": what is not learned must be OWN, not " + role
                    + "; a weight of a product that is not there is left out.");
        }
        boolean open = Float.isNaN(from) && Float.isNaN(to);
        if (!open && !(Float.isFinite(from) && Float.isFinite(to) && from <= to)) {
            throw new IllegalArgumentException(
                    "WeightPart " + name + ": it starts from numbers between " + from + " and "
                            + to
                            + ", but they must be finite and the first not above the second; or both NaN, where the network's"
                            + " initialisation decides.");
        }
    }

    /** A learned weight, which starts from what the network's initialisation says. */
    public static WeightPart of(String name, Role role, Integer... shape) {
        return new WeightPart(name, List.of(shape), role, true, Float.NaN, Float.NaN);
    }

    /** The same, learned or not. */
    public WeightPart withLearned(boolean learned) {
        return new WeightPart(name, shape, role, learned, from, to);
    }

    /**
     * The same, which starts from numbers drawn evenly between these two, or from one where they are equal.
     *
     * @throws IllegalArgumentException if one is not finite, or the first is above the second
     */
    public WeightPart startingFrom(float from, float to) {
        return new WeightPart(name, shape, role, learned, from, to);
    }

    /** Whether the cell says what it starts from. */
    public boolean startsByItself() {
        return !Float.isNaN(to);
    }

    /** How many numbers it has. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
