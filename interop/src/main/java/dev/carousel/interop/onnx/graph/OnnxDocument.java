package dev.carousel.interop.onnx.graph;

import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says, as it says it: nothing has been checked but that it can be read.
 *
 * @param producer the program that wrote it, and its version
 * @param opset the version of ONNX' own operators
 * @param nodes in an order in which they can be computed
 * @param initializers tensors by name: weights, and defaults of inputs
 * @param inputs what is fed, and may be an initializer as well, which is then its default
 * @param outputs what is computed
 */
public record OnnxDocument(
        Producer producer,
        int opset,
        List<Node> nodes,
        Map<String, Tensor> initializers,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs) {

    public OnnxDocument {
        nodes = List.copyOf(nodes);
        initializers = Map.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The program that wrote a file. */
    public record Producer(String name, String version) {}

    /**
     * An input or output.
     *
     * @param type ONNX' number of its element type, 0 if the file does not say
     * @param dimensions a number, or a name for one that is known only when the graph runs; empty if the file does not say
     */
    public record ValueInfo(String name, int type, List<String> dimensions) {

        public ValueInfo {
            dimensions = List.copyOf(dimensions);
        }
    }

    /**
     * One operation.
     *
     * @param name as the file has it, often empty
     * @param operator such as {@code LSTM}
     * @param domain empty for ONNX' own operators
     * @param inputs names of values; empty for an optional one that is left out
     * @param outputs names of values; empty for one that nobody wants
     * @param attributes by name
     */
    public record Node(
            String name,
            String operator,
            String domain,
            List<String> inputs,
            List<String> outputs,
            Map<String, Attribute> attributes) {

        public Node {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            attributes = Map.copyOf(attributes);
        }

        /** How messages call it: its name, or what it computes. */
        public String title() {
            String known = !name.isEmpty() ? name : "computing " + String.join(", ", outputs);
            return "node " + known + " (" + operator + ")";
        }

        public boolean hasInput(int i) {
            return i < inputs.size() && !inputs.get(i).isEmpty();
        }

        public boolean hasOutput(int i) {
            return i < outputs.size() && !outputs.get(i).isEmpty();
        }
    }

    /** The value of an attribute. */
    public sealed interface Attribute {

        /** A float. */
        record Real(float value) implements Attribute {}

        /** A whole number. */
        record Whole(long value) implements Attribute {}

        /** A text. */
        record Text(String value) implements Attribute {}

        /** A tensor. */
        record TensorValue(Tensor value) implements Attribute {}

        /** Floats. */
        record Reals(List<Float> values) implements Attribute {

            /** Copies the list. */
            public Reals {
                values = List.copyOf(values);
            }
        }

        /** Whole numbers. */
        record Wholes(List<Long> values) implements Attribute {

            /** Copies the list. */
            public Wholes {
                values = List.copyOf(values);
            }
        }

        /** Texts. */
        record Texts(List<String> values) implements Attribute {

            /** Copies the list. */
            public Texts {
                values = List.copyOf(values);
            }
        }

        /** What no operator here takes: a graph, a sparse tensor, a type. */
        record Other(int kind) implements Attribute {}
    }
}
