package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.NetworkReader;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each step of an unrolled layer is read, and the states that it begins from. */
class UnrolledStepsTest extends UnrolledGraphs {

    /** A bound that no number of a trial reaches makes another function of the one step that has it, whichever it is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aStepThatOnlyLargeNumbersTellFromTheOthersIsNoLayer(int odd) {
        assertNoNetwork(bounded(odd, true));
        if (odd < 4) {
            assertNoNetwork(bounded(odd, false));
        } else {
            assertRead(bounded(odd, false), 5, loud(drawn(N, 5, D)));
        }
    }

    /** Steps of an RNN, of which one is clipped: within its function, or behind it. Only the last state is the output. */
    private GraphBuilder bounded(int odd, boolean within) {
        GraphBuilder graph = begun(5).initializer("low", Tensor.of(new float[] {-50}))
                .initializer("high", Tensor.of(new float[] {50}));
        String h = "";
        for (int t = 0; t < 5; t++) {
            step(graph, t);
            String sum = gate(graph, "a", t, h);
            h = node(graph, "h" + t, "Relu", t == odd && within ? clip(graph, sum) : sum);
            h = t == odd && !within ? clip(graph, h) : h;
        }
        node(graph, "y", "Identity", h);
        return graph.output("y", OnnxElementType.FLOAT, 2);
    }

    private static String clip(GraphBuilder graph, String name) {
        return node(graph, name + "k", "Clip", name, "low", "high");
    }

    /** The same of an LSTM's second state: on its way to h too, or to the next step alone. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anLstmsSecondStateIsReadInEachStep(int odd) {
        for (boolean given : new boolean[] {false, true}) {
            assertNoNetwork(lstm(odd, true, given));
            assertNoNetwork(lstm(odd, false, given));
        }
    }

    @Test
    void anLstmFromZeroIsALayer() {
        assertRead(lstm(-1, false, false), 5, loud(drawn(N, 5, D)));
    }

    /**
     * Five steps of an LSTM.
     *
     * @param odd the step whose c is clipped
     * @param both whether its h is computed of the clipped c as well
     * @param given whether the first states are inputs, not zero
     */
    private GraphBuilder lstm(int odd, boolean both, boolean given) {
        int T = 5;
        GraphBuilder graph = begun(T).initializer("low", Tensor.of(new float[] {-50}))
                .initializer("high", Tensor.of(new float[] {50}));
        for (String state : List.of("h-1", "c-1")) {
            if (given) {
                graph.input(state, OnnxElementType.FLOAT, -1, H);
            } else {
                graph.initializer(state, Tensor.zeros(OnnxElementType.FLOAT, 1, H));
            }
        }
        List<String> all = new ArrayList<>();
        String before = "c-1";
        for (int t = 0; t < T; t++) {
            String h = "h" + (t - 1);
            step(graph, t);
            String i = node(graph, "I" + t, "Sigmoid", gate(graph, "a", t, h));
            String f = node(graph, "F" + t, "Sigmoid", gate(graph, "z", t, h));
            String o = node(graph, "O" + t, "Sigmoid", gate(graph, "r", t, h));
            String g = node(graph, "G" + t, "Tanh", gate(graph, "n", t, h));
            String kept = node(graph, "fc" + t, "Mul", f, before);
            String c = node(graph, "c" + t, "Add", kept, node(graph, "ig" + t, "Mul", i, g));
            before = t == odd ? clip(graph, c) : c;
            all.add(node(graph, "h" + t, "Mul", o, node(graph, "th" + t, "Tanh", both ? before : c)));
        }
        return ended(graph, all);
    }

    @Test
    void firstStatesThatAreInputsAreTheNetworks() {
        Tensor h = drawn(N, H);
        Tensor c = drawn(N, H);
        assertReadFrom(Map.of("h-1", h, "c-1", c), lstm(-1, false, true));
        GraphBuilder rnn = begun(5).input("h-1", OnnxElementType.FLOAT, -1, H);
        List<String> all = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            step(rnn, t);
            all.add(rnn(rnn, "Tanh", t, "h" + (t - 1)));
        }
        assertReadFrom(Map.of("h-1", h), ended(rnn, all));
        for (boolean after : new boolean[] {true, false}) {
            GraphBuilder gru = begun(5).input("h-1", OnnxElementType.FLOAT, -1, H);
            assertReadFrom(Map.of("h-1", h), gru(gru, after, true));
            // Of other weights, the factors of a product are in another order.
            for (int weights = 0; weights < 20; weights++) {
                gru = begun(5).input("h-1", OnnxElementType.FLOAT, -1, H);
                assertReadFrom(Map.of("h-1", h), gru(gru, after, false));
            }
        }
    }

    /** The network gives what the graph gives, from these first states. */
    private void assertReadFrom(Map<String, Tensor> states, GraphBuilder made) {
        Network network = NetworkReader.read(made.read(), ImportOptions.defaults());
        Tensor x = drawn(N, 5, D);
        Map<String, Tensor> inputs = new HashMap<>(states);
        inputs.put("x", x);
        Tensor expected = RunnableGraph.of(made.read()).run(inputs).getOrDefault("y", x);
        State state = network.freshState(N);
        states.forEach((name, numbers) -> {
            var to = name.equals("h-1") ? state.h(0) : state.c(0);
            System.arraycopy(numbers.floats(), 0, to.data(), to.offset(), N * H);
        });
        assertSame(network, state, 5, x, expected);
    }

    /** Two stacks that know nothing of each other, one from the end: no chain, and no error of nodes that the file has not. */
    @Test
    void directionsThatLaterLayersReadAloneAreNotOneLayer() {
        int T = 5;
        GraphBuilder graph = begun(T);
        List<String> x = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            x.add(step(graph, t));
        }
        List<String> forward = stack(graph, "f", false, stack(graph, "e", false, x, "Wa"), "Rz");
        List<String> backward = stack(graph, "k", true, stack(graph, "l", true, x, "Wz"), "Rr");
        List<String> both = new ArrayList<>();
        for (int t = 0; t < T; t++) {
            graph.node("Concat", List.of(forward.get(t), backward.get(t)), List.of("b" + t), Map.of("axis", 1));
            both.add("b" + t);
        }
        GraphBuilder made = ended(graph, both);
        assertThatThrownBy(() -> NetworkReader.read(made.read(), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("as a graph instead")
                .hasMessageNotContaining("rolled");
        assertThat(NetworkReader.inputAxes(made.read())).isEqualTo(InputAxes.UNKNOWN);
    }

    /** The states of a layer in the order of the steps that it reads. */
    private List<String> stack(GraphBuilder graph, String name, boolean reverse, List<String> below, String w) {
        graph.initializer("R" + name, drawn(H, H));
        List<String> states = new ArrayList<>(below);
        String h = "";
        for (int k = 0; k < below.size(); k++) {
            int t = reverse ? below.size() - 1 - k : k;
            String sum = node(graph, name + "w" + t, "MatMul", below.get(t), w);
            if (!h.isEmpty()) {
                sum = node(graph, name + "a" + t, "Add", node(graph, name + "r" + t, "MatMul", h, "R" + name), sum);
            }
            h = node(graph, name + t, "Tanh", sum);
            states.set(t, h);
        }
        return states;
    }
}
