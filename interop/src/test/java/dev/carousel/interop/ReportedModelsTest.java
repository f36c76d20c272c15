package dev.carousel.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.numpy.NumpySequences;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models that people bring, each like one from a public report, with what the program that it comes from computes: Keras 3.15 or
 * PyTorch 2.13, and for the old layers of cuDNN the equations in float64.
 */
class ReportedModelsTest {

    private static final float TOLERANCE = 2e-5f;

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private static Path file(String name) {
        return Resource.file("reports/" + name);
    }

    private Network read(String file, String modules) {
        ImportOptions options = ImportOptions.defaults().withNotes(notes::add);
        ImportOptions with = modules.isEmpty() ? options : options.withModules(modules.split(",", -1));
        return ModelFiles.read(file(file), with);
    }

    private static float[] outputs(Network network, String x, Optional<NumpyArray> lengths) {
        NumpyArray array = NpyFile.read(file(x));
        SequenceBatch batch = NumpySequences.batch(x, array, NumpySequences.Layout.NTD, lengths, network.spec());
        Sequence y = network.pack().tape(Team.single()).forward(batch, network.freshState(batch.batchSize()));
        return NumpySequences.array(
                        y, NumpySequences.Layout.NTD, array, network.spec().readsIds())
                .floats();
    }

    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("number %d", i).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order/model.pt|lstm,head|expected.npy",
                "left-out/loss_weight.pt|model.lstm,model.fc|expected.npy",
                "left-out/counter.pt|lstm,fc|expected.npy",
                "left-out/h0.pt|lstm,fc|expected.npy",
                "norm-in-weights/batchnorm.pt|bn:batchnorm,lstm,last,fc|expected_batchnorm.npy",
                "norm-in-weights/layernorm.pt|lstm,norm:layernorm,fc|expected_layernorm.npy",
                "beside-the-weights/extra_counter.pt|-|expected.npy",
                "beside-the-weights/extra_loss.pt|-|expected.npy",
                "beside-the-weights/extra_scalar.pt|-|expected.npy",
                "beside-the-weights/namespace.pt|-|expected_namespace.npy",
                "normalisation/batch.keras|-|expected_batch.npy",
                "normalisation/layer.keras|-|expected_layer.npy",
                "padding-first/model.keras|-|expected.npy",
                "padding-first/model.h5|-|expected.npy",
                "functions-as-layers/relu.keras|-|expected_relu.npy",
                "functions-as-layers/leaky.h5|-|expected_leaky.npy",
                "nothing-outside-training/model.keras|-|expected.npy",
                "average-over-time/average.keras|-|expected_average.npy",
                "average-over-time/average.h5|-|expected_average.npy",
                "rnn-of-cells/one.keras|-|expected_one.npy",
                "rnn-of-cells/stacked.h5|-|expected_stacked.npy",
                "nested/model.keras|-|expected.npy",
                "nested/model.h5|-|expected.npy",
                "time-distributed/activation.keras|-|expected_activation.npy",
                "cudnn/model.h5|-|expected.npy",
                "json-apart/model.json|-|expected.npy",
                "json-apart/keras2.json|-|expected_keras2.npy",
                "shapes/autoencoder.keras|-|expected_autoencoder.npy",
                "shapes/flatten.h5|-|expected_flatten.npy",
                "shapes/reshape.keras|-|expected_reshape.npy",
                "shapes/prelu.keras|-|expected_prelu.npy",
            })
    void givesWhatItsProgramGives(String model, String modules, String expected) {
        Network network = read(model, modules.equals("-") ? "" : modules);
        String of = model.substring(0, model.indexOf('/') + 1);
        assertClose(
                outputs(network, of + "x.npy", Optional.empty()),
                NpyFile.read(file(of + expected)).floats());
    }

    @Test
    void noiseBeforeALayerIsLeftOutWithANote() {
        Network network = read("nothing-outside-training/gaussian_noise.keras", "");
        assertClose(
                outputs(network, "nothing-outside-training/x_seq.npy", Optional.empty()),
                NpyFile.read(file("nothing-outside-training/expected_gaussian_noise.npy"))
                        .floats());
        assertThat(notes).singleElement().asString().contains("\"gaussian_noise\" (GaussianNoise)", "training only");
    }

    @Test
    void dropoutThatKeras2CallsWithTrainingIsSaid() {
        read("json-apart/keras2.json", "");
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("\"dropout\" (Dropout) is called with training=True")
                .contains("Here it draws in training alone");
    }

    @Test
    void theWeightsOfLayersInJsonAreNamedOrStandNextToThem() throws IOException {
        Path json = Files.copy(file("json-apart/model.json"), folder.resolve("layers.json"));
        Path weights = file("json-apart/model.weights.h5");
        assertThatThrownBy(() -> ModelFiles.read(json, ImportOptions.defaults()))
                .hasMessageContaining("no file of weights next to it")
                .hasMessageContaining("--weights ")
                .hasMessageContaining("layers.weights.h5");
        Network named = ModelFiles.read(json, ImportOptions.defaults().withWeights(weights));
        assertThat(named.parameters().values())
                .isEqualTo(read("json-apart/model.json", "").parameters().values());
        assertThatThrownBy(() -> ModelFiles.read(weights, ImportOptions.defaults()))
                .hasMessageContaining("weights without the layers")
                .hasMessageContaining("to_json()");
        assertThatThrownBy(() -> ModelFiles.read(json, ImportOptions.defaults().withWeights(json)))
                .hasMessageContaining("should be an .h5 file");
        assertThatThrownBy(() -> ModelFiles.read(
                        file("nested/model.keras"), ImportOptions.defaults().withWeights(weights)))
                .hasMessageContaining("holds its own weights");
    }

    @Test
    void aHeadThatIsDeclaredBeforeItsLayerIsNotRunBeforeIt() {
        assertThatThrownBy(() -> read("order/model.pt", ""))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("several orders")
                .hasMessageContaining("--modules lstm,head");
    }

    @Test
    void whatIsLeftOutIsSaid() {
        read("left-out/loss_weight.pt", "model.lstm,model.fc");
        read("left-out/h0.pt", "lstm,fc");
        read("beside-the-weights/namespace.pt", "");
        assertThat(notes).anyMatch(note -> note.contains("does not name them: criterion.weight."));
        assertThat(notes).anyMatch(note -> note.contains("does not name them: h0, c0."));
        assertThatThrownBy(() -> read("left-out/loss_weight.pt", ""))
                .hasMessageContaining("\"criterion.weight\"")
                .hasMessageContaining("--modules");
        assertThatThrownBy(() -> read("norm-in-weights/layernorm.pt", ""))
                .hasMessageContaining("--modules lstm,norm:layernorm,fc");
    }

    @Test
    void paddedStepsBeforeALinearAreNobodysResult() {
        Network network = read("packed/v_steps.onnx", "");
        NumpyArray lengths = NpyFile.read(file("packed/lengths.npy"));
        float[] found = outputs(network, "packed/x_v.npy", Optional.of(lengths));
        float[] expected = NpyFile.read(file("packed/expected_v_steps.npy")).floats();
        int T = 6;
        int O = 2;
        for (int i = 0; i < found.length; i++) {
            boolean counts = i / O % T < lengths.ints()[i / O / T];
            assertThat(found[i]).as("number %d", i).isCloseTo(counts ? expected[i] : 0, within(TOLERANCE));
        }
    }

    @Test
    void theResetOfAGruIsAnOptionOfEveryWayToReadIt() {
        float[] expected =
                NpyFile.read(file("reset-option/expected_pytorch.npy")).floats();
        ImportOptions options = ImportOptions.defaults().withNotes(notes::add);
        ImportOptions after = options.withLinearBeforeReset(true);
        Network network = ModelFiles.read(file("reset-option/model.onnx"), after);
        assertClose(outputs(network, "reset-option/x.npy", Optional.empty()), expected);
        assertThat(notes).isEmpty();
        ModelFiles.read(file("reset-option/model.onnx"), options);
        assertThat(notes).singleElement().asString().contains("--linear-before-reset true");
    }

    @Test
    void whatWeWriteWeRead() {
        Network network = ModelFiles.read(file("round-trip/ln.safetensors"), ImportOptions.defaults());
        ImportOptions modules = ImportOptions.defaults().withModules("rnn", "norm1:layernorm", "out");
        for (String name : List.of("ln.pt", "ln.onnx", "ln.bin")) {
            Path file = folder.resolve(name);
            ModelFiles.write(network, file);
            Network back = ModelFiles.read(file, name.endsWith(".onnx") ? ImportOptions.defaults() : modules);
            assertThat(back.parameters().values())
                    .as(name)
                    .isEqualTo(network.parameters().values());
        }
        Path weights = folder.resolve("ln.safetensors");
        ModelFiles.named("pytorch").write(network, weights);
        assertThat(ModelFiles.named("pytorch")
                        .read(weights, modules)
                        .parameters()
                        .values())
                .isEqualTo(network.parameters().values());
    }

    @Test
    void aPolicyIsANetworkThatGoesOnFromItsState() {
        Network network = read("policy/policy.onnx", "");
        Map<String, NumpyArray> in = NpzFile.read(file("policy/in0.npz"));
        Map<String, NumpyArray> expected = NpzFile.read(file("policy/expected0.npz"));
        State state = network.freshState(1);
        System.arraycopy(
                in.get("h_in").floats(), 0, state.h(0).data(), state.h(0).offset(), 6);
        System.arraycopy(
                in.get("c_in").floats(), 0, state.c(0).data(), state.c(0).offset(), 6);
        float[] actions = new float[3];
        network.pack().tape(Team.single()).step(in.get("obs").floats(), state, actions);
        assertClose(actions, expected.get("actions").floats());
        int from = state.h(0).offset();
        assertClose(
                Arrays.copyOfRange(state.h(0).data(), from, from + 6),
                expected.get("h_out").floats());
        // The next step, from the graph's own state and from the network's.
        Map<String, NumpyArray> next = ModelFiles.named("onnx")
                .run(
                        file("policy/policy.onnx"),
                        Map.of("obs", in.get("obs"), "h_in", expected.get("h_out"), "c_in", expected.get("c_out")),
                        ImportOptions.defaults());
        network.pack().tape(Team.single()).step(in.get("obs").floats(), state, actions);
        assertClose(actions, next.get("actions").floats());
        Session session = Session.of(network.pack());
        NumpyArray zeros = NumpyArray.of(new float[6], 1, 1, 6);
        Map<String, NumpyArray> fresh = ModelFiles.named("onnx")
                .run(
                        file("policy/policy.onnx"),
                        Map.of("obs", in.get("obs"), "h_in", zeros, "c_in", zeros),
                        ImportOptions.defaults());
        session.step(in.get("obs").floats(), actions);
        assertClose(actions, fresh.get("actions").floats());
    }

    /** PyTorch sorts the sequences of a packed batch by their lengths, and puts them back. */
    @ParameterizedTest
    @ValueSource(strings = {"steps", "both"})
    void sequencesThatTheGraphSortsByLengthAreThoseOfTheNetwork(String name) {
        Network network = read("unsorted/" + name + ".onnx", "");
        NumpyArray lengths = NpyFile.read(file("unsorted/lengths.npy"));
        float[] found = outputs(network, "unsorted/x.npy", Optional.of(lengths));
        float[] expected = NpyFile.read(file("unsorted/" + name + ".y.npy")).floats();
        int T = 6;
        int O = 2;
        for (int i = 0; i < found.length; i++) {
            boolean counts = i / O % T < lengths.ints()[i / O / T];
            assertThat(found[i]).as("number %d", i).isCloseTo(counts ? expected[i] : 0, within(TOLERANCE));
        }
    }
}
