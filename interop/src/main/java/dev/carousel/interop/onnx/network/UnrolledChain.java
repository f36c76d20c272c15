package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.StepReader.Take;
import dev.carousel.interop.onnx.network.UnrolledLayer.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that multiply with one matrix, each with something that the one before has a part in: the recurrent products of a layer
 * whose steps an exporter wrote one after the other.
 */
final class UnrolledChain {

    /** Of fewer steps none tells what a state is. */
    private static final int FEWEST = 3;

    private static final double CLOSE = 1e-4;

    private final GraphValues graph;
    private final List<Node> nodes;
    private final Set<String> ofFirst;

    private UnrolledChain(GraphValues graph, List<Node> nodes) {
        this.graph = graph;
        this.nodes = nodes;
        this.ofFirst = graph.from(nodes.get(0).outputs().get(0));
    }

    /**
     * A layer in the steps of a graph.
     *
     * @param states the values that are its states, of all steps
     * @param ofLast the values that its last step has a part in
     * @param nodes the first outputs of the nodes of one step
     */
    record Found(UnrolledLayer layer, Outcome outcome, Set<String> states, Set<String> ofLast, Set<String> nodes) {}

    /** The chains of a graph, in its order. */
    static List<UnrolledChain> all(GraphValues graph) {
        Map<ConstantMatrix, List<Node>> groups = new LinkedHashMap<>();
        Map<List<Object>, Optional<ConstantMatrix>> known = new HashMap<>();
        for (Node node : graph.model().nodes()) {
            List<Object> product =
                    List.of(node.operator(), node.hasInput(1) ? node.inputs().get(1) : "", node.attributes());
            if (!node.hasOutput(0)) {
                continue;
            }
            known.computeIfAbsent(product, ignored -> ConstantMatrix.of(graph, node))
                    .ifPresent(matrix -> groups.computeIfAbsent(matrix, ignored -> new ArrayList<>())
                            .add(node));
        }
        List<UnrolledChain> chains = new ArrayList<>();
        for (List<Node> group : groups.values()) {
            if (group.size() >= FEWEST && follow(graph, group)) {
                chains.add(new UnrolledChain(graph, group));
            }
        }
        return chains;
    }

    /** Whether each node of a group has as many of the others before it as come before it in the group. */
    private static boolean follow(GraphValues graph, List<Node> group) {
        Map<String, Integer> depths = new HashMap<>();
        int met = 0;
        for (Node node : graph.model().nodes()) {
            int depth = node.inputs().stream()
                    .mapToInt(name -> depths.getOrDefault(name, 0))
                    .max()
                    .orElse(0);
            if (met < group.size() && node.equals(group.get(met))) {
                if (depth != met) {
                    return false;
                }
                met++;
                depth++;
            }
            for (String output : node.outputs()) {
                if (depth > 0) {
                    depths.put(output, depth);
                }
            }
        }
        return true;
    }

    boolean isIn(Set<String> steps) {
        return nodes.stream().anyMatch(node -> steps.contains(node.outputs().get(0)));
    }

    /** The state that a node of the chain multiplies. */
    private String state(Node node) {
        String at = graph.unshaped(node.inputs().get(0));
        Optional<Node> producer = graph.producer(at);
        if (producer.isPresent() && producer.get().operator().equals("Concat")) {
            for (String part : producer.get().inputs()) {
                if (ofFirst.contains(part)) {
                    return graph.unshaped(part);
                }
            }
        }
        return at;
    }

