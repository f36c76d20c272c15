package dev.carousel.cli.text;

import static dev.carousel.cli.command.Changes.MEASURE;
import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.SmoothingOption;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextFiles;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.TextSections;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.Windows;
import dev.carousel.train.Windows.Tail;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel train text}: a network that predicts the next character, byte or word of a text. */
@Command(
        name = "text",
        defaultValueProvider = TrainText.TextDefaults.class,
        header = "Train a network to predict the next character of a text, or its next byte or word.",
        description = {
            "Several files, and those of folders in the order of their names, are one text. It is"
                    + " cut into --batch streams that are read side by side in windows; the state goes from window to"
                    + " window, gradients end at a window's first step (truncated backpropagation through time). The"
                    + " last part of the text is held out: after each epoch the loss on it is printed, in nats a"
                    + " character (byte, word). The model is the one after the last epoch, or with --keep"
                    + " best the best of them."
        },
        footer = {
            "  carousel train text book.txt",
            "      2 LSTM layers of 128, 10 epochs; writes text.safetensors",
            "  carousel sample text.safetensors",
            "      and let it write",
            "  carousel train text book.txt --hidden 512 --window 100 --batch 64 --dropout .2",
            "      a larger network",
            "  carousel train text books --by words --embedding 128 --vocabulary 20000",
            "      by words, of all files of a folder",
            "  carousel train text books --by words --vocabulary 50000 --softmax adaptive",
            "      by the words of a large vocabulary",
            "  carousel train text book.txt --cell gru --embedding 32 --output g.safetensors",
            "      GRUs, and a learned vector of 32 numbers for each character"
        })
public final class TrainText extends TrainCommand {

    /** What this command's options are where they are not given. */
    static final class TextDefaults extends Defaults {

        TextDefaults() {
            super(Map.ofEntries(
                    Map.entry("--cell", "lstm"),
                    Map.entry("--hidden", "128"),
                    Map.entry("--layers", "2"),
                    Map.entry("--dropout", "0"),
                    Map.entry("--initialisation", "uniform"),
                    Map.entry("--epochs", "10"),
                    Map.entry("--batch", "50"),
                    Map.entry("--rate", "0.002"),
                    Map.entry("--schedule", "constant"),
                    Map.entry("--clip", "5"),
                    Map.entry("--keep", "last"),
                    Map.entry("--output", "text.safetensors")));
        }
    }

    @Role(RESULT)
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Texts in UTF-8, or folders of them.")
    List<Path> files = List.of();

    @Mixin
    UnitOptions units = new UnitOptions();

    @Role(RESULT)
    @Option(
            order = -100,
            names = "--window",
            paramLabel = "STEPS",
            defaultValue = "50",
            description = "Characters (bytes, words) of each stream between two updates (default: ${DEFAULT-VALUE}).")
    int window;

    @Role(value = MEASURE, why = "it decides what is held out")
    @Option(
            order = -100,
            names = "--train",
            paramLabel = "SHARE",
            defaultValue = "0.9",
            description = "The part of the text to learn from; the rest is held out (default: ${DEFAULT-VALUE}).")
    double share;

    @Mixin
    LanguageOptions language = new LanguageOptions();

    @Mixin
    SmoothingOption smoothing = new SmoothingOption();

    private Supplier<List<Section>> pictures = List::of;

    public TrainText(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireAtLeast("--window", 1, window);
        units.require(this);
        if (!(share > 0 && share < 1)) {
            throw mistake("--train is " + share + " but must lie between 0 and 1.");
        }
        smoothing.require(this);
        requireTrainingOptions();
        language.require(this, network.architecture(), units.byWords(), smoothing.smooths());
        TextData text = units.cut(TextFiles.read(files), share);
        // Cut before anything else, for its errors.
        Windows learned = text.training(share).windows(training.batch, window, Tail.DROP);
        Windows heldOut = text.heldOut(share).windows(training.batch, window, Tail.KEEP);
        requireOutput(output, "--output", files.toArray(Path[]::new));
        note(text.source() + ": " + Format.count(text.length()) + " " + name(text) + ", "
                + Format.count(text.units().size()) + " different; "
                + Format.count(text.training(share).length())
                + " to learn from, " + Format.count(text.heldOut(share).length()) + " held out");
        NetworkSpec layers = language.network(this, network.architecture(), text, share);
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(layers);
            noteNetwork(fresh, team);
            TrainingJob fit = TrainingJob.of(
                    fresh,
                    smoothing.on(new SoftmaxCrossEntropy()),
                    learned,
                    heldOut,
                    TextTask.of(text.units(), share, training.batch));
            for (Provenance.Data data : text.files()) {
                fit = fit.withData(data);
            }
            return train(figures, fit, team, text);
        }
    }

    @Override
    public Optional<String> changesMeasure(String option) {
        return option.equals("--batch")
                ? Optional.of("the held-out part is read in --batch streams, each from the fresh state")
                : Optional.empty();
    }

    /** What its units are called, in the plural. */
    private static String name(TextData text) {
        return text.units().name() + "s";
    }

    private int train(Figures figures, TrainingJob fit, Team team, TextData text) {
        Network net = fit.network();
        long perEpoch = (long) fit.training().size() * window * training.batch;
        TrainingResult result;
        try (TrainingView view = new TrainingView(this, name(text), 1, perEpoch, "held out")) {
            result = fit(fit, team, view);
        }
        save(fit, result, team);
        pictures = () -> TextSections.of(net, text.heldOut(share), seed);
        double heldOut = result.kept().heldOutLoss().orElse(Double.NaN);
        double items = result.epochs().stream().mapToDouble(EpochFigures::items).sum();
        double nanos =
                result.epochs().stream().mapToDouble(EpochFigures::elapsedNanos).sum();
        double speed = items * 1e9 / Math.max(1, nanos);
        TextScores scores = TextScores.of(this, heldOut, text.heldOut(share), Optional.of(text.training(share)));
        scores.lines("held out").forEach(console::line);
        console.line("speed     " + Format.rate(speed) + " " + name(text) + "/s in training");
        console.line(wrote() + output + ", seed " + seed);
        note("Now let it write: carousel sample " + output + " --length 500");
        figures.with("held_out", heldOut).with("training", result.kept().trainingLoss());
        scores.addTo(figures);
        figures.with(text.units() instanceof Vocabulary ? "chars_per_second" : name(text) + "_per_second", speed);
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    @Override
    public String wrote() {
        return "wrote     ";
    }

    @Override
    public List<Section> sections() {
        return pictures.get();
    }
}
