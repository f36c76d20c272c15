package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.SafeTensors;
import dev.carousel.spec.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of other programs, as a user converts, runs and compares them; the numbers are PyTorch's. */
class InteropCommandsTest {

    private static final Path TORCH = Path.of("../interop/src/test/resources/dev/carousel/interop/pytorch");

    @TempDir
    Path folder;

    private Map<String, NumpyArray> numbers(String name) {
        return NpzFile.read(TORCH.resolve("networks/" + name + ".npz"));
    }

    private static NumpyArray array(Map<String, NumpyArray> numbers, String name) {
        return Objects.requireNonNull(numbers.get(name), name);
    }

    private Path npy(String name, NumpyArray array) {
        Path file = folder.resolve(name + ".npy");
        NpyFile.write(file, array);
        return file;
    }

    private Path state(Map<String, NumpyArray> numbers) {
        Parameters.Layout layout = new Parameters.Layout();
        List<String> names = numbers.containsKey("c0") ? List.of("h0", "c0") : List.of("h0");
        names.forEach(name -> layout.add(name, array(numbers, name).shape().toArray(Integer[]::new)));
        Parameters tensors = layout.zeros();
        names.forEach(name -> tensors.set(name, array(numbers, name).floats()));
        Path file = folder.resolve("state.safetensors");
        SafeTensors.write(file, Map.of(), tensors);
        return file;
    }

    private static void assertClose(float[] found, NumpyArray expected) {
        float[] numbers = expected.floats();
        assertThat(found).hasSameSizeAs(numbers);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(found[i]).as("number %d", i).isCloseTo(numbers[i], within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"lstm_projection, .pt", "gru_both, .safetensors", "lstm, .safetensors", "rnn_no_bias, .pt"})
    void predictGivesTheOutputsAndStatesOfPyTorch(String name, String ending) {
        Map<String, NumpyArray> numbers = numbers(name);
        Path model = TORCH.resolve("networks/" + name + ending);
        Path lengths = npy("lengths", array(numbers, "lengths"));
        Path last = folder.resolve("last.safetensors");
        Path y = folder.resolve("y.npy");
        Path initial = state(numbers);
        Run.ok(
                "predict",
                model,
                npy("x", array(numbers, "x")),
                "--lengths",
                lengths,
                "--initial-state",
                initial,
                "--output",
                y,
                "--final-state",
                last);
        assertThat(NpyFile.read(y).shape()).isEqualTo(array(numbers, "y").shape());
        assertClose(NpyFile.read(y).floats(), array(numbers, "y"));
        try (SafeTensors tensors = SafeTensors.open(last)) {
            assertClose(tensors.floats("hn"), array(numbers, "hn"));
            if (numbers.containsKey("cn")) {
                assertClose(tensors.floats("cn"), array(numbers, "cn"));
            }
            assertThat(tensors.tensors()).hasSize(numbers.containsKey("cn") ? 2 : 1);
        }
        Path batchFirst = npy("batch_first", array(numbers, "x").transposed(1, 0, 2));
        Run.ok(
                "predict",
                model,
                batchFirst,
                "--layout",
                "ntd",
                "--lengths",
                lengths,
                "--initial-state",
                initial,
                "--output",
                y);
        assertClose(NpyFile.read(y).transposed(1, 0, 2).floats(), array(numbers, "y"));
    }

