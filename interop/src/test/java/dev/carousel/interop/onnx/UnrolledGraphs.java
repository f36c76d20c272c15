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
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Graphs whose layers stand there step by step, made by hand, and the networks that they should give. */
abstract class UnrolledGraphs {

    static final int D = 2;
    static final int H = 3;
    static final int N = 4;

    final Random random = new Random(7);

    Tensor drawn(int... shape) {
        Tensor tensor = Tensor.zeros(OnnxElementType.FLOAT, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, random.nextGaussian() * 0.6);
        }
        return tensor;
    }

    /** A graph that reads x [N, T, D], with what its steps may need. */
    GraphBuilder begun(int T) {
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

    static String node(GraphBuilder graph, String name, String operator, String... in) {
        graph.node(operator, List.of(in), List.of(name), Map.of());
        return name;
    }

    static String step(GraphBuilder graph, int t) {
        graph.node("Gather", List.of("x", "t" + t), List.of("x" + t), Map.of("axis", 1));
        return "x" + t;
    }

    /** W x + b + R h + c of a gate; without h in the first step. */
    static String gate(GraphBuilder graph, String gate, int t, String h) {
        String name = gate + t;
        String x = node(graph, name + "w", "MatMul", "x" + t, "W" + gate);
        String input = node(graph, name + "i", "Add", x, "b" + gate);
        if (h.isEmpty()) {
            return node(graph, name, "Add", input, "c" + gate);
        }
        String state = node(graph, name + "h", "MatMul", h, "R" + gate);
        return node(graph, name, "Add", input, node(graph, name + "s", "Add", "c" + gate, state));
    }

    static String rnn(GraphBuilder graph, String function, int t, String h) {
        return node(graph, "h" + t, function, gate(graph, "a", t, h));
    }

    /** Steps one after the other, in this order. */
    GraphBuilder rnn(int T, String function, int... steps) {
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

    static GraphBuilder ended(GraphBuilder graph, List<String> states) {
        List<String> parts = new ArrayList<>();
        for (String h : states) {
            parts.add(node(graph, h + "u", "Unsqueeze", h, "axis"));
        }
        graph.node("Concat", parts, List.of("y"), Map.of("axis", 1));
        return graph.output("y", OnnxElementType.FLOAT, 3);
    }

    /** The network gives what the graph gives, for the length that the graph has. */
    void assertRead(GraphBuilder made, int T) {
        assertRead(made, T, drawn(N, T, D));
    }

    static void assertRead(GraphBuilder made, int T, Tensor x) {
        Network network = NetworkReader.read(made.read(), ImportOptions.defaults());
        Tensor expected = RunnableGraph.of(made.read()).run(Map.of("x", x)).getOrDefault("y", x);
        assertSame(network, network.freshState(N), T, x, expected);
    }

    static void assertSame(Network network, State state, int T, Tensor x, Tensor expected) {
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

    static void assertNoNetwork(GraphBuilder made) {
        assertThatThrownBy(() -> NetworkReader.read(made.read(), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("ONNX node")
                .hasMessageContaining("as a graph instead");
    }

    /** Five steps of a GRU from the state h-1. */
    static GraphBuilder gru(GraphBuilder graph, boolean after, boolean asDifference) {
        int T = 5;
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
        return ended(graph, all);
    }

    static Tensor loud(Tensor x) {
        for (int i = 0; i < x.size(); i++) {
            x.set(i, 40 * x.real(i));
        }
        return x;
    }
}
