package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** A graph of one recurrent node with random attributes, shapes and numbers, and inputs for it. */
final class RandomRecurrentGraph {

    private static final List<String> FUNCTIONS = List.of(
            "Sigmoid",
            "Tanh",
            "Relu",
            "LeakyRelu",
            "HardSigmoid",
            "Elu",
            "Softsign",
            "Softplus",
            "ScaledTanh",
            "Affine",
            "ThresholdedRelu");

    final String operator;
    final int T;
    final int N;
    final int D;
    final int H;
    final int directions;
    final Map<String, Object> attributes = new LinkedHashMap<>();
    final Map<String, Tensor> weights = new LinkedHashMap<>();
    final Map<String, Tensor> inputs = new LinkedHashMap<>();
    OnnxElementType type;

    private final Random random;
    private boolean batchFirst;
    private final boolean withY;

    /** A graph that ONNX Runtime can run. */
    static RandomRecurrentGraph forRuntime(long seed) {
        return new RandomRecurrentGraph(new Random(seed), OnnxElementType.FLOAT, false, true);
    }

    /**
     * A graph.
     *
     * @param variants whether it may be other than the usual RNN, LSTM or GRU
     */
    RandomRecurrentGraph(Random random, OnnxElementType type, boolean batchFirst, boolean variants) {
        this.random = random;
        this.type = type;
        this.batchFirst = batchFirst;
        operator = List.of("RNN", "LSTM", "GRU").get(random.nextInt(3));
        T = 1 + random.nextInt(7);
        N = 1 + random.nextInt(5);
        D = 1 + random.nextInt(6);
        H = 1 + random.nextInt(20);
        withY = !variants || random.nextInt(5) > 0;
        String direction = List.of("forward", "reverse", "bidirectional").get(random.nextInt(3));
        directions = direction.equals("bidirectional") ? 2 : 1;
        attributes.put("hidden_size", H);
        attributes.put("direction", direction);
        if (batchFirst) {
            attributes.put("layout", 1);
        }
        int gates = Map.of("RNN", 1, "LSTM", 4, "GRU", 3).get(operator);
        weights.put("W", uniform(0.6, directions, gates * H, D));
        weights.put("R", uniform(0.9 / Math.sqrt(H), directions, gates * H, H));
        if (random.nextInt(4) > 0) {
            weights.put("B", uniform(0.5, directions, 2 * gates * H));
        }
        inputs.put("X", batchFirst ? uniform(1, N, T, D) : uniform(1, T, N, D));
        if (random.nextBoolean()) {
            inputs.put("sequence_lens", lengths());
        }
        if (random.nextBoolean()) {
            inputs.put("initial_h", state());
        }
        if (operator.equals("LSTM") && random.nextBoolean()) {
            inputs.put("initial_c", state());
        }
        if (operator.equals("GRU") && random.nextBoolean()) {
            attributes.put("linear_before_reset", 1);
        }
        if (variants) {
            variants();
        }
    }

    private void variants() {
        if (random.nextInt(4) == 0) {
            attributes.put("clip", 0.2f + random.nextFloat());
        }
        if (operator.equals("LSTM") && random.nextInt(4) == 0) {
            attributes.put("input_forget", 1);
        }
        if (operator.equals("LSTM") && random.nextInt(3) == 0) {
            weights.put("P", uniform(0.5, directions, 3 * H));
        }
        if (random.nextInt(3) > 0) {
            functions();
        }
    }

