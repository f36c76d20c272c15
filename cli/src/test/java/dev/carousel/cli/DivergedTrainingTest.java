package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that diverged without ever reaching NaN fails, and the model that was there stays. */
class DivergedTrainingTest {

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void aModelIsThereAlready() throws Exception {
        model = Files.writeString(folder.resolve("m.safetensors"), "the old one");
    }

    private Object[] forecast(Object... more) {
        Object[] all = {
            "train",
            "forecast",
            Small.csv(folder, 120),
            "--target",
            "sold",
            "--context",
            14,
            "--horizon",
            7,
            "--hidden",
            8,
            "--epochs",
            1,
            "--output",
            model,
            "--no-plot",
            "--rate",
            1e7,
            "--clip",
            0,
            "--batch",
            8
        };
        Object[] both = java.util.Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, both, all.length, more.length);
        return both;
    }

    private void requireRefused(Run run, String why) {
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("The training diverged: " + why, "is still the file that was there before", "--rate")
                .contains("--keep-diverged");
        assertThat(model).hasContent("the old one");
    }

    @Test
    void aForecasterKeepsTheOldFile() {
        requireRefused(Run.of(forecast()), "its forecasts err");
    }

    @Test
    void aTextModelKeepsTheOldFile() {
        Run run = Run.of(
                "train",
                "text",
                Small.text(folder),
                "--hidden",
                8,
                "--epochs",
                1,
                "--batch",
                4,
                "--rate",
                1e5,
                "--clip",
                0,
                "--output",
                model);
        requireRefused(run, "the held-out loss is");
    }

    @Test
    void itIsWrittenWhereThatIsAskedFor() {
        Run.ok(forecast("--keep-diverged"));
        assertThat(model).isNotEmptyFile();
        assertThat(Small.bytes(model)).hasSizeGreaterThan(1000);
    }
}
