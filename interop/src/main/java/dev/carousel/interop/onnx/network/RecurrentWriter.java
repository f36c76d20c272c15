package dev.carousel.interop.onnx.network;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.cell.StatePart;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.ModelWriter;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.GateOrder;
import dev.carousel.kernel.Activation;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a stack of recurrent layers, one node a layer.
 *
 * <p>ONNX' LSTM has no projection h = W_hr m, m = o ⊙ ψ(c). Since only R h enters the gates, the node can carry m instead:
 *
 * <pre>{@code
 * R h' = (R W_hr) m'      h = W_hr m      m0 = W_hrᵀ (W_hr W_hrᵀ)⁻¹ h0, so that W_hr m0 = h0
 * }</pre>
 */
final class RecurrentWriter {

    private final ModelWriter to;
    private final Parameters parameters;
    private final Recurrent spec;
    private final Cell cell;
    private final String prefix;
    private final boolean defaults;

    /**
     * Of one stack.
     *
     * @param prefix what the names of its states begin with
     * @param defaults whether the initial states have a default
     */
    RecurrentWriter(ModelWriter to, Parameters parameters, Recurrent spec, String prefix, boolean defaults) {
        this.to = to;
        this.parameters = parameters;
        this.spec = spec;
        this.cell = spec.cell();
        this.prefix = prefix;
        this.defaults = defaults;
    }

    /** Writes all layers; returns the name of the output [T, N, outputSize], or [1, N, outputSize] of the last step. */
    String write(String x, String lengths, String batch) {
        requireOperator();
        requireNoZoneout();
        List<StatePart> parts = LayerParts.state(spec);
        List<List<String>> before = new ArrayList<>();
        List<List<String>> after = new ArrayList<>();
        for (StatePart part : parts) {
            before.add(initial(part.name() + "0", part.size(), batch));
            after.add(new ArrayList<>());
        }
        String flow = x;
        for (int k = 0; k < spec.layers(); k++) {
            String y = to.fresh("Y");
            List<String> outputs = new ArrayList<>(List.of(y));
            parts.forEach(part -> outputs.add(to.fresh("Y_" + part.name())));
            List<String> inputs = new ArrayList<>(weights(k));
            inputs.add(0, flow);
            inputs.add(lengths);
            for (int i = 0; i < parts.size(); i++) {
                String state = before.get(i).get(k);
                inputs.add(i == 0 && spec.projectionSize() > 0 ? expanded(k, state) : state);
            }
            inputs.add(peepholes(k));
            to.node(cell.kind().toUpperCase(Locale.ROOT), attributes(), withoutEmptyEnd(inputs), outputs);
            String h = outputs.get(1);
            if (spec.projectionSize() > 0) {
                String projection = projection(k);
                y = to.node("MatMul", Map.of(), y, projection);
                h = to.node("MatMul", Map.of(), h, projection);
            }
            after.get(0).add(h);
            for (int i = 1; i < parts.size(); i++) {
                after.get(i).add(outputs.get(i + 1));
            }
            boolean last = spec.lastOnly() && k == spec.layers() - 1;
            boolean adds = spec.residual() == Residual.ALL || (spec.residual() == Residual.BEYOND_FIRST && k > 0);
            String given = last ? mergedState(h) : merged(y);
            flow = adds ? to.node("Add", Map.of(), given, flow) : given;
        }
        for (int i = 0; i < parts.size(); i++) {
            finalState(parts.get(i).name() + "n", after.get(i), parts.get(i).size());
        }
        return flow;
    }

    /** Before anything is written: of the newer cells and your own, ONNX can run none. */
    private void requireOperator() {
        if (!(cell instanceof Lstm || cell instanceof Gru || cell instanceof Rnn)) {
            throw new InteropException("The layer " + spec.name() + " has cells of the kind '" + cell.kind()
                    + "', for which ONNX has no operator: it has RNN, GRU and LSTM. Write Carousel's own format instead,"
                    + " which keeps any cell by its kind.");
        }
    }

