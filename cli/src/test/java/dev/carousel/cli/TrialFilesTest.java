package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cli.train.TrialFiles;
import dev.carousel.data.DataException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialFilesTest {

    @TempDir
    Path folder;

    /** A search may keep its trials on another disk than the model; a zip stands for it here. */
    @Test
    void aModelIsPlacedFromAnotherFileSystem() throws IOException {
        URI zip = URI.create("jar:" + folder.resolve("disk.zip").toUri());
        Path output = folder.resolve("best.safetensors");
        try (FileSystem disk = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            for (boolean copy : new boolean[] {true, false}) {
                Path model = Files.writeString(disk.getPath("/trial.safetensors"), "model " + copy);
                TrialFiles.place(model, output, copy);
                assertThat(output).hasContent("model " + copy);
                assertThat(Files.exists(model)).isEqualTo(copy);
            }
        }
    }

    /** Whoever reads the model while it is replaced has the old one or the new one. */
    @Test
    void aModelThatCannotBeReadLeavesTheOldOne() throws IOException {
        Path output = Files.writeString(folder.resolve("best.safetensors"), "old");
        for (boolean copy : new boolean[] {true, false}) {
            assertThatThrownBy(() -> TrialFiles.place(folder.resolve("none"), output, copy))
                    .isInstanceOf(DataException.class);
            assertThat(output).hasContent("old");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**tmp*");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(output);
        }
    }
}
