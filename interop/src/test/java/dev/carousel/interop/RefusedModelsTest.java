package dev.carousel.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of PyTorch, Keras and ONNX themselves that are refused: the message names the culprit, its file and what to do. */
class RefusedModelsTest {

    @TempDir
    Path folder;

    private static Path file(String name) {
        return Resource.file("reports/messages/" + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "weight_norm.pt|lstm.weight_hh_l0_g|weight-normed|remove_weight_norm",
                "parametrised.pt|parametrizations.weight_hh_l0|parametrised|remove_parametrizations",
                "quantised.pt|lstm.|quantised|before",
                "awd.pt|lstm.module.weight_hh_l0_raw|AWD-LSTM|without _raw",
                "attention.pt|attn.|attention|--modules",
                "attention.keras|attention|Attention|one layer",
                "axis.keras|layer_normalization|axis is|-1",
                "operator.onnx|odd_one|Det|does not know",
            })
    void theCulpritIsNamed(String name, String culprit, String what, String more) {
        assertThatThrownBy(() -> ModelFiles.read(file(name), ImportOptions.defaults()))
                .isInstanceOf(InteropException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(culprit)
                .hasMessageContaining(what)
                .hasMessageContaining(more)
                .satisfies(
                        e -> assertThat(String.valueOf(e.getMessage()).length()).isLessThan(700));
    }

    @Test
    void aListThatHoldsAStateDictIsReadAsIt() {
        Network network = ModelFiles.read(file("list.pt"), ImportOptions.defaults());
        assertThat(network.spec().stacks()).hasSize(1);
    }

    @Test
    void endingsOfNoFormatAskForOne() throws IOException {
        for (String name : List.of("model.pth.tar", "model.net", "model.pkl")) {
            Path copy = Files.copy(file("list.pt"), folder.resolve(name));
            assertThatThrownBy(() -> ModelFiles.formatOf(copy))
                    .hasMessageContaining(name)
                    .hasMessageContaining("--from")
                    .hasMessageContaining("pytorch");
            assertThat(ModelFiles.named("pytorch")
                            .read(copy, ImportOptions.defaults())
                            .spec()
                            .stacks())
                    .hasSize(1);
        }
    }
}
