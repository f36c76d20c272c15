package dev.carousel.interop.keras;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.Resource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each way in which a file of Keras can be bad, or say what Carousel has not. */
class KerasBadFilesTest {

    @TempDir
    Path folder;

    private void assertRefused(byte[] content, String... words) {
        assertRefused(KerasTestFiles.write(folder, "bad.file", content), words);
    }

    private static void assertRefused(Path file, String... words) {
        assertThatExceptionOfType(InteropException.class)
                .isThrownBy(() -> KerasFiles.read(file))
                .withMessageStartingWith(file.toString())
                .satisfies(e -> assertThatThrownBy(() -> {
                            throw e;
                        })
                        .hasMessageContainingAll(words));
    }

    /** A file of the tests whose configuration says something else. */
    private void assertConfigRefused(String name, UnaryOperator<String> change, String... words) {
        assertRefused(KerasTestFiles.withConfig(KerasTestFiles.bytes(name), change), words);
    }

    private static byte[] with(String archive, String entry, byte[] content) {
        Map<String, byte[]> entries = KerasTestFiles.entries(KerasTestFiles.bytes(archive));
        entries.put(entry, content);
        return KerasTestFiles.zip(entries);
    }

    private static byte[] without(String archive, String entry) {
        Map<String, byte[]> entries = KerasTestFiles.entries(KerasTestFiles.bytes(archive));
        entries.remove(entry);
        return KerasTestFiles.zip(entries);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Bytes in which some have been replaced by as many others, wherever they stand. */
    private static byte[] replaced(byte[] bytes, byte[] from, byte[] to) {
        byte[] result = bytes.clone();
        int found = 0;
        for (int i = 0; i + from.length <= result.length; i++) {
            if (Arrays.equals(bytes, i, i + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, result, i, to.length);
                found++;
            }
        }
        if (found == 0 || from.length != to.length) {
            throw new IllegalArgumentException("Nothing was replaced.");
        }
        return result;
    }

    private static byte[] replaced(byte[] bytes, String from, String to) {
        return replaced(bytes, utf8(from), utf8(to));
    }

    private static byte[] weights(String archive) {
        return KerasTestFiles.entries(KerasTestFiles.bytes(archive)).get("model.weights.h5");
    }

    // The file

    @Test
    void aFileThatIsNotThere() {
        assertRefused(folder.resolve("no.keras"), "no such file");
    }

    @Test
    void aFolder() throws IOException {
        assertRefused(folder, "folder");
        Files.createFile(folder.resolve("saved_model.pb"));
        assertRefused(folder, "SavedModel", "save it as model.keras");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "a text"})
    void aFileOfAnotherKind(String content) {
        assertRefused(utf8(content), "neither a .keras archive", "Was it saved by Keras?");
    }

