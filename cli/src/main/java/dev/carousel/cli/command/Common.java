package dev.carousel.cli.command;

import static dev.carousel.cli.command.Changes.RUN;
import static dev.carousel.cli.command.Scope.THE_COMMAND;

import picocli.CommandLine.Option;

/** The options of every command. */
public final class Common {

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(order = -40, names = "--quiet", description = "Only the results and errors: no progress, no notes.")
    public boolean quiet;

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(
            order = -40,
            names = "--json",
            description = "Print the figures as one JSON object, the last line of standard output.")
    public boolean json;

    @Role(value = RUN, scope = THE_COMMAND)
    @Option(order = -40, names = "--debug", hidden = true, description = "Print the stack trace of an error.")
    boolean debug;
}
