package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.console.Console;
import dev.carousel.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The command, run in this process as a user types it.
 *
 * @param code the exit code
 * @param out what stood on standard output
 * @param err what stood on standard error
 */
record Run(int code, String out, String err) {

    static Run of(Object... args) {
        return withInput("", args);
    }

    /** The same with something on standard input. */
    static Run withInput(String input, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = List.of(args).stream().map(String::valueOf).toArray(String[]::new);
        int code = Main.run(
                Console.of(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                words);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The same, for a command that has to succeed. */
    static Run ok(Object... args) {
        Run run = of(args);
        assertThat(run.code).as(run.err).isZero();
        return run;
    }

    /**
     * The same, for a command that has to be refused: exit code 2, one line that says why, no stack trace, and nothing
     * on standard output.
     */
    static Run refused(Object... args) {
        Run run = of(args);
        assertThat(run.code).as(run.err).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run.reasons()).as(run.err).hasSize(1);
        assertThat(run.err).doesNotContain("\tat ", "Exception");
        assertThat(run.out).isEmpty();
        return run;
    }

    /** Holds the line that says why it was refused to these words. */
    void saying(String... clues) {
        assertThat(reasons().get(0)).contains(clues);
    }

    private List<String> reasons() {
        return err.lines().filter(line -> line.startsWith("carousel: ")).toList();
    }

    /** The lines on standard output. */
    List<String> lines() {
        return out.lines().toList();
    }

    /** The numbers of such a line, from a field on. */
    static double[] numbers(String line, int from) {
        return Arrays.stream(line.split(",", -1))
                .skip(from)
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** The figures of a command with {@code --json}: the last line of standard output. */
    Map<?, ?> json() {
        return (Map<?, ?>) Json.parse(lines().get(lines().size() - 1));
    }

    double number(String name) {
        assertThat(json().get(name)).as("%s in %s", name, json()).isInstanceOf(Number.class);
        return ((Number) json().get(name)).doubleValue();
    }
}