    @Test
    void aTruncatedArchive() {
        byte[] archive = KerasTestFiles.bytes("own_lstm.keras");
        assertRefused(Arrays.copyOf(archive, archive.length - 40), "zip", "copied or downloaded whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "metadata.json", "model.weights.h5"})
    void anArchiveThatLacksAPart(String entry) {
        assertRefused(without("own_lstm.keras", entry), "holds no \"" + entry + "\"");
    }

    @Test
    void aConfigurationThatIsNoJson() {
        assertRefused(with("own_lstm.keras", "config.json", utf8("{\"class_name\": ")), "config.json", "no JSON");
        assertRefused(with("own_lstm.keras", "config.json", utf8("[]")), "config.json", "should be a JSON object");
        assertRefused(with("own_lstm.keras", "config.json", utf8("{} {}")), "config.json", "more text");
        assertRefused(with("own_lstm.keras", "config.json", utf8("{\"a\": 1, \"a\": 2}")), "\"a\" twice");
        assertRefused(with("own_lstm.keras", "config.json", utf8("{\"a\": ".repeat(100))), "no JSON that we read");
        assertRefused(
                with("own_lstm.keras", "config.json", utf8("{\"a\": [" + "0,".repeat(400_000) + "0]}")),
                "no JSON that we read");
    }

    @Test
    void aConfigurationThatIsNoModel() {
        assertRefused(with("own_lstm.keras", "config.json", utf8("{}")), "class_name and config");
        assertConfigRefused("own_lstm.keras", c -> c.replace("\"layers\"", "\"layer\""), "no list of layers");
        assertConfigRefused("words.keras", c -> c.replace("\"layers\"", "\"layer\""), "no list of layers");
        assertConfigRefused(
                "own_lstm.keras", c -> c.replace("\"class_name\": \"LSTM\", ", ""), "class_name and config");
        assertConfigRefused(
                "own_lstm.keras",
                c -> c.replaceAll("\"layers\": \\[.*\\], \"build_input", "\"layers\": [], \"build_input"),
                "no layer");
        assertConfigRefused(
                "own_lstm.keras", c -> c.replace("Sequential", "MyModel"), "MyModel", "only Sequential and functional");
    }

    @Test
    void metadataWithoutAVersion() {
        assertRefused(with("own_lstm.keras", "metadata.json", utf8("{}")), "keras_version");
    }

    @Test
    void weightsThatAreNoHdf5() {
        assertRefused(with("own_lstm.keras", "model.weights.h5", utf8("not HDF5 at all")), "HDF5", "its beginning");
        assertRefused(with("own_lstm.keras", "model.weights.h5", new byte[0]), "HDF5");
    }

    @Test
    void anHdf5FileThatIsCutAnywhere() {
        byte[] whole = KerasTestFiles.bytes("own_lstm.h5");
        for (int length = 8; length < whole.length - 4; length += 97) {
            assertRefused(Arrays.copyOf(whole, length), "HDF5 data");
        }
    }

    @Test
    void anHdf5FileOfWeightsAlone() {
        assertRefused(weights("own_lstm.keras"), "no attribute model_config", "model.save(\"model.keras\")");
    }

    @Test
    void anHdf5FileThatLacksAPart() {
        byte[] whole = KerasTestFiles.bytes("own_lstm.h5");
        assertRefused(replaced(whole, "keras_version", "keras_vorsion"), "keras_version", "Keras 1");
        assertRefused(replaced(whole, "model_weights", "model_waights"), "model_weights", "model_waights");
        assertRefused(replaced(whole, "layer_names", "laier_names"), "holds no weights for it");
    }

    /** The address of a group's tree becomes that of another: what is read is no longer a tree. */
    @Test
    void anHdf5FileWhosePartsAreMixedUp() {
        assertRefused(
                replaced(KerasTestFiles.bytes("own_lstm.h5"), "TREE", "TRUE"), "HDF5 data cannot be read", "B tree");
        assertRefused(
                replaced(KerasTestFiles.bytes("own_lstm.h5"), "SNOD", "SNUD"),
                "HDF5 data cannot be read",
                "symbol table");
        assertRefused(
                replaced(KerasTestFiles.bytes("own_lstm.h5"), "HEAP", "HAEP"), "HDF5 data cannot be read", "signature");
        assertRefused(
                replaced(KerasTestFiles.bytes("own_lstm.h5"), "GCOL", "GCUL"), "HDF5 data cannot be read", "GCOL");
    }

    /** Every tree says that it has many children of its own kind, and the first of each is the root's tree. */
    @Test
    void anHdf5FileWhosePartsPointInCircles() {
        byte[] file = KerasTestFiles.bytes("own_lstm.h5");
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int tree = 0;
        for (int i = 0; i + 4 <= file.length; i++) {
            if (Arrays.equals(file, i, i + 4, utf8("TREE"), 0, 4)) {
                tree = tree == 0 ? i : tree;
                bytes.put(i + 5, (byte) 1);
                bytes.putShort(i + 6, (short) 4);
                for (int child = 0; child < 4; child++) {
                    bytes.putLong(i + 32 + 16 * child, tree);
                }
            }
        }
        assertRefused(file, "circles");
    }

    @Test
    void weightsThatAreNotFinite() {
        byte[] nan = {0, 0, (byte) 0xc0, 0x7f};
        byte[] one = {0, 0, (byte) 0x80, 0x3f};
        assertRefused(
                with("own_dense.keras", "model.weights.h5", replaced(weights("own_dense.keras"), one, nan)),
                "/layers/dense/vars/0",
                "NaN",
                "Did the training diverge?");
    }

    // The model

    @Test
    void layersOfUnknownClasses() {
        assertConfigRefused(
                "own_lstm.keras", c -> c.replace("\"LSTM\"", "\"ConvLSTM1D\""), "\"lstm\" (ConvLSTM1D)", "not read");
        assertConfigRefused(
                "own_lstm.keras",
                c -> c.replace(
                        "\"module\": \"keras.layers\", \"class_name\": \"LSTM\"",
                        "\"module\": \"my.own\", \"class_name\": \"LSTM\""),
                "class of your own",
                "my.own");
        assertConfigRefused("stack.keras", c -> c.replace("\"Softmax\"", "\"Lambda\""), "\"probabilities\" (Lambda)");
    }

    /** The slopes of PReLU(shared_axes=[1]), [1, 3], become those of PReLU(shared_axes=[2]), [3, 1]: one for each step. */
    @Test
    void slopesOfSteps() throws IOException {
        Map<String, byte[]> entries =
                KerasTestFiles.entries(Files.readAllBytes(Resource.file("reports/shapes/prelu.keras")));
        byte[] weights = Objects.requireNonNull(entries.get("model.weights.h5"));
        entries.put("model.weights.h5", replaced(weights, dimensions(1, 3), dimensions(3, 1)));
        assertRefused(KerasTestFiles.zip(entries), "(PReLU)", "slopes [3, 1] differ", "shared_axes=[1]");
    }

    private static byte[] dimensions(long rows, long cols) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(rows)
                .putLong(cols)
                .array();
    }

    @Test
    void optionsThatNobodyKnows() {
        assertConfigRefused(
                "own_lstm.keras",
                c -> c.replace("\"units\": 3", "\"units\": 3, \"peepholes\": true"),
                "layer \"lstm\" (LSTM)",
                "the option \"peepholes\" = \"true\"");
    }

    /** The file, what its configuration says, what it says instead, and what the message names. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "own_lstm.keras|\"units\": 3|\"units\": 0|units should be a whole number",
                "own_lstm.keras|\"units\": 3|\"units\": 2000000000|units should be a whole number",
                "own_lstm.keras|\"units\": 3|\"units\": null|no units",
                "own_lstm.keras|\"use_bias\": true|\"use_bias\": \"yes\"|use_bias should be true or false",
                "own_lstm.keras|\"units\": 3|\"units\": 4|its kernel should be [4, 16] for 4 units",
                "own_lstm.keras|\"use_bias\": true|\"use_bias\": false|it should have 2 weights but the file holds 3",
                "own_lstm.keras|\"batch_shape\": [null, null, 4]|\"batch_shape\": [null, null, 5]|its weights are for 4 numbers a step but it reads 5",
                "own_lstm.keras|\"batch_shape\": [null, null, 4]|\"batch_shape\": [null, 4]|it needs sequences",
                "own_lstm.keras|\"batch_shape\": [null, null, 4]|\"batch_shape\": [null, 1, 2, 4]|Carousel reads sequences",
                "own_lstm.keras|\"sparse\": false|\"sparse\": true|sparse",
                "own_lstm.keras|\"activation\": \"tanh\"|\"activation\": \"softmax\"|no function of one number",
                "own_lstm.keras|\"activation\": \"tanh\"|\"activation\": \"my_function\"|activation is \"my_function\"",
                "own_lstm.keras|\"activation\": \"tanh\"|\"activation\": 3|only Keras' own functions",
                "own_gru.keras|\"reset_after\": true|\"reset_after\": false|its bias should be [9]",
                "own_gru_use_bias_false.keras|\"reset_after\": true|\"reset_after\": null|neither the option reset_after nor a bias",
                "own_lstm_of_3_sequences.keras|\"go_backwards\": false|\"go_backwards\": true|the output runs backwards in time",
                "own_dense.keras|\"name\": \"float32\"|\"name\": \"int8_from_float32\"|Is it quantised?",
                "own_dense.keras|\"quantization_config\": null|\"quantization_config\": {\"mode\": \"int8\"}|quantization_config",
                "own_dense.keras|\"units\": 2|\"units\": 3|its kernel and bias should be",
                "own_embedding.keras|\"input_dim\": 3|\"input_dim\": 4|its embeddings should be [4, 2]",
                "own_embedding.keras|\"mask_zero\": false|\"mask_zero\": false, \"lora_rank\": 2|lora_rank",
                "own_embedding.keras|\"batch_shape\": [null, null]|\"batch_shape\": [null, null, 2]|it must be the first layer",
                "own_softmax.keras|\"axis\": -1|\"axis\": 1|axis is 1",
                "own_time_distributed.keras|\"class_name\": \"Dense\"|\"class_name\": \"LSTM\"|can stand in it",
                "own_bidirectional.keras|\"merge_mode\": \"concat\"|\"merge_mode\": null|merge_mode is None",
                "own_bidirectional.keras|\"merge_mode\": \"concat\"|\"merge_mode\": \"max\"|merge_mode should be concat, sum, mul or ave",
                "own_bidirectional.keras|\"go_backwards\": true|\"go_backwards\": false|go_backwards should be false in its forward layer",
                "own_bidirectional.keras|\"class_name\": \"SimpleRNN\"|\"class_name\": \"Dense\"|only SimpleRNN, LSTM and GRU",
                "stack.keras|\"rate\": 0.25|\"rate\": 1|rate is 1",
                "stack.keras|\"noise_shape\": null|\"noise_shape\": [1]|noise_shape",
                "stack.keras|\"name\": \"first\"|\"name\": \"second\"|two layers",
                "padded.keras|\"mask_value\": -1.0|\"mask_value\": NaN|mask_value should be a finite number",
                "padded.keras|\"go_backwards\": false, \"stateful\": false, \"unroll\": false, \"zero_output_for_mask\": true|\"go_backwards\": true, \"stateful\": false, \"unroll\": false, \"zero_output_for_mask\": true|Keras turns its output but not its mask",
            })
    void optionsThatCarouselHasNot(String name, String from, String to, String named) {
        assertConfigRefused(name, c -> c.replace(from, to), named);
    }

    @Test
    void directionsThatAreNotAlike() {
        assertConfigRefused(
                "own_bidirectional.keras",
                c -> replaceLast(c, "\"activation\": \"tanh\"", "\"activation\": \"relu\""),
                "both directions must be alike");
    }

    private static String replaceLast(String text, String from, String to) {
        int at = text.lastIndexOf(from);
        return text.substring(0, at) + to + text.substring(at + from.length());
    }

    @Test
    void layersThatAreSharedOrBranch() {
        String call =
                "{\"args\": [{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, null, null], \"dtype\": \"float32\", \"keras_history\": [\"first\", 0, 0]}}], \"kwargs\": {}}";
        assertConfigRefused(
                "stack.keras",
                c -> c.replace("[" + call + "]", "[" + call + ", " + call + "]"),
                "\"drop\" (Dropout)",
                "called 2 times");
        assertConfigRefused(
                "stack.keras",
                c -> c.replace("\"keras_history\": [\"first\", 0, 0]", "\"keras_history\": [\"first\", 1, 0]"),
                "not the first output");
        assertConfigRefused(
                "stack.keras",
                c -> c.replace("\"keras_history\": [\"first\", 0, 0]", "\"keras_history\": [\"input_layer\", 0, 0]"),
                "\"first\"",
                "does not lie on the one way");
        assertConfigRefused(
                "stack.keras",
                c -> c.replace("\"keras_history\": [\"first\", 0, 0]", "\"keras_history\": [\"out\", 0, 0]"),
                "reads its own output");
        assertConfigRefused(
                "stack.keras",
                c -> c.replace("\"keras_history\": [\"first\", 0, 0]", "\"keras_history\": [\"nobody\", 0, 0]"),
                "no layer \"nobody\"");
        assertConfigRefused(
                "stack.keras",
                c -> c.replace(
                        "\"output_layers\": [[\"probabilities\", 0, 0]]",
                        "\"output_layers\": [[\"out\", 0, 0], [\"probabilities\", 0, 0]]"),
                "one input and one output");
    }

    @Test
    void masksAndArgumentsOfOnesOwn() {
        assertConfigRefused(
                "words.keras",
                c -> c.replace("[\"input_layer\", 0, 0]}}, 0]", "[\"input_layer\", 0, 0]}}, 5]"),
                "its mask is computed by \"not_equal\"");
        assertConfigRefused(
                "words.keras",
                c -> c.replace("\"initial_state\": null", "\"initial_state\": 1"),
                "called with \"initial_state\"");
    }

    @Test
    void layersThatReadWhatIsNoSequence() {
        assertConfigRefused(
                "turned_last.keras",
                c -> c.replaceFirst("\"return_sequences\": true", "\"return_sequences\": false"),
                "layer \"b\" (LSTM)",
                "it needs sequences");
    }

    @Test
    void weightsThatAreNotThere() {
        byte[] weights = replaced(weights("own_lstm.keras"), "cell\0", "coll\0");
        assertRefused(
                with("own_lstm.keras", "model.weights.h5", weights), "layers/lstm/cell/vars", "Was the model built");
    }
}
