package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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

    /** It worked. */
    public static final int OK = 0;

    /** Something failed that the user did not cause, or a check did. */
    public static final int FAILED = 1;

    /** What the user gave cannot be used. */
    public static final int BAD_INPUT = 2;

    private static final int HELP_WIDTH = 80;

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
        return run(console, commandLine(console), args);
    }

    static int run(Console console, CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(ConfigOptions.expanded(args));
        } catch (DataException e) {
            error(console, String.valueOf(e.getMessage()));
            return BAD_INPUT;
        } catch (OutOfMemoryError e) {
            long megabytes = Runtime.getRuntime().maxMemory() >> 20;
            console.note("carousel: the " + megabytes + " MB that Java may use are not enough. Take a smaller --hidden,"
                    + " --batch or --window, or give it more: CAROUSEL_JAVA_OPTS=-Xmx8g");
            return FAILED;
        }
    }

    /** The tree of commands. */
    static CommandLine commandLine(Console console) {
        CommandLine train = new CommandLine(new Train())
                .addSubcommand(new TrainBirths(console))
                .addSubcommand(new TrainForecast(console))
                .addSubcommand(new TrainAnomaly(console))
                .addSubcommand(new TrainAddition(console))
                .addSubcommand(new TrainText(console))
                .addSubcommand(new TrainClassify(console))
                .addSubcommand(new TrainTag(console));
        CommandLine root = new CommandLine(new Carousel())
                .addSubcommand(train)
                .addSubcommand(new CommandLine(new Tune(console)).setStopAtPositional(true))
                .addSubcommand(new Sample(console))
                .addSubcommand(new Predict(console))
                .addSubcommand(new Evaluate(console))
                .addSubcommand(new Streaming(console))
                .addSubcommand(new Convert(console))
                .addSubcommand(new Compare(console))
                .addSubcommand(new Inspect(console))
                .addSubcommand(new Check(console))
                .addSubcommand(new Bench(console));
        // What picocli itself prints is help, which is ASCII.
        return root.setOut(new PrintWriter(console.out(), true, StandardCharsets.US_ASCII))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.US_ASCII))
                .setUsageHelpWidth(HELP_WIDTH)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(false)
                .setParameterExceptionHandler((e, args) -> badArguments(console, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, command));
    }

    /** One line, whatever a file's name or content put into the message. */
    static void error(Console console, String message) {
        console.note("carousel: " + message.replaceAll("\\p{Cc}", "?"));
    }

    private static int badArguments(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (!(e instanceof UnmatchedArgumentException)
                && !command.getSubcommands().isEmpty()) {
            // A command that is a group of others: what these are is what is asked for.
            console.note(command.getUsageMessage().stripTrailing());
            return BAD_INPUT;
        }
        error(console, ArgumentErrors.message(e));
        console.note("Try '" + command.getCommandSpec().qualifiedName(" ") + " --help'.");
        return BAD_INPUT;
    }

    private static int failed(Console console, Exception e, CommandLine command) {
        boolean debug = command.getParseResult().originalArgs().contains("--debug");
        if (debug) {
            e.printStackTrace(console.err());
        }
        if (e instanceof DataException || e instanceof ModelException || e instanceof InteropException) {
            error(console, String.valueOf(e.getMessage()));
            return BAD_INPUT;
        }
        error(console, e instanceof FailureException ? String.valueOf(e.getMessage()) : unexpected(e, debug));
        return FAILED;
    }

    private static String unexpected(Exception e, boolean debug) {
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        return "an internal error, " + e.getClass().getSimpleName() + message
                + (debug ? "" : " (--debug shows where; please report it)");
    }
}
