package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What names and shapes tell of a network, and what options have to say. */
class ModulesTest {

    private static final String[] LSTM = {
        "lstm.weight_ih_l0 16x3", "lstm.weight_hh_l0 16x4", "lstm.bias_ih_l0 16", "lstm.bias_hh_l0 16"
    };

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private NetworkSpec spec(ImportOptions options, String... weights) {
        Path file = Made.safeTensors(folder.resolve("made.safetensors"), weights);
        return PyTorchFiles.read(file, options.withNotes(notes::add)).spec();
    }

    private NetworkSpec spec(String... weights) {
        return spec(ImportOptions.defaults(), weights);
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private AbstractThrowableAssert<?, ?> refused(ImportOptions options, String... weights) {
        return assertThatThrownBy(() -> spec(options, weights))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("made.safetensors");
    }

    private AbstractThrowableAssert<?, ?> refused(String... weights) {
        return refused(ImportOptions.defaults(), weights);
    }

    private static Recurrent lstm() {
        return Recurrent.of(Lstm.STANDARD, 3, 4).withName("lstm");
    }

    @Test
    void cellsAreToldByTheirRows() {
        assertThat(spec(LSTM).layers()).containsExactly(lstm());
        assertThat(spec("weight_ih_l0 12x3", "weight_hh_l0 12x4").layers())
                .containsExactly(Recurrent.of(Gru.STANDARD, 3, 4).withName("").withBias(false));
        assertThat(spec("weight_ih_l0 4x3", "weight_hh_l0 4x4").layers())
                .containsExactly(Recurrent.of(Rnn.STANDARD, 3, 4).withName("").withBias(false));
        assertThat(spec("weight_ih_l0 16x3", "weight_hh_l0 16x2", "weight_hr_l0 2x4")
                        .layers())
                .containsExactly(Recurrent.of(Lstm.STANDARD, 3, 4)
                        .withName("")
                        .withBias(false)
                        .withProjectionSize(2));
        refused("weight_ih_l0 8x3", "weight_hh_l0 8x4").hasMessageContaining("\"weight_hh_l0\" [8, 4] has 8 rows");
        refused("weight_ih_l0 12x3", "weight_hh_l0 12x2", "weight_hr_l0 2x4").hasMessageContaining("only an LSTM");
    }

    @Test
    void theNonlinearityIsAnOption() {
        NetworkSpec relu = spec(
                ImportOptions.defaults().withNonlinearity(Nonlinearity.RELU), "weight_ih_l0 4x3", "weight_hh_l0 4x4");
        assertThat(((Recurrent) relu.layers().get(0)).cell()).isEqualTo(new Rnn(Nonlinearity.RELU));
        assertThat(notes).isEmpty();
        spec(ImportOptions.defaults().withNonlinearity(Nonlinearity.RELU), LSTM);
        assertThat(notes).anyMatch(note -> note.contains("--nonlinearity does nothing"));
    }

    @Test
    void modulesAreTakenInTheOrderWhoseSizesFit() {
        // Sorted by name, as safetensors files usually are.
        NetworkSpec spec = spec(with(
                new String[] {"fc.bias 2", "fc.weight 2x4"},
                with(with(new String[0], sorted(LSTM)), "tokens.weight 9x3")));
        assertThat(spec.layers()).containsExactly(new Embedding("tokens", 9, 3), lstm(), new Dense("fc", 4, 2));
        assertThat(notes).anyMatch(note -> note.contains("tokens, lstm, fc") && note.contains("--modules"));
        assertThat(notes).anyMatch(note -> note.contains("--activation"));
    }

    private static String[] sorted(String... weights) {
        String[] sorted = weights.clone();
        java.util.Arrays.sort(sorted);
        return sorted;
    }

    private static final String[] SQUARE = {
        "fc.bias 4",
        "fc.weight 4x4",
        "rnn.bias_hh_l0 12",
        "rnn.bias_ih_l0 12",
        "rnn.weight_hh_l0 12x4",
        "rnn.weight_ih_l0 12x4"
    };

    @Test
    void whereSizesFitInSeveralOrdersTheFilesOrderCountsIfHeadsComeLastInIt() {
        refused(SQUARE).hasMessageContaining("several orders").hasMessageContaining("--modules rnn,fc");
        String[] built = {SQUARE[5], SQUARE[4], SQUARE[3], SQUARE[2], SQUARE[1], SQUARE[0]};
        Recurrent gru = Recurrent.gru(4, 4);
        assertThat(spec(built).layers()).containsExactly(gru, new Dense("fc", 4, 4));
        assertThat(notes).anyMatch(note -> note.contains("rnn,fc, the file's") && note.contains("such as fc,rnn"));
        // A head that was declared first: no file tells in which order modules run.
        String[] other = {SQUARE[1], SQUARE[0], SQUARE[5], SQUARE[4], SQUARE[3], SQUARE[2]};
        refused(other).hasMessageContaining("as the modules were declared").hasMessageContaining("--modules rnn,fc");
        assertThat(spec(ImportOptions.defaults().withModules("rnn", "fc"), SQUARE)
                        .layers())
                .containsExactly(gru, new Dense("fc", 4, 4));
    }

    @Test
    void ofRecurrentModulesThatAreSortedByNameNoneIsTakenForTheFirst() {
        String[] weights = {
            "decoder.weight_hh_l0 12x4",
            "decoder.weight_ih_l0 12x4",
            "encoder.weight_hh_l0 12x4",
            "encoder.weight_ih_l0 12x4"
        };
        refused(weights).hasMessageContaining("several orders").hasMessageContaining("decoder (4 -> 4)");
    }

    @Test
    void modulesThatFitInNoOrderAreListed() {
        refused(with(LSTM, "fc.weight 2x5", "fc.bias 2"))
                .hasMessageContaining("lstm (3 -> 4)")
                .hasMessageContaining("fc (5 -> 2)")
                .hasMessageContaining("--modules");
        refused(ImportOptions.defaults().withModules("lstm", "fc"), with(LSTM, "fc.weight 2x5", "fc.bias 2"))
                .hasMessageContaining("fc (5 -> 2) reads 5 numbers, but the module before it gives 4");
    }

    @Test
    void twoLinearModulesInARowAskForTheFunctionBetweenThem() {
        String[] weights = with(LSTM, "fc1.weight 5x4", "fc1.bias 5", "fc2.weight 2x5", "fc2.bias 2");
        refused(weights).hasMessageContaining("fc1 and fc2").hasMessageContaining("--modules lstm,fc1,relu,fc2");
        assertThat(spec(ImportOptions.defaults().withModules("lstm", "fc1", "relu", "fc2", "log_softmax"), weights)
                        .layers())
                .containsExactly(
                        lstm(),
                        new Dense("fc1", 4, 5),
                        new Parameterless.Elementwise(5, Activation.RELU),
                        new Dense("fc2", 5, 2),
                        new Parameterless.LogSoftmax(2));
        assertThat(spec(ImportOptions.defaults().withModules("lstm", "fc1", "identity", "fc2"), weights)
                        .layers())
                .hasSize(3);
    }

    @Test
    void theHeadsFunctionIsAnOption() {
        String[] weights = with(LSTM, "fc.weight 2x4", "fc.bias 2");
        List<LayerSpec> layers = spec(ImportOptions.defaults().withActivation("softmax"), weights)
                .layers();
        assertThat(layers.get(2)).isEqualTo(new Parameterless.Softmax(2));
        assertThat(notes).isEmpty();
        assertThatThrownBy(() -> spec(ImportOptions.defaults().withActivation("sotfmax"), weights))
                .hasMessageContaining("--activation is \"sotfmax\"")
                .hasMessageContaining("log_softmax");
    }

    @Test
    void aModuleMayBeLeftOutAndOnlyTheLastStepKept() {
        String[] weights = with(LSTM, "fc.weight 2x4", "fc.bias 2", "other.weight 7x7", "other.bias 7");
        assertThat(spec(ImportOptions.defaults().withModules("lstm", "last", "fc"), weights)
                        .layers())
                .containsExactly(lstm().withLastOnly(true), new Dense("fc", 4, 2));
        assertThat(notes).anyMatch(note -> note.contains("left out") && note.contains("other"));
        refused(ImportOptions.defaults().withModules("lstm", "fx"), weights)
                .hasMessageContaining("\"fx\"")
                .hasMessageContaining("fc (4 -> 2)");
        refused(ImportOptions.defaults().withModules("lstm", "lstm"), weights).hasMessageContaining("\"lstm\"");
        refused(ImportOptions.defaults().withModules("relu", "lstm"), weights).hasMessageContaining("first");
        refused(ImportOptions.defaults().withModules("last", "lstm"), weights).hasMessageContaining("last");
    }

    @Test
    void aMatrixAloneIsAnEmbeddingOrALinearMapAsItFits() {
        assertThat(spec(with(new String[] {"look.weight 9x3"}, LSTM)).layers())
                .containsExactly(new Embedding("look", 9, 3), lstm());
        assertThat(spec(with(new String[] {"look.weight 3x9"}, LSTM)).layers())
                .containsExactly(new Dense("look", 9, 3, false), lstm());
        assertThat(spec(with(LSTM, "look.weight 2x4")).layers())
                .containsExactly(lstm(), new Dense("look", 4, 2, false));
        refused(with(new String[] {"look.weight 3x3"}, LSTM))
                .hasMessageContaining("Embedding or a Linear")
                .hasMessageContaining("look:embedding");
        assertThat(spec(with(new String[] {"emb.weight 3x3"}, LSTM)).layers().get(0))
                .isEqualTo(new Embedding("emb", 3, 3));
        assertThat(spec(
                                ImportOptions.defaults().withModules("look:linear", "lstm"),
                                with(new String[] {"look.weight 3x3"}, LSTM))
                        .layers()
                        .get(0))
                .isEqualTo(new Dense("look", 3, 3, false));
        refused(ImportOptions.defaults().withModules("lstm:embedding"), LSTM).hasMessageContaining("lstm");
        refused(ImportOptions.defaults().withModules("lstm:gru"), LSTM).hasMessageContaining("lstm:gru");
    }

    @Test
    void weightsThatDoNotFitTheirModuleAreNamed() {
        refused("a.weight_ih_l0 16x3", "a.weight_hh_l0 16x4", "a.bias_ih_l0 16")
                .hasMessageContaining("\"a.bias_hh_l0\" is missing");
        refused("a.weight_ih_l0 16x3", "a.weight_hh_l0 16x4", "a.weight_ih_l2 16x4", "a.weight_hh_l2 16x4")
                .hasMessageContaining("\"a.weight_ih_l1\" is missing");
        refused("a.weight_ih_l0 12x3", "a.weight_hh_l0 16x4").hasMessageContaining("\"a.weight_ih_l0\" [12, 3] should");
        refused("a.weight_ih_l0 16x3", "a.weight_hh_l0 16x4", "a.bias_hh_l0 16")
                .hasMessageContaining("\"a.bias_hh_l0\" [16] does not fit");
        refused("a.weight_ih 16x3", "a.weight_hh 16x4", "a.bias_hh 16").hasMessageContaining("\"a.bias_hh\"");
        refused("a.weight_ih_l0 16x3", "a.weight_hh_l0 16x4x1").hasMessageContaining("3 dimensions");
        refused("a.weight 16x3", "a.bias 15").hasMessageContaining("\"a.bias\" [15] should be [16]");
        refused("a.bias 15").hasMessageContaining("\"a.bias\"");
        refused("a.weight_ih_l0_g 16x3")
                .hasMessageContaining("\"a.weight_ih_l0_g\"")
                .hasMessageContaining("remove_weight_norm");
        refused("a.in_proj_weight 16x3")
                .hasMessageContaining("\"a.in_proj_weight\"")
                .hasMessageContaining("attention");
        refused("a.module.weight_hh_l0_raw 16x3").hasMessageContaining("AWD-LSTM");
        refused("a.parametrizations.weight.original0 16x3").hasMessageContaining("remove_parametrizations");
        refused("a.scale 1").hasMessageContaining("\"a.scale\"").hasMessageContaining("quantised");
    }

    @Test
    void whatPyTorchHasNoModuleForIsNotWritten() {
        Path file = folder.resolve("out.pt");
        for (Recurrent layer : List.of(
                Recurrent.of(new Gru(Gru.ResetGate.BEFORE_PRODUCT), 2, 3),
                Recurrent.of(new Rnn(Nonlinearity.LOGISTIC), 2, 3),
                Recurrent.of(new Lstm(false), 2, 3),
                Recurrent.lstm(2, 3).withDirection(dev.carousel.spec.Direction.BACKWARD),
                Recurrent.lstm(2, 3).withRegularisation(Regularisation.NONE.withZoneout(0.1f, 0)),
                Recurrent.lstm(2, 3).withLayers(2).withResidual(Residual.BEYOND_FIRST))) {
            dev.carousel.network.Network network = dev.carousel.network.Network.of(
                    NetworkSpec.of(layer), NetworkSpec.of(layer).zeroParameters());
            assertThatThrownBy(() -> PyTorchFiles.write(network, file))
                    .isInstanceOf(InteropException.class)
                    .hasMessageContaining("\"rnn\"");
            assertThat(file).doesNotExist();
        }
    }
}
