package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java that was started without the flag for the fast kernels. */
class SlowKernelsTest {

    @TempDir
    Path folder;

    @Test
    void withoutTheFlagEverythingRunsAndTheFlagIsNamedOnce() throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.carousel.cli.Main",
                        "train",
                        "addition",
                        "--bits",
                        "2",
                        "--epochs",
                        "1",
                        "--output",
                        folder.resolve("addition.safetensors").toString())
                .redirectError(err.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(java.waitFor()).as(Files.readString(err)).isZero();
        String notes = Files.readString(err, StandardCharsets.UTF_8);
        assertThat(notes).containsOnlyOnce("--add-modules").contains("jdk.incubator.vector", "kernels: scalar");
        assertThat(folder.resolve("addition.safetensors")).exists();
    }
}
