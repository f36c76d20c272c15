package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.NetworkReader;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers whose steps stand in a graph one after the other. Files that PyTorch's exporters wrote are in
 * {@code reports/unrolled}, for JudgedModelsTest; these are made by hand, with what must not be taken for a layer.
 */
class UnrolledLayersTest {

    private static final int D = 2;
    private static final int H = 3;
    private static final int N = 4;

    private final Random random = new Random(7);

    private Tensor drawn(int... shape) {
        Tensor tensor = Tensor.zeros(OnnxElementType.FLOAT, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, random.nextGaussian() * 0.6);
        }
        return tensor;
    }

    /** A graph that reads x [N, T, D], with what its steps may need. */
    private GraphBuilder begun(int T) {
        GraphBuilder graph = new GraphBuilder(17).input("x", OnnxElementType.FLOAT, -1, T, D);
        for (String gate : List.of("a", "z", "r", "n")) {
            graph.initializer("W" + gate, drawn(D, H))
                    .initializer("R" + gate, drawn(H, H))
                    .initializer("b" + gate, drawn(H))
                    .initializer("c" + gate, drawn(H));
        }
        for (int t = 0; t < T; t++) {
            graph.initializer("t" + t, Tensor.of(new long[] {t}));
        }
        return graph.initializer("one", Tensor.of(new float[] {1})).initializer("axis", Tensor.of(new long[] {1}, 1));
    }

    private static String node(GraphBuilder graph, String name, String operator, String... in) {
        graph.node(operator, List.of(in), List.of(name), Map.of());
        return name;
    }

    private static String step(GraphBuilder graph, int t) {
        graph.node("Gather", List.of("x", "t" + t), List.of("x" + t), Map.of("axis", 1));
        return "x" + t;
    }

    /** W x + b + R h + c of a gate; without h in the first step. */
    private static String gate(GraphBuilder graph, String gate, int t, String h) {
        String name = gate + t;
        String x = node(graph, name + "w", "MatMul", "x" + t, "W" + gate);
        String input = node(graph, name + "i", "Add", x, "b" + gate);
        if (h.isEmpty()) {
            return node(graph, name, "Add", input, "c" + gate);
        }
        String state = node(graph, name + "h", "MatMul", h, "R" + gate);
        return node(graph, name, "Add", input, node(graph, name + "s", "Add", "c" + gate, state));
    }

    private static String rnn(GraphBuilder graph, String function, int t, String h) {
        return node(graph, "h" + t, function, gate(graph, "a", t, h));
    }

    /** Steps one after the other, in this order. */
    private GraphBuilder rnn(int T, String function, int... steps) {
        GraphBuilder graph = begun(T);
        String h = "";
        List<String> all = new ArrayList<>();
        for (int t : steps) {
            step(graph, t);
            h = rnn(graph, function, t, h);
            all.add(h);
        }
        return ended(graph, all);
    }

    private static GraphBuilder ended(GraphBuilder graph, List<String> states) {
        List<String> parts = new ArrayList<>();
        for (String h : states) {
            parts.add(node(graph, h + "u", "Unsqueeze", h, "axis"));
        }
        graph.node("Concat", parts, List.of("y"), Map.of("axis", 1));
        return graph.output("y", OnnxElementType.FLOAT, 3);
    }

    /** The network gives what the graph gives, for the length that the graph has. */
    private void assertRead(GraphBuilder made, int T) {
        assertRead(made, T, drawn(N, T, D));
    }

    private static void assertRead(GraphBuilder made, int T, Tensor x) {
        Network network = NetworkReader.read(made.read(), ImportOptions.defaults());
        Tensor expected = RunnableGraph.of(made.read()).run(Map.of("x", x)).getOrDefault("y", x);
        assertSame(network, network.freshState(N), T, x, expected);
    }

    private static void assertSame(Network network, State state, int T, Tensor x, Tensor expected) {
        float[] turned = new float[x.size()];
        for (int i = 0; i < turned.length; i++) {
            int n = i / D / T;
            int t = i / D % T;
            turned[(t * N + n) * D + i % D] = x.floats()[i];
        }
        Sequence y = network.pack().tape(Team.single()).forward(Sequence.of(turned, T, N, D), state);
        assertThat(y.steps() * N * y.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            int n = i / y.size() / y.steps();
            int t = i / y.size() % y.steps();
            assertThat(y.data()[(t * N + n) * y.size() + i % y.size()])
                    .as("number %d", i)
                    .isCloseTo(expected.floats()[i], within(1e-5f));
        }
    }

    private static void assertNoNetwork(GraphBuilder made) {
        assertThatThrownBy(() -> NetworkReader.read(made.read(), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("ONNX node")
                .hasMessageContaining("as a graph instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tanh", "Relu"})
    void stepsOfAnRnnAreALayer(String function) {
        assertRead(rnn(5, function, 0, 1, 2, 3, 4), 5);
        assertRead(rnn(4, function, 0, 1, 2, 3), 4);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void stepsOfAGruAreALayerHoweverItIsWritten(boolean after, boolean asDifference) {
        int T = 5;
        GraphBuilder graph = begun(T).initializer("h-1", Tensor.zeros(OnnxElementType.FLOAT, 1, H));
        List<String> all = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            String h = "h" + (t - 1);
            step(graph, t);
            String z = node(graph, "Z" + t, "Sigmoid", gate(graph, "z", t, h));
            String r = node(graph, "R" + t, "Sigmoid", gate(graph, "r", t, h));
            String x = node(graph, "nx" + t, "Add", node(graph, "nw" + t, "MatMul", "x" + t, "Wn"), "bn");
            String product = node(graph, "p" + t, "MatMul", after ? h : node(graph, "rh" + t, "Mul", h, r), "Rn");
            String inner =
                    after ? node(graph, "rp" + t, "Mul", node(graph, "pc" + t, "Add", product, "cn"), r) : product;
            String n = node(graph, "N" + t, "Tanh", node(graph, "na" + t, "Add", inner, x));
            if (asDifference) {
                String difference = node(graph, "d" + t, "Sub", h, n);
                node(graph, "h" + t, "Add", n, node(graph, "zd" + t, "Mul", z, difference));
            } else {
                // With z in the place of 1 - z.
                String rest = node(graph, "q" + t, "Sub", "one", z);
                node(graph, "h" + t, "Add", node(graph, "qh" + t, "Mul", rest, h), node(graph, "zn" + t, "Mul", z, n));
            }
            all.add("h" + t);
        }
        assertRead(ended(graph, all), T);
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
        Tensor loud = drawn(N, 5, D);
        for (int i = 0; i < loud.size(); i++) {
            loud.set(i, 40 * loud.real(i));
        }
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
        Tensor loud = drawn(N, 5, D);
        for (int i = 0; i < loud.size(); i++) {
            loud.set(i, 40 * loud.real(i));
        }
        assertRead(graph, 5, loud);
    }

    @Test
    void firstStatesThatAreInputsAreTheNetworks() {
        int T = 5;
        GraphBuilder graph =
                begun(T).input("h-1", OnnxElementType.FLOAT, -1, H).input("c-1", OnnxElementType.FLOAT, -1, H);
        List<String> all = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            String h = "h" + (t - 1);
            step(graph, t);
            String i = node(graph, "I" + t, "Sigmoid", gate(graph, "a", t, h));
            String f = node(graph, "F" + t, "Sigmoid", gate(graph, "z", t, h));
            String o = node(graph, "O" + t, "Sigmoid", gate(graph, "r", t, h));
            String g = node(graph, "G" + t, "Tanh", gate(graph, "n", t, h));
            String kept = node(graph, "fc" + t, "Mul", f, "c" + (t - 1));
            String c = node(graph, "c" + t, "Add", kept, node(graph, "ig" + t, "Mul", i, g));
            all.add(node(graph, "h" + t, "Mul", o, node(graph, "th" + t, "Tanh", c)));
        }
        GraphBuilder made = ended(graph, all);
        Network network = NetworkReader.read(made.read(), ImportOptions.defaults());
        Tensor x = drawn(N, T, D);
        Tensor h = drawn(N, H);
        Tensor c = drawn(N, H);
        Tensor expected = RunnableGraph.of(made.read())
                .run(Map.of("x", x, "h-1", h, "c-1", c))
                .getOrDefault("y", x);
        State state = network.freshState(N);
        System.arraycopy(h.floats(), 0, state.h(0).data(), state.h(0).offset(), N * H);
        System.arraycopy(c.floats(), 0, state.c(0).data(), state.c(0).offset(), N * H);
        assertSame(network, state, T, x, expected);
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

    /** softplus(x) below a threshold and x above it: of 20, as PyTorch has it, the same; of 1 another function. */
    @Test
    void aThresholdThatNoTrialReachesIsSeen() {
        assertRead(softplus(20), 5);
        assertNoNetwork(softplus(8));
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
