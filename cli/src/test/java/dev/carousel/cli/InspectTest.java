package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code carousel inspect}, of numbers in a task. */
class InspectTest {

    @Test
    void floatsArePrintedAsFloatsAndDoublesAsDoubles(@TempDir Path folder) {
        Path file = folder.resolve("numbers.safetensors");
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(2, 3), Dense.head(3, 1));
        Task task = Task.of("numbers")
                .with("dropped", 0.3f)
                .with("mean", 1.0 / 3)
                .with("count", 7)
                .withNumbers("shares", 0.1f, 0.2, 1e-3f, 2);
        Model.of(Network.initialised(spec, new Seeds(1).initialisation()), task).save(file);
        String printed = Run.ok("inspect", file).out();
        assertThat(printed)
                .containsPattern("dropped +0\\.3\\n")
                .containsPattern("mean +0\\.3333333333333333\\n")
                .containsPattern("count +7\\n")
                .doesNotContain("0.30000001192092896", "0.10000000149011612");
        assertThat(printed.replaceFirst("(?s).*shares +", "")
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .matches("\\[0\\.1,0\\.2,(0\\.001|1\\.0E-3),2\\.0]");
        // For programs the file's own numbers, every digit.
        Map<?, ?> json = (Map<?, ?>) Run.ok("inspect", file, "--json").json().get("task");
        assertThat(json.get("dropped")).isEqualTo((double) 0.3f);
    }
}