    /** All parts of the state of a cell that PyTorch has not, m of which is -infinity when fresh. */
    @Test
    void bareWeightsOfAnotherCellAreRunByItsName() {
        int H = 3;
        Parameters.Layout layout = new Parameters.Layout();
        layout.add("weight_ih_l0", 4 * H, 2);
        layout.add("weight_hh_l0", 4 * H, H);
        layout.add("bias_ih_l0", 4 * H);
        Parameters weights = layout.zeros();
        for (int i = 0; i < weights.size(); i++) {
            weights.values()[i] = (float) Math.sin(i + 1);
        }
        Path model = folder.resolve("bare.safetensors");
        SafeTensors.write(model, Map.of(), weights);
        float[] numbers = new float[6 * 2];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) Math.cos(3 * i);
        }
        Path whole = npy("whole", NumpyArray.of(numbers, 6, 1, 2));
        Path first = npy("first", NumpyArray.of(java.util.Arrays.copyOf(numbers, 6), 3, 1, 2));
        Path second = npy("second", NumpyArray.of(java.util.Arrays.copyOfRange(numbers, 6, 12), 3, 1, 2));
        Path state = folder.resolve("state.safetensors");
        Path y = folder.resolve("y.npy");
        Run.ok("predict", model, whole, "--cell", "slstm", "--output", y);
        float[] all = NpyFile.read(y).floats();
        Run.ok("predict", model, first, "--cell", "slstm", "--output", y, "--final-state", state);
        try (SafeTensors tensors = SafeTensors.open(state)) {
            assertThat(tensors.tensors().keySet()).containsExactlyInAnyOrder("hn", "cn", "nn", "mn");
        }
        Run.ok("predict", model, second, "--cell", "slstm", "--output", y, "--initial-state", state);
        assertThat(NpyFile.read(y).floats()).isEqualTo(java.util.Arrays.copyOfRange(all, all.length / 2, all.length));
        assertThat(Run.of("predict", model, whole, "--output", y).err()).contains("--cell");
        assertThat(Run.ok("inspect", model, "--cell", "slstm", "--weights", y).err())
                .contains("note: --weights is for models of the format keras")
                .doesNotContain("--cell");
        assertThat(Run.of("predict", model, whole, "--cell", "lsmt", "--output", y)
                        .err())
                .contains("--cell: No cell is named 'lsmt'");
    }

    @Test
    void aFinalStateIsTheInitialStateOfWhatFollows() {
        Map<String, NumpyArray> numbers = numbers("lstm");
        Path model = TORCH.resolve("networks/lstm.safetensors");
        NumpyArray x = array(numbers, "x");
        int half = x.size() / 2;
        int[] shape = {x.shape().get(0) / 2, x.shape().get(1), x.shape().get(2)};
        float[] all = x.floats();
        Path first = npy("first", NumpyArray.of(java.util.Arrays.copyOf(all, half), shape));
        Path second = npy("second", NumpyArray.of(java.util.Arrays.copyOfRange(all, half, 2 * half), shape));
        Path state = folder.resolve("between.safetensors");
        Run.ok("predict", model, npy("x", x), "--output", folder.resolve("whole.npy"));
        Run.ok("predict", model, first, "--output", folder.resolve("y1.npy"), "--final-state", state);
        Run.ok("predict", model, second, "--output", folder.resolve("y2.npy"), "--initial-state", state);
        float[] whole = NpyFile.read(folder.resolve("whole.npy")).floats();
        float[] end = NpyFile.read(folder.resolve("y2.npy")).floats();
        assertThat(end).isEqualTo(java.util.Arrays.copyOfRange(whole, whole.length / 2, whole.length));
    }

    @Test
    void idsAreReadByAModelThatBeginsWithAnEmbedding() {
        Map<String, NumpyArray> numbers = numbers("tagger");
        Path y = folder.resolve("y.npy");
        Run.ok(
                "predict",
                TORCH.resolve("networks/tagger.pt"),
                npy("ids", array(numbers, "ids")),
                "--initial-state",
                state(numbers),
                "--lengths",
                npy("lengths", array(numbers, "lengths")),
                "--output",
                y);
        assertClose(NpyFile.read(y).floats(), array(numbers, "y"));
    }

    @Test
    void oneSequenceNeedsNoAxisOfItsOwn() {
        Path y = folder.resolve("y.npy");
        Path x = npy("x", NumpyArray.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        Run.ok("predict", TORCH.resolve("networks/lstm.safetensors"), x, "--output", y);
        assertThat(NpyFile.read(y).shape()).containsExactly(2, 5);
        Run.ok(
                "predict",
                TORCH.resolve("networks/tagger.pt"),
                npy("ids", NumpyArray.of(new int[] {1, 2}, 2)),
                "--output",
                y);
        assertThat(NpyFile.read(y).shape()).containsExactly(2, 3);
    }

    @ParameterizedTest
    @CsvSource({"tagger.pt", "forecaster.safetensors", "lstm_projection.pt", "rnn_no_bias.pt"})
    void convertingToAndFroChangesNoBit(String name) {
        Path model = TORCH.resolve("networks/" + name);
        Path ours = folder.resolve("ours.safetensors");
        Path weights = folder.resolve("weights.safetensors");
        Path archive = folder.resolve("archive.pt");
        Run run = Run.ok("convert", model, ours, "--json");
        assertThat(run.json().get("from")).isEqualTo("pytorch");
        assertThat(run.json().get("to")).isEqualTo("carousel");
        Run.ok("inspect", ours);
        Run.ok("convert", ours, archive);
        Run.ok("convert", archive, weights, "--to", "pytorch");
        for (Path other : List.of(ours, archive, weights)) {
            Run compared = Run.ok("compare", model, other, "--inputs", 5, "--tolerance", "1e-9", "--json");
            assertThat(compared.number("largest_difference")).isZero();
        }
    }

    @Test
    void theTaskIsKeptWhereItHasAPlaceAndElsewhereItIsSaidThatItIsNot() {
        Path trained = folder.resolve("forecast.safetensors");
        Path text = Small.text(folder);
        Run.ok(Small.trainText(text, trained));
        Path copy = folder.resolve("copy.safetensors");
        assertThat(Run.ok("convert", trained, copy).err()).doesNotContain("task");
        assertThat(copy).hasSameBinaryContentAs(trained);
        Run run = Run.ok("convert", trained, folder.resolve("weights.pt"));
        assertThat(run.err()).contains("weights.pt holds the network alone").contains("its task, text");
        assertThat(Run.ok("convert", TORCH.resolve("networks/lstm.safetensors"), copy)
                        .err())
                .doesNotContain("task");
        assertThat(Run.ok("convert", copy, folder.resolve("back.pt")).err()).doesNotContain("task");
    }

    @Test
    void compareTellsHowFarTwoModelsDiffer() {
        Path model = TORCH.resolve("networks/rnn_relu.safetensors");
        Path asTanh = folder.resolve("tanh.safetensors");
        Run.ok("convert", model, asTanh);
        Run run = Run.of("compare", model, asTanh, "--nonlinearity", "relu", "--tolerance", "1e-5");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("largest difference: ").contains("of input ");
        Run.refused("compare", model, TORCH.resolve("networks/gru.pt")).saying("cannot be compared");
    }

    @Test
    void mistakesAreErrorsThatNameTheFileOrTheOption() {
        Path out = folder.resolve("out.safetensors");
        Path y = folder.resolve("out.npy");
        Path lstm = TORCH.resolve("networks/lstm.safetensors");
        Path x = npy("x", NumpyArray.of(new float[12], 2, 2, 3));
        Run.refused("convert", TORCH.resolve("refused/whole_module.pt"), out).saying("__main__.Network", "refused");
        Run.refused("convert", folder.resolve("none.pt"), out).saying("none.pt", "no such file");
        Run.refused("convert", folder.resolve("model.xyz"), out).saying("model.xyz", "--from");
        Run.refused("convert", lstm, folder.resolve("out.xyz")).saying("out.xyz", "--to");
        Run.refused("convert", lstm, out, "--to", "tensorflow").saying("tensorflow", "pytorch");
        Run.refused("convert", lstm, out, "--nonlinearity", "step").saying("--nonlinearity", "step");
        Run.refused("convert", lstm, lstm).saying("OUT");
        Run.refused("predict", lstm, x).saying("--output");
        Run.refused("predict", lstm, x, "--output", x).saying("--output");
        Run.refused("predict", lstm, npy("x4", NumpyArray.of(new float[8], 2, 1, 4)), "--output", y)
                .saying("x4.npy", "4");
        Run.refused("predict", lstm, npy("x1", NumpyArray.of(new float[8], 8)), "--output", y)
                .saying("x1.npy", "[8]");
        Run.refused(
                        "predict",
                        TORCH.resolve("networks/tagger.pt"),
                        npy("ids", NumpyArray.of(new int[] {7}, 1)),
                        "--output",
                        y)
                .saying("ids.npy", "id 7");
        Path lengths = npy("lengths", NumpyArray.of(new int[] {3, 1}, 2));
        Run.refused("predict", lstm, x, "--output", y, "--lengths", lengths).saying("length of sequence 0 is 3");
        Path state = state(numbers("gru"));
        Run.refused("predict", lstm, x, "--output", y, "--initial-state", state).saying("\"h0\" is [2, 3, 4]");
        Run.refused("predict", lstm, folder.resolve("x.npz"), "--output", y).saying("npz");
        Path ours = folder.resolve("ours.safetensors");
        Run.ok("convert", lstm, ours);
        Run.refused("predict", ours, "letter.txt").saying("network", ".npy");
        Run.refused("predict", ours, "letter.txt", "--lengths", lengths).saying("--lengths");
        assertThat(out).doesNotExist();
        assertThat(y).doesNotExist();
    }

    @Test
    void whatAFileCannotTellIsNotedOnce() {
        Run run = Run.ok("convert", TORCH.resolve("networks/rnn.pt"), folder.resolve("out.safetensors"));
        assertThat(run.err()).contains("--nonlinearity relu");
        assertThat(Run.ok("convert", TORCH.resolve("networks/rnn.pt"), folder.resolve("out.safetensors"), "--quiet")
                        .err())
                .isEmpty();
        assertThat(Files.exists(folder.resolve("out.safetensors"))).isTrue();
    }

    private static final Path REPORTS = Path.of("../interop/src/test/resources/dev/carousel/interop/reports");

    @Test
    void theOrderOfAxesIsWhatTheFileFixesAndElseItIsSaid() {
        Path y = folder.resolve("y.npy");
        Path keras = REPORTS.resolve("functions-as-layers/relu.keras");
        Path x = REPORTS.resolve("functions-as-layers/x.npy");
        Run run = Run.ok("predict", keras, x, "--output", y);
        assertThat(run.err()).contains("x.npy [3, 6, 4] is read as 6 steps of 3 sequences, as the model's file fixes");
        assertThat(NpyFile.read(y).shape()).containsExactly(3, 1, 1);
        assertClose(NpyFile.read(y).floats(), NpyFile.read(REPORTS.resolve("functions-as-layers/expected_relu.npy")));
        Path timeFirst = npy("time_first", NpyFile.read(x).transposed(1, 0, 2));
        assertThat(Run.ok("predict", keras, timeFirst, "--output", y).err()).doesNotContain("is read as");
        assertThat(NpyFile.read(y).shape()).containsExactly(1, 3, 1);
        assertThat(Run.ok("predict", keras, x, "--layout", "ntd", "--output", y).err())
                .doesNotContain("is read as");

        // This file says that sequences come first, but of neither size.
        Path nested = REPORTS.resolve("nested/model.keras");
        assertThat(Run.ok("predict", nested, x, "--output", y).err())
                .contains("is read as 3 steps of 6 sequences")
                .contains("the model's own input is sequences first")
                .contains("--layout ntd");
        assertThat(Run.ok(
                                "predict",
                                TORCH.resolve("networks/lstm.safetensors"),
                                npy("x", NumpyArray.of(new float[12], 2, 2, 3)),
                                "--output",
                                y)
                        .err())
                .contains("is read as 2 steps of 2 sequences, steps first. Say --layout");
        // An ONNX graph says which of its axes is time.
        Path onnx = REPORTS.resolve("reset-option/model.onnx");
        Run reset = Run.ok("predict", onnx, x, "--linear-before-reset", "true", "--output", y);
        assertThat(reset.err()).contains("6 steps of 3 sequences");
    }

    @Test
    void theResetOfAGruIsWrittenAlikeInEveryCommand() {
        Path onnx = REPORTS.resolve("reset-option/model.onnx");
        NumpyArray expected = NpyFile.read(REPORTS.resolve("reset-option/expected_pytorch.npy"));
        Path x = REPORTS.resolve("reset-option/x.npy");
        Path y = folder.resolve("y.npy");
        assertThat(Run.ok("predict", onnx, x, "--layout", "ntd", "--output", y).err())
                .contains("--linear-before-reset true");
        Run.ok("predict", onnx, x, "--layout", "ntd", "--linear-before-reset", "true", "--output", y);
        assertClose(NpyFile.read(y).floats(), expected);
        Path ours = folder.resolve("ours.safetensors");
        Run.ok("convert", onnx, ours, "--linear-before-reset", "true");
        Run.ok("predict", ours, x, "--layout", "ntd", "--output", y);
        assertClose(NpyFile.read(y).floats(), expected);
        Run.refused("convert", onnx, ours, "--linear-before-reset").saying("--linear-before-reset");
    }

    @Test
    void modelsOfOtherProgramsAreShownAndWhatNeedsATaskSaysSo() {
        Path keras = REPORTS.resolve("nested/model.keras");
        Run run = Run.ok("inspect", keras, "--json");
        assertThat(run.json().get("format")).isEqualTo("keras");
        assertThat(Run.ok("inspect", keras).out())
                .contains("a network of the format keras")
                .contains("lstm_24: LSTM 4 -> 5");
        assertThat(Run.ok("inspect", REPORTS.resolve("order/model.pt"), "--modules", "lstm,head")
                        .out())
                .contains("a network of the format pytorch");
        for (String command : List.of("evaluate", "stream", "predict")) {
            Object[] args =
                    command.equals("stream") ? new Object[] {command, keras} : new Object[] {command, keras, "x.csv"};
            Run.refused(args)
                    .saying("of the format keras", "no task", "carousel predict", "x.npy --output y.npy", "inspect");
        }
    }
}
