package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.network.TensorRole.Axis;
import dev.carousel.spec.Reshape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A reshape that puts the numbers of all steps of a sequence into one step, or those of one step into several: a layer, where the
 * file fixes how many steps there are.
 *
 * @param layer the same numbers in other steps
 * @param axes after it
 */
record FixedSteps(Reshape layer, List<Axis> axes) {

    /** Of which of an input's first two axes a file says the size. */
    static Set<TensorRole> fixed(OnnxDocument model, String input) {
        Set<TensorRole> all = EnumSet.noneOf(TensorRole.class);
        for (ValueInfo info : model.inputs()) {
            for (int axis = 0; axis < Math.min(2, info.dimensions().size()); axis++) {
                if (info.name().equals(input)
                        && ChainTrial.isFixed(info.dimensions().get(axis))) {
                    all.add(axis == 0 ? TensorRole.FIRST : TensorRole.SECOND);
                }
            }
        }
        return all;
    }

    /**
     * The layer that a reshape is, if it is one.
     *
     * @param axes before it
     * @param shape after it
     * @param time which axis is time
     * @param fixed whether the file says how many steps there are
     */
    static Optional<FixedSteps> of(List<Axis> axes, int[] shape, TensorRole time, boolean fixed) {
        List<Axis> from = axes.stream()
                .filter(axis ->
                        axis.size() != 1 || (axis.role() != TensorRole.UNIT && axis.role() != TensorRole.DIRECTION))
                .toList();
        List<Integer> to = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            if (i == 0 || shape[i] != 1 || i == shape.length - 1) {
                to.add(shape[i]);
            }
        }
        boolean sequences = from.size() > 1
                && shape.length > 1
                && (from.get(0).role() == TensorRole.FIRST || from.get(0).role() == TensorRole.SECOND)
                && from.get(0).role() != time
                && from.get(0).size() == shape[0]
                && from.get(from.size() - 1).role() == TensorRole.FEATURES;
        if (!sequences) {
            return Optional.empty();
        }
        Axis batch = from.get(0);
        int size = from.get(from.size() - 1).size();
        if (from.size() == 3 && from.get(1).role() == time && fixed && to.size() == 2) {
            int steps = from.get(1).size();
            Reshape layer = new Reshape(steps, size, 1, steps * size);
            List<Axis> after = new ArrayList<>(List.of(batch));
            for (int i = 1; i < shape.length - 1; i++) {
                after.add(new Axis(TensorRole.UNIT, 1));
            }
            after.add(new Axis(TensorRole.FEATURES, steps * size));
            return to.get(1) == steps * size ? Optional.of(new FixedSteps(layer, after)) : Optional.empty();
        }
        if (from.size() == 2 && shape.length == 3 && shape[1] > 1 && shape[1] * shape[2] == size) {
            return Optional.of(new FixedSteps(
                    new Reshape(1, size, shape[1], shape[2]),
                    List.of(batch, new Axis(time, shape[1]), new Axis(TensorRole.FEATURES, shape[2]))));
        }
        return Optional.empty();
    }
}
