package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.ModelFiles;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.onnx.graph.ExternalData;
import dev.carousel.interop.onnx.graph.GraphBuilder;
import dev.carousel.interop.onnx.graph.ModelReader;
import dev.carousel.interop.onnx.graph.OnnxDocument;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.NetworkReader;
import dev.carousel.interop.onnx.run.RunnableGraph;
import dev.carousel.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: each way in which one can be bad, external data, the GRU of PyTorch's newer exporter, and graphs that are no chains. */
class OnnxFilesTest {

    @TempDir
    Path folder;

    private static Tensor filled(int... shape) {
        Tensor tensor = Tensor.zeros(OnnxElementType.FLOAT, shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.set(i, Math.sin(i + 1) / 2);
        }
        return tensor;
    }

    /** One GRU [T, N, 2] to [T, N, 3]. */
    private static GraphBuilder gru(Map<String, Object> attributes) {
        return new GraphBuilder(14)
                .input("x", OnnxElementType.FLOAT, -1, -1, 2)
                .initializer("W", filled(1, 9, 2))
                .initializer("R", filled(1, 9, 3))
                .initializer("B", filled(1, 18))
                .node("GRU", List.of("x", "W", "R", "B"), List.of("y4"), attributes)
                .initializer("one", Tensor.of(new long[] {1}, 1))
                .node("Squeeze", List.of("y4", "one"), List.of("y"), Map.of())
                .output("y", OnnxElementType.FLOAT, 3);
    }

    private static OnnxDocument read(ModelProto.Builder model) {
        return ModelReader.read(model.build().toByteArray(), ExternalData.none());
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(InteropException.class).hasMessageContainingAll(parts);
    }

