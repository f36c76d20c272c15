package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Lstm;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.Resource;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same LSTM, saved in every way that torch.save and safetensors have. */
class PyTorchVariantsTest {

    private static final NetworkSpec SPEC =
            NetworkSpec.of(Recurrent.of(Lstm.STANDARD, 3, 4).withName(""));

    private static final Network PLAIN =
            PyTorchFiles.read(Resource.file("pytorch/variants/plain.pt"), ImportOptions.defaults());

    @Test
    void theModuleIsInferred() {
        assertThat(PLAIN.spec()).isEqualTo(SPEC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"protocol5.pt", "checkpoint.pt", "parameters.pt", "attributes.pt", "strided.pt", "shared.pt"})
    void everyWayToSaveGivesTheSameBits(String file) {
        Network network = PyTorchFiles.read(Resource.file("pytorch/variants/" + file), ImportOptions.defaults());
        assertThat(network.spec()).isEqualTo(SPEC);
        assertThat(network.parameters().values()).isEqualTo(PLAIN.parameters().values());
    }

    @ParameterizedTest
    @CsvSource({
        "half.pt, 5e-4",
        "half.safetensors, 5e-4",
        "bfloat16.pt, 4e-3",
        "bfloat16.safetensors, 4e-3",
        "double.pt, 0",
        "double.safetensors, 0"
    })
    void otherTypesOfElementAreConverted(String file, double tolerance) {
        Network network = PyTorchFiles.read(Resource.file("pytorch/variants/" + file), ImportOptions.defaults());
        float[] found = network.parameters().values();
        float[] expected = PLAIN.parameters().values();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void aCellIsALayerWithAName() {
        Network network = PyTorchFiles.read(Resource.file("pytorch/variants/cell.pt"), ImportOptions.defaults());
        assertThat(network.spec()).isEqualTo(SPEC);
        assertThat(network.parameters().values()).isEqualTo(PLAIN.parameters().values());
    }

    @Test
    void ofSeveralSetsOfWeightsOneIsChosenByName() {
        assertThatThrownBy(() -> PyTorchFiles.read(Resource.file("pytorch/variants/two.pt"), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining("\"model\", \"ema\"")
                .hasMessageContaining("--state-dict");
        Network ema = PyTorchFiles.read(
                Resource.file("pytorch/variants/two.pt"),
                ImportOptions.defaults().withStateDict("ema"));
        assertThat(ema.parameters().values()[0]).isEqualTo(PLAIN.parameters().values()[0] / 2);
        assertThatThrownBy(() -> PyTorchFiles.read(
                        Resource.file("pytorch/variants/two.pt"),
                        ImportOptions.defaults().withStateDict("net")))
                .hasMessageContaining("--state-dict is \"net\"")
                .hasMessageContaining("\"ema\"");
    }

    @Test
    void whatTheFileCannotTellIsNoted() {
        List<String> notes = new ArrayList<>();
        PyTorchFiles.read(
                Resource.file("pytorch/networks/rnn.pt"),
                ImportOptions.defaults().withNotes(notes::add));
        assertThat(notes).singleElement().asString().contains("tanh", "--nonlinearity relu");
    }
}
