package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.ModelWriter;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.spec.Parameterless;
import java.util.List;
import java.util.Map;

/**
 * Writes a masking layer: the steps that count follow each other, and at the end of the graph stand where they were.
 *
 * <pre>{@code
 * key      [T, N, 1]   t for a step that counts, T + t for one that is masked
 * places   [T, N, 1]   the steps in the order of their keys
 * x        [T, N, D]   step places(k) at place k
 * }</pre>
 */
final class Masks {

    private final ModelWriter to;
    private final String x;
    private final String counts;
    private final String steps;
    private String lengths;
    private String places = "";

    /**
     * A mask.
     *
     * @param x what flows, [T, N, D]
     * @param lengths of the sequences so far, INT32 [N]
     * @param counts whether a step counts so far, [T, N, 1]
     * @param steps 0 to T - 1, INT32
     */
    Masks(ModelWriter to, String x, String lengths, String counts, String steps) {
        this.to = to;
        this.x = x;
        this.lengths = lengths;
        this.counts = counts;
        this.steps = steps;
    }

    /** Writes the layer; gives the name of what flows after it. */
    String write(Parameterless.Masking masking) {
        Map<String, Object> int32 = Map.of("to", OnnxElementType.INT32.code());
        String value = to.constant(Tensor.of(new float[] {masking.value()}, 1));
        String differs = to.node("Not", Map.of(), to.node("Equal", Map.of(), x, value));
        String any =
                to.node("ReduceMax", Map.of("axes", new long[] {2}, "keepdims", 1), to.node("Cast", int32, differs));
        String left = to.node("And", Map.of(), to.node("Cast", Map.of("to", OnnxElementType.BOOL.code()), any), counts);
        lengths = to.node("ReduceSum", Map.of("keepdims", 0), to.node("Cast", int32, left), to.constant(0, 2));
        String shape = to.node("Shape", Map.of(), x);
        String time = to.node("Slice", Map.of(), shape, to.constant(0), to.constant(1));
        String behind = to.node(
                "Mul", Map.of(), to.node("Cast", int32, to.node("Not", Map.of(), left)), to.node("Cast", int32, time));
        String key = to.node("Add", Map.of(), to.node("Unsqueeze", Map.of(), steps, to.constant(1, 2)), behind);
        places = to.fresh("places");
        List<String> sorted = List.of(to.fresh("keys"), places);
        to.node("TopK", Map.of("axis", 0, "largest", 0, "sorted", 1), List.of(key, time), sorted);
        return to.node("GatherElements", Map.of("axis", 0), x, to.node("Expand", Map.of(), places, shape));
    }

    /** How many steps count after it, INT32 [N]. */
    String lengths() {
        return lengths;
    }

    /** Where each step that flows was before it, INT64 [T, N, 1]. */
    String places() {
        return places;
    }

    /** A value [T, N, O] with its steps where they were before a mask. */
    static String restored(ModelWriter to, String y, String places) {
        return to.node("ScatterElements", Map.of("axis", 0), y, expanded(to, y, places), y);
    }

    /** As above, for the output of the graph. */
    static void restoredOutput(ModelWriter to, String y, String places, String output) {
        to.node("ScatterElements", Map.of("axis", 0), List.of(y, expanded(to, y, places), y), List.of(output));
    }

    private static String expanded(ModelWriter to, String y, String places) {
        return to.node("Expand", Map.of(), places, to.node("Shape", Map.of(), y));
    }
}
