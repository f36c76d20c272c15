package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Model;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What training may do to the recurrent layers: each option is in the model, in words, and refused where it is wrong. */
class NetworkOptionsTest {

    @TempDir
    Path folder;

    private Path text;

    @BeforeEach
    void writeText() {
        text = Small.text(folder);
    }

    @Test
    void everyNoiseIsInTheModel() {
        Path model = folder.resolve("noisy.safetensors");
        Run.ok(Small.trainText(
                text,
                model,
                "--variational",
                "--recurrent-dropout=0.2",
                "--weight-dropout=0.3",
                "--zoneout=0.05",
                "--zoneout-cell=0.4",
                "--residual"));
        assertThat(Run.ok("inspect", model).out())
                .contains("dropout 0.1 at all steps alike, recurrent dropout 0.2, weight dropout 0.3, zoneout 0.05 and"
                        + " 0.4 of c, residual beyond the first")
                .contains("dropout 0.1 at all steps alike");
        Run.ok("sample", model, "--length", 5);
    }

    @Test
    void layerNormStandsBehindEachLayer() {
        Path model = folder.resolve("norm.safetensors");
        Run.ok(Small.trainText(text, model, "--cell", "gru", "--layer-norm", "--residual", "--zoneout=0.1"));
        String words = Run.ok("inspect", model).out();
        assertThat(words)
                .contains("GRU 30 -> 16, zoneout 0.1")
                .contains("GRU 16 -> 16, zoneout 0.1, residual")
                .contains("layer norm")
                .contains("norm1.weight", "norm2.bias", "rnn2.weight_hh_l0");
        Run.ok("sample", model, "--length", 5);
    }

    /** Gates that keep start between ln 1 and ln 49. */
    @Test
    void gatesRememberFromTheStart() {
        Path model = folder.resolve("long.safetensors");
        Object[] nothing = {"--cell", "gru", "--remember", 50, "--rate", 1e-9, "--dropout", 0};
        Run.ok(Small.replaced(Small.trainText(text, model), nothing));
        float[] bias = Model.load(model).parameters().get("rnn.bias_ih_l1");
        for (int unit = 16; unit < 32; unit++) {
            assertThat(bias[unit]).isBetween(-1e-3f, (float) Math.log(49) + 1e-3f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"indrnn", "mgu", "mingru", "minlstm", "sru", "slstm", "rglru", "lnlstm"})
    void everyCellIsTrainedAndSampledByItsName(String kind) {
        Path model = folder.resolve(kind + ".safetensors");
        Run.ok(Small.trainText(text, model, "--cell", kind, "--residual", "--zoneout=0.1"));
        assertThat(Run.ok("inspect", model).out()).contains("rnn.weight_ih_l1");
        assertThat(Run.ok("inspect", model).out().toLowerCase(Locale.ROOT)).contains(kind);
        Run.ok("sample", model, "--length", 5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --recurrent-dropout=1   | --recurrent-dropout is 1.0 but must be at least 0 and below 1.
            --weight-dropout=-0.5   | --weight-dropout is -0.5 but must be at least 0 and below 1.
            --zoneout=NaN           | --zoneout is NaN but must be at least 0 and below 1.
            --zoneout-cell=2        | --zoneout-cell is 2.0 but must be at least 0 and below 1.
            --zoneout-cell=0.1 --cell=gru | --zoneout-cell is 0.1 but --cell gru has no cell state
            --zoneout-cell=0.1 --cell=slstm | belongs together with other parts of its state
            --recurrent-dropout=0.1 --cell=sru | --recurrent-dropout drops recurrent connections, but the units of --cell sru
            --weight-dropout=0.1 --cell=indrnn | --weight-dropout drops recurrent connections
            --remember=1            | --remember is 1 but must be at least 2
            --remember=50 --cell=rnn | --remember changes nothing in the start of --cell rnn, which cannot remember long
            --remember=50 --cell=rglru | which starts with long memories anyway
            --variational           | --variational says how --dropout drops, but --dropout is 0.
            --residual --layers=1   | --residual connects recurrent layers from the second on, but --layers is 1
            """)
    void whatMakesNoSenseIsRefused(String options, String message) {
        Object[] words = ("train text " + text + " --hidden=4 " + options).split(" +");
        Run run = Run.of(words);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }
}
