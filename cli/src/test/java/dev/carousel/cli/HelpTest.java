package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

    /** Every command there is, as it is typed. */
    static Stream<List<String>> commands() {
        return below(List.of(), Main.commandLine(Console.of(System.out, System.err)));
    }

    private static Stream<List<String>> below(List<String> words, CommandLine command) {
        Stream<List<String>> all = Stream.of(words);
        for (var entry : command.getSubcommands().entrySet()) {
            List<String> deeper = new ArrayList<>(words);
            deeper.add(entry.getKey());
            all = Stream.concat(all, below(deeper, entry.getValue()));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpTeachesWithExamplesAndDefaultsInPlainAscii(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.add("--help");
        Run run = Run.ok(words.toArray());
        assertThat(run.out()).contains("Usage: carousel").containsAnyOf("Examples:", "COMMAND", "TASK");
        assertThat(run.out()).as("an option without a default").doesNotContain("(default: null)", "${");
        assertThat(run.out()).isASCII();
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 88);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void everyTrainingShowsItsDefaults() {
        assertThat(Run.ok("train", "text", "--help").out())
                .contains("Units of each recurrent layer (default: 128)")
                .contains("(default: text.safetensors)");
        assertThat(Run.ok("train", "births", "--help").out())
                .contains("Units of each recurrent layer (default: 64)")
                .contains("Days that it forecasts (default: 28)");
    }

    @Test
    void versionNamesTheKernels() {
        assertThat(Run.ok("--version").out()).startsWith("carousel ").contains("kernels: ");
    }

    @Test
    void withoutACommandTheHelpIsShownAndTheExitCodeSaysSo() {
        Run run = Run.of();
        assertThat(run.code()).isEqualTo(Main.BAD_INPUT);
        assertThat(run.err()).contains("Missing required subcommand");
    }
}