    private void requireNoZoneout() {
        Regularisation noise = spec.regularisation();
        if (noise.zoneout()) {
            throw new InteropException("The layer " + spec.name() + " has zoneout, " + noise.zoneoutHidden()
                    + " of h and " + noise.zoneoutCell() + " of c: its states are mixed with those before each step,"
                    + " outside training too, which no recurrent operator of ONNX can do. Write Carousel's own format"
                    + " instead, or train without zoneout.");
        }
    }

    private static List<String> withoutEmptyEnd(List<String> inputs) {
        int size = inputs.size();
        while (inputs.get(size - 1).isEmpty()) {
            size--;
        }
        return inputs.subList(0, size);
    }

    /** An optional input [parts, N, size], expanded to the batch and cut into the layers' parts [directions, N, size]. */
    private List<String> initial(String name, int size, String batch) {
        int parts = spec.layers() * spec.directions();
        List<String> dimensions = List.of(Integer.toString(parts), "batch_of_" + prefix + name, Integer.toString(size));
        String about = "The state before the first step, layer by layer, forward before backward; zero if not given.";
        to.input(prefix + name, OnnxElementType.FLOAT, dimensions, about);
        if (defaults) {
            to.initializer(prefix + name, Tensor.zeros(OnnxElementType.FLOAT, parts, 1, size));
        }
        String shape = to.node("Concat", Map.of("axis", 0), to.constant(1), batch, to.constant(1));
        String state = to.node("Expand", Map.of(), prefix + name, shape);
        if (spec.layers() == 1) {
            return List.of(state);
        }
        List<String> layers = new ArrayList<>();
        for (int k = 0; k < spec.layers(); k++) {
            long from = (long) k * spec.directions();
            layers.add(to.node(
                    "Slice",
                    Map.of(),
                    state,
                    to.constant(from),
                    to.constant(from + spec.directions()),
                    to.constant(0)));
        }
        return layers;
    }

    private void finalState(String name, List<String> layers, int size) {
        to.node("Concat", Map.of("axis", 0), layers, List.of(prefix + name));
        List<String> dimensions =
                List.of(Integer.toString(spec.layers() * spec.directions()), "batch", Integer.toString(size));
        to.output(prefix + name, OnnxElementType.FLOAT, dimensions, "The state after each sequence's last step.");
    }

    /** W, R and B of a layer, as names; B empty without bias. */
    private List<String> weights(int k) {
        int H = spec.hiddenSize();
        int rows = cell.gates() * H;
        int dirs = spec.directions();
        float[] w = new float[0];
        float[] r = new float[0];
        float[] b = new float[0];
        for (int way = 0; way < dirs; way++) {
            w = joined(w, GateOrder.onnx(cell.kind(), get("weight_ih", k, way)));
            float[] recurrent = get("weight_hh", k, way);
            if (spec.projectionSize() > 0) {
                recurrent = Matrices.product(recurrent, get("weight_hr", k, way), rows, spec.projectionSize(), H);
            }
            r = joined(r, GateOrder.onnx(cell.kind(), recurrent));
            if (spec.bias()) {
                b = joined(b, GateOrder.onnx(cell.kind(), get("bias_ih", k, way)));
                b = joined(b, GateOrder.onnx(cell.kind(), get("bias_hh", k, way)));
            }
        }
        String name = spec.name().isEmpty() ? "layer" : spec.name();
        return List.of(
                to.initializer(name + ".W_l" + k, Tensor.of(w, dirs, rows, spec.inputSize(k))),
                to.initializer(name + ".R_l" + k, Tensor.of(r, dirs, rows, H)),
                spec.bias() ? to.initializer(name + ".B_l" + k, Tensor.of(b, dirs, 2 * rows)) : "");
    }

    private String peepholes(int k) {
        if (!(cell instanceof Lstm lstm && lstm.peepholes())) {
            return "";
        }
        float[] p = new float[0];
        for (int way = 0; way < spec.directions(); way++) {
            p = joined(p, get("weight_ph", k, way));
        }
        String name = spec.name().isEmpty() ? "layer" : spec.name();
        return to.initializer(name + ".P_l" + k, Tensor.of(p, spec.directions(), 3 * spec.hiddenSize()));
    }

