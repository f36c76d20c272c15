package dev.carousel.interop.onnx.run;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model that is executed: its nodes in order, each with its operator. The values between them are tensors.
 *
 * <p>Immutable; any number of threads may run one graph.
 */
public final class RunnableGraph {

    private final OnnxDocument model;
    private final List<Step> steps;
    private final List<String> warnings;
    private final long initializerElements;

    /** A node, and after which no value of these names is wanted any more. */
    private record Step(Node node, Operator operator, Set<String> lastUse, Call.Setting setting) {}

    private RunnableGraph(OnnxDocument model, Optional<Boolean> linearBeforeReset) {
        this.model = model;
        this.warnings = linearBeforeReset.isPresent() ? List.of() : Producers.warnings(model);
        this.steps = steps(model, linearBeforeReset);
        this.initializerElements =
                model.initializers().values().stream().mapToLong(Tensor::size).sum();
    }

    /**
     * The graph of a file's content.
     *
     * @throws InteropException if it has an operator, attribute or type that Carousel does not know
     */
    public static RunnableGraph of(OnnxDocument model) {
        return new RunnableGraph(model, Optional.empty());
    }

    /**
     * The same graph with the reset gate of every GRU in one place, whatever the file says.
     *
     * @param after true for r ⊙ (R h' + b), as PyTorch's GRU has it; false for R (r ⊙ h') + b
     */
    public RunnableGraph withLinearBeforeReset(boolean after) {
        return new RunnableGraph(model, Optional.of(after));
    }

    /** What looks wrong in the file though it can be run, one sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** The names of the inputs that have to be given. */
    public List<String> inputs() {
        return model.inputs().stream()
                .map(ValueInfo::name)
                .filter(name -> !model.initializers().containsKey(name))
                .toList();
    }

    /** The names of the inputs that may be given; each has a default. */
    public List<String> optionalInputs() {
        return model.inputs().stream()
                .map(ValueInfo::name)
                .filter(model.initializers()::containsKey)
                .toList();
    }

    /** The names of the outputs. */
    public List<String> outputs() {
        return model.outputs().stream().map(ValueInfo::name).toList();
    }

    /** The file's content. */
    public OnnxDocument model() {
        return model;
    }

    /**
     * Computes the outputs.
     *
     * @param given the inputs by name
     * @return the outputs by name, in the file's order
     * @throws InteropException if an input is missing, or a node cannot compute with what it gets
     */
    public Map<String, Tensor> run(Map<String, Tensor> given) {
        Call.Limit limit = Call.Limit.ofRun(elements(given), initializerElements);
        Map<String, Tensor> values = compute(given, limit, false);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (String name : outputs()) {
            outputs.put(name, valueOf(name, values));
        }
        return outputs;
    }

    /** Runs the graph on a few steps while a file is read, and gives out every value by name. */
    public Map<String, Tensor> tryOut(Map<String, Tensor> given) {
        return compute(given, Call.Limit.ofTrial(elements(given), initializerElements), true);
    }

    private static long elements(Map<String, Tensor> given) {
        return given.values().stream().mapToLong(Tensor::size).sum();
    }

    private Map<String, Tensor> compute(Map<String, Tensor> given, Call.Limit limit, boolean keepAll) {
        for (String name : inputs()) {
            if (!given.containsKey(name)) {
                throw new InteropException("The ONNX model needs an input '" + name
                        + "', which was not given; it needs " + inputs() + " and may take " + optionalInputs() + ".");
            }
        }
        Map<String, Tensor> values = new HashMap<>(model.initializers());
        values.putAll(given);
        for (Step step : steps) {
            compute(step, values, limit);
            if (!keepAll) {
                step.lastUse.forEach(values::remove);
            }
        }
        return values;
    }

    private static Tensor valueOf(String name, Map<String, Tensor> values) {
        Tensor value = values.get(name);
        if (value == null) {
            throw new InteropException("The ONNX model's value '" + name + "' is not computed by any node.");
        }
        return value;
    }

    private void compute(Step step, Map<String, Tensor> values, Call.Limit limit) {
        Node node = step.node;
        List<Tensor> inputs = new ArrayList<>();
        for (String name : node.inputs()) {
            inputs.add(name.isEmpty() ? Call.LEFT_OUT : valueOf(name, values));
        }
        Call call = new Call(node, model.opset(), inputs, limit, step.setting);
        List<Tensor> outputs = step.operator.apply(call);
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.hasOutput(i)) {
                if (i >= outputs.size()) {
                    throw call.fail("has an output " + i + ", which Carousel does not compute");
                }
                values.put(node.outputs().get(i), outputs.get(i));
            }
        }
    }

    /** Finds each node's operator, checks that its inputs are there before it, and when each value is used last. */
    private static List<Step> steps(OnnxDocument model, Optional<Boolean> linearBeforeReset) {
        Set<String> known = new HashSet<>(model.initializers().keySet());
        model.inputs().forEach(input -> known.add(input.name()));
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < model.nodes().size(); i++) {
            Node node = model.nodes().get(i);
            Call call = new Call(node, model.opset(), List.of(), new Call.Limit(0, 0));
            for (String input : node.inputs()) {
                if (!input.isEmpty() && !known.contains(input)) {
                    throw call.fail("reads '" + input + "', which nothing before it computes");
                }
                last.put(input, i);
            }
            for (String output : node.outputs()) {
                if (!output.isEmpty() && !known.add(output)) {
                    throw call.fail("computes '" + output + "', which is computed before it already");
                }
                last.put(output, i);
            }
        }
        for (ValueInfo output : model.outputs()) {
            if (!known.contains(output.name())) {
                throw new InteropException(
                        "The ONNX model's output '" + output.name() + "' is not computed by any of its nodes.");
            }
            last.put(output.name(), -1);
        }
        List<Set<String>> unused = new ArrayList<>();
        model.nodes().forEach(node -> unused.add(new HashSet<>()));
        last.forEach((name, i) -> {
            if (i >= 0) {
                unused.get(i).add(name);
            }
        });
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < model.nodes().size(); i++) {
            Node node = model.nodes().get(i);
            Call call = new Call(node, model.opset(), List.of(), new Call.Limit(0, 0));
            steps.add(new Step(node, Operators.of(node, call), unused.get(i), new Call.Setting(linearBeforeReset)));
        }
        return steps;
    }
}
