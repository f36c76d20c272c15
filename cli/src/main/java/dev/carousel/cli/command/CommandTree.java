package dev.carousel.cli.command;

import dev.carousel.cli.console.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands, made anew for each use; the root of a command is one, so that every command can ask for the others. */
public interface CommandTree {

    /**
     * The root with all that hangs on it.
     *
     * @param console where the commands write
     */
    CommandLine commands(Console console);

    /** The commands to be read and not to be seen: they write nowhere. */
    default CommandLine silent() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return commands(Console.of(nowhere, nowhere));
    }

    /** The tree that a command hangs on. */
    static CommandTree of(CommandSpec command) {
        return (CommandTree) command.root().userObject();
    }
}
