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
     * The root with what hangs on it.
     *
     * @param console where the commands write
     * @param words what a user typed: where they begin with the names of a command, it may be the only one that is made;
     *     without words, all are
     */
    CommandLine commands(Console console, String... words);

    /** The commands to be read and not to be seen: they write nowhere. */
    default CommandLine silent(String... words) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return commands(Console.of(nowhere, nowhere), words);
    }

    /** The tree that a command hangs on. */
    static CommandTree of(CommandSpec command) {
        return (CommandTree) command.root().userObject();
    }
}
