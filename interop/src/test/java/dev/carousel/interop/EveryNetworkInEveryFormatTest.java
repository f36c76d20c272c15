package dev.carousel.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.Rnn;
import dev.carousel.check.StandardNetworks;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.onnx.OnnxGraph;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Attention;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.Direction;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Residual;
import dev.carousel.spec.TiedDense;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of layer, option and variant of a cell goes to each format and comes back as the same function, or is refused by
 * name before anything is written.
 */
class EveryNetworkInEveryFormatTest {

    private static final int D = 3;
    private static final int H = 4;
    private static final int T = 5;
    private static final int N = 2;
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    Path folder;

    /** The standard networks, which have every option of a layer, those that read ids, and every variant of every cell. */
    private static List<NetworkSpec> networks() {
        List<NetworkSpec> all = new ArrayList<>(StandardNetworks.all(D, H));
        all.add(NetworkSpec.of(new LayerSpec.OneHot(7), LayerSpec.Recurrent.gru(7, H), LayerSpec.Dense.head(H, 2)));
        all.add(NetworkSpec.of(
                new LayerSpec.Embedding("embedding", 7, D),
                LayerSpec.Recurrent.lstm(D, H),
                LayerSpec.Dense.head(H, 2)));
        all.add(NetworkSpec.of(
                LayerSpec.Recurrent.lstm(D, H).withLastOnly(true),
                new Parameterless.Repeat(H, 6),
                LayerSpec.Recurrent.gru(H, D).withName("decoder")));
        for (Cell cell : Cells.ALL) {
            all.add(NetworkSpec.of(LayerSpec.Recurrent.of(cell, D, H).withLayers(2)));
        }
        NetworkSpec words = NetworkSpec.of(new LayerSpec.Embedding("embedding", 6, D), LayerSpec.Recurrent.gru(D, H));
        all.add(NetworkSpec.of(
                new EncoderDecoder(words, words, Attention.none(), NetworkSpec.of(LayerSpec.Dense.head(H, 6)))));
        LayerSpec.Embedding table = new LayerSpec.Embedding("embedding", 7, H);
        all.add(NetworkSpec.of(
                table,
                new Parameterless.DropWords(H, 0.1f),
                LayerSpec.Recurrent.gru(H, H),
                new Parameterless.ActivityPenalty(H, 2, 1),
                TiedDense.to(table)));
        for (Activation.Kind kind : Activation.Kind.values()) {
            all.add(NetworkSpec.of(
                    LayerSpec.Recurrent.gru(D, H), new Parameterless.Elementwise(H, Activation.of(kind))));
        }
        return all;
    }

