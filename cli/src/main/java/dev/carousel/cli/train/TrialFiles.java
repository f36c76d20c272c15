package dev.carousel.cli.train;

import dev.carousel.cli.command.OptionRoles;
import dev.carousel.cli.command.Scope;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.DataException;
import dev.carousel.model.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Models and files of one training among several. */
public final class TrialFiles {

    private TrialFiles() {}

    /** The words of a command, without {@code carousel}. */
    public static List<String> names(CommandSpec spec) {
        List<String> names = Arrays.asList(spec.qualifiedName(" ").split(" "));
        return names.subList(1, names.size());
    }

    /** Refuses options whose file many trainings would write over each other. */
    public static void requireNoSideFiles(Subcommand command, CommandSpec training, String with) {
        for (OptionSpec option : training.commandLine().getParseResult().matchedOptions()) {
            boolean ofOne = OptionRoles.find(option)
                    .map(role -> role.scope() == Scope.ONE_TRAINING)
                    .orElse(false);
            if (ofOne) {
                throw command.mistake(option.longestName() + " belongs to one training and cannot go with " + with
                        + ". Train the best again with it, by --config and the file next to its model.");
            }
        }
    }

    /**
     * Puts a model where the best of all belongs: whole, or not at all, also where that is on another disk.
     *
     * @param copy whether it stays where it is, too
     */
    public static void place(Path model, Path output, boolean copy) {
        try {
            AtomicFile.write(output, channel -> Files.copy(model, Channels.newOutputStream(channel)));
            if (!copy) {
                Files.delete(model);
            }
        } catch (IOException e) {
            throw new DataException(output + ": could not be written: " + e.getMessage(), e);
        }
    }

    /** Removes a model and the file that repeats its run, if they are there. */
    public static void delete(Path model) {
        for (Path file : List.of(model, ConfigFile.besideModel(model))) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new DataException(file + ": could not be removed: " + e.getMessage(), e);
            }
        }
    }
}
