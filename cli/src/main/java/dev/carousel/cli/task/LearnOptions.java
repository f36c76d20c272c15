package dev.carousel.cli.task;

import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.console.Format;
import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.stream.LearningModel;
import dev.carousel.data.stream.OnlineClassifier;
import dev.carousel.data.stream.OnlineModel;
import dev.carousel.data.stream.PrequentialErrors;
import dev.carousel.model.Model;
import dev.carousel.report.Report;
import dev.carousel.report.task.OnlineSections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a stream from which the model learns. */
public final class LearnOptions {

    private static final int MAGIC = 0x43534c31;

    @Option(
            order = -90,
            names = "--learn",
            description =
                    "Learn from each row, after it was answered: for forecasters that go step by step with values relative to"
                            + " none or previous, and detectors, of one series; for classifiers and taggers of numbers, from the"
                            + " classes that come with the rows. MODEL stays as it is.")
    boolean learn;

    @Option(
            order = -90,
            names = "--label",
            paramLabel = "COLUMN",
            description = "--learn, for classifiers and taggers: the column of classes, empty where one is not known"
                    + " (default: that of the training). The class of a sequence may come with any of its rows.")
    Optional<String> label = Optional.empty();

    @Option(
            order = -90,
            names = "--label-delay",
            paramLabel = "N",
            defaultValue = "0",
            description = "--learn, for taggers: the class in a row is that of the row N before it in the same sequence"
                    + " (default: ${DEFAULT-VALUE}).")
    int delay;

    @Option(
            order = -90,
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0.001",
            description =
                    "The learning rate of --learn, for Adam with gradients clipped to 1 (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            order = -90,
            names = "--output",
            paramLabel = "FILE",
            description = "Write the learned model at the end of the input (default: not written).")
    Optional<Path> output = Optional.empty();

    @Option(order = -90, names = "--in-place", description = "Write the learned model over MODEL.")
    boolean inPlace;

    @Option(
            order = -90,
            names = "--snapshot",
            paramLabel = "FILE",
            description =
                    "Keep all that --learn remembers in FILE, and go on from it if it is there: a run that was killed gives"
                            + " the same numbers when it is started again. Rows of an INPUT file that were taken are skipped; from a pipe"
                            + " send those after them.")
    Optional<Path> snapshot = Optional.empty();

