package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.data.TextData;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.LayerSpec.Embedding;
import dev.carousel.network.LayerSpec.OneHot;
import dev.carousel.network.Network;
import dev.carousel.network.NetworkSpec;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel train text}: a network that foretells the next character of a text. */
@Command(
        name = "text",
        defaultValueProvider = TrainText.TextDefaults.class,
        header = "Train a network to foretell the next character of a text.",
        description = {
            "The text is cut into --batch streams that are read side by side in windows; the state goes from window to"
                    + " window, gradients end at a window's first step (truncated backpropagation through time). The"
                    + " last part of the text is held out: after each epoch the loss on it is printed, in nats a"
                    + " character. The model is the one after the last epoch, or with --keep best the best of them."
        },
        footer = {
            "  carousel train text book.txt",
            "      2 LSTM layers of 128, 10 epochs; writes text.safetensors",
            "  carousel sample text.safetensors",
            "      and let it write",
            "  carousel train text book.txt --hidden 512 --window 100 --batch 64 --dropout 0.2",
            "      a larger network",
            "  carousel train text book.txt --cell gru --embedding 32 --output gru.safetensors",
            "      GRUs, and a learned vector of 32 numbers for each character"
        })
final class TrainText extends TrainCommand {

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

    @Parameters(paramLabel = "FILE", description = "A text in UTF-8.")
    Path file = Path.of("");

    @Option(
            order = -100,
            names = "--window",
            paramLabel = "STEPS",
            defaultValue = "50",
            description = "Characters of each stream between two updates (default: ${DEFAULT-VALUE}).")
    int window;

    @Option(
            order = -100,
            names = "--embedding",
            paramLabel = "SIZE",
            defaultValue = "0",
            description = "Numbers of a learned vector for each character; 0 for one-hot input"
                    + " (default: ${DEFAULT-VALUE}).")
    int embedding;

    @Option(
            order = -100,
            names = "--train",
            paramLabel = "SHARE",
            defaultValue = "0.9",
            description = "The part of the text to learn from; the rest is held out (default: ${DEFAULT-VALUE}).")
    double share;

    TrainText(Console console) {
        super(console);
    }

    @Override
    int run(Figures figures) {
        requireAtLeast("--window", 1, window);
        requireAtLeast("--embedding", 0, embedding);
        if (!(share > 0 && share < 1)) {
            throw mistake("--train is " + share + " but must lie between 0 and 1.");
        }
        requireTrainingOptions();
        TextData text = TextData.read(file);
        TextWindows windows = TextWindows.of(text, share, training.batch, window);
        requireOutput(output, "--output", file);
        NetworkSpec layers = layers(text.vocabulary().size());
        note(file + ": " + Format.count(text.length()) + " characters, "
                + text.vocabulary().size() + " different; " + Format.count(windows.trainingLength())
                + " to learn from, " + Format.count(windows.heldOutLength()) + " held out");
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(layers);
            noteNetwork(fresh, team);
            return train(figures, fresh, team, text, windows);
        }
    }

    private NetworkSpec layers(int vocabulary) {
        LayerSpec input = embedding == 0 ? new OneHot(vocabulary) : new Embedding("embedding", vocabulary, embedding);
        return network.stack(List.of(input), input.outputSize(), vocabulary);
    }

    private int train(Figures figures, Network net, Team team, TextData text, TextWindows windows) {
        Fit fit = Fit.of(
                        net,
                        new SoftmaxCrossEntropy(),
                        windows.training(),
                        windows.heldOut(),
                        TextTask.of(text.vocabulary(), share, training.batch))
                .withData(DataFile.of(file, text.sha256()));
        TrainingResult result;
        try (TrainingView view = new TrainingView(this, "characters", 1, windows.charactersPerEpoch(), "held out")) {
            result = fit(fit, team, view);
        }
        save(fit, result);
        double heldOut = result.kept().heldOutLoss().orElse(Double.NaN);
        double items = result.epochs().stream().mapToDouble(EpochFigures::items).sum();
        double nanos =
                result.epochs().stream().mapToDouble(EpochFigures::elapsedNanos).sum();
        double speed = items * 1e9 / Math.max(1, nanos);
        console.line("held out  " + Format.fixed(heldOut, 4) + " nats a character ("
                + Format.fixed(heldOut / Math.log(2), 4) + " bits)");
        console.line("speed     " + Format.rate(speed) + " characters/s in training");
        console.line("wrote     " + output + ", seed " + seed);
        note("Now let it write: carousel sample " + output + " --length 500");
        figures.with("held_out", heldOut)
                .with("training", result.kept().trainingLoss())
                .with("chars_per_second", speed)
                .with("epochs", result.epochs().size())
                .with("parameters", net.parameters().size())
                .with("seed", seed)
                .with("threads", team.threads())
                .with("kernels", net.kernels().name())
                .with("model", output.toString());
        return Main.OK;
    }
}
