package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.ONE_TRAINING;

import dev.carousel.cli.command.Role;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How a training can be seen apart from what the terminal shows. */
final class ReportOptions {

    private static final int MOST_PORTS = 65_535;

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -62,
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page about the training: curves, results, provenance. One file that any browser"
                    + " shows (default: none).")
    Optional<Path> report = Optional.empty();

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -62,
            names = "--live",
            arity = "0..1",
            paramLabel = "PORT",
            parameterConsumer = OptionalPort.class,
            description = "Show that page while it trains, at an address that is printed and reachable only from this"
                    + " machine; without a PORT, or with 0, at any free port (default: not shown).")
    Optional<Integer> live = Optional.empty();

    @Role(value = RUN, scope = ONE_TRAINING)
    @Option(
            order = -62,
            names = "--tensorboard",
            paramLabel = "DIR",
            description = "Write event files for TensorBoard into this folder (default: none).")
    Optional<Path> tensorBoard = Optional.empty();

    /** Takes the word behind {@code --live} only if it is a number: it may be the file that is trained on. */
    static final class OptionalPort implements IParameterConsumer {

        @Override
        @SuppressWarnings("JdkObsolete")
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            boolean given = !words.isEmpty() && words.peek().matches("[0-9]{1,9}");
            option.setValue(Optional.of(given ? Integer.valueOf(words.pop()) : 0));
        }
    }

    /** Refuses what makes no sense, before any file is read. */
    void require(TrainCommand command) {
        live.ifPresent(port -> command.requireAtMost("--live", MOST_PORTS, port));
        tensorBoard.ifPresent(folder -> command.requireFolderName("--tensorboard", folder, ""));
        report.ifPresent(file -> {
            // A name that was meant for something else, such as the data, would be lost.
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            if (!name.endsWith(".html") && !name.endsWith(".htm")) {
                throw command.mistake("--report is " + file + " but must end in .html, since it is a page.");
            }
            command.requireOutput(file, "--report");
        });
    }
}
