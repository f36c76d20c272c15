package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.Resource;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.onnx.graph.OnnxBytes;
import dev.carousel.interop.onnx.graph.OnnxRuntime;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RecurrentGraphsTest;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that PyTorch exported, with the outputs that PyTorch computed. The few in the resources were made by make_models.py
 * there; {@code -Dcarousel.onnx.models=FOLDER} takes any number of others.
 */
class PyTorchGraphsTest {

    static List<Path> models() throws Exception {
        String other = System.getProperty("carousel.onnx.models", "");
        try (Stream<Path> files = Files.list(other.isEmpty() ? Resource.file("onnx") : Path.of(other))) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** The arrays next to a model whose names begin with a prefix. */
    static Map<String, Tensor> arrays(Path model, String prefix) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        Path file = Path.of(model.toString().replace(".onnx", ".npz"));
        NpzFile.read(file).forEach((name, array) -> {
            if (name.startsWith(prefix)) {
                arrays.put(name.substring(prefix.length()), tensor(array));
            }
        });
        return arrays;
    }

    private static Tensor tensor(NumpyArray array) {
        int[] shape = array.shape().stream().mapToInt(Integer::intValue).toArray();
        return array.type().isFloat() ? Tensor.of(array.floats(), shape) : Tensor.of(array.longs(), shape);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theGraphEqualsPyTorchAndOnnxRuntime(Path model) throws Exception {
        Map<String, Tensor> inputs = arrays(model, "in.");
        RunnableGraph graph = RunnableGraph.of(OnnxBytes.read(model));
        Map<String, Tensor> found = graph.run(inputs);
        assertThat(graph.warnings()).isEmpty();
        RecurrentGraphsTest.assertClose(model + " by PyTorch", found, arrays(model, "out."), 1e-5);
        Map<String, Tensor> expected = OnnxRuntime.run(Files.readAllBytes(model), inputs);
        RecurrentGraphsTest.assertClose(model + " by ONNX Runtime", found, expected, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theNetworkEqualsPyTorch(Path model) {
        if (model.toString().endsWith("_graph.onnx")) {
            assertThatThrownBy(() -> OnnxFiles.read(model, ImportOptions.defaults()))
                    .isInstanceOf(InteropException.class)
                    .hasMessageContaining("takes one step of a layer that reads in both directions");
            return;
        }
        List<String> notes = new ArrayList<>();
        Network network = OnnxFiles.read(model, ImportOptions.defaults().withNotes(notes::add));
        assertThat(notes).isEmpty();
        // read compares the network with the graph; here its output meets PyTorch's, batch first turned round.
        Map<String, Tensor> inputs = arrays(model, "in.");
        Map<String, Tensor> outputs = arrays(model, "out.");
        Tensor x = inputs.get("input");
        Tensor expected = outputs.get("output");
        for (boolean batchFirst : new boolean[] {true, false}) {
            float[] found = run(network, x, inputs, batchFirst);
            if (found.length == expected.size() && isClose(found, expected)) {
                return;
            }
        }
        throw new AssertionError(model + ": the network " + network.spec() + " gives other numbers");
    }

    private static boolean isClose(float[] found, Tensor expected) {
        for (int i = 0; i < found.length; i++) {
            if (!(Math.abs(found[i] - expected.real(i)) <= 1e-5 * Math.max(1, Math.abs(expected.real(i))))) {
                return false;
            }
        }
        return true;
    }

    private static float[] run(Network network, Tensor x, Map<String, Tensor> inputs, boolean batchFirst) {
        int T = x.dimension(batchFirst ? 1 : 0);
        int N = x.dimension(batchFirst ? 0 : 1);
        int D = x.rank() == 3 ? x.dimension(2) : 1;
        float[] numbers = turned(x.toFloats(), T, N, D, batchFirst);
        State state = network.freshState(N);
        Tensor h0 = inputs.get("h0");
        Tensor c0 = inputs.get("c0");
        int at = 0;
        for (int part = 0; h0 != null && part < state.parts(); part++) {
            int size = N * state.h(part).cols();
            if (at + size > h0.size()) {
                return new float[0];
            }
            System.arraycopy(h0.floats(), at, state.values(), state.h(part).offset(), size);
            if (c0 != null) {
                System.arraycopy(c0.floats(), at, state.values(), state.c(part).offset(), size);
            }
            at += size;
        }
        SequenceBatch batch;
        if (network.spec().readsIds()) {
            int[] ids = new int[numbers.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (int) numbers[i];
            }
            batch = Tokens.of(ids, T, N);
        } else {
            batch = Sequence.of(numbers, T, N, D);
        }
        Sequence y = network.pack().tape(Team.single()).forward(batch, state);
        float[] data = Arrays.copyOf(y.data(), y.steps() * N * y.size());
        return turned(data, N, y.steps(), y.size(), batchFirst);
    }

    /** The first two axes exchanged, from [N, T, D] to [T, N, D], or nothing. */
    private static float[] turned(float[] numbers, int T, int N, int D, boolean turn) {
        if (!turn) {
            return numbers;
        }
        float[] turned = new float[numbers.length];
        for (int t = 0; t < T; t++) {
            for (int n = 0; n < N; n++) {
                System.arraycopy(numbers, (n * T + t) * D, turned, (t * N + n) * D, D);
            }
        }
        return turned;
    }
}
