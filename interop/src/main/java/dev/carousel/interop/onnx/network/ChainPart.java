package dev.carousel.interop.onnx.network;

import dev.carousel.cell.Cell;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RecurrentWeightTensors;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec;
import java.util.Arrays;
import java.util.Optional;

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

    /** An affine map of each number: g ⊙ (x - m) + b, [D] each. */
    record AffinePart(float[] gain, float[] center, float[] bias) implements ChainPart {

        /** A map of one kind: x - c, x times c or x + c. */
        static AffinePart of(String operator, float[] c) {
            float[] ones = new float[c.length];
            Arrays.fill(ones, 1);
            float[] zeros = new float[c.length];
            return switch (operator) {
                case "Sub" -> new AffinePart(ones, c, zeros);
                case "Mul" -> new AffinePart(c, zeros, zeros);
                default -> new AffinePart(ones, zeros, c);
            };
        }

        /** This map and then another, as one if it changes no rounding. */
        Optional<AffinePart> then(AffinePart next) {
            boolean open = allAre(bias, 0);
            boolean twoScales = open && allAre(center, 0) && allAre(next.center, 0) && allAre(next.bias, 0);
            if (twoScales && isPowerOfTwo(next.gain)) {
                float[] both = gain.clone();
                for (int i = 0; i < both.length; i++) {
                    both[i] *= next.gain[i];
                }
                return Optional.of(new AffinePart(both, center, bias));
            }
            if (open && allAre(gain, 1) && allAre(center, 0)) {
                return Optional.of(next);
            }
            boolean scales = allAre(gain, 1) && allAre(next.center, 0);
            if (open && scales) {
                return Optional.of(new AffinePart(next.gain, center, next.bias));
            }
            boolean shifts = allAre(next.gain, 1) && allAre(next.center, 0);
            return open && shifts ? Optional.of(new AffinePart(gain, center, next.bias)) : Optional.empty();
        }

        /** Whether it changes nothing. */
        boolean isIdentity() {
            return allAre(gain, 1) && allAre(center, 0) && allAre(bias, 0);
        }

        private static boolean isPowerOfTwo(float[] numbers) {
            for (float number : numbers) {
                if (!(number > 0 && Math.scalb(1f, Math.getExponent(number)) == number)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean allAre(float[] numbers, float value) {
            for (float number : numbers) {
                if (number != value) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int outputSize() {
            return gain.length;
        }
    }

    /** Layer normalisation, [D] each. */
    record NormPart(float[] gain, float[] bias, float epsilon) implements ChainPart {

        @Override
        public int outputSize() {
            return gain.length;
        }
    }

    /** A layer without parameters. */
    record PlainPart(LayerSpec layer) implements ChainPart {

        @Override
        public int outputSize() {
            return layer.outputSize();
        }
    }
}
