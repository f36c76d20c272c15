package dev.carousel.spec;

import java.util.List;

/**
 * A named, shaped part of the flat parameter array: row-major, from {@code offset} for {@code size()} floats.
 *
 * @param name as PyTorch's state_dict has it, such as {@code rnn.weight_ih_l0}
 * @param shape its dimensions, such as [4H, D]
 * @param offset where it begins
 */
public record Slice(String name, List<Integer> shape, int offset) {

    /** Takes a copy of the shape. */
    public Slice {
        shape = List.copyOf(shape);
    }

    /** How many floats it holds: the product of its dimensions. */
    public int size() {
        // Asked at every pass, which allocates nothing.
        int size = 1;
        for (int i = 0; i < shape.size(); i++) {
            size = Math.multiplyExact(size, shape.get(i));
        }
        return size;
    }

    /** Where it ends, exclusive. */
    public int end() {
        return offset + size();
    }

    /** Its first dimension. */
    public int rows() {
        return shape.get(0);
    }

    /** Its second dimension, or 1 where it has but one. */
    public int cols() {
        return shape.size() > 1 ? shape.get(1) : 1;
    }
}