    /**
     * The layer whose steps these are; none if they are of no cell, or the numbers of the trial say otherwise.
     *
     * @param name of the new node
     * @param input of the graph, which is no state
     */
    Optional<Found> layer(String name, String input) {
        int last = nodes.size() - 1;
        String before = state(nodes.get(last - 1));
        String after = state(nodes.get(last));
        StepReader step;
        Formula formula;
        Optional<UnrolledCell> cell;
        try {
            step = new StepReader(graph, Optional.of(before), Optional.empty(), after, ofFirst);
            formula = step.of(after);
            cell = UnrolledCell.of(formula);
        } catch (InteropException e) {
            return Optional.empty();
        }
        Take take = step.input();
        Tensor source = graph.value(take.source());
        int T = source.rank() == 3 ? source.dimension(take.axis()) : 0;
        int skipped = T - nodes.size();
        if (cell.isEmpty() || take.axis() > 1 || skipped < 0 || skipped > 1) {
            return Optional.empty();
        }
        List<String> states = new ArrayList<>();
        for (int k = 1; k <= last; k++) {
            states.add(state(nodes.get(k)));
        }
        boolean seenFirst = skipped == 1;
        if (seenFirst) {
            states.add(0, graph.unshaped(nodes.get(0).inputs().get(0)));
        }
        SequenceBelow below = SequenceBelow.of(graph, take, cell.get());
        for (boolean reverse : new boolean[] {false, true}) {
            int place = last - 1 + skipped;
            if (take.index() != (reverse ? T - 1 - place : place)) {
                continue;
            }
            Optional<Formula> c = cell.get().cellState(formula);
            StepProof proof = new StepProof(graph, formula, c, take, reverse, ofFirst);
            for (UnrolledLayer layer :
                    candidates(name, cell.get(), below, reverse ^ below.flipped(), input, seenFirst)) {
                Optional<Found> found = found(layer, states, proof, step.nodes());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** A layer, if the numbers of its states and the formulas of all its steps say that it is one. */
    private Optional<Found> found(UnrolledLayer layer, List<String> states, StepProof proof, Set<String> ofStep) {
        Optional<Outcome> outcome = confirmed(layer, states);
        Optional<StepReader> last = outcome.flatMap(ignored -> proof.read(layer, states));
        if (outcome.isEmpty() || last.isEmpty()) {
            return Optional.empty();
        }
        Set<String> ofLast = graph.from(nodes.get(nodes.size() - 1).outputs().get(0));
        Optional<String> h = finalState(
                ofLast, states, proof, last.get(), proof.h(), outcome.get().h());
        if (h.isEmpty()) {
            return Optional.empty();
        }
        Set<String> all = new HashSet<>(states);
        all.add(h.get());
        Optional<Tensor> c = outcome.get().c();
        if (c.isPresent() && proof.c().isPresent()) {
            finalState(ofLast, states, proof, last.get(), proof.c().get(), c.get())
                    .ifPresent(all::add);
        }
        List<String> steps = new ArrayList<>(states);
        steps.add(graph.unshaped(h.get()));
        int T = steps.size();
        for (int k = 0; k < T; k++) {
            graph.addStep(steps.get(k), new Take(layer.steps(), 0, layer.reverse() ? T - 1 - k : k));
        }
        graph.add(layer.steps(), outcome.get().y());
        return Optional.of(new Found(layer, outcome.get(), all, ofLast, ofStep));
    }

    /** The first value after the last step that is its state, by its numbers and its formula. */
    private Optional<String> finalState(
            Set<String> ofLast, List<String> states, StepProof proof, StepReader last, Formula state, Tensor numbers) {
        String before = states.get(states.size() - 1);
        return graph.model().nodes().stream()
                .filter(node -> node.hasOutput(0))
                .map(node -> node.outputs().get(0))
                .filter(output -> ofLast.contains(output)
                        && GraphValues.isSame(graph.value(output), numbers)
                        && proof.isFinal(last, before, states.size(), output, state))
                .findFirst();
    }

    /** The layer with each first state that it may have. */
    private List<UnrolledLayer> candidates(
            String name, UnrolledCell cell, SequenceBelow below, boolean reverse, String input, boolean seenFirst) {
        Optional<String> h0 =
                seenFirst ? Optional.empty() : Optional.of(firstState()).filter(value -> !isZero(graph.value(value)));
        Set<Optional<String>> c0 = new LinkedHashSet<>(Set.of(Optional.empty()));
        if (cell.operator().equals("LSTM") && h0.isPresent()) {
            int size = graph.value(h0.get()).size();
            for (ValueInfo info : graph.model().inputs()) {
                for (String value : info.name().equals(input) ? Set.<String>of() : graph.from(info.name())) {
                    if (!ofFirst.contains(value) && graph.value(value).size() == size) {
                        c0.add(Optional.of(value));
                    }
                }
            }
        }
        List<UnrolledLayer> all = new ArrayList<>();
        c0.forEach(value -> all.add(new UnrolledLayer(
                name, cell, below.w(), below.bias(), below.value(), below.batchFirst(), reverse, h0, value)));
        return all;
    }

    private String firstState() {
        Node first = nodes.get(0);
        String at = graph.unshaped(first.inputs().get(0));
        Optional<Node> producer = graph.producer(at);
        int H = graph.value(state(nodes.get(1)))
                .dimension(graph.value(state(nodes.get(1))).rank() - 1);
        if (producer.isPresent() && producer.get().operator().equals("Concat")) {
            for (String part : producer.get().inputs()) {
                Tensor value = graph.value(part);
                if (graph.isFixed(part) && value.rank() > 0 && value.dimension(value.rank() - 1) == H) {
                    return part;
                }
            }
        }
        return at;
    }

    private static boolean isZero(Tensor tensor) {
        for (int i = 0; i < tensor.size(); i++) {
            if (tensor.real(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** What a layer computes, if its states are those of the steps. */
    private Optional<Outcome> confirmed(UnrolledLayer layer, List<String> states) {
        Outcome outcome;
        try {
            outcome = layer.run(graph);
        } catch (InteropException e) {
            return Optional.empty();
        }
        Tensor y = outcome.y();
        int T = y.dimension(0);
        for (int k = 0; k < states.size(); k++) {
            int t = layer.reverse() ? T - 1 - k : k;
            if (!isStep(graph.value(states.get(k)), y, t)) {
                return Optional.empty();
            }
        }
        return Optional.of(outcome);
    }

    private static boolean isStep(Tensor state, Tensor y, int t) {
        int size = y.size() / y.dimension(0);
        if (state.size() != size || !state.type().isReal()) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            double expected = y.real(t * size + i);
            if (!(Math.abs(state.real(i) - expected) <= CLOSE * Math.max(1, Math.abs(expected)))) {
                return false;
            }
        }
        return true;
    }
}
