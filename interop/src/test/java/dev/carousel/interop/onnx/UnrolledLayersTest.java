package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.NetworkReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers whose steps stand in a graph one after the other. Files that PyTorch's exporters wrote are in
 * {@code reports/unrolled}, for JudgedModelsTest; these are made by hand, with what must not be taken for a layer.
 */
class UnrolledLayersTest extends UnrolledGraphs {

    @ParameterizedTest
    @ValueSource(strings = {"Tanh", "Relu"})
    void stepsOfAnRnnAreALayer(String function) {
        assertRead(rnn(5, function, 0, 1, 2, 3, 4), 5);
        assertRead(rnn(4, function, 0, 1, 2, 3), 4);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void stepsOfAGruAreALayerHoweverItIsWritten(boolean after, boolean asDifference) {
        GraphBuilder graph = begun(5).initializer("h-1", Tensor.zeros(OnnxElementType.FLOAT, 1, H));
        assertRead(gru(graph, after, asDifference), 5);
    }

    /** h = sigmoid(...), steps left out or in another order, another matrix in one step: whatever it is, it is no layer. */
    @Test
    void otherStepsAreNoLayer() {
        assertNoNetwork(rnn(5, "Sigmoid", 0, 1, 2, 3, 4));
        assertNoNetwork(rnn(6, "Tanh", 0, 1, 2, 4, 5));
        assertNoNetwork(rnn(6, "Tanh", 1, 2, 3, 4, 5));
        assertNoNetwork(rnn(6, "Tanh", 0, 1, 2, 3, 4));
        assertNoNetwork(rnn(5, "Tanh", 0, 2, 1, 3, 4));
        for (int odd = 0; odd < 6; odd++) {
            for (String weight : List.of("W", "R", "b")) {
                if (odd > 0 || !weight.equals("R")) {
                    assertNoNetwork(oddStep(6, odd, weight));
                }
            }
        }
    }

    /** Steps of which one has another weight. */
    private GraphBuilder oddStep(int T, int odd, String weight) {
        GraphBuilder graph = begun(T);
        String h = "";
        List<String> all = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            step(graph, t);
            String w = t == odd && weight.equals("W") ? "Wz" : "Wa";
            String r = t == odd && weight.equals("R") ? "Rz" : "Ra";
            String b = t == odd && weight.equals("b") ? "bz" : "ba";
            String sum = node(graph, "s" + t, "Add", node(graph, "w" + t, "MatMul", "x" + t, w), b);
            if (!h.isEmpty()) {
                sum = node(graph, "a" + t, "Add", node(graph, "r" + t, "MatMul", h, r), sum);
            }
            h = node(graph, "h" + t, "Tanh", sum);
            all.add(h);
        }
        return ended(graph, all);
    }

    /** ReLU units that no trial wakes tell no step from another, so the graph itself has to. */
    @Test
    void stepsThatAreZeroInATrialKeepTheirOrder() {
        Tensor loud = loud(drawn(N, 5, D));
        GraphBuilder graph = begun(5);
        assertRead(ended(graph, asleep(graph)), 5, loud);
        GraphBuilder turned = begun(5);
        List<String> states = asleep(turned);
        Collections.reverse(states);
        assertNoNetwork(ended(turned, states));
    }

