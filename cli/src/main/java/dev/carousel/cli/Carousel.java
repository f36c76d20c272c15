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
import dev.carousel.cli.pairs.PairCommands;
import dev.carousel.cli.pairs.TrainPairs;
import dev.carousel.cli.serve.Serve;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.Tasks;
import dev.carousel.cli.text.Sample;
import dev.carousel.cli.text.TextCommands;
import dev.carousel.cli.text.TrainText;
import dev.carousel.cli.transcription.TrainTranscribe;
import dev.carousel.cli.transcription.TranscribeCommands;
import dev.carousel.cli.tune.Tune;
import dev.carousel.data.classification.ClassifierSpec;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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
            new ClassifyCommands(ClassifierSpec.TAG),
            new TranscribeCommands(),
            new PairCommands()));

    private static final int HELP_WIDTH = 80;

    /** Asks for no command. */
    private static final Set<String> VERSION = Set.of("--version", "-V");

    /** A command by its name, made when somebody asks for it: all of them together take longer than most of them run. */
    private record Entry(String name, Function<Console, Object> made) {}

    private static final List<Entry> TRAININGS = List.of(
            new Entry("births", TrainBirths::new),
            new Entry("forecast", TrainForecast::new),
            new Entry("anomaly", TrainAnomaly::new),
            new Entry("addition", TrainAddition::new),
            new Entry("text", TrainText::new),
            new Entry("classify", TrainClassify::new),
            new Entry("tag", TrainTag::new),
            new Entry("transcribe", TrainTranscribe::new),
            new Entry("pairs", TrainPairs::new));

    private static final List<Entry> VERBS = List.of(
            new Entry("tune", console -> new CommandLine(new Tune(console)).setStopAtPositional(true)),
            new Entry("sample", Sample::new),
            new Entry("predict", console -> new Predict(console, TASKS)),
            new Entry("evaluate", console -> new Evaluate(console, TASKS)),
            new Entry("stream", console -> new Streaming(console, TASKS)),
            new Entry("serve", Serve::new),
            new Entry("convert", Convert::new),
            new Entry("compare", Compare::new),
            new Entry("inspect", Inspect::new),
            new Entry("check", Check::new),
            new Entry("bench", Bench::new));

    @Override
    public CommandLine commands(Console console, String... words) {
        CommandLine root = new CommandLine(this);
        String first = words.length == 0 ? "" : words[0];
        if (!VERSION.contains(first)) {
            String second = words.length < 2 ? "" : words[1];
            List<Entry> groups = new ArrayList<>();
            groups.add(new Entry("train", made -> withCommands(new CommandLine(new Train()), TRAININGS, second, made)));
            groups.addAll(VERBS);
            withCommands(root, groups, first, console);
        }
        // What picocli itself prints is help, which is ASCII.
        return root.setOut(new PrintWriter(console.out(), true, StandardCharsets.US_ASCII))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.US_ASCII))
                .setUsageHelpWidth(HELP_WIDTH)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(false);
    }

    /** Adds the command of this name, or where none has it, all, from which help and errors choose. */
    private static CommandLine withCommands(CommandLine group, List<Entry> entries, String name, Console console) {
        boolean known = entries.stream().anyMatch(entry -> entry.name().equals(name));
        for (Entry entry : entries) {
            if (!known || entry.name().equals(name)) {
                group.addSubcommand(entry.made().apply(console));
            }
        }
        return group;
    }
}
