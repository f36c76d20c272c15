package dev.carousel.interop.onnx.network;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.network.Network;
import java.util.List;
import java.util.Optional;

/**
 * Makes a network of a graph that is a chain of layers: puts unrolled layers together, finds the way through it, recognises the
 * layers on the way, and proves the network against the graph.
 */
public final class NetworkReader {

    /** Of which numbers the steps of an unrolled layer are tried too, besides those from -1 to 1. */
    private static final double WIDE = 4;

    private NetworkReader() {}

    /**
     * The network that a model holds.
     *
     * @throws InteropException if the model is no such chain; the message names the node
     */
    public static Network read(OnnxDocument model, ImportOptions options) {
        RunnableGraph plain = RunnableGraph.of(model);
        Optional<Boolean> reset = options.linearBeforeReset();
        RunnableGraph graph = reset.isPresent() ? plain.withLinearBeforeReset(reset.get()) : plain;
        graph.warnings().forEach(options.notes());
        RunnableGraph rolled = rolled(graph);
        ChainPath path = ChainPath.of(rolled.model());
        int ids = ids(model, path);
        ChainTrial trial = trial(rolled, path, ids, 1, 5, 3);
        ChainReader reader = new ChainReader(rolled, path, reset, trial.values());
        if (reader.time().isEmpty()) {
            throw new InteropException(
                    "The ONNX model has no RNN, LSTM or GRU on the way from its input to its first output; Carousel holds recurrent"
                            + " networks. Run it as a graph instead (OnnxGraph).");
        }
        Network network = network(reader);
        requireZeroStates(rolled, trial);
        trial(graph, path, ids, 1, 5, 3).requireEqual(network, reader.time().get(), reader.axes(), rolled.model());
        trial(graph, path, ids, 1, 4, 7).requireEqual(network, reader.time().get(), reader.axes(), rolled.model());
        if (rolled != graph) {
            trial(graph, path, ids, WIDE, 4, 7)
                    .requireEqual(network, reader.time().get(), reader.axes(), rolled.model());
            options.notes()
                    .accept(
                            "The steps of its recurrent layers stand in the ONNX file one after the other, for sequences of one"
                                    + " length; the network reads sequences of any length.");
        }
        return network;
    }

    /**
     * The graph with recurrent nodes in place of layers whose steps are written one after the other; the graph itself if it has
     * no such layers, or cannot do with such nodes.
     */
    private static RunnableGraph rolled(RunnableGraph graph) {
        try {
            return UnrolledLayers.rolled(graph).map(RunnableGraph::of).orElse(graph);
        } catch (InteropException e) {
            return graph;
        }
    }

    /**
     * What a model says of its input's axes; nothing if it is no chain.
     *
     * @throws InteropException if it has an operator, attribute or type that Carousel does not know
     */
    public static InputAxes inputAxes(OnnxDocument model) {
        RunnableGraph graph = rolled(RunnableGraph.of(model));
        ChainReader reader;
        String input;
        try {
            ChainPath path = ChainPath.of(graph.model());
            input = path.input();
            reader = new ChainReader(
                    graph,
                    path,
                    Optional.empty(),
                    trial(graph, path, ids(model, path), 1, 5, 3).values());
        } catch (InteropException e) {
            return InputAxes.UNKNOWN;
        }
        List<String> dimensions = model.inputs().stream()
                .filter(info -> info.name().equals(input))
                .flatMap(info -> info.dimensions().stream())
                .toList();
        if (reader.time().isEmpty() || dimensions.size() < 2 || reader.oneStep()) {
            return InputAxes.UNKNOWN;
        }
        boolean batchFirst = reader.time().get() == TensorRole.SECOND;
        return new InputAxes(
                fixed(dimensions.get(batchFirst ? 1 : 0)),
                fixed(dimensions.get(batchFirst ? 0 : 1)),
                Optional.of(batchFirst));
    }

    private static Optional<Integer> fixed(String dimension) {
        boolean number = !dimension.isEmpty()
                && dimension.length() < 10
                && dimension.chars().allMatch(Character::isDigit);
        return number ? Optional.of(Integer.parseInt(dimension)) : Optional.empty();
    }

    private static Network network(ChainReader reader) {
        try {
            return ChainNetwork.of(reader.parts());
        } catch (IllegalArgumentException e) {
            throw new InteropException(
                    "The ONNX graph is no chain of layers that Carousel can hold: " + e.getMessage(), e);
        }
    }

    /** The batch is on the second axis or the first: an input whose sizes the file does not relate may fit only one. */
    private static ChainTrial trial(RunnableGraph graph, ChainPath path, int ids, double scale, int first, int second) {
        int[] sizes = {first, second};
        try {
            return new ChainTrial(graph, path.input(), sizes, second, ids, scale);
        } catch (InteropException e) {
            try {
                return new ChainTrial(graph, path.input(), sizes, first, ids, scale);
            } catch (InteropException other) {
                throw e;
            }
        }
    }

    /** How many ids there are, if ids flow in: as many as the first table has rows. */
    private static int ids(OnnxDocument model, ChainPath path) {
        for (ChainPath.Hop hop : path.hops()) {
            List<String> inputs = hop.node().inputs();
            Tensor table = model.initializers().getOrDefault(inputs.get(0), Call.LEFT_OUT);
            if (hop.node().operator().equals("Gather") && hop.flow() == 1 && table.rank() == 2) {
                return table.dimension(0);
            }
        }
        return 2;
    }

    /** A state that the file fixes must be zero, since a network's sequences begin from zero. */
    private static void requireZeroStates(RunnableGraph graph, ChainTrial trial) {
        var constants = ChainPath.constants(graph.model());
        for (Node node : graph.model().nodes()) {
            boolean recurrent = List.of("RNN", "LSTM", "GRU").contains(node.operator());
            for (int input = 5; recurrent && input <= 6; input++) {
                if (node.hasInput(input) && constants.contains(node.inputs().get(input))) {
                    Tensor state = trial.values().getOrDefault(node.inputs().get(input), Call.LEFT_OUT);
                    for (int i = 0; i < state.size(); i++) {
                        if (state.real(i) != 0) {
                            throw ChainPath.noChain(node, "begins from a fixed state that is not zero");
                        }
                    }
                }
            }
        }
    }
}
