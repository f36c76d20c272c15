package dev.carousel.cli;

import dev.carousel.cli.command.Version;
import picocli.CommandLine.Command;

/** {@code carousel train}: the parent of what can be trained. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "TASK",
        header = "Train a network and write it to a model file.",
        synopsisHeading = "%nUsage: ",
        commandListHeading = "%nTasks:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "A model file is safetensors with the names and layout of PyTorch's state_dict; its metadata says how it"
                    + " was made. The same seed on the same data gives the same file, byte for byte, on any number of"
                    + " threads.",
            "",
            "'carousel train TASK --help' explains a task, with examples."
        })
final class Train {}
