package dev.carousel.cli.transcription;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.HeldOutPart;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceReading;
import dev.carousel.data.classification.SequenceSplit;
import dev.carousel.data.transcription.Transcriber;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.data.transcription.Transcript;
import dev.carousel.data.transcription.TranscriptScores;
import dev.carousel.kernel.Team;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.TranscriptSections;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.train.Batches;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code carousel train transcribe}: a network that writes the text of a sequence, wherever its letters stand. */
@Command(
        name = "transcribe",
        defaultValueProvider = TrainTranscribe.TranscribeDefaults.class,
        header = "Train a network to write the text of a sequence.",
        description = {
            "Nobody has to say where in a sequence a letter stands (connectionist temporal classification). DATA may be:",
            "",
            "  FILE.csv     a row for each step: --label COLUMN holds the text of the",
            "               sequence, the same in all its rows; --id COLUMN says which",
            "               sequence a row belongs to",
            "  FILE.npy     an array [sequences, steps, dimensions] or [sequences, steps],",
            "               with --labels texts.txt, a line for each sequence, or",
            "               --labels y.npy, whole numbers [sequences, labels]",
            "",
            "Numbers are scaled by the training part, never by held-out data; the model remembers how. Sequences of"
                    + " similar length are batched together."
        },
        footer = {
            "  carousel train transcribe calls.csv --id call --label keys",
            "  carousel evaluate transcribe.safetensors others.csv",
            "      label error rate and what was written for what",
            "  carousel predict transcribe.safetensors new.csv",
            "      the texts",
            "  carousel train transcribe X.npy --labels y.npy --direction forward",
            "      so that a stream can be followed, label by label"
        })
public final class TrainTranscribe extends TrainCommand {

    /** What this command's options are where they are not given. */
    static final class TranscribeDefaults extends Defaults {

        TranscribeDefaults() {
            super(Map.ofEntries(
                    Map.entry("--cell", "gru"),
                    Map.entry("--hidden", "64"),
                    Map.entry("--layers", "1"),
                    Map.entry("--dropout", "0.2"),
                    Map.entry("--initialisation", "uniform"),
                    Map.entry("--direction", "both"),
                    Map.entry("--scaling", "robust"),
                    Map.entry("--validation", "0.1"),
                    Map.entry("--layer-norm", "true"),
                    Map.entry("--input-dropout", "0"),
                    Map.entry("--epochs", "40"),
                    Map.entry("--batch", "8"),
                    Map.entry("--rate", "0.003"),
                    Map.entry("--schedule", "cosine"),
                    Map.entry("--clip", "5"),
                    Map.entry("--keep", "best"),
                    Map.entry("--output", "transcribe.safetensors")));
        }
    }

    @Role(RESULT)
    @Parameters(paramLabel = "DATA", description = "A .csv file, or a .npy file with --labels.")
    Path file = Path.of("");

    @Mixin
    TranscribeOptions texts = new TranscribeOptions();

    private List<Section> sections = List.of();

    public TrainTranscribe(Console console) {
        super(console);
    }

    /** What is learned from, what is held out, and how both come to the network. */
    private record Data(
            LabelledSequences all,
            LabelledSequences training,
            Optional<LabelledSequences> heldOut,
            TranscriberSpec spec,
            Task task,
            List<Provenance.Data> files) {

        LabelledSequences judged() {
            return heldOut.orElse(training);
        }
    }

    @Override
    public boolean drawsHeldOut() {
        return texts.validation > 0;
    }