    @Option(
            order = -90,
            names = "--save-every",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Write --snapshot, --output and --report after every N rows, too (default: ${DEFAULT-VALUE}).")
    int every;

    @Option(
            order = -90,
            names = "--report",
            paramLabel = "FILE.html",
            description =
                    "Write a page with the errors over time of the learned model, of MODEL as it was, and of naive"
                            + " answers.")
    Optional<Path> report = Optional.empty();

    private Optional<LearningModel> online = Optional.empty();
    private Optional<Path> target = Optional.empty();

    /** Whether the model learns. */
    public boolean learns() {
        return learn;
    }

    /** The column of classes, if one was named. */
    public Optional<String> label() {
        return label;
    }

    /** Refuses what makes no sense, before any file is read. */
    void require(Streaming command) {
        String[] options = {
            "--label", "--label-delay", "--rate", "--output", "--in-place", "--snapshot", "--save-every", "--report"
        };
        for (String option : options) {
            if (!learn && command.given(option)) {
                throw command.mistake(option + " is for a model that learns: add --learn.");
            }
        }
        command.requirePositive("--rate", rate);
        command.requireAtLeast("--save-every", 1, every);
        command.requireAtLeast("--label-delay", 0, delay);
        if (inPlace && output.isPresent()) {
            throw command.mistake("--in-place and --output say two places for the learned model; name one.");
        }
        if (inPlace && snapshot.isPresent()) {
            throw command.mistake(
                    "--in-place writes over MODEL, but a run that goes on from --snapshot begins with MODEL as it"
                            + " was. Write the learned model with --output.");
        }
        output.ifPresent(file -> OutputFile.require(command, file, "--output", command.file, Path.of(command.input)));
        snapshot.ifPresent(
                file -> OutputFile.require(command, file, "--snapshot", command.file, Path.of(command.input)));
        report.ifPresent(file -> {
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            if (!name.endsWith(".html") && !name.endsWith(".htm")) {
                throw command.mistake("--report is " + file + " but must end in .html, since it is a page.");
            }
            OutputFile.require(command, file, "--report", command.file, Path.of(command.input));
        });
        target = inPlace ? Optional.of(command.file) : output;
    }

    /** The model that learns, made once. */
    public OnlineModel online(Streaming command, Model model) {
        for (String option : new String[] {"--label", "--label-delay"}) {
            if (command.given(option)) {
                throw command.mistake(option + " is for classifiers and taggers, but the model is for the task "
                        + model.task().kind() + ", which learns from the next rows.");
            }
        }
        return made(command, OnlineModel.of(model, rate));
    }

    /** The classifier or tagger that learns, made once. */
    public OnlineClassifier classifier(Streaming command, Model model) {
        return made(command, OnlineClassifier.of(model, rate, delay));
    }

    private <T extends LearningModel> T made(Streaming command, T made) {
        online = Optional.of(made);
        if (!made.exact()) {
            command.note(
                    "note: the gradient of this network is an approximation: it has recurrent products or several layers"
                            + " (docs/online.md)");
        }
        return made;
    }

    /** Goes on from the snapshot, if there is one. */
    void begin(Streaming command, RowAnswers answers) {
        if (snapshot.isEmpty() || !Files.exists(snapshot.get())) {
            return;
        }
        byte[] saved;
        try {
            saved = Files.readAllBytes(snapshot.get());
        } catch (IOException e) {
            throw new DataException("--snapshot " + snapshot.get() + ": cannot be read: " + e.getMessage(), e);
        }
        long[] lines = new long[1];
        try {
            SavedState.read(saved, MAGIC, in -> {
                long taken = in.readLong();
                byte[] streams = SavedState.readPart(in);
                return () -> {
                    answers.restore(streams);
                    lines[0] = taken;
                };
            });
        } catch (DataException e) {
            throw new DataException("--snapshot " + snapshot.get() + ": " + e.getMessage(), e);
        }
        answers.goOnAfter(lines[0], !command.readsStandardInput());
        command.note("goes on from " + snapshot.get() + ", after " + Format.count(lines[0]) + " rows");
    }

    /** After a row. */
    void answered(RowAnswers answers) {
        if (answers.taken() % every == 0) {
            save(answers);
        }
    }

    private void save(RowAnswers answers) {
        saveSnapshot(answers);
        saveLearned();
    }

    private void saveSnapshot(RowAnswers answers) {
        snapshot.ifPresent(file -> OutputFile.write(file, SavedState.write(MAGIC, out -> {
            byte[] streams = answers.save();
            out.writeLong(answers.taken());
            out.writeInt(streams.length);
            out.write(streams);
        })));
    }

    private void saveLearned() {
        LearningModel made = online.orElseThrow();
        made.learned().ifPresent(model -> target.ifPresent(model::save));
        made.errors()
                .filter(errors -> errors.rows() > 0)
                .ifPresent(errors -> report.ifPresent(page -> write(page, errors)));
    }

    private static void write(Path page, PrequentialErrors errors) {
        try {
            Report.of("Learning on a stream", OnlineSections.of(errors)).write(page);
        } catch (IOException e) {
            throw new DataException("--report " + page + ": could not be written: " + e.getMessage(), e);
        }
    }

    /** At the end of the input; a run that goes on from the snapshot may find further rows of the last sequence. */
    void end(Streaming command, RowAnswers answers, Figures figures) {
        saveSnapshot(answers);
        try {
            answers.end();
        } catch (IllegalStateException e) {
            throw new FailureException(command.source() + ": " + e.getMessage(), e);
        }
        saveLearned();
        LearningModel made = online.orElseThrow();
        Optional<PrequentialErrors> judged = made.errors().filter(errors -> errors.rows() > 0);
        judged.ifPresentOrElse(errors -> tell(command, errors, figures), () -> command.note(whyNothing(made)));
        if (made.learned().isPresent()) {
            String what = made.updates() == 0 ? "the model as it was" : "the learned model";
            target.ifPresent(file -> command.note("wrote " + what + " to " + file));
        }
    }

    private static void tell(Streaming command, PrequentialErrors errors, Figures figures) {
        if (errors.ofClasses()) {
            accuracies(command, errors, figures);
        } else {
            absoluteErrors(command, errors, figures);
        }
        figures.with("judged", errors.rows());
    }

    private static String whyNothing(LearningModel made) {
        if (made instanceof OnlineModel) {
            return "note: no row was learned from; the first needs as many before it as 'carousel predict' does";
        }
        return made.updates() == 0
                ? "note: nothing was learned: there was no class to learn from in the column of --label"
                : "note: nothing was judged: it takes two classes in the column of --label";
    }

    private static void accuracies(Streaming command, PrequentialErrors errors, Figures figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder("accuracy over " + Format.count(errors.rows()) + " classes: ");
        for (int i = 0; i < errors.forecasters().size(); i++) {
            double right = 1 - errors.mean(i, 0);
            text.append(i == 0 ? "" : ", ").append(errors.forecasters().get(i));
            text.append(String.format(Locale.ROOT, " %.1f %%", 100 * right));
            all.put(errors.forecasters().get(i), right);
        }
        command.note(text.toString());
        figures.with("accuracy", all);
    }

    private static void absoluteErrors(Streaming command, PrequentialErrors errors, Figures figures) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int k = 0; k < errors.targets().size(); k++) {
            Map<String, Object> ofTarget = new LinkedHashMap<>();
            StringBuilder text = new StringBuilder("mean absolute error of "
                    + errors.targets().get(k) + " over " + Format.count(errors.rows()) + " rows: ");
            for (int i = 0; i < errors.forecasters().size(); i++) {
                text.append(i == 0 ? "" : ", ")
                        .append(errors.forecasters().get(i))
                        .append(' ');
                text.append(String.format(Locale.ROOT, "%.5g", errors.mean(i, k)));
                ofTarget.put(errors.forecasters().get(i), errors.mean(i, k));
            }
            command.note(text.toString());
            all.put(errors.targets().get(k), ofTarget);
        }
        figures.with("mean_absolute_error", all);
    }
}
