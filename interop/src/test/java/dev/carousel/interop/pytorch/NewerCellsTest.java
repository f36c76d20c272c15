package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cell.IndRnn;
import dev.carousel.cell.LayerNormLstm;
import dev.carousel.cell.Mgu;
import dev.carousel.cell.MinGru;
import dev.carousel.cell.Slstm;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.OnnxFiles;
import dev.carousel.kernel.Team;
import dev.carousel.model.SafeTensors;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bare weights of the cells that PyTorch has no module for, whose kind the user names; no other format is written of them. */
class NewerCellsTest {

    private static final int H = 4;

    @TempDir
    Path folder = Path.of("");

    private static Network bare(Cell cell, int inputSize) {
        Recurrent stack =
                Recurrent.of(cell, inputSize, H).withName("").withLayers(2).withBidirectional(true);
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
