package dev.carousel.cli;

import picocli.CommandLine.Command;

/** The root of the commands. */
@Command(
        name = "carousel",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Recurrent neural networks for the JVM: train them, prove their gradients, use them.",
        synopsisHeading = "%nUsage: ",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Begin with:",
            "  carousel train births                  a first forecast, in a minute or two",
            "  carousel train text book.txt           learn to write like a book",
            "  carousel sample text.safetensors       and let it write",
            "  carousel train forecast sales.csv --target sales --context 56 --horizon 28",
            "  carousel predict model.pt x.npy --output y.npy          run a model of PyTorch",
            "",
            "'carousel COMMAND --help' explains a command, with examples.",
            "Exit codes: 0 done; 1 a check failed or something broke; 2 the input cannot be used."
        })
final class Carousel {}