    /** The records that a sealed interface permits, also by way of others. */
    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(EveryNetworkInEveryFormatTest::records);
    }

    @Test
    void everyKindOfLayerCellAndWayOfJoiningIsAmongThem() {
        List<LayerSpec> layers =
                networks().stream().flatMap(spec -> spec.layers().stream()).toList();
        assertThat(layers.stream().<Class<?>>map(LayerSpec::getClass))
                .containsAll(records(LayerSpec.class).toList());
        List<LayerSpec.Recurrent> stacks = layers.stream()
                .filter(LayerSpec.Recurrent.class::isInstance)
                .map(LayerSpec.Recurrent.class::cast)
                .toList();
        assertThat(stacks.stream().map(stack -> stack.cell().kind()))
                .containsAll(Cells.ALL.stream().map(Cell::kind).toList());
        assertThat(stacks.stream().map(LayerSpec.Recurrent::merge)).contains(Merge.values());
        assertThat(stacks.stream().map(LayerSpec.Recurrent::residual)).contains(Residual.values());
        assertThat(stacks.stream().map(LayerSpec.Recurrent::direction)).contains(Direction.values());
    }

    private static Network random(NetworkSpec spec, int seed) {
        Parameters parameters = spec.zeroParameters();
        Random random = new Random(seed);
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) random.nextGaussian() * 0.4f;
        }
        return Network.of(spec, parameters);
    }

    private static SequenceBatch input(NetworkSpec spec, int seed) {
        Random random = new Random(seed);
        if (spec.readsIds()) {
            return Tokens.of(random.ints(T * N, 0, spec.inputSize()).toArray(), T, N);
        }
        float[] x = new float[T * N * spec.inputSize()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        ColumnEmbedding.drawIds(spec, x, random);
        return Sequence.of(x, T, N, spec.inputSize());
    }

    private static float[] output(Network network, SequenceBatch x) {
        Sequence y = network.pack().tape(Team.single()).forward(x, network.freshState(N));
        float[] numbers = new float[y.steps() * N * y.size()];
        System.arraycopy(y.data(), 0, numbers, 0, numbers.length);
        return numbers;
    }

    private static void assertSame(String what, float[] found, float[] expected) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("%s, number %d", what, i).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    /** Whether the format took the network; if not, its message names a layer or what it is, and there is no file. */
    private boolean written(Network network, Path file, Consumer<Path> writer) {
        try {
            writer.accept(file);
            assertThat(file).isRegularFile();
            return true;
        } catch (InteropException e) {
            assertThat(file).as("after: %s", e.getMessage()).doesNotExist();
            String message = String.valueOf(e.getMessage());
            assertThat(network.spec().layers())
                    .as(message)
                    .anyMatch(layer -> message.contains("layer \"" + layer.name() + "\"")
                            || message.contains("layer " + layer.name() + " ")
                            || message.contains(layer.toString())
                            || (layer instanceof EncoderDecoder && message.contains("EncoderDecoder")));
            return false;
        }
    }

    @Test
    void carousel() {
        int seed = 0;
        for (NetworkSpec spec : networks()) {
            Network network = random(spec, seed++);
            Path file = folder.resolve("network" + seed + ".safetensors");
            ModelFiles.write(network, file);
            Network back = ModelFiles.read(file, ImportOptions.defaults());
            assertThat(back.spec()).isEqualTo(spec);
            assertThat(back.parameters().values())
                    .isEqualTo(network.parameters().values());
        }
    }

    @Test
    void onnx() {
        int networks = 0;
        int graphs = 0;
        int refused = 0;
        int seed = 0;
        List<String> unexpected = new ArrayList<>();
        for (NetworkSpec spec : networks()) {
            Network network = random(spec, seed++);
            Path file = folder.resolve("network" + seed + ".onnx");
            if (!written(network, file, path -> ModelFiles.write(network, path))) {
                refused++;
                continue;
            }
            SequenceBatch x = input(spec, seed);
            float[] expected = output(network, x);
            Map<String, NumpyArray> inputs = new LinkedHashMap<>();
            inputs.put(
                    "input",
                    x instanceof Tokens ids
                            ? NumpyArray.of(longs(ids), T, N)
                            : NumpyArray.of(((Sequence) x).data().clone(), T, N, spec.inputSize()));
            assertSame(
                    spec + " as a graph",
                    OnnxGraph.read(file).run(inputs).get("output").floats(),
                    expected);
            try {
                assertSame(spec.toString(), output(ModelFiles.read(file, ImportOptions.defaults()), x), expected);
                networks++;
            } catch (InteropException e) {
                graphs++;
                if (spec.layers().stream().noneMatch(EveryNetworkInEveryFormatTest::isReadAsAGraphOnly)) {
                    unexpected.add(spec + ": " + e.getMessage());
                }
            }
        }
        assertThat(unexpected).isEmpty();
        assertThat(List.of(networks, graphs, refused))
                .as("networks, graphs, refused")
                .allMatch(count -> count > 3);
        assertThat(networks).isGreaterThan(50);
    }

    /** Whether a file with such a layer is run as a graph when it is read again, as the documentation says. */
    private static boolean isReadAsAGraphOnly(LayerSpec layer) {
        return layer instanceof Parameterless.Masking
                || layer instanceof ColumnEmbedding
                || layer instanceof Parameterless.Repeat
                || layer instanceof Reshape
                || layer instanceof AdaptiveSoftmax
                || (layer instanceof Parameterless.Elementwise function && ofSeveralOperators(function))
                || (layer instanceof LayerSpec.Recurrent recurrent
                        && (recurrent.projectionSize() > 0
                                || recurrent.merge() != Merge.CONCATENATE
                                || recurrent.residual() != Residual.NONE));
    }

    private static boolean ofSeveralOperators(Parameterless.Elementwise function) {
        return switch (function.activation().kind()) {
            case HARD_SHRINK, SOFT_SHRINK, SPARSE_PLUS -> true;
            default -> false;
        };
    }

    private static long[] longs(Tokens ids) {
        long[] numbers = new long[T * N];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ids.ids()[i];
        }
        return numbers;
    }

    @Test
    void pytorch() {
        int same = 0;
        int weights = 0;
        int refused = 0;
        int seed = 0;
        for (NetworkSpec spec : networks()) {
            Network network = random(spec, seed++);
            for (String ending : List.of(".pt", ".safetensors")) {
                Path file = folder.resolve("network" + seed + ending);
                ModelFormat format = ModelFiles.named("pytorch");
                if (!written(network, file, path -> format.write(network, path))) {
                    refused++;
                    continue;
                }
                Optional<List<String>> modules = modules(spec);
                if (modules.isEmpty()) {
                    weights++;
                    continue;
                }
                boolean relu =
                        spec.stacks().stream().anyMatch(stack -> stack.cell().equals(new Rnn(Nonlinearity.RELU)));
                ImportOptions options = ImportOptions.defaults()
                        .withModules(modules.get().toArray(String[]::new))
                        .withNonlinearity(relu ? Nonlinearity.RELU : Nonlinearity.TANH);
                Network back = format.read(file, options);
                SequenceBatch x = input(spec, seed);
                assertSame(spec + ending, output(back, x), output(network, x));
                same++;
            }
        }
        assertThat(List.of(same, weights, refused)).as("same, weights, refused").allMatch(count -> count > 10);
    }

    /** What a user of the file says with --modules; nothing if it has no word for a layer. */
    private static Optional<List<String>> modules(NetworkSpec spec) {
        List<String> items = new ArrayList<>();
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent recurrent) {
                items.add(recurrent.name());
                if (recurrent.lastOnly()) {
                    items.add("last");
                }
            } else if (layer instanceof LayerSpec.Dense dense) {
                items.add(dense.name() + (dense.bias() ? "" : ":linear"));
            } else if (layer instanceof LayerSpec.Embedding embedding) {
                items.add(embedding.name() + ":embedding");
            } else if (layer instanceof LayerNorm norm) {
                items.add(norm.name() + ":layernorm(" + norm.epsilon() + ")");
            } else if (layer instanceof Parameterless.Softmax) {
                items.add("softmax");
            } else if (layer instanceof Parameterless.LogSoftmax) {
                items.add("log_softmax");
            } else if (layer instanceof Parameterless.Mean) {
                items.add("mean");
            } else if (layer instanceof Parameterless.Max max && !max.paddingCounts()) {
                items.add("max");
            } else if (layer instanceof Parameterless.Repeat repeat) {
                items.add("repeat(" + repeat.steps() + ")");
            } else if (layer instanceof Parameterless.Elementwise function && named(function)) {
                items.add(function.activation().kind().name().toLowerCase(Locale.ROOT));
            } else if (!(layer instanceof Parameterless.Drop)) {
                return Optional.empty();
            }
        }
        return Optional.of(items);
    }

    private static boolean named(Parameterless.Elementwise function) {
        return switch (function.activation().kind()) {
            case TANH, RELU, GELU, SILU, SOFTSIGN, RELU6 -> true;
            default -> false;
        };
    }

    @Test
    void kerasIsReadAndNotWritten() {
        Path file = folder.resolve("network.keras");
        assertThatThrownBy(() -> ModelFiles.write(random(networks().get(0), 1), file))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("read but not written");
        assertThat(file).doesNotExist();
    }
}
