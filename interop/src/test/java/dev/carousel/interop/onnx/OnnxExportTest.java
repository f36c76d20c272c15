package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxRuntime;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.run.RecurrentGraphsTest;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.Direction;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import dev.carousel.spec.TiedDense;
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
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks written as ONNX models: ONNX Runtime gives what they give, whatever is left out or added. */
class OnnxExportTest {

    private static final int T = 7;
    private static final int N = 4;

    @TempDir
    Path folder;

    private static Network random(Random random, LayerSpec... layers) {
        NetworkSpec spec = NetworkSpec.of(layers);
        Parameters parameters = spec.zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = random.nextFloat() - 0.5f;
        }
        return Network.of(spec, parameters);
    }

    /** A network of any of the forms that Carousel can hold. */
    private static Network random(Random random) {
        int D = 1 + random.nextInt(4);
        List<LayerSpec> layers = new ArrayList<>();
        switch (random.nextInt(4)) {
            case 0 -> layers.add(new LayerSpec.OneHot(D));
            case 1 -> layers.add(new LayerSpec.Embedding("embedding", 9, D));
            case 2 -> layers.add(new Parameterless.Masking(D, 0));
            default -> {
                // Vectors as they are.
            }
        }
        int stacks = 1 + random.nextInt(2);
        int size = D;
        for (int i = 0; i < stacks; i++) {
            Recurrent recurrent = recurrent(random, size, i, i == stacks - 1);
            layers.add(recurrent);
            size = recurrent.outputSize();
            if (random.nextInt(4) == 0) {
                layers.add(new Parameterless.Drop(size, 0.5f));
            }
            if (random.nextInt(4) == 0) {
                layers.add(new LayerNorm("norm" + i, size, 0.01f));
            }
        }
        if (random.nextInt(3) == 0) {
            layers.add(new ElementwiseAffine("scale", size));
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> layers.add(new Parameterless.Mean(size));
            case 2 -> layers.add(new Parameterless.Max(size));
            case 3 -> layers.add(new Parameterless.Max(size, true));
            default -> {
                // All steps.
            }
        }
        if (random.nextInt(4) > 0) {
            layers.add(LayerSpec.Dense.head(size, 3).withBias(random.nextBoolean()));
            size = 3;
        }
        switch (random.nextInt(4)) {
            case 0 -> layers.add(new Parameterless.Softmax(size));
            case 1 -> layers.add(new Parameterless.LogSoftmax(size));
            case 2 -> {
                Activation.Kind[] kinds = Activation.Kind.values();
                layers.add(new Parameterless.Elementwise(size, Activation.of(kinds[random.nextInt(kinds.length)])));
            }
            default -> {
                // The numbers as they are.
            }
        }
        return random(random, layers.toArray(new LayerSpec[0]));
    }

    private static Recurrent recurrent(Random random, int inputSize, int stack, boolean last) {
        Cell cell = switch (random.nextInt(7)) {
            case 0 -> Rnn.STANDARD;
            case 1 -> new Rnn(Activation.leakyRelu(0.2f)).withClip(0.8f);
            case 2 -> new Gru(Gru.ResetGate.BEFORE_PRODUCT);
            case 3 ->
                Gru.STANDARD
                        .withGateActivation(Activation.hardSigmoid(0.3f, 0.4f))
                        .withClip(1);
            case 4 -> Lstm.STANDARD.withPeepholes(true).withOutputActivation(Activation.LINEAR);
            case 5 -> Lstm.STANDARD.withInputForget(true).withCandidateActivation(Activation.elu(0.7f));
            default -> Lstm.STANDARD;
        };
        int H = 2 + random.nextInt(5);
        Direction direction =
                List.of(Direction.FORWARD, Direction.BACKWARD, Direction.BOTH).get(random.nextInt(3));
        Merge merge = direction == Direction.BOTH
                ? List.of(Merge.CONCATENATE, Merge.SUM, Merge.PRODUCT, Merge.AVERAGE)
                        .get(random.nextInt(4))
                : Merge.CONCATENATE;
        Recurrent layer = Recurrent.of(cell, inputSize, H)
                .withName(stack == 0 ? "rnn" : "second")
                .withLayers(1 + random.nextInt(3))
                .withDirection(direction)
                .withMerge(merge)
                .withBias(random.nextInt(3) > 0)
                .withLastOnly(last && random.nextInt(3) == 0);
        if (cell.hasCellState() && random.nextInt(3) == 0) {
            layer = layer.withProjectionSize(1 + random.nextInt(H - 1));
        }
        if (!layer.lastOnly() && random.nextInt(3) == 0) {
            boolean fits = inputSize == layer.outputSize() && stack > 0;
            layer = layer.withResidual(fits ? Residual.ALL : Residual.BEYOND_FIRST);
        }
        return layer.withRegularisation(
                Regularisation.NONE.withRecurrentDropout(0.5f).withWeightDropout(0.5f));
    }

    @Test
    void onnxRuntimeEqualsTheNetworksWritten() throws Exception {
        for (int seed = 0; seed < 80; seed++) {
            Random random = new Random(seed);
            Network network = random(random);
            Path file = folder.resolve("network.onnx");
            OnnxFiles.write(network, file);
            byte[] bytes = Files.readAllBytes(file);
            String what = "seed " + seed + " " + network.spec();
            compare(what, network, bytes, random, false);
            // ONNX Runtime's API for Java takes no inputs that have a default, so they are given to the other form.
            OnnxFiles.writeAllRequired(network, file);
            compare(what + " with all inputs", network, Files.readAllBytes(file), random, true);
        }
    }

    @Test
    void onnxRuntimeEqualsNetworksThatReadIdsInColumns() throws Exception {
        for (int seed = 0; seed < 16; seed++) {
            Random random = new Random(seed);
            int D = 1 + random.nextInt(4);
            List<ColumnEmbedding.Column> columns = new ArrayList<>();
            for (int index = 0; index < D; index++) {
                if (index == D - 1 || random.nextBoolean()) {
                    columns.add(new ColumnEmbedding.Column(
                            "c" + index, index, 1 + random.nextInt(5), 1 + random.nextInt(3)));
                }
            }
            ColumnEmbedding ids = new ColumnEmbedding("embedding", D, columns);
            Network network = random(random, ids, recurrent(random, ids.outputSize(), 0, true));
            Path file = folder.resolve("columns.onnx");
            String what = "seed " + seed + " " + network.spec();
            OnnxFiles.write(network, file);
            compare(what, network, Files.readAllBytes(file), random, false);
            OnnxFiles.writeAllRequired(network, file);
            compare(what + " with all inputs", network, Files.readAllBytes(file), random, true);
        }
    }

    @Test
    void onnxRuntimeEqualsOutputLayersOfLargeVocabularies() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            LayerSpec.Embedding table = new LayerSpec.Embedding("embedding", 9, 5);
            Parameterless.DropWords dropped = new Parameterless.DropWords(5, 0.2f);
            Recurrent stack = Recurrent.gru(5, 5);
            Parameterless.ActivityPenalty penalty = new Parameterless.ActivityPenalty(5, 2, 1);
            LayerSpec last = seed % 2 == 0
                    ? TiedDense.to(table)
                    : new AdaptiveSoftmax("out", 5, 9, seed == 1 ? List.of(4) : List.of(2, 3, 6), 2);
            Network network = random(random, table, dropped, stack, penalty, last);
            Path file = folder.resolve("words.onnx");
            OnnxFiles.write(network, file);
            compare("seed " + seed, network, Files.readAllBytes(file), random, false);
            OnnxFiles.writeAllRequired(network, file);
            compare("seed " + seed + " with all inputs", network, Files.readAllBytes(file), random, true);
        }
    }

    private static void compare(String what, Network network, byte[] file, Random random, boolean withOptional)
            throws Exception {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        State state = network.freshState(N);
        SequenceBatch x = input(network, inputs, random);
        if (withOptional) {
            int[] lengths = {T, 1, 3, T - 1};
            inputs.put("lengths", Tensor.of(lengths, N));
            x = x instanceof Sequence sequence ? sequence.withLengths(lengths) : ((Tokens) x).withLengths(lengths);
            if (network.spec().layers().get(0) instanceof ColumnEmbedding && x instanceof Sequence rows) {
                // What stands in the padding is no id, and nobody asks.
                Arrays.fill(rows.data(), rows.offset(T - 1, 1), rows.offset(T - 1, 2), 1e6f);
            }
            for (int i = 0; i < state.values().length; i++) {
                state.values()[i] = random.nextFloat() - 0.5f;
            }
            inputs.putAll(states(network, state, "h0", "c0"));
        }
        Sequence y = network.pack().tape(Team.single()).forward(x, state);
        Map<String, Tensor> expected = new LinkedHashMap<>();
        float[] data = Arrays.copyOf(y.data(), y.steps() * N * y.size());
        expected.put("output", Tensor.of(data, y.steps(), N, y.size()));
        expected.putAll(states(network, state, "hn", "cn"));
        RecurrentGraphsTest.assertClose(what, OnnxRuntime.run(file, inputs), expected, 1e-5);
    }

    private static SequenceBatch input(Network network, Map<String, Tensor> inputs, Random random) {
        int D = network.spec().inputSize();
        if (network.spec().readsIds()) {
            int[] ids = random.ints(T * N, 0, D).toArray();
            inputs.put("input", Tensor.of(Arrays.stream(ids).asLongStream().toArray(), T, N));
            return Tokens.of(ids, T, N);
        }
        float[] numbers = new float[T * N * D];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = 2 * random.nextFloat() - 1;
        }
        if (network.spec().layers().get(0) instanceof Parameterless.Masking) {
            // The last two steps of the second sequence are masked.
            Arrays.fill(numbers, ((T - 2) * N + 1) * D, ((T - 2) * N + 2) * D, 0);
            Arrays.fill(numbers, ((T - 1) * N + 1) * D, ((T - 1) * N + 2) * D, 0);
            // The first step of the third is, and one between others.
            Arrays.fill(numbers, 2 * D, 3 * D, 0);
            Arrays.fill(numbers, (4 * N + 2) * D, (4 * N + 3) * D, 0);
        }
        ColumnEmbedding.drawIds(network.spec(), numbers, random);
        inputs.put("input", Tensor.of(numbers, T, N, D));
        return Sequence.of(numbers, T, N, D);
    }

    private static Map<String, Tensor> states(Network network, State state, String h, String c) {
        List<Recurrent> stacks = network.spec().layers().stream()
                .filter(layer -> layer instanceof Recurrent)
                .map(layer -> (Recurrent) layer)
                .toList();
        Map<String, Tensor> states = new LinkedHashMap<>();
        int part = 0;
        for (Recurrent stack : stacks) {
            String prefix = stacks.size() == 1 ? "" : stack.name() + ".";
            int parts = stack.layers() * stack.directions();
            float[] hs = new float[parts * N * stack.stateSize()];
            float[] cs = new float[parts * N * stack.hiddenSize()];
            for (int i = 0; i < parts; i++, part++) {
                int hSize = N * stack.stateSize();
                int cSize = N * stack.hiddenSize();
                System.arraycopy(state.values(), state.h(part).offset(), hs, i * hSize, hSize);
                if (state.hasCellState(part)) {
                    System.arraycopy(state.values(), state.c(part).offset(), cs, i * cSize, cSize);
                }
            }
            states.put(prefix + h, Tensor.of(hs, parts, N, stack.stateSize()));
            if (stack.cell().hasCellState()) {
                states.put(prefix + c, Tensor.of(cs, parts, N, stack.hiddenSize()));
            }
        }
        return states;
    }

    @Test
    void aWrittenNetworkIsReadAgainAsItWas() {
        Random random = new Random(6);
        List<Network> networks = List.of(
                random(random, Recurrent.lstm(3, 4).withLayers(2), LayerSpec.Dense.head(4, 2)),
                random(
                        random,
                        new LayerSpec.OneHot(5),
                        Recurrent.gru(5, 4),
                        LayerSpec.Dense.head(4, 5),
                        new Parameterless.Softmax(5)),
                random(
                        random,
                        new LayerSpec.Embedding("embedding", 6, 3),
                        Recurrent.rnn(3, 4).withBidirectional(true).withLayers(2)),
                random(
                        random,
                        Recurrent.of(Lstm.STANDARD.withPeepholes(true).withClip(1), 2, 3)
                                .withBias(false)),
                random(
                        random,
                        Recurrent.gru(2, 3).withLastOnly(true).withBidirectional(true),
                        LayerSpec.Dense.head(6, 1)),
                random(
                        random,
                        Recurrent.of(new Gru(Gru.ResetGate.BEFORE_PRODUCT), 2, 3)
                                .withDirection(Direction.BACKWARD),
                        LayerSpec.Dense.head(3, 2).withBias(false),
                        new Parameterless.Elementwise(2, Activation.hardSigmoid(0.1f, 0.2f))));
        for (Network network : networks) {
            Path file = folder.resolve("again.onnx");
            OnnxFiles.write(network, file);
            Network again = OnnxFiles.read(file, ImportOptions.defaults());
            assertThat(again.spec()).isEqualTo(network.spec());
            assertThat(again.parameters().values())
                    .isEqualTo(network.parameters().values());
        }
    }

    @Test
    void theSameNetworkGivesTheSameBytes() throws Exception {
        Network network = random(new Random(2), Recurrent.of(new Rnn(Activation.elu(0.5f)), 3, 4));
        OnnxFiles.write(network, folder.resolve("a.onnx"));
        OnnxFiles.write(network, folder.resolve("b.onnx"));
        assertThat(folder.resolve("a.onnx")).hasSameBinaryContentAs(folder.resolve("b.onnx"));
    }

    @Test
    void anActivationThatOnnxLacksInCellsIsNamedAndNothingIsWritten() throws Exception {
        Activation silu = Activation.of(Activation.Kind.SILU);
        Network network =
                random(new Random(2), Recurrent.of(new Rnn(silu), 3, 4).withName("encoder"));
        assertThatThrownBy(() -> OnnxFiles.write(network, folder.resolve("a.onnx")))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("encoder")
                .hasMessageContaining("SILU");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void zoneoutIsNamedAndNothingIsWritten() throws Exception {
        Network network = random(
                new Random(2),
                Recurrent.lstm(3, 4)
                        .withName("encoder")
                        .withRegularisation(Regularisation.NONE.withZoneout(0.25f, 0.5f)));
        assertThatThrownBy(() -> OnnxFiles.write(network, folder.resolve("a.onnx")))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("encoder has zoneout, 0.25 of h and 0.5 of c");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void scoresOfTooManyTagsAreNotWritten() {
        Network network = random(new Random(2), Recurrent.rnn(3, 4), Dense.head(4, 401), CrfScores.of(401));
        assertThatThrownBy(() -> OnnxFiles.write(network, folder.resolve("a.onnx")))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("401 tags")
                .hasMessageContaining("at most 400 tags");
    }

    @Test
    void aNetworkWithBadNumbersIsNotWritten() {
        Network network = random(new Random(2), Recurrent.rnn(3, 4));
        network.parameters().values()[5] = Float.NaN;
        assertThatThrownBy(() -> OnnxFiles.write(network, folder.resolve("a.onnx")))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("not written");
    }
}
