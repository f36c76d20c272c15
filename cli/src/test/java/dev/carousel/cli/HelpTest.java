package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run.err()).isEmpty();
        int examples = run.out().indexOf("Examples:");
        if (examples >= 0) {
            assertThat(run.out().substring(examples).lines().skip(1))
                    .as("an example that is wider than a terminal")
                    .allMatch(line -> line.startsWith("  "));
        }
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
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err()).contains("Usage: carousel", "Begin with:");
        Run train = Run.of("train");
        assertThat(train.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(train.err()).contains("Tasks:", "forecast", "classify");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "trian births                                  | 'carousel' has no command 'trian'. Did you mean train",
                "forecast sales.csv                            | Did you mean 'train forecast'?",
                "train forcast sales.csv                       | has no command 'forcast'. Did you mean forecast",
                "train text a.txt --epoch 3                    | there is no option '--epoch'. Did you mean --epochs?",
                "train text a.txt --epochs ten                 | 'ten' is not a whole number.",
                "train text a.txt --rate fast                  | 'fast' is not a number.",
                "inspect a.safetensors b.safetensors           | there is one word too many, 'b.safetensors'.",
            })
    void aWrongWordIsNamedAndTheRightOneOffered(String command, String message) {
        Run run = Run.of((Object[]) command.split(" +"));
        assertThat(run.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.err()).contains(message);
        assertThat(run.err().lines()).hasSize(2);
    }
}
