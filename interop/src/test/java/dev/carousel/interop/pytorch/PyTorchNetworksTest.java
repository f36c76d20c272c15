package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.Resource;
import dev.carousel.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of PyTorch give its numbers here. Others than the stored ones are in the folder that the property
 * {@code carousel.networks} names; what is written back goes to the folder {@code carousel.back}, for make_networks.py.
 */
class PyTorchNetworksTest {

    @TempDir
    Path folder;

    static Stream<Path> networks() {
        return files(Resource.file("pytorch/networks"));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(".npz")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void outputsStatesAndGradientsAreThoseOfPyTorch(Path file) {
        TorchCase.of(file).requireEqual();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void whatIsWrittenBackIsReadAsTheSameNetwork(Path file) {
        ImportOptions options = TorchCase.of(file).options();
        Network network = PyTorchFiles.read(file, options);
        for (String ending : List.of(".pt", ".safetensors")) {
            Path back = folder.resolve("back" + ending);
            PyTorchFiles.write(network, back);
            Network again = PyTorchFiles.read(back, options);
            assertThat(again.spec()).isEqualTo(network.spec());
            assertThat(again.parameters().values())
                    .isEqualTo(network.parameters().values());
        }
    }

    @Test
    void networksOfAFolderThatIsNamedAreEqualToo() {
        String named = System.getProperty("carousel.networks", "");
        String back = System.getProperty("carousel.back", "");
        if (named.isEmpty()) {
            return;
        }
        files(Path.of(named)).forEach(file -> {
            Network network = TorchCase.of(file).requireEqual();
            if (!back.isEmpty()) {
                String name = file.getFileName().toString();
                PyTorchFiles.write(network, Path.of(back, name));
                PyTorchFiles.write(
                        network, Path.of(back, name + "+" + (name.endsWith(".pt") ? ".safetensors" : ".pt")));
            }
        });
    }
}