    @Test
    void aFileCutOffAnywhereIsRefused() {
        byte[] whole = gru(Map.of()).bytes();
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> RunnableGraph.of(ModelReader.read(cut, ExternalData.none())))
                    .as("cut to " + length)
                    .isInstanceOf(InteropException.class);
        }
    }

    @Test
    void whatIsNoModelIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("a.onnx"), "<html>not found</html>");
        assertRefused(() -> OnnxGraph.read(file), "no ONNX model");
        assertRefused(() -> OnnxGraph.read(folder.resolve("missing.onnx")), "cannot be read");
    }

    @Test
    void operatorsTooOldOrTooNewAreRefused() {
        assertRefused(() -> new GraphBuilder(6).read(), "version 6", "7 to 26");
        assertRefused(() -> new GraphBuilder(99).read(), "version 99");
    }

    @Test
    void aTensorOfAnotherSizeThanItsShapeIsNamed() {
        ModelProto.Builder model = gru(Map.of()).model();
        model.getGraphBuilder().getInitializerBuilder(0).setDims(1, 1000);
        assertRefused(() -> read(model), "initializer W", "[1, 1000, 2]");
        model.getGraphBuilder().getInitializerBuilder(0).setDims(1, 1 << 30);
        assertRefused(() -> read(model), "initializer W", "one array can hold");
        model.getGraphBuilder().getInitializerBuilder(0).setDims(1, -1);
        assertRefused(() -> read(model), "no array can have");
    }

    @Test
    void aTypeThatIsNotComputedWithIsNamed() {
        ModelProto.Builder model = gru(Map.of()).model();
        model.getGraphBuilder().getInitializerBuilder(0).setDataType(16);
        assertRefused(() -> read(model), "initializer W", "BFLOAT16");
    }

    @Test
    void halfFloatsAreComputedWithAsFloats() throws Exception {
        ModelProto.Builder model = gru(Map.of()).model();
        Tensor w = read(model).initializers().get("W");
        byte[] halves = new byte[2 * w.size()];
        float[] expected = new float[w.size()];
        for (int i = 0; i < w.size(); i++) {
            // 1, 1 + 2^-10, 1 + 2^-9, ... as halves.
            halves[2 * i] = (byte) i;
            halves[2 * i + 1] = 0x3c;
            expected[i] = 1 + i * 0x1p-10f;
        }
        model.getGraphBuilder()
                .getInitializerBuilder(0)
                .clearRawData()
                .clearFloatData()
                .setDataType(10)
                .setRawData(ByteString.copyFrom(halves));
        assertThat(read(model).initializers().get("W").floats()).isEqualTo(expected);
        model.getGraphBuilder().getInitializerBuilder(0).clearRawData();
        for (int i = 0; i < w.size(); i++) {
            model.getGraphBuilder().getInitializerBuilder(0).addInt32Data(0x3c00 + i);
        }
        assertThat(read(model).initializers().get("W").floats()).isEqualTo(expected);
        model.getGraphBuilder().getInitializerBuilder(0).setRawData(ByteString.copyFrom(new byte[3]));
        assertRefused(() -> read(model), "initializer W", "16-bit floats");
    }

    @Test
    void manyEmptyNodesTakeNoMemory() {
        GraphBuilder graph = new GraphBuilder(13);
        for (int i = 0; i < 1_000_000; i++) {
            graph.graph().addNode(NodeProto.getDefaultInstance());
        }
        assertRefused(graph::read, "far beyond its own length");
    }

    @Test
    void functionsSparseWeightsAndSubgraphsAreRefused() {
        ModelProto.Builder model = gru(Map.of()).model();
        model.addFunctionsBuilder().setName("f");
        assertRefused(() -> read(model), "functions of its own");
        ModelProto.Builder sparse = gru(Map.of()).model();
        sparse.getGraphBuilder().addSparseInitializerBuilder();
        assertRefused(() -> read(sparse), "sparse");
    }

    @Test
    void nodesInAnImpossibleOrderAreNamed() {
        GraphBuilder graph = new GraphBuilder(13)
                .input("x", OnnxElementType.FLOAT, 2)
                .node("Tanh", List.of("later"), List.of("y"), Map.of())
                .node("Tanh", List.of("x"), List.of("later"), Map.of())
                .output("y", OnnxElementType.FLOAT, 1);
        assertRefused(() -> RunnableGraph.of(graph.read()), "Tanh_0 (Tanh) reads 'later'");
    }

    @Test
    void inputsThatAreMissingUnknownOrOfAnotherShapeAreNamed() {
        OnnxGraph graph = OnnxGraph.of(gru(Map.of()).read());
        NumpyArray x = NumpyArray.of(new float[8], 2, 2, 2);
        assertRefused(() -> graph.run(Map.of()), "needs an input 'x'");
        assertRefused(() -> graph.run(Map.of("x", x, "z", x)), "no input named 'z'");
        assertRefused(() -> graph.run(Map.of("x", NumpyArray.of(new float[8], 2, 1, 4))), "Input x", "[2, 1, 4]");
        assertThat(graph.inputs()).containsExactly("x");
        assertThat(graph.outputs()).containsExactly("y");
        assertThat(graph.run(Map.of("x", x)).get("y").shape()).containsExactly(2, 2, 3);
    }

    @Test
    void attributesOfRecurrentNodesThatCannotBeAreNamed() {
        NumpyArray x = NumpyArray.of(new float[8], 2, 2, 2);
        Map<Map<String, Object>, String> bad = Map.of(
                Map.of("hidden_size", 4), "hidden_size 4",
                Map.of("direction", "sideways"), "direction 'sideways'",
                Map.of("layout", 2), "layout 2",
                Map.of("clip", -1f), "clip -1.0",
                Map.of("activations", List.of("Tanh")), "1 activations, but 2",
                Map.of("activations", List.of("Sigmoid", "Cosine")), "'Cosine'",
                Map.of("activations", List.of("Sigmoid", "Affine")), "Affine without activation_alpha",
                Map.of("direction", "bidirectional"), "as input 1");
        bad.forEach((attributes, message) ->
                assertRefused(() -> OnnxGraph.of(gru(attributes).read()).run(Map.of("x", x)), "GRU_0 (GRU)", message));
    }

    private static TensorProto.Builder external(TensorProto tensor, String location, long offset) {
        return TensorProto.newBuilder(tensor)
                .clearRawData()
                .clearFloatData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("offset").setValue(Long.toString(offset)));
    }

    private Path withExternal(String location, long offset) throws Exception {
        Path home = Files.createDirectories(folder.resolve("model"));
        ModelProto.Builder model = gru(Map.of()).model();
        TensorProto weights = GraphBuilder.proto("WW", filled(1, 9, 2));
        Path data = home.resolve("weights.bin");
        Files.write(data, new byte[4]);
        Files.write(data, weights.getRawData().toByteArray(), StandardOpenOption.APPEND);
        Files.write(folder.resolve("secret.bin"), new byte[100]);
        model.getGraphBuilder()
                .setInitializer(0, external(weights, location, offset).setName("W"));
        return Files.write(home.resolve("m.onnx"), model.build().toByteArray());
    }

    @Test
    void weightsInAFileBesideAreRead() throws Exception {
        NumpyArray x = NumpyArray.of(new float[] {1, 2, 3, 4}, 2, 1, 2);
        float[] expected =
                OnnxGraph.of(gru(Map.of()).read()).run(Map.of("x", x)).get("y").floats();
        OnnxGraph graph = OnnxGraph.read(withExternal("weights.bin", 4));
        assertThat(graph.run(Map.of("x", x)).get("y").floats()).isEqualTo(expected);
    }

    @Test
    void filesOutsideTheModelsFolderAreNotOpened() throws Exception {
        for (String location :
                List.of("../secret.bin", folder.resolve("secret.bin").toString(), "a/../../secret.bin", "")) {
            assertRefused(
                    () -> OnnxGraph.read(withExternal(location, 0)), "initializer W", "outside the model's folder");
        }
        withExternal("link.bin", 0);
        Files.createSymbolicLink(folder.resolve("model/link.bin"), folder.resolve("secret.bin"));
        assertRefused(() -> OnnxGraph.read(withExternal("link.bin", 0)), "outside the model's folder");
    }

    @Test
    void externalFilesThatAreMissingOrTooShortAreNamed() throws Exception {
        assertRefused(() -> OnnxGraph.read(withExternal("missing.bin", 0)), "missing.bin", "not there");
        assertRefused(() -> OnnxGraph.read(withExternal("weights.bin", 8)), "weights.bin", "76 bytes long");
        assertRefused(() -> OnnxGraph.read(withExternal("weights.bin", -8)), "offset '-8'");
    }

    @Test
    void theGruOfPyTorchsNewerExporterIsWarnedAboutAndCanBeOverridden() throws Exception {
        Path wrong = Files.write(
                folder.resolve("w.onnx"), gru(Map.of()).producer("pytorch").bytes());
        Path right = Files.write(
                folder.resolve("r.onnx"),
                gru(Map.of("linear_before_reset", 1)).producer("pytorch").bytes());
        List<String> notes = new ArrayList<>();
        ImportOptions options = ImportOptions.defaults().withNotes(notes::add);

        Network asWritten = OnnxFiles.read(wrong, options);
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("GRU_0 (GRU)", "linear_before_reset 0", "linearBeforeReset");
        assertThat(OnnxGraph.read(wrong).warnings()).isEqualTo(notes);
        notes.clear();
        Network expected = OnnxFiles.read(right, options);
        Network overridden = OnnxFiles.read(wrong, options.withLinearBeforeReset(true));
        assertThat(notes).isEmpty();
        assertThat(overridden.spec()).isEqualTo(expected.spec()).isNotEqualTo(asWritten.spec());

        NumpyArray x = NumpyArray.of(new float[] {1, 2, 3, 4}, 2, 1, 2);
        assertThat(OnnxGraph.read(wrong).withLinearBeforeReset(true).run(Map.of("x", x)))
                .isEqualTo(OnnxGraph.read(right).run(Map.of("x", x)))
                .isNotEqualTo(OnnxGraph.read(wrong).run(Map.of("x", x)));
    }

    @Test
    void aGraphThatIsNoChainIsRefusedWithTheNode() {
        GraphBuilder residual = gru(Map.of());
        residual.graph().clearOutput();
        residual.node("Add", List.of("y", "y"), List.of("z"), Map.of()).output("z", OnnxElementType.FLOAT, 3);
        assertRefused(
                () -> NetworkReader.read(read(residual.model()), ImportOptions.defaults()),
                "Add_2 (Add) joins two branches");

        GraphBuilder turned = gru(Map.of());
        turned.graph().clearOutput();
        turned.node("Sin", List.of("y"), List.of("z"), Map.of()).output("z", OnnxElementType.FLOAT, 3);
        assertRefused(
                () -> NetworkReader.read(read(turned.model()), ImportOptions.defaults()), "Sin_2 (Sin) is no layer");

        GraphBuilder scaled = gru(Map.of()).initializer("two", Tensor.of(new float[] {2, 3, 4}, 3, 1));
        scaled.graph().clearOutput();
        scaled.node("Mul", List.of("y", "two"), List.of("z"), Map.of()).output("z", OnnxElementType.FLOAT, 3);
        assertRefused(
                () -> NetworkReader.read(read(scaled.model()), ImportOptions.defaults()),
                "Mul_2 (Mul) computes with",
                "not one number for each feature");

        GraphBuilder first = gru(Map.of()).initializer("zero", Tensor.of(new long[1]));
        first.graph().clearOutput();
        first.node("Gather", List.of("y", "zero"), List.of("z"), Map.of()).output("z", OnnxElementType.FLOAT, 2);
        assertRefused(
                () -> NetworkReader.read(read(first.model()), ImportOptions.defaults()),
                "The output z differs",
                "no chain of layers");

        GraphBuilder dense = new GraphBuilder(13)
                .input("x", OnnxElementType.FLOAT, -1, -1, 2)
                .initializer("w", filled(2, 3))
                .node("MatMul", List.of("x", "w"), List.of("y"), Map.of())
                .output("y", OnnxElementType.FLOAT, 3);
        assertRefused(() -> NetworkReader.read(read(dense.model()), ImportOptions.defaults()), "no RNN, LSTM or GRU");
    }

    @Test
    void aFixedStateThatIsNotZeroIsRefusedWithTheNode() {
        GraphBuilder graph = new GraphBuilder(14)
                .input("x", OnnxElementType.FLOAT, -1, 1, 2)
                .initializer("W", filled(1, 9, 2))
                .initializer("R", filled(1, 9, 3))
                .initializer("h0", filled(1, 1, 3))
                .node("GRU", List.of("x", "W", "R", "", "", "h0"), List.of("y4"), Map.of())
                .initializer("one", Tensor.of(new long[] {1}, 1))
                .node("Squeeze", List.of("y4", "one"), List.of("y"), Map.of())
                .output("y", OnnxElementType.FLOAT, 3);
        assertRefused(
                () -> NetworkReader.read(read(graph.model()), ImportOptions.defaults()),
                "GRU_0 (GRU) begins from a fixed state that is not zero");
    }

    @Test
    void theFormatIsKnownByItsEndingAndRunsByName() throws Exception {
        Path file = Files.write(folder.resolve("m.onnx"), gru(Map.of()).bytes());
        assertThat(ModelFiles.formatOf(file)).isInstanceOf(OnnxFormat.class);
        Network network = ModelFiles.read(file, ImportOptions.defaults());
        ModelFiles.write(network, folder.resolve("again.onnx"));
        NumpyArray x = NumpyArray.of(new float[] {1, 2, 3, 4}, 2, 1, 2);
        float[] expected = ModelFiles.formatOf(file)
                .run(file, Map.of("x", x), ImportOptions.defaults())
                .get("y")
                .floats();
        assertThat(OnnxGraph.read(folder.resolve("again.onnx"))
                        .run(Map.of("input", x))
                        .get("output")
                        .floats())
                .isEqualTo(expected);
    }
}
