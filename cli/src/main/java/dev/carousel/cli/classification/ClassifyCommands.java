package dev.carousel.cli.classification;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.RowAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassMistake;
import dev.carousel.data.classification.ClassScores;
import dev.carousel.data.classification.Classified;
import dev.carousel.data.classification.Classifier;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.EntityScores;
import dev.carousel.data.classification.HeldOutPart;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceReading;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.stream.OnlineClassifier;
import dev.carousel.data.stream.StreamModel;
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

/** Classifiers: the class of each sequence or step with its probabilities, and how often it is right. */
public final class ClassifyCommands implements TaskCommands {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    private final String kind;

    /** Of sequences or of steps, as {@link ClassifierSpec} names them. */
    public ClassifyCommands(String kind) {
        this.kind = kind;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public boolean readsArrays() {
        return true;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        Path input = Path.of(command.only("a file of sequences"));
        LabelledSequences sequences = SequenceInput.unlabelled(SequenceReading.of(model, spec), input, spec);
        Classified classified;
        try (Team team = Team.ofAllProcessors()) {
            classified = Classifier.of(network.pack(), spec).answers(sequences, team);
        }
        List<String> lines = new ArrayList<>();
        List<Object> answers = new ArrayList<>();
        StringBuilder head = new StringBuilder(spec.perStep() ? "sequence,step,class" : "sequence,class");
        spec.classes().forEach(name -> head.append(',').append(Csv.field(name)));
        lines.add(head.toString());
        for (int i = 0; i < sequences.count(); i++) {
            for (int t = 0; t < classified.steps(i); t++) {
                double[] of = classified.probabilities(i, t);
                String said = spec.classes().get(classified.said(i, t));
                StringBuilder line = new StringBuilder(Csv.field(sequences.name(i)));
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("sequence", sequences.name(i));
                if (spec.perStep()) {
                    line.append(',').append(t + 1);
                    answer.put("step", t + 1);
                }
                line.append(',').append(Csv.field(said));
                Map<String, Object> byClass = new LinkedHashMap<>();
                for (int k = 0; k < of.length; k++) {
                    line.append(',')
                            .append(new BigDecimal(of[k]).round(SIX_DIGITS).toPlainString());
                    byClass.put(spec.classes().get(k), of[k]);
                }
                answer.put("class", said);
                answer.put("probabilities", byClass);
                lines.add(line.toString());
                answers.add(answer);
            }
        }
        figures.with("classes", spec.classes()).with("predictions", answers);
        return lines;
    }

    @Override
    public LineAnswers stream(Streaming command, Model model, InputStream in) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        StreamModel streams = streams(model, spec);
        SequenceReading reading = SequenceReading.of(model, spec);
        if (command.learning.learns()) {
            return learning(command, model, streams, reading, in);
        }
        return spec.readsIds()
                ? new ClassAnswers.Texts(command, streams, spec, reading.longest(), in)
                : new RowAnswers(
                        command,
                        streams,
                        command.id.or(() -> reading.form().id()),
                        in,
                        new ClassAnswers(spec.classes()));
    }

    @Override
    public boolean learns() {
        return true;
    }

    private static LineAnswers learning(
            Streaming command, Model model, StreamModel streams, SequenceReading reading, InputStream in) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        Optional<String> id = command.id.or(() -> reading.form().id());
        Optional<String> label =
                command.learning.label().or(() -> reading.form().label());
        if (!spec.readsIds() && label.isEmpty()) {
            throw command.mistake(
                    "Which column holds the classes from which the model is to learn? Name it with --label.");
        }
        if (!spec.readsIds() && !spec.perStep() && id.isEmpty()) {
            throw command.mistake(
                    "Which column says to which sequence a row belongs? Name it with --id. Without one all rows"
                            + " are a single sequence, whose class is learned at its end.");
        }
        OnlineClassifier online;
        try {
            online = command.learning.classifier(command, model);
        } catch (DataException e) {
            boolean pools = model.spec().pools();
            throw new DataException(
                    e.kind(), e.getMessage() + (pools ? " To learn on a stream, train with --pool last." : ""), e);
        }
        return RowAnswers.learning(
                command, online, streams, id, label.orElseThrow(), in, new ClassAnswers(spec.classes()));
    }

    /** Says which option of the training makes a model that can. */
    private static StreamModel streams(Model model, ClassifierSpec spec) {
        try {
            return StreamModel.of(model);
        } catch (DataException e) {
            boolean bySequence = spec.scaling()
                    .filter(scaling -> scaling.kind() == SequenceScaling.Kind.SEQUENCE)
                    .isPresent();
            String option = spec.decoding().crf()
                    ? " 'carousel predict' tags whole sentences; to follow streams, train without --crf"
                            + (model.spec().readsAhead() ? " and with --direction forward." : ".")
                    : model.spec().readsAhead()
                            ? " To follow streams, train with --direction forward."
                            : bySequence ? " To follow streams, train without --scaling sequence." : "";
            throw new DataException(e.kind(), e.getMessage() + option, e);
        }
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        ClassifierSpec spec = ClassifierSpec.of(model);
        Path input = Path.of(command.data("a file of sequences with their classes"));
        SequenceReading reading = SequenceReading.of(model, spec);
        SequenceInput plain = SequenceInput.labelled(reading, input, command.labels, spec);
        // Only the file of the training has to have its column of groups.
        SequenceInput read = HeldOutPart.group(model)
                .filter(column -> DataFile.trainedOn(model, plain.files()))
                .map(column -> SequenceInput.labelled(reading.withGroup(column), input, command.labels, spec))
                .orElse(plain);
        Part part = part(command, model, read);
        Classifier classifier = Classifier.of(network.pack(), spec);
        Classified answers = classifier.answers(part.sequences, team);
        ClassScores scores = classifier.scores(part.sequences, answers);
        if (scores.count() == 0) {
            throw new DataException(input + ": no step has a class, so there is nothing to judge by.");
        }
        List<ClassMistake> mistakes = ClassMistake.of(part.sequences, answers);
        Optional<EntityScores> entities = EntityScores.of(part.sequences, answers);
        command.console.line(Format.count(scores.count()) + (spec.perStep() ? " steps" : " sequences") + part.which);
        command.console.line("");
        entities.ifPresent(found -> {
            EntityFigures.lines(found).forEach(command.console::line);
            command.console.line("");
        });
        ClassFigures.lines(scores, mistakes).forEach(command.console::line);
        figures.with("part", part.name);
        ClassFigures.addTo(figures, scores, mistakes);
        entities.ifPresent(found -> EntityFigures.addTo(figures, found));
    }

    /** Which sequences count. */
    private record Part(LabelledSequences sequences, String name, String which) {}

    private static Part part(Evaluate command, Model model, SequenceInput read) {
        LabelledSequences all = read.sequences();
        boolean known = DataFile.trainedOn(model, read.files());
        boolean held = known && HeldOutPart.exists(model);
        Optional<Evaluate.Part> asked = command.part;
        if (asked.isPresent() && asked.get() == Evaluate.Part.held_out && !held) {
            throw new DataException(command.data.orElse("") + ": nothing of it is held out, since " + model.name()
                    + (known ? " learned from all of it." : " was trained on another file.") + " Use --part all.");
        }
        if (held && asked.orElse(Evaluate.Part.held_out) == Evaluate.Part.held_out) {
            return new Part(HeldOutPart.of(model, all), "held_out", ", held out");
        }
        return new Part(all, "all", known ? ", which the model has learned from" : "");
    }
}
