package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import java.util.ArrayList;
import java.util.List;

/** Programs that are known to have written models which compute something else than what they were made from. */
final class Producers {

    private Producers() {}

    /**
     * What is suspicious about a model.
     *
     * <p>PyTorch's GRU resets after the recurrent product, and PyTorch's older exporter says so, {@code linear_before_reset} 1.
     * Its newer one left the attribute at 0, which is another network (pytorch issue 189225, onnxscript issue 2852).
     */
    static List<String> warnings(OnnxDocument model) {
        List<String> all = new ArrayList<>();
        if (isHalf(model)) {
            all.add(
                    "The ONNX model computes with 16-bit floats; here they are read exactly and computed with in 32 bits, so"
                            + " results differ from the model's own by its rounding.");
        }
        all.addAll(lostResets(model));
        return all;
    }

    private static boolean isHalf(OnnxDocument model) {
        return model.outputs().stream().anyMatch(output -> output.type() == OnnxElementType.FLOAT16)
                || model.inputs().stream().anyMatch(input -> input.type() == OnnxElementType.FLOAT16)
                || model.nodes().stream()
                        .anyMatch(node -> node.attributes().get("to") instanceof OnnxDocument.Attribute.Whole to
                                && to.value() == OnnxElementType.FLOAT16);
    }

    private static List<String> lostResets(OnnxDocument model) {
        if (!model.producer().name().equals("pytorch")) {
            return List.of();
        }
        return model.nodes().stream()
                .filter(node -> node.operator().equals("GRU") && !resetsAfter(node))
                .map(node -> "ONNX " + node.title() + " was written by PyTorch "
                        + model.producer().version()
                        + " with linear_before_reset 0, but PyTorch's own GRU computes as with 1: its newer exporter lost it."
                        + " Say --linear-before-reset true (in Java, linearBeforeReset of ImportOptions) for the numbers that"
                        + " PyTorch gives, or false for those of the file, which are taken otherwise.")
                .toList();
    }

    private static boolean resetsAfter(OnnxDocument.Node node) {
        return node.attributes().get("linear_before_reset") instanceof OnnxDocument.Attribute.Whole whole
                && whole.value() != 0;
    }
}