    private List<String> asleep(GraphBuilder graph) {
        graph.initializer("low", Tensor.of(new float[] {-12, -12, -12}, H));
        String h = "";
        List<String> all = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            step(graph, t);
            h = node(graph, "h" + t, "Relu", node(graph, "l" + t, "Add", gate(graph, "a", t, h), "low"));
            all.add(h);
        }
        return all;
    }

    /** A function that changes nothing at the numbers of a trial is no part of the layer. */
    @Test
    void aFunctionBehindTheStepsIsKept() {
        GraphBuilder graph = begun(5);
        String h = "";
        List<String> all = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            step(graph, t);
            h = rnn(graph, "Relu", t, h);
            all.add(node(graph, h + "u", "Unsqueeze", h, "axis"));
        }
        graph.initializer("zero", Tensor.of(new float[] {0})).initializer("six", Tensor.of(new float[] {6}));
        graph.node("Concat", all, List.of("hidden"), Map.of("axis", 1));
        node(graph, "y", "Clip", "hidden", "zero", "six");
        graph.output("y", OnnxElementType.FLOAT, 3);
        Tensor loud = loud(drawn(N, 5, D));
        assertRead(graph, 5, loud);
    }

    /** A number that is fixed in the file, which a network cannot begin from. */
    @Test
    void aFirstStateThatIsNotZeroIsNoLayer() {
        int T = 5;
        GraphBuilder graph = begun(T).initializer("h-1", drawn(1, H));
        List<String> all = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            step(graph, t);
            all.add(rnn(graph, "Tanh", t, "h" + (t - 1)));
        }
        assertThatThrownBy(() -> NetworkReader.read(ended(graph, all).read(), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class);
    }

    /**
     * softplus(x) below a threshold and x above it: of 20, as PyTorch has it, the same but for rounding; of 8 another function, and
     * of 10.7, the largest that single precision shows over its rounding (2.2e-5 there).
     */
    @Test
    void aThresholdThatNoTrialReachesIsSeen() {
        assertRead(softplus(20), 5);
        assertNoNetwork(softplus(8));
        assertNoNetwork(softplus(10.7f));
    }

    private GraphBuilder softplus(float threshold) {
        int T = 5;
        GraphBuilder graph = begun(T);
        String h = "";
        List<String> all = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            step(graph, t);
            h = rnn(graph, "Tanh", t, h);
            all.add(node(graph, h + "u", "Unsqueeze", h, "axis"));
        }
        graph.node("Concat", all, List.of("hidden"), Map.of("axis", 1));
        graph.initializer("threshold", Tensor.of(new float[] {threshold}));
        node(graph, "soft", "Softplus", "hidden");
        node(graph, "above", "Greater", "hidden", "threshold");
        node(graph, "y", "Where", "above", "hidden", "soft");
        return graph.output("y", OnnxElementType.FLOAT, 3);
    }

    /** The numbers of all steps as one vector, and one vector as several steps. */
    @Test
    void aReshapeOfAllStepsIsALayerWhereTheFileFixesTheirNumber() {
        assertRead(flattened(5, true), 5);
        GraphBuilder open = flattened(-1, false);
        assertThatThrownBy(() -> NetworkReader.read(open.read(), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("Reshape");
    }

    private GraphBuilder flattened(int T, boolean fixed) {
        GraphBuilder graph = new GraphBuilder(17)
                .input("x", OnnxElementType.FLOAT, -1, T, D)
                .initializer("w", drawn(1, H, D))
                .initializer("r", drawn(1, H, H))
                .initializer("flat", Tensor.of(new long[] {fixed ? -1 : 0, fixed ? 5 * H : -1}, 2))
                .initializer("matrix", drawn(5 * H, 6))
                .initializer("steps", Tensor.of(new long[] {-1, 3, 2}, 3))
                .initializer("axis", Tensor.of(new long[] {1}, 1));
        graph.node("Transpose", List.of("x"), List.of("xt"), Map.of("perm", new long[] {1, 0, 2}));
        graph.node("RNN", List.of("xt", "w", "r"), List.of("y4"), Map.of("hidden_size", H));
        node(graph, "y3", "Squeeze", "y4", "axis");
        graph.node("Transpose", List.of("y3"), List.of("yt"), Map.of("perm", new long[] {1, 0, 2}));
        node(graph, "vector", "Reshape", "yt", "flat");
        if (fixed) {
            node(graph, "mapped", "MatMul", "vector", "matrix");
            node(graph, "y", "Reshape", "mapped", "steps");
            return graph.output("y", OnnxElementType.FLOAT, 3);
        }
        node(graph, "y", "Tanh", "vector");
        return graph.output("y", OnnxElementType.FLOAT, 2);
    }
}
