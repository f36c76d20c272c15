package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingJob;
import dev.carousel.cli.train.TrainingView;
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
import dev.carousel.data.classification.SequenceSplit;
import dev.carousel.data.classification.TagDecoding;
import dev.carousel.data.text.TextUnits;
import dev.carousel.kernel.Team;
import dev.carousel.loss.CrfLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.model.Provenance;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.report.Section;
import dev.carousel.report.task.ClassSections;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Batches;
import dev.carousel.train.TrainingResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What training on sequences with a class and on steps with a class have in common. */
abstract class ClassifyTraining extends TrainCommand {

    /** From so many tags on it is worth a word how large their scores are. */
    private static final int MANY_TAGS = 200;

    /** Fewer updates hardly begin to learn; chosen by cross-validation within training files, see docs/recipes.md. */
    private static final int LEAST_UPDATES = 600;

    /** What training drops where a step has one number and --input-dropout is not given; chosen in the same way. */
    private static final float SHARE_OF_SINGLE_NUMBERS = 0.1f;

    @Role(RESULT)
    @Parameters(
            paramLabel = "DATA",
            description = "A .ts file, a .csv file, a .npy file, or a folder with a folder of texts for each class.")
    Path file = Path.of("");

    @Mixin
    SequenceOptions source = new SequenceOptions();

    @Mixin
    ClassifyOptions classes = new ClassifyOptions();

    private List<Section> sections = List.of();
    private boolean signals;

    ClassifyTraining(Console console) {
        super(console);
    }

    /** What the options of both are where they are not given, but for the name of the model. */
    static Map<String, String> defaults(String output) {
        return Map.ofEntries(
                Map.entry("--cell", "gru"),
                Map.entry("--hidden", "64"),
                Map.entry("--layers", "1"),
                Map.entry("--dropout", "0.2"),
                Map.entry("--initialisation", "uniform"),
                Map.entry("--direction", "both"),
                Map.entry("--scaling", "robust"),
                Map.entry("--validation", "0"),
                Map.entry("--layer-norm", "true"),
                Map.entry("--input-dropout", "0.3"),
                Map.entry("--epochs", "40"),
                Map.entry("--batch", "8"),
                Map.entry("--rate", "0.003"),
                Map.entry("--schedule", "cosine"),
                Map.entry("--clip", "1"),
                Map.entry("--keep", "last"),
                Map.entry("--output", output));
    }

    /** Whether each step has a class, rather than each sequence. */
    abstract boolean perStep();

    /** The network, from input to scores. */
    abstract NetworkSpec layers(List<LayerSpec> first, int inputSize, int classes);

    /** How the classes of steps are chosen. */
    TagDecoding decoding() {
        return TagDecoding.EACH;
    }

    /**
     * Refuses ways of choosing that do not fit the data.
     *
     * @param words whether it holds words with tags
     */
    void requireDecoding(boolean words) {
        // Each class by itself fits all.
    }

    /** The network in the direction that was asked for. */
    final RecurrentArchitecture directed(RecurrentArchitecture network) {
        return network.withDirection(classes.networkDirection());
    }

    /** What is learned from, what is held out, and how both come to the network. */
    private record Data(
            LabelledSequences all,
            LabelledSequences training,
            Optional<LabelledSequences> heldOut,
            ClassifierSpec spec,
            Task task,
            List<Provenance.Data> files) {

        LabelledSequences judged() {
            return heldOut.orElse(training);
        }
    }

    @Override
    public final boolean drawsHeldOut() {
        return classes.validation > 0;
    }

    /** Whole sequences of numbers that are few are read more often; texts and tags were not measured. */
    @Override
    public final int leastUpdates() {
        return signals && !perStep() ? LEAST_UPDATES : 0;
    }

    @Override
    public int run(Figures figures) {
        requireTrainingOptions();
        classes.require(this);
        source.require(this, file, perStep(), classes.validation);
        requireDecoding(source.reading(perStep(), TagDecoding.EACH).readsTexts(file));
        SequenceReading reading = source.reading(perStep(), decoding());
        Data data = data(reading, SequenceInput.training(reading, file, source.labels));
        requireOutput(output, "--output", file);
        signals = !data.spec().readsIds();
        noteData(data);
        if (decoding().crf()) {
            requireRoom(data);
        }
        try (Team team = Team.of(threads.threads)) {
            Network fresh = freshNetwork(layers(data.spec()));
            noteNetwork(fresh, team);
            return train(figures, fresh, data, team);
        }
    }

