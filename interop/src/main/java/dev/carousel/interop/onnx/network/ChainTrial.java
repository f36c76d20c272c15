package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.TensorRole.Axis;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A few random steps through a graph, and through the network that was recognised in it: the proof that they are the same.
 */
final class ChainTrial {

    private static final long SEED = 20;
    private static final double TOLERANCE = 1e-4;

    private final RunnableGraph graph;
    private final String input;
    private final int first;
    private final int second;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> values;

    /**
     * Runs the graph.
     *
     * @param input the one that flows through the chain
     * @param sizes of its first two axes, where the file leaves them open
     * @param batch N for the other inputs, where the file does not relate them to the first
     * @param ids how many ids there are, where the input is of ids
     */
    ChainTrial(RunnableGraph graph, String input, int[] sizes, int batch, int ids) {
        this(graph, input, sizes, batch, ids, 1);
    }

    /** As above, with numbers from minus a scale to it. */
    ChainTrial(RunnableGraph graph, String input, int[] sizes, int batch, int ids, double scale) {
        this.graph = graph;
        this.input = input;
        ValueInfo info = info(input);
        Map<String, Integer> named = new HashMap<>();
        int[] shape = new int[info.dimensions().size()];
        boolean reals = info.type() != 0
                && OnnxElementType.of(info.type(), "Input " + input).isReal();
        boolean step = reals && shape.length == 2;
        for (int i = 0; i < shape.length; i++) {
            String dimension = info.dimensions().get(i);
            int open = step ? (i == 0 ? sizes[1] : 1) : i < 2 ? sizes[i] : 1;
            shape[i] = size(dimension, named.getOrDefault(dimension, open));
            named.putIfAbsent(dimension, shape[i]);
        }
        named.remove("?");
        if (shape.length != 2 && shape.length != 3) {
            throw new InteropException("The ONNX model's input " + input + " is " + info.dimensions()
                    + ", but a chain of layers reads ids [time, batch] or numbers [time, batch, features], batch first"
                    + " or not, or one step [batch, features].");
        }
        this.first = step ? 1 : shape[0];
        this.second = step ? shape[0] : shape[1];
        SplittableRandom random = new SplittableRandom(SEED);
        inputs.put(input, draw(info, shape, ids, random, scale));
        for (String name : graph.inputs()) {
            if (!name.equals(input)) {
                int[] other = info(name).dimensions().stream()
                        .mapToInt(dimension -> size(dimension, named.getOrDefault(dimension, batch)))
                        .toArray();
                inputs.put(name, draw(info(name), other, Math.min(first, second), random, scale));
            }
        }
        this.values = graph.tryOut(inputs);
    }

    /** Whether an input is one step of its sequences, [N, D], and no ids, which are whole numbers. */
    static boolean oneStep(Tensor input) {
        return input.rank() == 2 && input.type().isReal();
    }

    /** Whether a dimension is a number. */
    static boolean isFixed(String dimension) {
        return !dimension.isEmpty() && dimension.chars().allMatch(Character::isDigit) && dimension.length() < 10;
    }

    private static int size(String dimension, int open) {
        return isFixed(dimension) ? Integer.parseInt(dimension) : open;
    }

