package dev.carousel.model;

import static dev.carousel.model.BadFiles.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.model.ModelException.Kind;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.spec.SpecJson;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

    private static AbstractStringAssert<?> assertBad(Kind kind, byte[] file) {
        return assertFails(kind, () -> Model.ofBytes("bad.safetensors", file));
    }

    private static void assertSame(Model found, Model expected) {
        assertThat(found.spec()).isEqualTo(expected.spec());
        assertThat(found.parameters().slices()).isEqualTo(expected.parameters().slices());
        assertThat(found.parameters().values()).isEqualTo(expected.parameters().values());
        assertThat(found.task()).isEqualTo(expected.task());
        assertThat(found.provenance()).isEqualTo(expected.provenance());
    }

    static List<NetworkSpec> specs() {
        return Models.specs();
    }

    @ParameterizedTest
    @MethodSource("specs")
    void savedModelIsLoadedUnchanged(NetworkSpec spec, @TempDir Path folder) {
        Path file = folder.resolve("m.safetensors");
        Model model = Model.of(
                spec,
                Models.counted(spec),
                Task.of("forecast").with("horizon", 28),
                Provenance.of("scalar").withSeed(7));
        model.save(file);
        Model loaded = Model.load(file).requireTask("forecast");
        assertSame(loaded, model);
        assertThat(loaded.name()).isEqualTo(file.toString());
        assertThat(loaded.network(Kernels.scalar()).parameters()).isSameAs(loaded.parameters());
        assertThat(loaded.toBytes()).isEqualTo(model.toBytes());
    }

    /** Every later release must read this file. It was written by {@code Models.stored().toBytes()} of 0.1.0. */
    @Test
    void fileOfFormat1IsReadAndWrittenAgainTheSame() throws IOException {
        byte[] file;
        try (InputStream in = ModelTest.class.getResourceAsStream("format-1.safetensors")) {
            file = in.readAllBytes();
        }
        assertSame(Model.ofBytes("format-1.safetensors", file), Models.stored());
        assertThat(Models.stored().toBytes()).isEqualTo(file);
    }

    /** The tensors of format-1.safetensors, loaded into nn.LSTM(3, 2, num_layers=2) and nn.Linear(2, 3) of PyTorch 2. */
    @Test
    void storedModelComputesWhatPyTorchComputes() {
        PackedNetwork network = Models.stored().network().pack();
        Sequence y = network.tape(Team.single())
                .forward(Tokens.of(new int[] {0, 1, 2, 0, 1, 1}, 3, 2), network.freshState(2));
        assertThat(Arrays.copyOf(y.data(), 18))
                .containsExactly(
                        new float[] {
                            3.2251327f, 3.2838075f, 3.3424823f, 3.2267046f, 3.2854166f, 3.3441286f, //
                            3.904007f, 3.97875f, 4.0534935f, 3.9037783f, 3.978516f, 4.053254f, //
                            4.0166745f, 4.0940847f, 4.1714945f, 4.016605f, 4.094013f, 4.171422f
                        },
                        within(1e-5f));
    }

    @Test
    void modelOfANetworkAloneTellsWhatItRunsOn() {
        Network network = Models.stored().network();
        Model model = Model.of(network, Task.of("text"));
        assertThat(model.provenance()).isEqualTo(Provenance.of(network.kernels().name()));
        assertThat(Model.ofBytes("copy", model.toBytes()).provenance()).isEqualTo(model.provenance());
    }

    @Test
    void equalModelsGiveEqualFilesInWhateverOrderTheyWereMade(@TempDir Path folder) throws IOException {
        Model stored = Models.stored();
        Task task = Task.of("text")
                .withNumbers("scale", 1, 2.0e-3, 1.0e23)
                .withTexts("names", List.of("one", "\uD83C\uDFA0"))
                .with("lowerCase", true)
                .with("mean", -0.1)
                .with("window", 50)
                .with("vocabulary", "\na\u00e4");
        Model again = Model.of(stored.spec(), stored.parameters().copy(), task, stored.provenance());
        again.save(folder.resolve("a"));
        assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(stored.toBytes());
    }

    @Test
    void checksumMayStandAnywhereInTheHeader() {
        Map<String, String> metadata = Models.metadata();
        metadata.remove("carousel.sha256");
        metadata.put("somebody.else", "written by another program");
        metadata.put("carousel.sha256", Checksum.ZEROS);
        assertSame(
                Model.ofBytes("other", Models.sealed(metadata, Models.stored().parameters())), Models.stored());
    }

    @Test
    void tensorsMayLieInAnotherOrder() {
        Model stored = Models.stored();
        List<Slice> slices = stored.parameters().slices();
        Parameters.Layout layout = new Parameters.Layout();
        for (int i = slices.size() - 1; i >= 0; i--) {
            layout.add(slices.get(i).name(), slices.get(i).shape().toArray(new Integer[0]));
        }
        Parameters reversed = layout.zeros();
        slices.forEach(slice -> reversed.set(slice.name(), stored.parameters().get(slice.name())));
        assertSame(Model.ofBytes("reversed", Models.sealed(Models.metadata(), reversed)), stored);
    }

    @Test
    void plainStateDictIsCalledThat() {
        byte[] plain =
                SafeTensors.toBytes(Map.of("format", "pt"), Models.stored().parameters());
        assertBad(Kind.NOT_A_CAROUSEL_MODEL, plain)
                .contains("plain PyTorch state_dict")
                .contains("rnn.weight_ih_l0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"carousel.format", "carousel.spec", "carousel.task", "carousel.provenance"})
    void metadataThatAModelNeedsAreNamed(String key) {
        assertBad(Kind.NOT_A_CAROUSEL_MODEL, Models.without(key)).contains("lacks \"" + key + "\"");
    }

    @Test
    void modelWithoutChecksumIsRefused() {
        Map<String, String> metadata = Models.metadata();
        metadata.remove("carousel.sha256");
        assertBad(
                        Kind.NOT_A_CAROUSEL_MODEL,
                        SafeTensors.toBytes(metadata, Models.stored().parameters()))
                .contains("lacks \"carousel.sha256\"");
    }

    @Test
    void laterFormatIsNamed() {
        assertBad(Kind.NEWER_FORMAT, Models.with("carousel.format", "2"))
                .contains("format \"2\"")
                .contains("reads format 1")
                .contains("newer Carousel");
    }

    @Test
    void specificationThatCannotBeUnderstoodIsExplained() {
        assertBad(Kind.BAD_SPECIFICATION, Models.with("carousel.spec", "{\"layers\":[{\"kind\":\"conv\"}]}"))
                .contains("the kind \"conv\" is unknown");
        assertBad(Kind.BAD_SPECIFICATION, Models.with("carousel.spec", "{")).contains("not JSON");
    }

    @Test
    void taskThatCannotBeUnderstoodIsExplained() {
        assertBad(Kind.BAD_TASK, Models.with("carousel.task", "[]")).contains("object with a \"kind\"");
        assertBad(Kind.BAD_TASK, Models.with("carousel.task", "{\"kind\":7}")).contains("object with a \"kind\"");
        assertBad(Kind.BAD_TASK, Models.with("carousel.task", "{\"kind\":null}"))
                .contains("not JSON that we read");
    }

    @Test
    void provenanceThatCannotBeUnderstoodIsExplained() {
        String good = Models.metadata("carousel.provenance");
        assertBad(Kind.BAD_PROVENANCE, Models.with("carousel.provenance", "no")).contains("not JSON");
        assertBad(Kind.BAD_PROVENANCE, Models.with("carousel.provenance", "{\"data\":[]}"))
                .contains("\"losses\" is missing");
        assertBad(Kind.BAD_PROVENANCE, Models.with("carousel.provenance", good.replace("0.75", "\"0.75\"")))
                .contains("a loss is of the wrong type");
        assertBad(Kind.BAD_PROVENANCE, Models.with("carousel.provenance", good.replace("\"bytes\":8", "\"bytes\":-8")))
                .contains("size -8");
    }

    @Test
    void missingTensorIsNamed() {
        NetworkSpec deeper = NetworkSpec.of(Recurrent.lstm(3, 2).withLayers(3), Dense.head(2, 3));
        assertBad(Kind.MISSING_TENSOR, Models.with("carousel.spec", SpecJson.toJson(deeper)))
                .contains("\"rnn.weight_ih_l2\" [8, 2]");
    }

    @Test
    void extraTensorIsNamed() {
        NetworkSpec headless = NetworkSpec.of(Recurrent.lstm(3, 2).withLayers(2));
        assertBad(Kind.EXTRA_TENSOR, Models.with("carousel.spec", SpecJson.toJson(headless)))
                .contains("\"out.weight\" is not in the specification");
    }

    @Test
    void tensorOfAnotherShapeIsNamed() {
        NetworkSpec wider = NetworkSpec.of(Recurrent.lstm(4, 2).withLayers(2), Dense.head(2, 3));
        assertBad(Kind.WRONG_SHAPE, Models.with("carousel.spec", SpecJson.toJson(wider)))
                .contains("\"rnn.weight_ih_l0\" is [8, 3], but the specification says [8, 4]");
    }

    @Test
    void tensorOfAnotherTypeIsNamed() {
        String head = new String(Models.stored().toBytes(), StandardCharsets.ISO_8859_1)
                .replaceFirst("\"F32\"", "\"I32\"")
                .replaceFirst("[0-9a-f]{64}", Checksum.ZEROS);
        Image image = new Image(head.getBytes(StandardCharsets.ISO_8859_1), List.of());
        Checksum.seal(image);
        assertBad(Kind.WRONG_DTYPE, image.toBytes()).contains("is I32, expected F32");
    }

    @Test
    void billionsOfLayersInASpecificationMissATensorAtOnce() {
        String spec = Models.metadata("carousel.spec").replace("\"layers\":2", "\"layers\":2147483647");
        assertBad(Kind.MISSING_TENSOR, Models.with("carousel.spec", spec)).contains("rnn.weight_ih_l2");
    }

    @Test
    void giantSizesInASpecificationAreRefusedBeforeAnythingIsAllocated() {
        String spec = Models.metadata("carousel.spec");
        assertBad(
                        Kind.BAD_SPECIFICATION,
                        Models.with("carousel.spec", spec.replace("\"hiddenSize\":2", "\"hiddenSize\":2147483647")))
                .contains("2147483647");
        String embedding = "{\"layers\":[{\"kind\":\"embedding\",\"name\":\"e\",\"vocabularySize\":2147483647,"
                + "\"outputSize\":2147483647}]}";
        assertBad(Kind.BAD_SPECIFICATION, Models.with("carousel.spec", embedding))
                .contains("more than 2^31");
        String large = "{\"layers\":[{\"kind\":\"embedding\",\"name\":\"e\",\"vocabularySize\":65536,"
                + "\"outputSize\":32000}]}";
        assertBad(Kind.MISSING_TENSOR, Models.with("carousel.spec", large)).contains("\"e.weight\" [65536, 32000]");
        String overflow = "{\"layers\":[{\"kind\":\"recurrent\",\"name\":\"r\",\"cell\":\"lstm\",\"variant\":"
                + "{\"outputTanh\":\"true\"},\"inputSize\":1,\"hiddenSize\":2000000000,\"layers\":1,"
                + "\"bidirectional\":false,\"dropout\":0}]}";
        assertBad(Kind.BAD_SPECIFICATION, Models.with("carousel.spec", overflow))
                .contains("overflow");
    }

    @Test
    void twoLayersOfOneNameAreRefused() {
        String dense = "{\"kind\":\"dense\",\"name\":\"d\",\"inputSize\":2,\"outputSize\":2}";
        assertBad(Kind.BAD_SPECIFICATION, Models.with("carousel.spec", "{\"layers\":[" + dense + "," + dense + "]}"))
                .contains("have the same name, so their parameters would, too");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void parameterThatIsNotFiniteIsNeitherSavedNorLoaded(float number, @TempDir Path folder) {
        Model model = Models.stored();
        Slice bias = model.parameters().slice("out.bias");
        model.parameters().values()[bias.offset() + 1] = number;
        Path file = folder.resolve("diverged.safetensors");
        assertFails(Kind.NOT_FINITE, () -> model.save(file))
                .contains("number 1 of \"out.bias\" is " + number)
                .contains("diverge");
        assertThat(file).doesNotExist();
        assertBad(Kind.NOT_FINITE, Models.sealed(Models.metadata(), model.parameters()))
                .contains("\"out.bias\"");
    }

    @Test
    void modelOfAnotherTaskIsRefused(@TempDir Path folder) {
        Path file = folder.resolve("songs.safetensors");
        Models.stored().save(file);
        Model loaded = Model.load(file);
        assertThat(loaded.requireTask("text")).isSameAs(loaded);
        assertFails(Kind.OTHER_TASK, () -> loaded.requireTask("forecast"))
                .contains("songs.safetensors: this model was trained for the task \"text\"")
                .contains("\"forecast\" is needed");
    }

    @Test
    void parametersOfAnotherNetworkAreRefused() {
        NetworkSpec spec = NetworkSpec.of(Dense.head(2, 3));
        Parameters other = NetworkSpec.of(Dense.head(3, 2)).zeroParameters();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Model.of(spec, other, Task.of("t"), Provenance.of("scalar")))
                .withMessageContaining("another network");
    }

    @Test
    void failedSaveLeavesTheOldModel(@TempDir Path folder) {
        Path file = folder.resolve("m.safetensors");
        Models.stored().save(file);
        Model diverged = Models.stored();
        diverged.parameters().values()[0] = Float.NaN;
        assertFails(Kind.NOT_FINITE, () -> diverged.save(file));
        assertSame(Model.load(file), Models.stored());
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void folderThatDoesNotExistIsNamedBeforeTraining(@TempDir Path folder) {
        Path file = folder.resolve("none").resolve("m.safetensors");
        assertFails(Kind.NOT_WRITTEN, () -> Model.requireWritable(file)).contains("none does not exist");
        assertFails(Kind.NOT_WRITTEN, () -> Models.stored().save(file)).contains("none does not exist");
        Model.requireWritable(folder.resolve("m.safetensors"));
        assertThat(folder).isEmptyDirectory();
    }
}
