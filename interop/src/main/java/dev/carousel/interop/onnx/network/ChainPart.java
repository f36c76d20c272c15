package dev.carousel.interop.onnx.network;

import dev.carousel.cell.Cell;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RecurrentWeightTensors;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec;

/** A layer that was recognised in a graph, with its weights. */
sealed interface ChainPart {

    /** How many numbers a step has after it. */
    int outputSize();

    /** A vector [V, E] for each id. */
    record EmbeddingPart(Tensor weight) implements ChainPart {

        @Override
        public int outputSize() {
            return weight.dimension(1);
        }
    }

    /** Ids as one-hot vectors. */
    record OneHotPart(int outputSize) implements ChainPart {}

    /** A recurrent node: one layer of one or two directions. */
    record RecurrentPart(
            Cell cell,
            int inputSize,
            int hiddenSize,
            Direction direction,
            boolean lastOnly,
            RecurrentWeightTensors weights)
            implements ChainPart {

        @Override
        public int outputSize() {
            return direction == Direction.BOTH ? 2 * hiddenSize : hiddenSize;
        }

        RecurrentPart onlyLast() {
            return new RecurrentPart(cell, inputSize, hiddenSize, direction, true, weights);
        }

        /** Whether it can be the next layer of a stack that another is in. */
        boolean stacksOn(RecurrentPart below) {
            return cell.equals(below.cell)
                    && hiddenSize == below.hiddenSize
                    && direction == below.direction
                    && weights.hasBias() == below.weights.hasBias()
                    && inputSize == below.outputSize()
                    && !below.lastOnly;
        }
    }

    /**
     * An affine map.
     *
     * @param weight [O, D], row-major
     * @param bias [O], or empty for none
     */
    record DensePart(int inputSize, int outputSize, float[] weight, float[] bias) implements ChainPart {}

    /** A layer without parameters. */
    record PlainPart(LayerSpec layer) implements ChainPart {

        @Override
        public int outputSize() {
            return layer.outputSize();
        }
    }
}