    private ValueInfo info(String name) {
        return graph.model().inputs().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new InteropException("The ONNX model's value '" + name + "' is not computed by any node."));
    }

    /** Reals from minus the scale to it; whole numbers from 1 to below a bound, which serve as ids and as lengths. */
    private static Tensor draw(ValueInfo info, int[] shape, int bound, SplittableRandom random, double scale) {
        OnnxElementType type = OnnxElementType.of(info.type(), "Input " + info.name() + " of the ONNX model");
        long size = Tensor.sizeOf(shape);
        if (size < 0 || size > 1 << 24) {
            throw new InteropException("The ONNX model's input " + info.name() + " is " + info.dimensions()
                    + ", more than is tried while a file is read.");
        }
        Tensor tensor = Tensor.zeros(type, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(
                    i,
                    type.isReal() ? scale * (2 * random.nextDouble() - 1) : 1 + random.nextInt(Math.max(1, bound - 1)));
        }
        return tensor;
    }

    /** Every value of the graph. */
    Map<String, Tensor> values() {
        return values;
    }

    /**
     * Compares a network with the graph.
     *
     * @param time which axis of the input is time
     * @param axes what the output's axes stand for
     * @param layers the graph with its recurrent nodes, which tell h from c
     * @throws InteropException if they differ
     */
    void requireEqual(Network network, TensorRole time, List<Axis> axes, OnnxDocument layers) {
        boolean timeFirst = time == TensorRole.FIRST;
        int T = timeFirst ? first : second;
        int N = timeFirst ? second : first;
        State state = network.freshState(N);
        Optional<int[]> lengths = fill(state, N, layers);
        SequenceBatch x = batch(network, timeFirst, T, N, lengths);
        Sequence y = network.pack().tape(Team.single()).forward(x, state);
        List<ValueInfo> outputs = graph.model().outputs();
        compare(outputs.get(0).name(), y, axes, time);
        for (ValueInfo output : outputs.subList(1, outputs.size())) {
            requireState(output.name(), state);
        }
    }

    private SequenceBatch batch(Network network, boolean timeFirst, int T, int N, Optional<int[]> lengths) {
        Tensor x = inputs.getOrDefault(input, Call.LEFT_OUT);
        int D = oneStep(x) ? x.dimension(1) : x.rank() == 2 ? 1 : x.dimension(2);
        float[] numbers = new float[T * N * D];
        for (int t = 0; t < T; t++) {
            for (int n = 0; n < N; n++) {
                for (int d = 0; d < D; d++) {
                    numbers[(t * N + n) * D + d] = (float) x.real((timeFirst ? t * N + n : n * T + t) * D + d);
                }
            }
        }
        if (network.spec().readsIds()) {
            int[] ids = new int[T * N];
            Arrays.setAll(ids, i -> (int) numbers[i]);
            Tokens tokens = Tokens.of(ids, T, N);
            return lengths.isPresent() ? tokens.withLengths(lengths.get()) : tokens;
        }
        Sequence sequence = Sequence.of(numbers, T, N, D);
        return lengths.isPresent() ? sequence.withLengths(lengths.get()) : sequence;
    }

    /**
     * Puts the other inputs into the state, h before c as the file has them, and layers in order; one of whole numbers is the
     * lengths.
     */
    private Optional<int[]> fill(State state, int N, OnnxDocument layers) {
        Optional<int[]> lengths = Optional.empty();
        int h = 0;
        int c = 0;
        for (Map.Entry<String, Tensor> given : inputs.entrySet()) {
            Tensor tensor = given.getValue();
            if (given.getKey().equals(input)) {
                continue;
            }
            if (!tensor.type().isReal()) {
                lengths = Optional.of(Arrays.stream(tensor.toLongs())
                        .mapToInt(Math::toIntExact)
                        .toArray());
                continue;
            }
            boolean isCell = StateNames.isCell(layers, given.getKey());
            int at = 0;
            while (at < tensor.size()) {
                int part = isCell ? c++ : h++;
                if (part >= state.parts() || (isCell && !state.hasCellState(part))) {
                    throw different("The input " + given.getKey() + " is larger than the network's state");
                }
                var to = isCell ? state.c(part) : state.h(part);
                int size = N * to.cols();
                if (at + size > tensor.size()) {
                    throw different(
                            "The input " + given.getKey() + " is " + tensor + ", which is no state of the network");
                }
                System.arraycopy(tensor.toFloats(), at, to.data(), to.offset(), size);
                at += size;
            }
        }
        return lengths;
    }

    /**
     * Where step t of sequence n begins in the graph's output, whose axes may be in another order.
     *
     * @param T the steps of the output
     * @param N its sequences
     */
    private static int place(int t, int n, int T, int N, List<Axis> axes, TensorRole time) {
        List<TensorRole> order = new ArrayList<>();
        for (Axis axis : axes) {
            switch (axis.role()) {
                case FIRST, SECOND -> order.add(axis.role());
                case FIRST_SECOND -> order.addAll(List.of(TensorRole.FIRST, TensorRole.SECOND));
                case SECOND_FIRST -> order.addAll(List.of(TensorRole.SECOND, TensorRole.FIRST));
                default -> {
                    // Features are last, and the others of size 1.
                }
            }
        }
        boolean batchFirst = !order.isEmpty() && order.get(0) != time;
        return batchFirst ? n * T + t : t * N + n;
    }

    /** Compares the steps that count: what a graph makes of padding is nobody's result. */
    private void compare(String output, Sequence y, List<Axis> axes, TensorRole time) {
        Tensor expected = values.getOrDefault(output, Call.LEFT_OUT);
        int T = y.steps();
        int N = y.batchSize();
        int O = y.size();
        if (T * N * O != expected.size()) {
            throw different(
                    "The output " + output + " is " + expected + ", but the network's has " + T * N * O + " numbers");
        }
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            int t = i / O / N;
            int n = i / O % N;
            if (t < y.length(n)) {
                double real = expected.real(place(t, n, T, N, axes, time) * O + i % O);
                double difference = Math.abs(y.data()[i] - real) / Math.max(1, Math.abs(real));
                largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
            }
        }
        if (!(largest <= TOLERANCE)) {
            throw different("The output " + output + " differs by " + largest);
        }
    }

    /** Any other output must be the final h or c of one or more layers. */
    private void requireState(String output, State state) {
        Tensor expected = values.getOrDefault(output, Call.LEFT_OUT);
        for (boolean cell : new boolean[] {false, true}) {
            for (int from = 0; from < state.parts(); from++) {
                if (isState(expected, state, from, cell)) {
                    return;
                }
            }
        }
        throw different("The output " + output + " is not the final state of any layers");
    }

    private static boolean isState(Tensor expected, State state, int from, boolean cell) {
        int at = 0;
        for (int part = from; part < state.parts() && at < expected.size(); part++) {
            if (cell && !state.hasCellState(part)) {
                return false;
            }
            var matrix = cell ? state.c(part) : state.h(part);
            for (int i = 0; i < matrix.rows() * matrix.cols(); i++, at++) {
                if (at >= expected.size()
                        || !(Math.abs(expected.real(at) - matrix.data()[matrix.offset() + i])
                                <= TOLERANCE * Math.max(1, Math.abs(expected.real(at))))) {
                    return false;
                }
            }
        }
        return at == expected.size();
    }

    private static InteropException different(String what) {
        return new InteropException(what
                + " when a few steps are tried, so the ONNX graph is no chain of layers that a Carousel network can hold. Run it as a"
                + " graph instead (OnnxGraph; the command predict with an .npz of its inputs).");
    }
}
