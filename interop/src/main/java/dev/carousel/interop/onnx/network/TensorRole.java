package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the axes of a tensor on its way through a chain of layers stand for. Which of the input's first two axes is time, a
 * recurrent node tells later.
 */
enum TensorRole {
    /** The input's first axis: time or batch. */
    FIRST,
    /** The input's second axis: batch or time. */
    SECOND,
    /** The numbers of a step. */
    FEATURES,
    /** The directions of a recurrent node. */
    DIRECTION,
    /** Of size 1, without a meaning. */
    UNIT,
    /** First and second axis in one, the second running faster. */
    FIRST_SECOND,
    /** First and second axis in one, the first running faster. */
    SECOND_FIRST;

    /** An axis and its size in a trial. */
    record Axis(TensorRole role, int size) {}

    /**
     * The axes after a reshape that only joins, parts, adds and drops some.
     *
     * @return empty if it mixes what does not belong together
     */
    static Optional<List<Axis>> reshaped(List<Axis> axes, int... shape) {
        List<Axis> from = axes.stream()
                .filter(axis -> axis.size != 1 || (axis.role != UNIT && axis.role != DIRECTION))
                .toList();
        List<Axis> to = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < from.size() || j < shape.length) {
            if (j < shape.length && shape[j] == 1 && (i == from.size() || from.get(i).size != 1)) {
                to.add(new Axis(UNIT, 1));
                j++;
            } else if (i == from.size() || (j == shape.length && from.get(i).size != 1)) {
                return Optional.empty();
            } else if (j == shape.length) {
                i++;
            } else if (from.get(i).size == shape[j] && !joinsSingles(from, i, shape, j)) {
                to.add(from.get(i++));
                j++;
            } else if (from.get(i).size <= shape[j]) {
                if (i + 1 == from.size() || from.get(i).size * from.get(i + 1).size != shape[j]) {
                    return Optional.empty();
                }
                Optional<TensorRole> joined = joined(from.get(i).role, from.get(i + 1).role);
                if (joined.isEmpty()) {
                    return Optional.empty();
                }
                to.add(new Axis(joined.get(), shape[j++]));
                i += 2;
            } else {
                List<TensorRole> parts = parts(from.get(i).role);
                if (parts.isEmpty() || j + 1 >= shape.length || shape[j] * shape[j + 1] != from.get(i).size) {
                    return Optional.empty();
                }
                to.add(new Axis(parts.get(0), shape[j]));
                to.add(new Axis(parts.get(1), shape[j + 1]));
                i++;
                j += 2;
            }
        }
        return Optional.of(List.copyOf(to));
    }

    /** Whether directions of one feature each are joined, which the sizes alone do not tell from dropping that one. */
    private static boolean joinsSingles(List<Axis> from, int i, int[] shape, int j) {
        boolean singles = from.get(i).role == DIRECTION && i + 1 < from.size() && from.get(i + 1).size == 1;
        return singles && from.get(i + 1).role == FEATURES && (j + 1 == shape.length || shape[j + 1] != 1);
    }

    private static Optional<TensorRole> joined(TensorRole slow, TensorRole fast) {
        if (slow == DIRECTION && fast == FEATURES) {
            return Optional.of(FEATURES);
        }
        if (slow == FIRST && fast == SECOND) {
            return Optional.of(FIRST_SECOND);
        }
        return slow == SECOND && fast == FIRST ? Optional.of(SECOND_FIRST) : Optional.empty();
    }

    private static List<TensorRole> parts(TensorRole role) {
        return switch (role) {
            case FIRST_SECOND -> List.of(FIRST, SECOND);
            case SECOND_FIRST -> List.of(SECOND, FIRST);
            default -> List.of();
        };
    }

    /** The axes with the sizes that a tensor has. */
    static List<Axis> sized(List<TensorRole> roles, Tensor tensor) {
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < roles.size(); i++) {
            axes.add(new Axis(roles.get(i), tensor.dimension(i)));
        }
        return axes;
    }

    static String text(List<Axis> axes) {
        return Arrays.toString(axes.stream().map(Axis::role).toArray());
    }
}
