package dev.carousel.cli.command;

import picocli.CommandLine.Option;

/** How many threads work. */
public final class ThreadsOption {

    @Option(
            order = -50,
            names = "--threads",
            paramLabel = "N",
            description = "Threads that work; the result is the same for any number (default: all processors).")
    public int threads = Runtime.getRuntime().availableProcessors();
}