    /** W_hrᵀ of each direction, [directions, H, P]. */
    private String projection(int k) {
        float[] all = new float[0];
        for (int way = 0; way < spec.directions(); way++) {
            all = joined(all, Matrices.transpose(get("weight_hr", k, way), spec.projectionSize(), spec.hiddenSize()));
        }
        return to.constant(Tensor.of(all, spec.directions(), spec.hiddenSize(), spec.projectionSize()));
    }

    /** m0 [directions, N, H] of h0 [directions, N, P]. */
    private String expanded(int k, String h0) {
        float[] all = new float[0];
        for (int way = 0; way < spec.directions(); way++) {
            all = joined(
                    all, Matrices.rightInverse(get("weight_hr", k, way), spec.projectionSize(), spec.hiddenSize()));
        }
        Tensor inverse = Tensor.of(all, spec.directions(), spec.projectionSize(), spec.hiddenSize());
        return to.node("MatMul", Map.of(), h0, to.constant(inverse));
    }

    private float[] get(String parameter, int k, int way) {
        return parameters.get(spec.parameterName(parameter, k, way));
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** From Y [T, directions, N, H] to [T, N, outputSize]. */
    private String merged(String y) {
        if (spec.directions() == 1) {
            return to.node("Squeeze", Map.of(), y, to.constant(1));
        }
        if (spec.merge() == Merge.CONCATENATE) {
            String turned = to.node("Transpose", Map.of("perm", new long[] {0, 2, 1, 3}), y);
            return to.node("Reshape", Map.of(), turned, to.constant(0, 0, spec.outputSize()));
        }
        return to.node("Squeeze", Map.of(), combined(y, 1), to.constant(1));
    }

    /** From Y_h [directions, N, H] to [1, N, outputSize]. */
    private String mergedState(String h) {
        if (spec.directions() == 1) {
            return h;
        }
        if (spec.merge() == Merge.CONCATENATE) {
            String turned = to.node("Transpose", Map.of("perm", new long[] {1, 0, 2}), h);
            return to.node("Reshape", Map.of(), turned, to.constant(1, -1, spec.outputSize()));
        }
        return combined(h, 0);
    }

    /** The sum, product or mean of two directions along an axis, which stays with size 1. */
    private String combined(String y, int axis) {
        String forward = to.fresh("forward");
        String backward = to.fresh("backward");
        to.node("Split", Map.of("axis", axis), List.of(y), List.of(forward, backward));
        String both = to.node(spec.merge() == Merge.PRODUCT ? "Mul" : "Add", Map.of(), forward, backward);
        return spec.merge() == Merge.AVERAGE
                ? to.node("Mul", Map.of(), both, to.constant(Tensor.of(new float[] {0.5f})))
                : both;
    }

    private Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("hidden_size", spec.hiddenSize());
        String direction = spec.direction() == Direction.BOTH
                ? "bidirectional"
                : spec.direction() == Direction.BACKWARD ? "reverse" : "forward";
        attributes.put("direction", direction);
        float clip;
        List<Activation> functions;
        if (cell instanceof Lstm lstm) {
            clip = lstm.clip();
            functions = List.of(lstm.gateActivation(), lstm.candidateActivation(), lstm.outputActivation());
            if (lstm.inputForget()) {
                attributes.put("input_forget", 1);
            }
        } else if (cell instanceof Gru gru) {
            clip = gru.clip();
            functions = List.of(gru.gateActivation(), gru.candidateActivation());
            attributes.put("linear_before_reset", gru.resetGate() == Gru.ResetGate.AFTER_PRODUCT ? 1 : 0);
        } else if (cell instanceof Rnn rnn) {
            clip = rnn.clip();
            functions = List.of(rnn.activation());
        } else {
            throw new IllegalStateException("The cell " + cell + " was not refused before.");
        }
        if (clip != Cell.NO_CLIP) {
            attributes.put("clip", clip);
        }
        String layer = "The layer " + spec.name();
        List<Activation> all = Collections.nCopies(spec.directions(), functions).stream()
                .flatMap(List::stream)
                .toList();
        attributes.putAll(ActivationWriter.ofCell(all, layer));
        return attributes;
    }
}
