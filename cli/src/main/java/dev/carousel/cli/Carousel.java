package dev.carousel.cli;

import dev.carousel.cli.addition.AdditionCommands;
import dev.carousel.cli.addition.TrainAddition;
import dev.carousel.cli.anomaly.AnomalyCommands;
import dev.carousel.cli.anomaly.TrainAnomaly;
import dev.carousel.cli.classification.ClassifyCommands;
import dev.carousel.cli.classification.TrainClassify;
import dev.carousel.cli.classification.TrainTag;
import dev.carousel.cli.command.CommandTree;
import dev.carousel.cli.command.Version;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.forecast.ForecastCommands;
import dev.carousel.cli.forecast.TrainBirths;
import dev.carousel.cli.forecast.TrainForecast;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.Tasks;
import dev.carousel.cli.text.Sample;
import dev.carousel.cli.text.TextCommands;
import dev.carousel.cli.text.TrainText;
import dev.carousel.cli.tune.Tune;
import dev.carousel.data.classification.ClassifierSpec;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
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
final class Carousel implements CommandTree {

    /** What models can be asked: a new task is a line here. */
    private static final Tasks TASKS = new Tasks(List.of(
            new ForecastCommands(),
            new AnomalyCommands(),
            new TextCommands(),
            new AdditionCommands(),
            new ClassifyCommands(ClassifierSpec.CLASSIFY),
            new ClassifyCommands(ClassifierSpec.TAG)));

    private static final int HELP_WIDTH = 80;

    @Override
    public CommandLine commands(Console console) {
        CommandLine train = new CommandLine(new Train())
                .addSubcommand(new TrainBirths(console))
                .addSubcommand(new TrainForecast(console))
                .addSubcommand(new TrainAnomaly(console))
                .addSubcommand(new TrainAddition(console))
                .addSubcommand(new TrainText(console))
                .addSubcommand(new TrainClassify(console))
                .addSubcommand(new TrainTag(console));
        CommandLine root = new CommandLine(this)
                .addSubcommand(train)
                .addSubcommand(new CommandLine(new Tune(console)).setStopAtPositional(true))
                .addSubcommand(new Sample(console))
                .addSubcommand(new Predict(console, TASKS))
                .addSubcommand(new Evaluate(console, TASKS))
                .addSubcommand(new Streaming(console, TASKS))
                .addSubcommand(new Convert(console))
                .addSubcommand(new Compare(console))
                .addSubcommand(new Inspect(console))
                .addSubcommand(new Check(console))
                .addSubcommand(new Bench(console));
        // What picocli itself prints is help, which is ASCII.
        return root.setOut(new PrintWriter(console.out(), true, StandardCharsets.US_ASCII))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.US_ASCII))
                .setUsageHelpWidth(HELP_WIDTH)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(false);
    }
}
