package dev.carousel.cli;

import dev.carousel.cli.command.CommandTree;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.train.ConfigOptions;
import dev.carousel.data.DataException;
import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code carousel}.
 *
 * <p>Exit codes: 0 done; 1 something failed inside, a check did, or a training diverged; 2 the command line, a file or a
 * model cannot be used, and nothing was written.
 */
public final class Main {

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        // The plot is drawn into memory; without this, Java on a desktop would open a connection to the screen.
        System.setProperty("java.awt.headless", "true");
        StandardError.restore();
        int code = run(Console.ofProcess(), args);
        System.exit(code);
    }

    /**
     * Runs the command in this process.
     *
     * @param console where it writes
     * @param args what a user types after {@code carousel}
     * @return the exit code
     */
    public static int run(Console console, String... args) {
        return run(console, commandLine(console, args), args);
    }

    public static int run(Console console, CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(ConfigOptions.expanded(CommandTree.of(commandLine.getCommandSpec()), args));
        } catch (DataException e) {
            console.error(String.valueOf(e.getMessage()));
            return ExitCode.BAD_INPUT;
        } catch (OutOfMemoryError e) {
            long megabytes = Runtime.getRuntime().maxMemory() >> 20;
            console.note("carousel: the " + megabytes + " MB that Java may use are not enough. Take a smaller --hidden,"
                    + " --batch (or --window, where the command has it), or give it more: CAROUSEL_JAVA_OPTS=-Xmx8g");
            return ExitCode.FAILED;
        }
    }

    /** The commands that these words need, or without words all, with what becomes of their errors. */
    static CommandLine commandLine(Console console, String... words) {
        return new Carousel()
                .commands(console, words)
                .setParameterExceptionHandler((e, args) -> badArguments(console, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, command));
    }

    private static int badArguments(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (!(e instanceof UnmatchedArgumentException)
                && !command.getSubcommands().isEmpty()) {
            // A command that is a group of others: what these are is what is asked for.
            console.note(command.getUsageMessage().stripTrailing());
            return ExitCode.BAD_INPUT;
        }
        console.error(ArgumentErrors.message(e));
        console.note("Try '" + command.getCommandSpec().qualifiedName(" ") + " --help'.");
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Console console, Exception e, CommandLine command) {
        boolean debug = command.getParseResult().originalArgs().contains("--debug");
        if (debug) {
            e.printStackTrace(console.err());
        }
        if (e instanceof DataException || e instanceof ModelException || e instanceof InteropException) {
            console.error(String.valueOf(e.getMessage()));
            return ExitCode.BAD_INPUT;
        }
        console.error(e instanceof FailureException ? String.valueOf(e.getMessage()) : unexpected(e, debug));
        return ExitCode.FAILED;
    }

    private static String unexpected(Exception e, boolean debug) {
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        return "an internal error, " + e.getClass().getSimpleName() + message
                + (debug ? "" : " (--debug shows where; please report it)");
    }
}
