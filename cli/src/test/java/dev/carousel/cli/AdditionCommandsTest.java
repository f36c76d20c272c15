package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdditionCommandsTest {

    @TempDir
    Path folder;

    @Test
    void everyPairOfSevenBitsIsAddedRight() {
        Path model = folder.resolve("addition.safetensors");
        Run run = Run.ok("train", "addition", "--output", model, "--json");
        assertThat(run.number("correct")).isEqualTo(16_384);
        assertThat(run.number("of")).isEqualTo(16_384);
        assertThat(run.out()).contains("16,384 of 16,384 sums right");

        Run judged = Run.ok("evaluate", model, "--json");
        assertThat(judged.number("correct")).isEqualTo(16_384);
        assertThat(Run.ok("predict", model, 37, 85).out()).isEqualToNormalizingNewlines("a,b,sum\n37,85,122\n");

        Run longer = Run.ok("predict", model, 1000, 30);
        assertThat(longer.err()).contains("7 bits only");
    }

    @Test
    void numbersThatCannotBeAddedAreRefused() {
        Path model = folder.resolve("addition.safetensors");
        Run.ok(Small.trainAddition(model));
        for (String bad : new String[] {"-1", "1.5", "many", "1073741824"}) {
            Run.refused("predict", model, 1, bad).saying(bad);
        }
    }
}
