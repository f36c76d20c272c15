package dev.carousel.cli.addition;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.kernel.Team;
import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingResult;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code carousel train addition}: a network that learns to carry. */
@Command(
        name = "addition",
        defaultValueProvider = TrainAddition.AdditionDefaults.class,
        header = "Teach a network to add two binary numbers, bit by bit.",
        description = {
            "At each step the network reads a bit of both numbers, the least significant first, and outputs a bit of"
                    + " their sum: it must learn to carry. It is trained on random pairs, in epochs of 100 batches, and"
                    + " tested on all pairs after each; training ends when all are right, with some margin."
        },
        footer = {
            "  carousel train addition",
            "      7 bits, all 16,384 pairs; a few seconds",
            "  carousel train addition --cell rnn --hidden 8",
            "      the smallest that can",
            "  carousel predict addition.safetensors 37 85",
            "      also for longer numbers than it was shown: 123456 654321"
        })
public final class TrainAddition extends TrainCommand {

    private static final int BATCHES_PER_EPOCH = 100;

    /** What the loss on all pairs must fall below, in nats a bit: all right by a hair is not learned. */
    private static final double MARGIN = 0.005;

    private static final int MOST_BITS = 12;

    /** What this command's options are where they are not given. */
    static final class AdditionDefaults extends Defaults {

        AdditionDefaults() {
            super(Map.ofEntries(
                    Map.entry("--cell", "lstm"),
                    Map.entry("--hidden", "16"),
                    Map.entry("--layers", "1"),
                    Map.entry("--dropout", "0"),
                    Map.entry("--initialisation", "uniform"),
                    Map.entry("--epochs", "100"),
                    Map.entry("--batch", "64"),
                    Map.entry("--rate", "0.01"),
                    Map.entry("--schedule", "constant"),
                    Map.entry("--clip", "1"),
                    Map.entry("--keep", "last"),
                    Map.entry("--output", "addition.safetensors")));
        }
    }

    @Role(value = MEASURE, why = "the held-out pairs are of this many bits")
    @Option(
            order = -100,
            names = "--bits",
            paramLabel = "N",
            defaultValue = "7",
            description = "Bits of each number, 1 to " + MOST_BITS + " (default: ${DEFAULT-VALUE}).")
    int bits;

    public TrainAddition(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireTrainingOptions();
        requireAtLeast("--bits", 1, bits);
        if (bits > MOST_BITS) {
            throw mistake("--bits is " + bits + " but must be at most " + MOST_BITS + ", since every pair is tested.");
        }
        requireOutput(output, "--output");
        BinaryAddition addition = new BinaryAddition(bits);
        note("adding two numbers of " + bits + " bits: " + Format.count(addition.pairs()) + " pairs");
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(network.architecture().network(2, 1));
            noteNetwork(fresh, team);
            return train(figures, fresh, addition, team);
        }
    }

    private int train(Figures figures, Network net, BinaryAddition addition, Team team) {
        long pairsPerEpoch = (long) BATCHES_PER_EPOCH * training.batch;
        TrainingJob fit = TrainingJob.of(
                net,
                new LogisticCrossEntropy(),
                new AdditionBatches(addition, training.batch, BATCHES_PER_EPOCH),
                AdditionBatches.everyPair(addition),
                Task.of(AdditionScores.KIND).with("bits", bits));
        TrainingResult result;
        try (TrainingView view = new TrainingView(this, "sums", addition.steps(), pairsPerEpoch, "all pairs")) {
            result = fit(fit, team, view, new UntilAllRight(new AdditionScores(addition), net, team));
        }
        save(fit, result, team);
        long correct = new AdditionScores(addition).correct(net, team);
        console.line(Format.count(correct) + " of " + Format.count(addition.pairs()) + " sums right, after "
                + result.epochs().size() + " epochs");
        console.line("wrote " + output + ", seed " + seed);
        note("Now let it add: carousel predict " + output + " 37 85");
        figures.with("correct", correct)
                .with("of", addition.pairs())
                .with("loss", result.kept().decidingLoss());
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    /** Ends training when every sum is right and the loss leaves no doubt. */
    private static final class UntilAllRight implements TrainingListener {

        private final AdditionScores test;
        private final Network network;
        private final Team team;
        private boolean allRight;

        UntilAllRight(AdditionScores test, Network network, Team team) {
            this.test = test;
            this.network = network;
            this.team = team;
        }

        @Override
        public void epochEnded(EpochFigures figures) {
            allRight = figures.decidingLoss() < MARGIN && test.correct(network, team) == test.pairs();
        }

        @Override
        public boolean wantsStop() {
            return allRight;
        }
    }
}