    /** The scores of a conditional random field grow with the square of the tags, and a batch has them for each of its steps. */
    private void requireRoom(Data data) {
        int K = data.spec().classes().size();
        long scores = data.spec().outputSize();
        long sequence = scores * data.all().longest();
        long batch = sequence * Math.min(training.batch, data.all().count());
        // They and their gradient.
        long bytes = 2L * Float.BYTES * batch;
        String size = "--crf with " + Format.count(K) + " tags has " + Format.count(scores)
                + " scores a step, and a batch of " + training.batch + " sequences of up to "
                + Format.count(data.all().longest()) + " steps needs " + Format.count(bytes >> 20) + " MB for them";
        if (batch > Integer.MAX_VALUE || bytes > Runtime.getRuntime().maxMemory()) {
            long most = Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / (2 * Float.BYTES)) / sequence;
            throw mistake(size + ", which is more than there is room for. "
                    + (most > 0 ? "Take a --batch of at most " + most + ", or train" : "Cut long sequences, or train")
                    + " without --crf.");
        }
        if (K > MANY_TAGS) {
            note("note: " + size + "; without --crf it is faster and smaller");
        }
    }

    private Data data(SequenceReading reading, SequenceInput read) {
        LabelledSequences found = read.sequences().requireEveryClass();
        Optional<SequenceSplit> split = classes.validation == 0
                ? Optional.empty()
                : Optional.of(HeldOutPart.split(found, classes.validation, classes.splitSeed.or(seed), source.group));
        // What is held out has no say in the vocabulary.
        Optional<TextUnits> units = read.texts()
                .map(texts -> source.units.of(
                        split.map(parts -> texts.select(parts.training())).orElse(texts)));
        LabelledSequences all =
                units.map(known -> read.texts().orElseThrow().by(known)).orElse(found);
        LabelledSequences training =
                split.map(parts -> all.select(parts.training())).orElse(all);
        if (source.group.isPresent()) {
            requireEveryClass(training);
        }
        ClassifierSpec spec = units.map(known -> ClassifierSpec.ofText(training, known))
                .orElseGet(() -> ClassifierSpec.fit(training, classes.scalingKind()))
                .withDecoding(decoding());
        Task task = reading.addTo(spec.task(), spec);
        return new Data(
                all,
                training,
                split.map(parts -> all.select(parts.heldOut())),
                spec,
                HeldOutPart.addTo(task, classes.validation, classes.splitSeed.or(seed), source.group),
                read.files());
    }

    /** Whole groups may take all of a class with them. */
    private void requireEveryClass(LabelledSequences training) {
        long[] counts = training.countsOfClasses();
        List<String> none = IntStream.range(0, counts.length)
                .filter(k -> counts[k] == 0)
                .mapToObj(training.classes()::get)
                .toList();
        if (!none.isEmpty()) {
            throw new DataException(
                    file + ": what is held out takes all of the classes " + none
                            + " with it, so that nothing could be learned of them. Take a smaller --validation or another --split-seed.");
        }
    }

    private void noteData(Data data) {
        LabelledSequences all = data.all();
        note(file + ": " + Format.count(all.count()) + " sequences of "
                + data.spec().units().map(units -> extent(all, units)).orElseGet(() -> extent(all)) + ", "
                + all.classes().size() + " classes; "
                + Format.count(data.training().count()) + " to learn from, "
                + Format.count(all.count() - data.training().count()) + " held out");
        long missing = all.missing();
        if (missing > 0) {
            note("note: " + Format.count(missing) + " values are missing; each is taken as that of the step before");
        }
    }

    private static String extent(LabelledSequences texts, TextUnits units) {
        return "up to " + Format.count(texts.longest()) + " " + units.name() + "s, " + Format.count(texts.kinds())
                + " different";
    }

    private static String extent(LabelledSequences all) {
        boolean equal = all.steps() == (long) all.count() * all.longest();
        return (equal ? "" : "up to ") + Format.count(all.longest()) + " steps, " + all.size()
                + (all.size() == 1 ? " number a step" : " numbers a step");
    }

    private NetworkSpec layers(ClassifierSpec spec) {
        int V = spec.inputSize();
        if (!spec.readsIds()) {
            float share = inputDropout(V);
            return layers(
                    share > 0 ? List.of(new Parameterless.Drop(V, share)) : List.of(),
                    V,
                    spec.classes().size());
        }
        LayerSpec input = classes.embedding == 0
                ? new LayerSpec.OneHot(V)
                : new LayerSpec.Embedding("embedding", V, classes.embedding);
        return layers(List.of(input), input.outputSize(), spec.classes().size());
    }

    /**
     * Numbers that are kept are divided by 1 - share, which keeps the mean of sums of many. Of a single one, training sees 0 or
     * a larger one, never the number itself: a network that tells classes by how large it is takes one for the other if the
     * share is large.
     */
    private float inputDropout(int numbers) {
        if (numbers > 1 || given("--input-dropout")) {
            return classes.inputDropout;
        }
        chosen("--input-dropout", String.valueOf(SHARE_OF_SINGLE_NUMBERS));
        note("note: each step has one number, so training drops " + SHARE_OF_SINGLE_NUMBERS
                + " of them; --input-dropout says another share");
        return SHARE_OF_SINGLE_NUMBERS;
    }

    private Loss loss(LabelledSequences training) {
        if (decoding().crf()) {
            return new CrfLoss(training.classes().size());
        }
        SoftmaxCrossEntropy plain = new SoftmaxCrossEntropy(perStep() ? Steps.EVERY : Steps.LAST);
        return classes.weights.on(classes.smoothing.on(plain), training.countsOfClasses());
    }

    private int train(Figures figures, Network net, Data data, Team team) {
        Batches batches = data.spec().batches(data.training(), training.batch);
        Optional<Batches> heldOut = data.heldOut().map(part -> data.spec().batches(part, training.batch));
        TrainingJob fit = new TrainingJob(net, loss(data.training()), batches, heldOut, data.task(), data.files());
        TrainingResult result;
        try (TrainingView view =
                new TrainingView(this, "steps", 1, data.training().steps(), "held out")) {
            result = fit(fit, team, view);
        }
        save(fit, result, team);
        Classifier classifier = Classifier.of(net.pack(), data.spec());
        Classified answers = classifier.answers(data.judged(), team);
        ClassScores scores = classifier.scores(data.judged(), answers);
        List<ClassMistake> mistakes = ClassMistake.of(data.judged(), answers);
        Optional<EntityScores> entities = EntityScores.of(data.judged(), answers);
        String judged = Format.count(scores.count())
                + (perStep() ? " steps" : " sequences")
                + (data.heldOut().isPresent()
                        ? ", held out"
                        : " that it learned from, so others may fare worse; --validation 0.2 holds some out");
        sections = new ArrayList<>(ClassSections.of(judged + ".", data.spec(), data.judged(), scores, mistakes));
        entities.map(ClassSections::entities).ifPresent(section -> sections.add(1, section));
        report(judged, scores, mistakes, entities);
        figures.with("part", data.heldOut().isPresent() ? "held_out" : "training");
        ClassFigures.addTo(figures, scores, mistakes);
        entities.ifPresent(found -> EntityFigures.addTo(figures, found));
        figures.with("loss", result.kept().decidingLoss());
        addRun(figures, fit, result, team);
        return ExitCode.OK;
    }

    private void report(
            String judged, ClassScores scores, List<ClassMistake> mistakes, Optional<EntityScores> entities) {
        console.line("");
        console.line(judged);
        console.line("");
        entities.ifPresent(found -> {
            EntityFigures.lines(found).forEach(console::line);
            console.line("");
        });
        ClassFigures.lines(scores, mistakes).forEach(console::line);
        console.line("");
        console.line("wrote " + output + ", seed " + seed);
        note("Now judge it on others: carousel evaluate " + output + " FILE");
    }

    @Override
    public final List<Section> sections() {
        return sections;
    }
}
