package dev.carousel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** What a user sees when something breaks inside. */
class FailureTest {

    @Command(name = "broken")
    static final class Broken extends Subcommand {

        private final Runnable action;

        Broken(Console console, Runnable action) {
            super(console);
            this.action = action;
        }

        @Override
        public int run(Figures figures) {
            action.run();
            return ExitCode.OK;
        }
    }

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Runnable action, String... args) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console = Console.of(stream, stream);
        return Main.run(console, Main.commandLine(console).addSubcommand(new Broken(console, action)), args);
    }

    private String shown() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static void fail() {
        throw new IllegalStateException("a wheel came off");
    }

    @Test
    void anInternalErrorIsOneLineAndExitCodeOne() {
        assertThat(run(FailureTest::fail, "broken")).isEqualTo(ExitCode.FAILED);
        assertThat(shown().lines())
                .singleElement()
                .asString()
                .contains("internal error", "a wheel came off", "--debug");
    }

    @Test
    void aTraceIsShownWhenAskedFor() {
        assertThat(run(FailureTest::fail, "broken", "--debug")).isEqualTo(ExitCode.FAILED);
        assertThat(shown()).contains("\tat dev.carousel.cli.FailureTest.fail");
    }

    @Test
    void tooLittleMemoryIsAnErrorWithAdvice() {
        assertThat(run(
                        () -> {
                            throw new OutOfMemoryError("Java heap space");
                        },
                        "broken"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(shown().lines()).singleElement().asString().contains("MB", "-Xmx");
    }
}