    private void functions() {
        int perDirection = Map.of("RNN", 1, "LSTM", 3, "GRU", 2).get(operator);
        List<String> names = new ArrayList<>();
        List<Float> alphas = new ArrayList<>();
        List<Float> betas = new ArrayList<>();
        for (int i = 0; i < directions * perDirection; i++) {
            String name = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            boolean alpha = List.of("LeakyRelu", "HardSigmoid", "Elu", "ScaledTanh", "Affine", "ThresholdedRelu")
                    .contains(name);
            boolean beta = List.of("HardSigmoid", "ScaledTanh", "Affine").contains(name);
            // ONNX Runtime takes the names of an RNN in one case only.
            names.add(operator.equals("RNN") || random.nextBoolean() ? name : name.toLowerCase(Locale.ROOT));
            if (alpha) {
                alphas.add(0.1f + 0.4f * random.nextFloat());
            }
            if (beta) {
                betas.add(0.1f + 0.4f * random.nextFloat());
            }
        }
        attributes.put("activations", names);
        if (!alphas.isEmpty()) {
            attributes.put("activation_alpha", array(alphas));
        }
        if (!betas.isEmpty()) {
            attributes.put("activation_beta", array(betas));
        }
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private Tensor lengths() {
        int[] lengths = new int[N];
        for (int n = 0; n < N; n++) {
            lengths[n] = 1 + random.nextInt(T);
        }
        return Tensor.of(lengths, N);
    }

    private Tensor state() {
        return batchFirst ? uniform(1, N, directions, H) : uniform(1, directions, N, H);
    }

    private Tensor uniform(double range, int... shape) {
        Tensor tensor = Tensor.zeros(type, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, (2 * random.nextDouble() - 1) * range);
        }
        return tensor;
    }

    /** The same in another precision and with the batch first. */
    RandomRecurrentGraph turned(OnnxElementType precision) {
        type = precision;
        batchFirst = true;
        attributes.put("layout", 1);
        weights.replaceAll((name, tensor) -> Tensor.of(tensor.toDoubles(), tensor.shape()));
        inputs.replaceAll((name, tensor) -> tensor.rank() != 3
                ? tensor
                : Tensor.of(
                        transposed(tensor, 1, 0, 2).toDoubles(),
                        transposed(tensor, 1, 0, 2).shape()));
        return this;
    }

    static Tensor single(Tensor tensor) {
        return Tensor.of(tensor.toFloats(), tensor.shape());
    }

    /** Axis i of the result is axis {@code order[i]} of the tensor. */
    static Tensor transposed(Tensor tensor, int... order) {
        int[] shape = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            shape[i] = tensor.dimension(order[i]);
        }
        int[] strides = Tensor.strides(tensor.shape());
        Tensor result = Tensor.zeros(tensor.type(), shape);
        for (int at = 0; at < result.size(); at++) {
            int left = at;
            int from = 0;
            for (int i = order.length - 1; i >= 0; i--) {
                from += left % shape[i] * strides[order[i]];
                left /= shape[i];
            }
            result.set(at, tensor.real(from));
        }
        return result;
    }

    List<String> outputs() {
        List<String> outputs = new ArrayList<>(List.of(withY ? "Y" : "", "Y_h"));
        if (operator.equals("LSTM")) {
            outputs.add("Y_c");
        }
        return outputs;
    }

    GraphBuilder build() {
        GraphBuilder graph = new GraphBuilder(batchFirst ? 14 : 7 + random.nextInt(8));
        weights.forEach(graph::initializer);
        // Before IR version 4 every initializer is an input too.
        weights.forEach((name, tensor) -> graph.input(
                name, type, Arrays.stream(tensor.shape()).asLongStream().toArray()));
        inputs.forEach((name, tensor) -> {
            long[] open = new long[tensor.rank()];
            Arrays.fill(open, -1);
            graph.input(name, tensor.type(), open);
        });
        List<String> names = new ArrayList<>();
        for (String name : List.of("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")) {
            names.add(inputs.containsKey(name) || weights.containsKey(name) ? name : "");
        }
        while (names.get(names.size() - 1).isEmpty()) {
            names.remove(names.size() - 1);
        }
        graph.node(operator, names, outputs(), attributes);
        for (String output : outputs()) {
            if (!output.isEmpty()) {
                graph.output(output, type, output.equals("Y") ? 4 : 3);
            }
        }
        return graph;
    }

    @Override
    public String toString() {
        StringBuilder attributesText = new StringBuilder();
        attributes.forEach((name, value) -> attributesText
                .append(' ')
                .append(name)
                .append('=')
                .append(value instanceof float[] floats ? Arrays.toString(floats) : value.toString()));
        return operator + " T=" + T + " N=" + N + " D=" + D + attributesText + " " + weights.keySet() + inputs.keySet();
    }
}
