package dev.carousel.interop.onnx.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.OnnxRuntime;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each operator that exporters write around recurrent layers, judged by ONNX Runtime on small random tensors. */
class TensorOperatorsTest {

    private final Random random = new Random(5);

    private Tensor floats(int... shape) {
        Tensor tensor = Tensor.zeros(OnnxElementType.FLOAT, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, 4 * random.nextDouble() - 2);
        }
        return tensor;
    }

    private Tensor doubles(int... shape) {
        return Tensor.of(floats(shape).toDoubles(), shape);
    }

    private Tensor positive(int... shape) {
        Tensor tensor = floats(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, Math.abs(tensor.real(i)) + 0.1);
        }
        return tensor;
    }

    private static Tensor longs(long... values) {
        return Tensor.of(values, values.length);
    }

    private static Tensor ints(int... values) {
        return Tensor.of(values, values.length);
    }

    private static Tensor number(float value) {
        return Tensor.of(new float[] {value});
    }

    private static Tensor number(long value) {
        return Tensor.of(new long[] {value});
    }

    private Tensor truths(int... shape) {
        Tensor tensor = Tensor.zeros(OnnxElementType.BOOL, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, random.nextInt(2));
        }
        return tensor;
    }

    /** Runs one node here and in ONNX Runtime. */
    private void check(int opset, String operator, Map<String, Object> attributes, List<Tensor> inputs, int outputs)
            throws Exception {
        String what = operator + "-" + opset + " " + inputs + " " + attributes.keySet();
        GraphBuilder graph = new GraphBuilder(opset);
        Map<String, Tensor> fed = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (Tensor input : inputs) {
            if (input == Call.LEFT_OUT) {
                names.add("");
                continue;
            }
            String name = "in" + names.size();
            names.add(name);
            fed.put(name, input);
            graph.input(
                    name,
                    input.type(),
                    Arrays.stream(input.shape()).asLongStream().toArray());
        }
        List<String> results = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            results.add("out" + i);
        }
        graph.node(operator, names, results, attributes);
        results.forEach(name -> graph.output(name, OnnxElementType.FLOAT, 1));
        Map<String, Tensor> ours = RunnableGraph.of(graph.read()).run(fed);
        // Only now it is known of which type and rank they are, which ONNX Runtime wants to be told.
        graph.graph().clearOutput();
        ours.forEach((name, tensor) -> graph.output(name, tensor.type(), tensor.rank()));
        Map<String, Tensor> expected = OnnxRuntime.run(graph.bytes(), fed);
        RecurrentGraphsTest.assertClose(what, ours, expected, 1e-5);
    }

    private void check(int opset, String operator, Map<String, Object> attributes, Tensor... inputs) throws Exception {
        check(opset, operator, attributes, List.of(inputs), 1);
    }

    @Test
    void elementwiseOperatorsEqualOnnxRuntime() throws Exception {
        for (String operator : List.of("Add", "Sub", "Mul", "Div")) {
            check(13, operator, Map.of(), floats(3, 1, 4), positive(2, 1));
            check(13, operator, Map.of(), doubles(3), doubles());
            check(13, operator, Map.of(), longs(-7, 8, 9), longs(2, -3, 4));
            check(13, operator, Map.of(), ints(-7, 8, 9), ints(2, -3, 4));
        }
        check(13, "Pow", Map.of(), positive(2, 3), floats(3));
        check(13, "Pow", Map.of(), positive(2, 3), longs(2));
        check(13, "Mod", Map.of(), longs(-7, 8, 9), longs(2, -3, 4));
        check(13, "Mod", Map.of("fmod", 1), floats(3), positive(3));
        for (String operator : List.of("Min", "Max", "Sum")) {
            check(13, operator, Map.of(), floats(3, 4), floats(4), floats(1, 1));
        }
        for (String operator : List.of("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual")) {
            check(16, operator, Map.of(), longs(1, 2, 3), longs(3, 2, 1));
            check(16, operator, Map.of(), floats(3, 1), floats(1, 3));
        }
        for (String operator : List.of("And", "Or", "Xor")) {
            check(13, operator, Map.of(), truths(3, 1), truths(4));
        }
        check(13, "Not", Map.of(), truths(5));
        check(16, "Where", Map.of(), truths(3, 1), floats(1, 4), floats(2, 1, 1));
        check(16, "Where", Map.of(), truths(3), longs(1, 2, 3), longs(4, 5, 6));
        check(13, "Clip", Map.of(), floats(9), number(-0.5f), number(0.5f));
        check(13, "Clip", Map.of(), floats(9), Call.LEFT_OUT, number(0.5f));
        check(7, "Clip", Map.of("min", -0.5f, "max", 1f), floats(9));
        for (int to : new int[] {1, 6, 7, 9, 11}) {
            check(13, "Cast", Map.of("to", to), floats(7));
            check(13, "Cast", Map.of("to", to), longs(-1, 0, 5));
            check(13, "Cast", Map.of("to", to), truths(4));
        }
    }

    @Test
    void functionsEqualOnnxRuntime() throws Exception {
        for (String operator : List.of(
                "Neg",
                "Abs",
                "Exp",
                "Floor",
                "Ceil",
                "Tanh",
                "Sigmoid",
                "Relu",
                "Softsign",
                "Softplus",
                "Erf",
                "LeakyRelu",
                "Elu",
                "HardSigmoid",
                "Selu",
                "ThresholdedRelu",
                "Identity",
                "Sign",
                "Sin",
                "Cos",
                "HardSwish",
                "Round")) {
            check(14, operator, Map.of(), floats(3, 7));
        }
        for (String operator : List.of("Sqrt", "Log", "Reciprocal")) {
            check(14, operator, Map.of(), positive(3, 7));
        }
        check(14, "Neg", Map.of(), longs(3, -4));
        check(14, "LeakyRelu", Map.of("alpha", 0.3f), floats(9));
        check(14, "HardSigmoid", Map.of("alpha", 0.3f, "beta", 0.1f), floats(9));
        check(14, "Elu", Map.of("alpha", 0.3f), floats(9));
        check(18, "Mish", Map.of(), floats(9));
        check(20, "Gelu", Map.of(), floats(9));
        check(20, "Gelu", Map.of("approximate", "tanh"), floats(9));
        check(13, "Dropout", Map.of(), floats(9));
        check(11, "Dropout", Map.of("ratio", 0.5f), floats(9));
        check(13, "IsNaN", Map.of(), Tensor.of(new float[] {1, Float.NaN}, 2));
    }

    @Test
    void shapesEqualOnnxRuntime() throws Exception {
        check(13, "Shape", Map.of(), floats(3, 4, 5));
        check(15, "Shape", Map.of("start", 1, "end", -1), floats(3, 4, 5));
        check(13, "Size", Map.of(), floats(3, 4, 5));
        check(13, "Transpose", Map.of(), floats(3, 4, 5));
        check(
                13,
                "Transpose",
                Map.of("perm", new long[] {1, 2, 0}),
                longs(1, 2, 3, 4, 5, 6).reshaped(1, 2, 3));
        check(11, "Squeeze", Map.of("axes", new long[] {1, -1}), floats(3, 1, 5, 1));
        check(13, "Squeeze", Map.of(), floats(3, 1, 5, 1), longs(1));
        check(13, "Squeeze", Map.of(), floats(3, 1, 5, 1));
        check(11, "Unsqueeze", Map.of("axes", new long[] {0, 3}), floats(3, 5));
        check(13, "Unsqueeze", Map.of(), floats(3, 5), longs(-1, 0));
        check(13, "Reshape", Map.of(), floats(3, 4, 5), longs(0, -1));
        check(14, "Reshape", Map.of("allowzero", 1), floats(0, 3), longs(3, 0));
        check(13, "Flatten", Map.of(), floats(3, 4, 5));
        check(13, "Flatten", Map.of("axis", -1), floats(3, 4, 5));
        check(13, "Expand", Map.of(), floats(3, 1), longs(2, 1, 6));
        check(13, "Tile", Map.of(), floats(2, 3), longs(2, 3));
        check(13, "ConstantOfShape", Map.of("value", longs(7)), longs(2, 3));
        check(13, "ConstantOfShape", Map.of(), longs(2, 3));
        check(13, "Concat", Map.of("axis", 1), floats(3, 4, 2), floats(3, 1, 2), floats(3, 2, 2));
        check(13, "Concat", Map.of("axis", -1), longs(1), longs(2, 3));
        check(13, "Range", Map.of(), number(2L), number(11L), number(3L));
        check(13, "Range", Map.of(), number(2f), number(-1f), number(-0.5f));
        check(13, "Pad", Map.of(), floats(2, 3), longs(1, 0, 2, 1), number(9f));
        check(10, "Pad", Map.of("pads", new long[] {0, 1, 0, 1}, "value", 2f), floats(2, 3));
        check(13, "Constant", Map.of("value_ints", new long[] {4, 5}));
        check(13, "Constant", Map.of("value", floats(2, 2)));
        check(13, "Constant", Map.of("value_float", 4f));
    }

    @Test
    void cutsAndLookUpsEqualOnnxRuntime() throws Exception {
        check(
                9,
                "Slice",
                Map.of("starts", new long[] {1}, "ends", new long[] {-1}, "axes", new long[] {1}),
                floats(3, 5));
        check(9, "Slice", Map.of("starts", new long[] {0, -2}, "ends", new long[] {9, 9}), floats(3, 5));
        check(13, "Slice", Map.of(), floats(3, 5), longs(1), longs(Long.MAX_VALUE), longs(0));
        check(13, "Slice", Map.of(), floats(3, 5), longs(-1), longs(Long.MIN_VALUE), longs(1), longs(-2));
        check(13, "Slice", Map.of(), floats(6, 5), longs(5, 0), longs(0, 4), longs(0, 1), longs(-2, 3));
        check(13, "Slice", Map.of(), floats(6), ints(4), ints(2), ints(0));
        check(11, "Split", Map.of("axis", 1, "split", new long[] {1, 4}), List.of(floats(2, 5, 3)), 2);
        check(13, "Split", Map.of("axis", -1), List.of(floats(2, 6)), 3);
        check(13, "Split", Map.of("axis", 0), List.of(floats(5, 6), longs(2, 3)), 2);
        check(18, "Split", Map.of("axis", 0, "num_outputs", 2), List.of(floats(5, 6)), 2);
        check(13, "Gather", Map.of(), floats(5, 3), longs(4, 0, -1, 2).reshaped(2, 2));
        check(13, "Gather", Map.of("axis", 1), floats(2, 5, 3), number(-1L));
        check(13, "Gather", Map.of("axis", 2), longs(1, 2, 3, 4).reshaped(1, 2, 2), ints(1));
        check(
                13,
                "GatherElements",
                Map.of("axis", 0),
                floats(3, 2),
                longs(2, 0, -1, 1).reshaped(2, 2));
        check(13, "GatherND", Map.of(), floats(3, 4, 2), longs(0, 1, 2, -1).reshaped(2, 2));
        check(13, "GatherND", Map.of(), floats(3, 4), longs(2, 1).reshaped(2, 1));
        check(11, "OneHot", Map.of(), longs(0, 2, -1, 5), number(3L), Tensor.of(new float[] {0, 1}, 2));
        check(
                11,
                "OneHot",
                Map.of("axis", 0),
                longs(0, 2, 1, 2).reshaped(2, 2),
                number(3L),
                Tensor.of(new float[] {-1, 2}, 2));
        check(10, "ReverseSequence", Map.of("batch_axis", 1, "time_axis", 0), floats(4, 3, 2), longs(1, 4, 2));
        check(10, "ReverseSequence", Map.of("batch_axis", 0, "time_axis", 1), floats(3, 4, 2), longs(1, 4, 2));
    }

    @Test
    void productsEqualOnnxRuntime() throws Exception {
        check(13, "MatMul", Map.of(), floats(3, 4), floats(4, 5));
        check(13, "MatMul", Map.of(), floats(7, 2, 3, 4), floats(2, 4, 5));
        check(13, "MatMul", Map.of(), floats(4), floats(4, 5));
        check(13, "MatMul", Map.of(), floats(2, 3, 4), floats(4));
        check(13, "MatMul", Map.of(), doubles(3, 4), doubles(4, 5));
        check(13, "Gemm", Map.of("transB", 1), floats(3, 4), floats(5, 4), floats(5));
        check(13, "Gemm", Map.of("transA", 1, "alpha", 0.5f, "beta", 2f), floats(4, 3), floats(4, 5), floats(3, 1));
        check(13, "Gemm", Map.of(), floats(3, 4), floats(4, 5));
    }

    @Test
    void reductionsEqualOnnxRuntime() throws Exception {
        for (String operator : List.of(
                "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL2", "ReduceSumSquare")) {
            check(12, operator, Map.of("axes", new long[] {1, -1}, "keepdims", 0), floats(3, 4, 5));
            check(12, operator, Map.of(), floats(3, 4, 5));
            check(18, operator, Map.of(), floats(3, 4, 5), longs(0));
            check(18, operator, Map.of("noop_with_empty_axes", 1), floats(3, 4, 5));
        }
        for (String operator : List.of("ArgMax", "ArgMin")) {
            check(13, operator, Map.of("axis", 1), floats(3, 4, 5));
            check(13, operator, Map.of("axis", -1, "keepdims", 0), floats(3, 4, 5));
            check(13, operator, Map.of("select_last_index", 1), Tensor.of(new float[] {1, 1, 1}, 3));
        }
        for (String operator : List.of("Softmax", "LogSoftmax")) {
            check(11, operator, Map.of(), floats(3, 4, 5));
            check(11, operator, Map.of("axis", 2), floats(3, 4, 5));
            check(13, operator, Map.of(), floats(3, 4, 5));
            check(13, operator, Map.of("axis", 1), floats(3, 4, 5));
        }
        check(17, "LayerNormalization", Map.of(), floats(3, 4, 5), floats(5), floats(5));
        check(17, "LayerNormalization", Map.of("axis", 1, "epsilon", 0.1f), floats(3, 4, 5), floats(4, 5));
    }

    @Test
    void anUnknownOperatorIsNamedWithItsNode() {
        GraphBuilder graph = new GraphBuilder(13)
                .input("x", OnnxElementType.FLOAT, 2)
                .node("Einsum", List.of("x"), List.of("y"), Map.of("equation", "i->i"))
                .output("y", OnnxElementType.FLOAT, 1);
        assertThatThrownBy(() -> RunnableGraph.of(graph.read()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("Einsum_0 (Einsum)")
                .hasMessageContaining("does not know");
    }

    @Test
    void anUnknownAttributeIsNamedWithItsNode() {
        GraphBuilder graph = new GraphBuilder(13)
                .input("x", OnnxElementType.FLOAT, 2)
                .node("Tanh", List.of("x"), List.of("y"), Map.of("steepness", 2f))
                .output("y", OnnxElementType.FLOAT, 1);
        assertThatThrownBy(() -> RunnableGraph.of(graph.read()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("Tanh_0 (Tanh) has the attribute steepness");
    }

    @Test
    void aSmallFileCannotAskForAllMemory() {
        for (String operator : List.of("ConstantOfShape", "Expand", "Tile", "Range")) {
            GraphBuilder graph = new GraphBuilder(13)
                    .initializer("size", longs(1L << 20, 1L << 20))
                    .initializer("x", Tensor.of(new float[1], 1, 1))
                    .initializer("from", number(0L))
                    .initializer("to", number(1L << 40))
                    .initializer("step", number(1L))
                    .output("y", OnnxElementType.FLOAT, 2);
            List<String> inputs = switch (operator) {
                case "ConstantOfShape" -> List.of("size");
                case "Range" -> List.of("from", "to", "step");
                default -> List.of("x", "size");
            };
            graph.node(operator, inputs, List.of("y"), Map.of());
            assertThatThrownBy(() -> RunnableGraph.of(graph.read()).run(Map.of()))
                    .as(operator)
                    .isInstanceOf(InteropException.class)
                    .hasMessageContaining("(" + operator + ") would");
        }
    }
}
