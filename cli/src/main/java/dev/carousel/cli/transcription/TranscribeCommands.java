package dev.carousel.cli.transcription;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.HeldOutPart;
import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceReading;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.transcription.Transcriber;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.data.transcription.Transcript;
import dev.carousel.data.transcription.TranscriptScores;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Transcribers: the text of each sequence, and how far texts are from the true ones. */
public final class TranscribeCommands implements TaskCommands {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    @Override
    public String kind() {
        return TranscriberSpec.KIND;
    }

    @Override
    public boolean readsArrays() {
        return true;
    }

    private static LabelledCsv form(Model model, TranscriberSpec spec) {
        return SequenceReading.of(model, spec.steps()).form();
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        TranscriberSpec spec = TranscriberSpec.of(model);
        Path input = Path.of(command.only("a file of sequences"));
        LabelledSequences sequences = TranscriptInput.unlabelled(input, form(model, spec), spec);
        List<Transcript> transcripts;
        try (Team team = Team.ofAllProcessors()) {
            transcripts = Transcriber.of(network.pack(), spec).transcripts(sequences, team);
        }
        List<String> lines = new ArrayList<>(List.of("sequence,text,probability"));
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < sequences.count(); i++) {
            Transcript transcript = transcripts.get(i);
            String text = spec.alphabet().decode(transcript.beam());
            lines.add(Csv.field(sequences.name(i)) + "," + Csv.field(text) + ","
                    + new BigDecimal(transcript.probability()).round(SIX_DIGITS).toPlainString());
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("sequence", sequences.name(i));
            answer.put("text", text);
            answer.put("probability", transcript.probability());
            answer.put("greedy", spec.alphabet().decode(transcript.greedy()));
            answers.add(answer);
        }
        figures.with("predictions", answers);
        return lines;
    }

    @Override
    public LineAnswers stream(Streaming command, Model model, InputStream in) {
        TranscriberSpec spec = TranscriberSpec.of(model);
        StreamModel streams;
        try {
            streams = StreamModel.of(model);
        } catch (DataException e) {
            String option = model.spec().readsAhead()
                    ? " To follow streams, train with --direction forward."
                    : " To follow streams, train without --scaling sequence.";
            throw new DataException(e.kind(), e.getMessage() + option, e);
        }
        LabelledCsv form = form(model, spec);
        return new TranscriptAnswers(command, streams, command.id.or(form::id), in);
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        TranscriberSpec spec = TranscriberSpec.of(model);
        Path input = Path.of(command.data("a file of sequences with their texts"));
        LabelledCsv form = form(model, spec);
        TranscriptInput plain = TranscriptInput.read(input, form, command.labels);
        boolean known = DataFile.trainedOn(model, plain.files());
        // Only the file of the training has to have its column of groups.
        Optional<String> group = HeldOutPart.group(model).filter(column -> known);
        LabelledSequences all = group.isPresent()
                ? TranscriptInput.read(input, form.withGroup(group), command.labels)
                        .sequences()
                : plain.sequences();
        Part part = part(command, model, all, known);
        Transcriber transcriber = Transcriber.of(network.pack(), spec);
        List<Transcript> transcripts = transcriber.transcripts(part.sequences, team);
        TranscriptScores greedy = TranscriptScores.ofGreedy(spec, part.sequences, transcripts);
        TranscriptScores beam = TranscriptScores.ofBeam(spec, part.sequences, transcripts);
        command.console.line(Format.count(beam.sequences()) + " sequences with " + Format.count(beam.labels())
                + " labels" + part.which);
        command.console.line("");
        TranscriptFigures.lines(greedy, beam).forEach(command.console::line);
        figures.with("part", part.name);
        TranscriptFigures.addTo(figures, greedy, beam);
    }

    /** Which sequences count. */
    private record Part(LabelledSequences sequences, String name, String which) {}

    private static Part part(Evaluate command, Model model, LabelledSequences all, boolean known) {
        boolean held = known && HeldOutPart.exists(model);
        Optional<Evaluate.Part> asked = command.part;
        if (asked.isPresent() && asked.get() == Evaluate.Part.held_out && !held) {
            throw new DataException(command.data.orElse("") + ": nothing of it is held out, since " + model.name()
                    + (known ? " learned from all of it." : " was trained on another file.") + " Use --part all.");
        }
        if (held && asked.orElse(Evaluate.Part.held_out) == Evaluate.Part.held_out) {
            return new Part(all.select(HeldOutPart.places(model, all.inOneClass())), "held_out", ", held out");
        }
        return new Part(all, "all", known ? ", which the model has learned from" : "");
    }
}
