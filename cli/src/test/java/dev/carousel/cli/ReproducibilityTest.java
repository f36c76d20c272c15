package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same command gives the same file, byte for byte, whatever does not belong to it. */
class ReproducibilityTest {

    @TempDir
    Path folder;

    /** Trains on one thread, on two and from another seed, under other names each. */
    private void theSameSeedGivesTheSameFileOnOneAndTwoThreads(BiFunction<Path, Object[], Object[]> command) {
        Path one = folder.resolve("one.safetensors");
        Path two = folder.resolve("two.safetensors");
        Path other = folder.resolve("other.safetensors");
        Run.ok(command.apply(one, new Object[] {"--seed", "7", "--threads", "1"}));
        Run.ok(command.apply(two, new Object[] {"--seed", "7", "--threads", "2", "--quiet", "--json"}));
        Run.ok(command.apply(other, new Object[] {"--seed", "8", "--threads", "1"}));
        assertThat(two).hasBinaryContent(Small.bytes(one));
        assertThat(Arrays.equals(Small.bytes(other), Small.bytes(one))).isFalse();
    }

    @Test
    void textModelsDependOnTheSeedAlone() {
        Path text = Small.text(folder);
        theSameSeedGivesTheSameFileOnOneAndTwoThreads((model, more) -> Small.trainText(text, model, more));
    }

    @Test
    void forecastersDependOnTheSeedAlone() {
        Path csv = Small.csv(folder, 250);
        theSameSeedGivesTheSameFileOnOneAndTwoThreads((model, more) -> Small.trainForecast(csv, model, more));
    }

    @Test
    void forecastersOfBirthsDependOnTheSeedAlone() {
        theSameSeedGivesTheSameFileOnOneAndTwoThreads((model, more) -> Small.trainBirths(model, more));
    }

    @Test
    void addersDependOnTheSeedAlone() {
        theSameSeedGivesTheSameFileOnOneAndTwoThreads(Small::trainAddition);
    }

    @Test
    void theSameSeedWritesTheSameText() {
        Path model = folder.resolve("text.safetensors");
        Run.ok(Small.trainText(Small.text(folder), model));
        String first = Run.ok("sample", model, "--seed", "5", "--length", "60").out();
        assertThat(Run.ok("sample", model, "--seed", "5", "--length", "60").out())
                .isEqualTo(first)
                .hasSizeGreaterThan(60);
        assertThat(Run.ok("sample", model, "--seed", "6", "--length", "60").out())
                .isNotEqualTo(first);
    }
}
