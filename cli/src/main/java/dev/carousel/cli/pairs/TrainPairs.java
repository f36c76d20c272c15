package dev.carousel.cli.pairs;

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
import dev.carousel.data.pairs.PairArchitecture;
import dev.carousel.data.pairs.PairBatches;
import dev.carousel.data.pairs.PairHoldout;
import dev.carousel.data.pairs.PairScores;
import dev.carousel.data.pairs.PairSpec;
import dev.carousel.data.pairs.PairText;
import dev.carousel.data.pairs.PairWriter;
import dev.carousel.data.pairs.Pairs;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.PairSections;
import dev.carousel.spec.Direction;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.train.Batches;
import dev.carousel.train.TrainingResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code carousel train pairs}: a network that writes a text for a text. */
@Command(
        name = "pairs",
        defaultValueProvider = TrainPairs.PairDefaults.class,
        header = "Train a network to write a text for a text.",
        description = {
            "An encoder reads the input, a decoder writes the output and looks at the input as it does (attention). DATA"
                    + " may be:",
            "",
            "  FILE.tsv     a line for each pair: an input, a TAB, an output; in UTF-8",
            "  sums         50,000 made pairs: 535+61 and 596",
            "  dates        30,000 made pairs: Thu Mar 7 2019 and 2019-03-07, in twelve",
            "               spellings",
            "",
            "A model knows the characters (words) of its pairs and inputs up to the longest of them; it refuses others."
                    + " Pairs of similar length are batched together."
        },
        footer = {
            "  carousel train pairs sums",
            "      adds numbers that are written as text",
            "  carousel predict pairs.safetensors 535+61",
            "  carousel train pairs names.tsv --report page.html",
            "      with pictures of where the network looks",
            "  carousel evaluate pairs.safetensors others.tsv",
            "      how many are right, and how far the others are from it",
            "  carousel train pairs phrases.tsv --by words --embedding 128 --hidden 256"
        })
public final class TrainPairs extends TrainCommand {

    /** What this command's options are where they are not given. */
    static final class PairDefaults extends Defaults {

        PairDefaults() {
            super(Map.ofEntries(
                    Map.entry("--cell", "lstm"),
                    Map.entry("--hidden", "128"),
                    Map.entry("--layers", "1"),
                    Map.entry("--dropout", "0"),
                    Map.entry("--initialisation", "uniform"),
                    Map.entry("--direction", "both"),
                    Map.entry("--validation", "0.1"),
                    Map.entry("--layer-norm", "false"),
                    Map.entry("--epochs", "16"),
                    Map.entry("--batch", "64"),
                    Map.entry("--rate", "0.003"),
                    Map.entry("--schedule", "cosine"),
                    Map.entry("--clip", "5"),
                    Map.entry("--keep", "best"),
                    Map.entry("--output", "pairs.safetensors")));
        }
    }

    @Role(RESULT)
    @Parameters(paramLabel = "DATA", description = "A file of pairs, or 'sums' or 'dates' for made ones.")
    String data = "";

    @Mixin
    PairOptions options = new PairOptions();

    @Mixin
    SmoothingOption smoothing = new SmoothingOption();

    private List<Section> sections = List.of();

    public TrainPairs(Console console) {
        super(console);
    }

    /** What is learned from, and what is held out. */
    private record Parts(Pairs training, Optional<Pairs> heldOut) {

        Pairs judged() {
            return heldOut.orElse(training);
        }
    }

    /** Fewer teach nothing but the most frequent characters, as a rule. */
    @Override
    public int leastUpdates() {
        return 2_000;
    }

    @Override
    public boolean drawsHeldOut() {
        return options.validation > 0;
    }

    @Override
    public int run(Figures figures) {
        requireTrainingOptions();
        options.require(this);
        smoothing.require(this);
        Pairs all = PairInput.read(data);
        PairSpec spec = PairSpec.fit(all, options.unit(), options.longest, options.search());
        Parts parts = parts(all);
        requireOutput(output, "--output", PairInput.files(data));
        note(data + ": " + Format.count(all.count()) + " pairs; inputs of up to " + spec.longestInput() + " "
                + spec.unit() + ", " + spec.inputs().units().size() + " different; outputs of up to "
                + spec.longestOutput() + ", " + spec.outputs().units().size() + " different; "
                + Format.count(parts.training().count()) + " to learn from, "
                + Format.count(all.count() - parts.training().count()) + " held out");
        EncoderDecoder layers = layers(spec);
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(layers.network());
            noteNetwork(fresh, team);
            return train(figures, fresh, spec, parts, team);
        }
    }

    private Parts parts(Pairs all) {
        if (options.validation == 0) {
            return new Parts(all, Optional.empty());
        }
        Pairs.Split split = all.split(options.validation, options.splitSeed.or(seed));
        return new Parts(split.training(), Optional.of(split.heldOut()));
    }

    private EncoderDecoder layers(PairSpec spec) {
        int hidden = network.architecture().hiddenSize();
        boolean both = options.direction == PairOptions.Way.both;
        if (both && hidden % 2 == 1) {
            throw mistake("--hidden is " + hidden + " but --direction is both, half of the units in each: take an even"
                    + " number, or --direction forward.");
        }
        return new PairArchitecture(
                        network.architecture().withDirection(both ? Direction.BOTH : Direction.FORWARD),
                        options.embedding,
                        options.attention(hidden))
                .network(spec);
    }

    private int train(Figures figures, Network net, PairSpec spec, Parts parts, Team team) {
        EncoderDecoder layers = net.spec().encoderDecoder().orElseThrow();
        PairBatches batches = spec.batches(parts.training(), layers, training.batch);
        Optional<Batches> heldOut = parts.heldOut().map(part -> spec.batches(part, layers, training.batch));
        Task task = PairHoldout.addTo(spec.task(), options.validation, options.splitSeed.or(seed));
        TrainingJob fit = new TrainingJob(
                net,
                smoothing.on(new SoftmaxCrossEntropy()),
                batches,
                heldOut,
                task,
                List.of(parts.training().source()));
        TrainingResult result;
        try (TrainingView view = new TrainingView(this, spec.unit(), 1, batches.ids(), "held out")) {
            result = fit(fit, team, view);
        }
        save(fit, result, team);
        Pairs judged = parts.judged();
        PairWriter writer = PairWriter.of(net.pack(), spec);
        List<PairText> texts = (writesReport() ? writer.withAttention() : writer).write(judged, team);
        PairScores greedy = PairScores.ofGreedy(judged, texts, spec.inputs().by());
        PairScores beam = PairScores.of(judged, texts, spec.inputs().by());
        String which = Format.count(judged.count()) + " pairs"
                + (parts.heldOut().isPresent()
                        ? ", held out"
                        : " that it learned from, so others may fare worse; --validation 0.1 holds some out");
        sections = PairSections.of(which + ".", judged, texts, greedy, beam);
        console.line("");
        console.line(which);
        console.line("");
        PairFigures.lines(greedy, beam).forEach(console::line);
        console.line("");
        console.line("wrote " + output + ", seed " + seed);
        note("Now let it write: carousel predict " + output + " FILE");
        figures.with("part", parts.heldOut().isPresent() ? "held_out" : "training");
        PairFigures.addTo(figures, greedy, beam);
        figures.with("loss", result.kept().decidingLoss());
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    @Override
    public List<Section> sections() {
        return sections;
    }
}
