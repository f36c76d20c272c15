package dev.carousel.cli.command;

import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.THE_COMMAND;

import picocli.CommandLine.Option;

/** How many threads work. */
public final class ThreadsOption {

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(
            order = -50,
            names = "--threads",
            paramLabel = "N",
            description = "Threads to use; the result is the same for any number (default: all processors).")
    public int threads = Runtime.getRuntime().availableProcessors();
}
