package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.IndRnn;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Mgu;
import dev.carousel.cell.MinGru;
import dev.carousel.cell.Rnn;
import dev.carousel.cell.Slstm;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.OnnxFiles;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.model.SafeTensors;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bare weights of the cells that PyTorch has no module for, whose kind the user names; no other format is written of them. */
class NewerCellsTest {

    private static final int H = 4;

    @TempDir
    Path folder = Path.of("");

    private static Network bare(Cell cell, int inputSize) {
        return bare(cell, inputSize, H);
    }

    private static Network bare(Cell cell, int inputSize, int units) {
        Recurrent stack =
                Recurrent.of(cell, inputSize, units).withName("").withLayers(2).withBidirectional(true);
        Network network = Network.initialised(NetworkSpec.of(stack), new SplittableRandom(3));
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < network.parameters().size(); i++) {
            network.parameters().values()[i] = (float) (0.4 * random.nextGaussian());
        }
        return network;
    }

    private static float[] outputs(Network network) {
        int D = network.spec().inputSize();
        Sequence x = Sequence.zeros(5, 2, D);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        Sequence y = network.tape(Team.single()).forward(x, network.freshState(2));
        return Arrays.copyOf(y.data(), 5 * 2 * y.size());
    }

    private Path written(Network network) {
        Path file = folder.resolve("bare.safetensors");
        SafeTensors.write(file, Map.of(), network.parameters());
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"indrnn", "mgu", "mingru", "minlstm", "sru", "slstm", "rglru", "lnlstm"})
    void bareWeightsAreReadByTheNameOfTheCell(String kind) {
        Cell cell = Cells.of(kind);
        for (int inputSize : new int[] {3, H}) {
            Network network = bare(cell, inputSize);
            Path file = written(network);
            Network read = PyTorchFiles.read(file, ImportOptions.defaults().withCell(cell));
            assertThat(read.spec()).isEqualTo(network.spec());
            assertThat(read.parameters().values())
                    .isEqualTo(network.parameters().values());
            assertThat(outputs(read)).isEqualTo(outputs(network));
        }
    }

    private static Cell cellOf(Network network) {
        return network.spec().layers().stream()
                .filter(Recurrent.class::isInstance)
                .map(layer -> ((Recurrent) layer).cell())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theNonlinearityThatIsNamedIsThatOfTheCellThatIsNamed() {
        Path plain = written(bare(Rnn.STANDARD, 3));
        ImportOptions rnn = ImportOptions.defaults().withCell(Cells.of("rnn"));
        assertThat(cellOf(PyTorchFiles.read(plain, rnn.withNonlinearity(Nonlinearity.RELU))))
                .isEqualTo(new Rnn(Nonlinearity.RELU));
        assertThat(cellOf(PyTorchFiles.read(plain, rnn))).isEqualTo(Rnn.STANDARD);
        assertThat(cellOf(PyTorchFiles.read(plain, ImportOptions.defaults().withCell(new Rnn(Nonlinearity.RELU)))))
                .isEqualTo(new Rnn(Nonlinearity.RELU));

        Network network = bare(new IndRnn(false), 3);
        Path own = written(network);
        ImportOptions indRnn = ImportOptions.defaults().withCell(Cells.of("indrnn"));
        List<String> notes = new ArrayList<>();
        Network tanh = PyTorchFiles.read(
                own, indRnn.withNonlinearity(Nonlinearity.TANH).withNotes(notes::add));
        assertThat(outputs(tanh)).isEqualTo(outputs(network));
        assertThat(notes).noneMatch(note -> note.contains("does nothing"));
        assertThat(cellOf(PyTorchFiles.read(own, indRnn))).isEqualTo(IndRnn.STANDARD);
        assertThatThrownBy(() -> PyTorchFiles.read(own, indRnn.withNonlinearity(Nonlinearity.LOGISTIC)))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll("--nonlinearity is logistic", "relu or tanh");
    }

    @ParameterizedTest
    @CsvSource({"sru,4,3", "sru,3,3", "rglru,3,2", "rglru,6,4", "rglru,2,2"})
    void whereOneMatrixCouldBeOfTwoSizesTheOthersDecide(String kind, int inputSize, int units) {
        Cell cell = Cells.of(kind);
        Network network = bare(cell, inputSize, units);
        Network read =
                PyTorchFiles.read(written(network), ImportOptions.defaults().withCell(cell));
        assertThat(read.spec()).isEqualTo(network.spec());
        assertThat(outputs(read)).isEqualTo(outputs(network));
    }

    @Test
    void aCellThatTheWeightsContradictIsRefused() {
        Path file = written(bare(Lstm.STANDARD, 3));
        for (String kind : List.of("gru", "rnn", "mingru", "lnlstm")) {
            assertThatThrownBy(() ->
                            PyTorchFiles.read(file, ImportOptions.defaults().withCell(Cells.of(kind))))
                    .as(kind)
                    .isInstanceOf(InteropException.class)
                    .hasMessageContainingAll("--cell is " + kind, "those of lstm");
        }
        assertThat(cellOf(PyTorchFiles.read(file, ImportOptions.defaults().withCell(Lstm.STANDARD))))
                .isEqualTo(Lstm.STANDARD);
    }

    @Test
    void theNamesOfOneStepAreOfTheCellThatIsNamedToo() {
        Network network = Network.initialised(
                NetworkSpec.of(Recurrent.of(Slstm.STANDARD, 3, H).withName("")), new SplittableRandom(3));
        Path stack = written(network);
        Parameters.Layout layout = new Parameters.Layout();
        network.spec().layers().get(0).addTo(layout);
        Parameters.Layout renamed = new Parameters.Layout();
        layout.slices()
                .forEach(slice -> renamed.add(
                        slice.name().replace("_l0", ""), slice.shape().toArray(Integer[]::new)));
        Parameters parameters = renamed.zeros();
        System.arraycopy(network.parameters().values(), 0, parameters.values(), 0, parameters.size());
        Path file = folder.resolve("step.safetensors");
        SafeTensors.write(file, Map.of(), parameters);
        ImportOptions slstm = ImportOptions.defaults().withCell(Slstm.STANDARD);
        assertThat(outputs(PyTorchFiles.read(file, slstm)))
                .isEqualTo(outputs(PyTorchFiles.read(stack, slstm)))
                .isEqualTo(outputs(network));
    }

    @Test
    void withoutItsNameItIsSaidThatThereIsSuchAnOption() {
        for (Cell cell :
                List.of(MinGru.STANDARD, Mgu.STANDARD, Slstm.STANDARD, LayerNormLstm.STANDARD, IndRnn.STANDARD)) {
            Path file = written(bare(cell, 3));
            assertThatThrownBy(() -> PyTorchFiles.read(file, ImportOptions.defaults()))
                    .as(cell.kind())
                    .isInstanceOf(InteropException.class)
                    .hasMessageContaining("--cell");
        }
    }

    @Test
    void theWrongNameIsRefusedByTheTensorThatDoesNotFit() {
        Path file = written(bare(MinGru.STANDARD, 3));
        assertThatThrownBy(
                        () -> PyTorchFiles.read(file, ImportOptions.defaults().withCell(Cells.of("minlstm"))))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll("weight_ih_l0", "8 rows", "minlstm", "3 times");
        assertThatThrownBy(
                        () -> PyTorchFiles.read(file, ImportOptions.defaults().withCell(Mgu.STANDARD)))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll("weight_hh_l0", "is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"indrnn", "mgu", "mingru", "minlstm", "sru", "slstm", "rglru", "lnlstm"})
    void otherFormatsSayByNameWhatTheyCannotHold(String kind) {
        Network network = bare(Cells.of(kind), 3);
        Path torch = folder.resolve("out.pt");
        assertThatThrownBy(() -> PyTorchFiles.write(network, torch))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll(
                        "is a " + kind, "for which PyTorch has no module", "Write Carousel's own format");
        Path onnx = folder.resolve("out.onnx");
        assertThatThrownBy(() -> OnnxFiles.write(network, onnx))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll("'" + kind + "'", "ONNX has no operator", "Carousel's own format");
        assertThat(Files.exists(torch) || Files.exists(onnx)).isFalse();
    }
}
