package dev.carousel.interop.onnx;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.onnx.graph.OnnxBytes;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RunnableGraph;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model, executed node by node: the operators RNN, LSTM and GRU in every form, and those that exporters write around
 * them. Elements are FLOAT, DOUBLE, INT32, INT64 and BOOL; version 7 of the operators or later.
 *
 * <pre>{@code
 * OnnxGraph graph = OnnxGraph.read(Path.of("model.onnx"));
 * Map<String, NumpyArray> outputs = graph.run(Map.of("input", NumpyArray.of(x, 50, 8, 16)));
 * float[] y = outputs.get("output").floats();
 * }</pre>
 *
 * <p>Single precision runs on the engine, double precision on ONNX' equations as they stand. Immutable; any number of threads
 * may run one graph. A graph that is a chain of layers is faster as a {@link dev.carousel.network.Network}, which
 * OnnxFiles makes of it.
 *
 * <p>Source: ONNX, Operator Schemas, github.com/onnx/onnx/blob/main/docs/Operators.md.
 */
public final class OnnxGraph {

    private final RunnableGraph graph;

    private OnnxGraph(RunnableGraph graph) {
        this.graph = graph;
    }

    /**
     * Reads a model.
     *
     * @param file whose folder holds its files of external data too, if there are any
     * @throws InteropException if it cannot be read, or has an operator, attribute or type that Carousel does not know
     */
    public static OnnxGraph read(Path file) {
        return OnnxFiles.naming(file, () -> of(OnnxBytes.read(file)));
    }

    static OnnxGraph of(OnnxDocument model) {
        return new OnnxGraph(RunnableGraph.of(model));
    }

    /**
     * The same graph with the reset gate of every GRU in one place, whatever the file says.
     *
     * @param after true for r ⊙ (R h' + b), as PyTorch's GRU has it; false for R (r ⊙ h') + b
     */
    public OnnxGraph withLinearBeforeReset(boolean after) {
        return new OnnxGraph(graph.withLinearBeforeReset(after));
    }

    /** What looks wrong in the file though it can be run, one sentence each. */
    public List<String> warnings() {
        return graph.warnings();
    }

    /** The names of the inputs that have to be given. */
    public List<String> inputs() {
        return graph.inputs();
    }

    /** The names of the inputs that may be given; each has a default. */
    public List<String> optionalInputs() {
        return graph.optionalInputs();
    }

    /** The names of the outputs. */
    public List<String> outputs() {
        return graph.outputs();
    }

    /**
     * Computes the outputs.
     *
     * @param inputs by name; of another type than the graph's they are converted, whole numbers only from whole numbers
     * @return the outputs by name, in the file's order
     * @throws InteropException if an input is missing, unknown or of the wrong shape, or a node cannot compute with what it gets
     */
    public Map<String, NumpyArray> run(Map<String, NumpyArray> inputs) {
        Map<String, Tensor> given = new HashMap<>();
        for (Map.Entry<String, NumpyArray> input : inputs.entrySet()) {
            ValueInfo wanted = graph.model().inputs().stream()
                    .filter(info -> info.name().equals(input.getKey()))
                    .findFirst()
                    .orElseThrow(() -> new InteropException("The ONNX model has no input named '" + input.getKey()
                            + "'; it needs " + inputs() + " and may take " + optionalInputs() + "."));
            given.put(wanted.name(), NumpyTensors.of(input.getValue(), wanted));
        }
        Map<String, NumpyArray> outputs = new LinkedHashMap<>();
        graph.run(given).forEach((name, tensor) -> outputs.put(name, NumpyTensors.toNumpy(tensor)));
        return outputs;
    }
}
