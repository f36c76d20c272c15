package dev.carousel.cli.command;

import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Progress;
import dev.carousel.kernel.Kernels;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What all commands that do something have in common. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n")
public abstract class Subcommand implements Callable<Integer> {

    private static final int MOST_THREADS = 1024;

    public final Console console;

    @Mixin
    public Common common = new Common();

    @Spec
    public CommandSpec spec = CommandSpec.create();

    public Subcommand(Console console) {
        this.console = console;
    }

    /**
     * Does the work.
     *
     * @param figures receives what {@code --json} prints
     * @return the exit code
     */
    public abstract int run(Figures figures);

    /** Does the work, once or several times. */
    public int work(Figures figures) {
        return run(figures);
    }

    /** The work is done; what is left to do may add to the figures. */
    public void succeeded(Figures figures) {}

    /** The work ended in an error, which will be reported. */
    public void failed(Throwable problem) {}

    @Override
    public final Integer call() {
        Figures figures = new Figures().with("command", spec.qualifiedName(" ").replaceFirst("^carousel ", ""));
        int code;
        try {
            code = work(figures);
            succeeded(figures);
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        if (common.json) {
            console.line(figures.toJson());
        }
        return code;
    }

    /** A line next to the results, unless asked to be quiet. */
    public final void note(String text) {
        if (!common.quiet) {
            console.note(text);
        }
    }

    /** Whether nothing but the result is to be said. */
    public final boolean isQuiet() {
        return common.quiet;
    }

    /** Says once which flag would make it fast, where it is not. */
    public final void noteSlowKernels() {
        Kernels.whyScalar().ifPresent(reason -> note("carousel: slow: " + reason));
    }

    public final Progress progress(String unit, long total) {
        return Progress.start(console, common.quiet, unit, total);
    }

    /** All commands, of which this is one. */
    public final CommandTree tree() {
        return CommandTree.of(spec);
    }

    /**
     * Refuses a number or a time where a folder is to be named: it was meant for something else, and would become the name of a
     * folder without a word.
     *
     * @param hint what the number may have been meant for; a sentence, or empty
     */
    public final void requireFolderName(String option, Path folder, String hint) {
        String name = folder.toString();
        if (name.matches("[0-9]+([.][0-9]+)?[smh]?")) {
            throw mistake(option + " takes the name of a folder but found the number " + name + "."
                    + (hint.isEmpty() ? "" : " " + hint) + " A folder that is called so is ./" + name + ".");
        }
    }

    /** Whether an option was typed, or stands in the file of options. */
    public final boolean given(String option) {
        ParseResult parsed = spec.commandLine().getParseResult();
        return parsed != null && parsed.hasMatchedOption(option);
    }

    /** A mistake in the command line. */
    public final ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    public final void requireAtLeast(String option, long least, long found) {
        if (found < least) {
            throw mistake(option + " is " + found + " but must be at least " + least + ".");
        }
    }

    public final void requireAtMost(String option, long most, long found) {
        if (found > most) {
            throw mistake(option + " is " + found + " but must be at most " + most + ".");
        }
    }

    public final void requirePositive(String option, double found) {
        if (!(found > 0 && Double.isFinite(found))) {
            throw mistake(option + " is " + found + " but must be a number above 0.");
        }
    }

    public final void requireThreads(int threads) {
        requireAtLeast("--threads", 1, threads);
        requireAtMost("--threads", MOST_THREADS, threads);
    }
}
