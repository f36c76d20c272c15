package dev.carousel.spec;

import dev.carousel.cell.Cell;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.WeightPart;

/** What a {@link LayerSpec.Recurrent} has to keep to, and which parameters it has. */
final class RecurrentRules {

    private RecurrentRules() {}

    static void requireProjection(String name, Cell cell, int projectionSize, int hiddenSize) {
        if (projectionSize != 0 && !cell.projects()) {
            throw new IllegalArgumentException("Recurrent " + name + ": projectionSize is " + projectionSize
                    + " but the cell " + cell.kind() + " has no projection; it must be 0.");
        }
        if (projectionSize != 0 && cell.blocks().size() > 1) {
            throw new IllegalArgumentException("Recurrent " + name + ": projectionSize is " + projectionSize
                    + " but the cell " + cell.kind() + " has a second recurrent product, of m with " + hiddenSize
                    + " numbers, for which R [kH, P] has too few columns; it must be 0.");
        }
        if (projectionSize < 0 || (projectionSize >= hiddenSize && projectionSize > 0)) {
            throw new IllegalArgumentException("Recurrent " + name + ": projectionSize is " + projectionSize
                    + " but must be below the hiddenSize " + hiddenSize + ", or 0 for none.");
        }
    }

    static void requireBias(String name, Cell cell, boolean bias) {
        if (!bias && cell.weights(1, 1, 1).stream().anyMatch(RecurrentRules::isOwnBias)) {
            throw new IllegalArgumentException("Recurrent " + name + ": bias is false but the cell " + cell.kind()
                    + " adds its bias in its own equations, behind what it does to the products; it must be true.");
        }
    }

    private static boolean isOwnBias(WeightPart part) {
        return part.role() == WeightPart.Role.OWN && part.name().startsWith("bias");
    }

    static void requireMerge(String name, Direction direction, Merge merge) {
        if (direction != Direction.BOTH && merge != Merge.CONCATENATE) {
            throw new IllegalArgumentException("Recurrent " + name + ": merge is " + merge + " but the direction is "
                    + direction + "; only two directions are merged, so it must be CONCATENATE.");
        }
    }

    static void requireNoise(String name, Cell cell, int hiddenSize, float dropout, Regularisation regularisation) {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "Recurrent " + name + ": dropout is " + dropout + " but must be at least 0 and below 1.");
        }
        if (regularisation.zoneoutCell() > 0 && !cell.hasCellState()) {
            throw new IllegalArgumentException("Recurrent " + name + ": zoneoutCell is " + regularisation.zoneoutCell()
                    + " but the cell " + cell.kind() + " has no cell state c; it must be 0.");
        }
        if (regularisation.zoneoutCell() > 0 && cell.state(1).size() > 2) {
            throw new IllegalArgumentException("Recurrent " + name + ": zoneoutCell is " + regularisation.zoneoutCell()
                    + " but the cell " + cell.kind() + " has more than h and c in its state, which belong together; it"
                    + " must be 0.");
        }
        if (regularisation.zoneoutCell() > 0
                && !cell.state(hiddenSize).get(1).equals(new StatePart("c", hiddenSize, 0))) {
            throw new IllegalArgumentException("Recurrent " + name + ": zoneoutCell is " + regularisation.zoneoutCell()
                    + " but the cell " + cell.kind() + " has "
                    + cell.state(hiddenSize).get(1) + ", and zoneout mixes a c of " + hiddenSize
                    + " numbers, 0 when fresh; it must be 0.");
        }
        if (cell.blocks().isEmpty() && (regularisation.recurrentDropout() > 0 || regularisation.weightDropout() > 0)) {
            throw new IllegalArgumentException("Recurrent " + name + ": recurrentDropout is "
                    + regularisation.recurrentDropout() + " and weightDropout " + regularisation.weightDropout()
                    + " but the cell " + cell.kind() + " has no recurrent product; they must be 0.");
        }
    }

    static void requireResidual(String name, Residual residual, boolean lastOnly, int inputSize, int outputSize) {
        if (residual == Residual.ALL && inputSize != outputSize) {
            throw new IllegalArgumentException("Recurrent " + name + ": residual is ALL, so the first layer adds the "
                    + inputSize + " numbers that it reads to the " + outputSize
                    + " that it gives; there must be as many. Take BEYOND_FIRST, or change hiddenSize.");
        }
        if (residual != Residual.NONE && lastOnly) {
            throw new IllegalArgumentException("Recurrent " + name + ": residual is " + residual
                    + " but the last layer gives its last output only, which has no one input to be added to it."
                    + " Let it give the output of every step, or put the last layer into a stack of its own.");
        }
    }

    /** Adds the parameters of all layers and directions to a layout: those of the cell, and W_hr of a projection. */
    static void addTo(Parameters.Layout layout, LayerSpec.Recurrent spec) {
        LayerParts.state(spec);
        for (int k = 0; k < spec.layers(); k++) {
            for (int way = 0; way < spec.directions(); way++) {
                for (WeightPart part : LayerParts.weights(spec, k)) {
                    layout.add(
                            spec.parameterName(part.name(), k, way),
                            part.shape().toArray(new Integer[0]));
                }
                if (spec.projectionSize() > 0) {
                    layout.add(spec.parameterName("weight_hr", k, way), spec.projectionSize(), spec.hiddenSize());
                }
            }
        }
    }

    /** A stack in a few words. */
    static String text(LayerSpec.Recurrent stack) {
        return "Recurrent[" + (stack.name().isEmpty() ? "" : stack.name() + ": ")
                + stack.cell().kind() + " " + stack.inputSize() + " -> "
                + stack.outputSize()
                + (stack.projectionSize() > 0 ? ", " + stack.hiddenSize() + " units projected" : "")
                + (stack.layers() > 1 ? ", " + stack.layers() + " layers" : "")
                + (stack.direction() == Direction.FORWARD ? "" : ", " + stack.direction())
                + (stack.lastOnly() ? ", last output only" : "")
                + "]";
    }
}
