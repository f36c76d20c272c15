package dev.carousel.interop.onnx.network;

import dev.carousel.cell.StatePart;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.ExternalData;
import dev.carousel.interop.onnx.graph.ModelReader;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.Call;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The check of a written file: read again and run on a few random steps, it must give what the network gives. */
public final class WriterTrial {

    private static final long SEED = 3;
    private static final double TOLERANCE = 1e-5;
    private static final int T = 6;
    private static final int N = 3;
    private static final int[] LENGTHS = {6, 1, 4};

    private final Network network;
    private final RunnableGraph graph;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private WriterTrial(Network network, byte[] file) {
        this.network = network;
        this.graph = RunnableGraph.of(ModelReader.read(file, ExternalData.none()));
    }

    /**
     * Checks a file, with and without its optional inputs.
     *
     * @throws InteropException if it gives other numbers
     */
    public static void requireEqual(Network network, byte[] file) {
        WriterTrial trial = new WriterTrial(network, file);
        if (trial.graph.inputs().size() == 1) {
            trial.compare(false);
        }
        trial.compare(true);
    }

    private void compare(boolean withOptional) {
        State state = network.freshState(N);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        SequenceBatch x = input(inputs);
        if (withOptional) {
            inputs.put("lengths", Tensor.of(LENGTHS.clone(), N));
            x = x instanceof Sequence sequence ? sequence.withLengths(LENGTHS) : ((Tokens) x).withLengths(LENGTHS);
            for (int i = 0; i < state.values().length; i++) {
                state.values()[i] = random.nextFloat() - 0.5f;
            }
            inputs.putAll(states(state, "0"));
        }
        Sequence y = network.pack().tape(Team.single()).forward(x, state);
        Map<String, Tensor> expected = new LinkedHashMap<>(states(state, "n"));
        float[] output = Arrays.copyOf(y.data(), y.steps() * y.batchSize() * y.size());
        expected.put("output", Tensor.of(output, y.steps(), y.batchSize(), y.size()));
        Map<String, Tensor> found = graph.run(inputs);
        expected.forEach((name, tensor) -> requireClose(name, tensor, found.getOrDefault(name, Call.LEFT_OUT)));
    }

    private SequenceBatch input(Map<String, Tensor> inputs) {
        int D = network.spec().inputSize();
        if (network.spec().readsIds()) {
            int[] ids = new int[T * N];
            long[] longs = new long[T * N];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = random.nextInt(D);
                longs[i] = ids[i];
            }
            inputs.put("input", Tensor.of(longs, T, N));
            return Tokens.of(ids, T, N);
        }
        float[] numbers = new float[T * N * D];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = 2 * random.nextFloat() - 1;
        }
        ColumnEmbedding.drawIds(network.spec(), numbers, random);
        inputs.put("input", Tensor.of(numbers, T, N, D));
        return Sequence.of(numbers, T, N, D);
    }

    /** The states of each stack, [parts, N, size], under the names that the file has for them, which end so. */
    private Map<String, Tensor> states(State state, String end) {
        long stacks = network.spec().layers().stream()
                .filter(layer -> layer instanceof LayerSpec.Recurrent)
                .count();
        Map<String, Tensor> states = new LinkedHashMap<>();
        int part = 0;
        for (LayerSpec layer : network.spec().layers()) {
            if (layer instanceof LayerSpec.Recurrent recurrent) {
                String prefix = stacks == 1 ? "" : recurrent.name() + ".";
                int parts = recurrent.layers() * recurrent.directions();
                for (StatePart named : state.named(part)) {
                    states.put(prefix + named.name() + end, joined(state, part, parts, named));
                }
                part += parts;
            }
        }
        return states;
    }

    private static Tensor joined(State state, int from, int parts, StatePart named) {
        int size = named.size();
        float[] all = new float[parts * N * size];
        for (int i = 0; i < parts; i++) {
            Matrix matrix = state.get(from + i, named.name());
            System.arraycopy(matrix.data(), matrix.offset(), all, i * N * size, N * size);
        }
        return Tensor.of(all, parts, N, size);
    }

    private static void requireClose(String name, Tensor expected, Tensor found) {
        boolean equal = found.toString().equals(expected.toString());
        double largest = 0;
        for (int i = 0; equal && i < expected.size(); i++) {
            double difference = Math.abs(found.real(i) - expected.real(i)) / Math.max(1, Math.abs(expected.real(i)));
            largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        if (!equal || largest > TOLERANCE) {
            throw new InteropException(
                    "The ONNX file was not written: tried on a few steps, its " + name + " is " + found
                            + " and differs by " + largest + " from the network's " + expected
                            + ". Are there parameters that are not finite, or very large?");
        }
    }
}
