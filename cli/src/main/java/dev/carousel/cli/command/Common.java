package dev.carousel.cli.command;

import picocli.CommandLine.Option;

/** The options of every command. */
public final class Common {

    @Option(order = -40, names = "--quiet", description = "Only the results and errors: no progress, no notes.")
    public boolean quiet;

    @Option(
            order = -40,
            names = "--json",
            description = "Print the figures as one JSON object, the last line of standard output.")
    public boolean json;

    @Option(order = -40, names = "--debug", hidden = true, description = "Print the stack trace of an error.")
    boolean debug;
}