    @Override
    public int run(Figures figures) {
        requireTrainingOptions();
        texts.require(this, file);
        Data data = data(TranscriptInput.read(file, texts.form(), texts.labels));
        requireOutput(output, "--output", file);
        noteData(data);
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(layers(data.spec()));
            noteNetwork(fresh, team);
            return train(figures, fresh, data, team);
        }
    }

    private Data data(TranscriptInput read) {
        LabelledSequences all = read.sequences();
        Optional<SequenceSplit> split = texts.validation == 0
                ? Optional.empty()
                : Optional.of(
                        HeldOutPart.split(all.inOneClass(), texts.validation, texts.splitSeed.or(seed), texts.group));
        LabelledSequences training =
                split.map(parts -> all.select(parts.training())).orElse(all);
        Optional<LabelledSequences> heldOut = split.map(parts -> all.select(parts.heldOut()));
        TranscriberSpec spec = TranscriberSpec.fit(all, training, texts.unit(), texts.scalingKind(), texts.beam);
        requireFits(spec, training);
        heldOut.ifPresent(part -> requireFits(spec, part));
        SequenceReading reading = new SequenceReading(false, 1, texts.form());
        Task task = reading.addTo(spec.task(), spec.steps());
        return new Data(
                all,
                training,
                heldOut,
                spec,
                HeldOutPart.addTo(task, texts.validation, texts.splitSeed.or(seed), texts.group),
                read.files());
    }

    /** Refuses texts that do not fit, or says how many are left out. */
    private void requireFits(TranscriberSpec spec, LabelledSequences part) {
        if (texts.unfit == TranscribeOptions.Rule.refuse) {
            try {
                spec.requireFits(part);
            } catch (DataException e) {
                boolean helps = e.kind() != DataException.Kind.UNKNOWN_UNIT && spec.unfit(part).length < part.count();
                throw helps
                        ? new DataException(e.kind(), e.getMessage() + " --unfit skip leaves such sequences out.", e)
                        : e;
            }
            return;
        }
        int unfit = spec.unfit(part).length;
        if (unfit == part.count()) {
            throw new DataException(file + ": no sequence has as many steps as its text needs.");
        }
        if (unfit > 0) {
            note("note: " + Format.count(unfit) + " of " + Format.count(part.count())
                    + " sequences have fewer steps than their text needs and are left out of the loss");
        }
    }

    private void noteData(Data data) {
        LabelledSequences all = data.all();
        note(file + ": " + Format.count(all.count()) + " sequences of up to " + Format.count(all.longest())
                + " steps, " + all.size() + (all.size() == 1 ? " number a step" : " numbers a step") + "; texts of "
                + data.spec().alphabet().units().size() + " different "
                + texts.unit().name().toLowerCase(Locale.ROOT) + "; "
                + Format.count(data.training().count()) + " to learn from, "
                + Format.count(all.count() - data.training().count()) + " held out");
        long missing = all.missing();
        if (missing > 0) {
            note("note: " + Format.count(missing) + " values are missing; each is taken as that of the step before");
        }
    }

    private NetworkSpec layers(TranscriberSpec spec) {
        int D = spec.scaling().size();
        List<LayerSpec> first =
                texts.inputDropout > 0 ? List.of(new Parameterless.Drop(D, texts.inputDropout)) : List.of();
        return network.architecture()
                .withDirection(texts.networkDirection())
                .network(first, D, spec.alphabet().size());
    }

    private int train(Figures figures, Network net, Data data, Team team) {
        Batches batches = data.spec().batches(data.training(), training.batch);
        Optional<Batches> heldOut = data.heldOut().map(part -> data.spec().batches(part, training.batch));
        TrainingJob fit = new TrainingJob(net, texts.loss(), batches, heldOut, data.task(), data.files());
        TrainingResult result;
        try (TrainingView view =
                new TrainingView(this, "steps", 1, data.training().steps(), "held out")) {
            result = fit(fit, team, view);
        }
        save(fit, result, team);
        List<Transcript> transcripts = Transcriber.of(net.pack(), data.spec()).transcripts(data.judged(), team);
        TranscriptScores greedy = TranscriptScores.ofGreedy(data.spec(), data.judged(), transcripts);
        TranscriptScores beam = TranscriptScores.ofBeam(data.spec(), data.judged(), transcripts);
        String judged = Format.count(beam.sequences()) + " sequences with " + Format.count(beam.labels()) + " labels"
                + (data.heldOut().isPresent()
                        ? ", held out"
                        : " that it learned from, so others may fare worse; --validation 0.1 holds some out");
        sections = TranscriptSections.of(judged + ".", greedy, beam);
        console.line("");
        console.line(judged);
        console.line("");
        TranscriptFigures.lines(greedy, beam).forEach(console::line);
        console.line("");
        console.line("wrote " + output + ", seed " + seed);
        note("Now judge it on others: carousel evaluate " + output + " FILE");
        figures.with("part", data.heldOut().isPresent() ? "held_out" : "training");
        TranscriptFigures.addTo(figures, greedy, beam);
        figures.with("loss", result.kept().decidingLoss());
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    @Override
    public List<Section> sections() {
        return sections;
    }
}
