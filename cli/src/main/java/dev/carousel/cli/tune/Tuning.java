package dev.carousel.cli.tune;

import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.cli.train.OptionValues;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.TrainingOutcome;
import dev.carousel.cli.train.Trainings;
import dev.carousel.cli.train.TrialFiles;
import dev.carousel.train.search.Halving;
import dev.carousel.train.search.Halving.Rung;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The trials of a search: rung after rung, each remembered as it ends. */
final class Tuning {

    /** A trial as far as it came. */
    private record Row(int trial, int epochs, TrainingOutcome outcome) {

        /** What was trained longest comes first, then what is better; what failed comes last. */
        static final Comparator<Row> BEST_FIRST = Comparator.comparing(
                        (Row row) -> !Double.isFinite(row.outcome.heldOut()))
                .thenComparingInt(row -> -row.epochs)
                .thenComparingDouble(row -> row.outcome.heldOut())
                .thenComparingInt(Row::trial);
    }

    /** What the search itself says: how long a trial is trained. */
    static final String EPOCHS = "--epochs";

    private final Tune command;
    private final TrainCommand first;
    private final OptionValues base;
    private final List<Map<String, Object>> settings;
    private final TrialLog log;
    private final Path folder;
    private final Map<Integer, Row> rows = new LinkedHashMap<>();

    /**
     * A search that is about to begin, or to go on.
     *
     * @param first the training with the first setting, parsed
     * @param base what its options are
     */
    Tuning(
            Tune command,
            TrainCommand first,
            OptionValues base,
            List<Map<String, Object>> settings,
            TrialLog log,
            Path folder) {
        this.command = command;
        this.first = first;
        this.base = base;
        this.settings = settings;
        this.log = log;
        this.folder = folder;
    }

    static Path folderBeside(Path output) {
        String name = String.valueOf(output.getFileName());
        int dot = name.lastIndexOf('.');
        return output.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".tune");
    }

    /** Tries all settings, then the better ones for longer. */
    void search(Halving halving) {
        List<Integer> trials = IntStream.range(0, settings.size()).boxed().toList();
        for (Rung rung : halving.rungs()) {
            List<Integer> chosen = trials.stream().limit(rung.trials()).toList();
            if (halving.rungs().size() > 1) {
                command.note(chosen.size() + (chosen.size() == 1 ? " trial, " : " trials, ") + rung.epochs()
                        + (rung.epochs() == 1 ? " epoch" : " epochs") + " each");
            }
            run(chosen, rung.epochs());
            trials = chosen.stream()
                    .map(rows::get)
                    .sorted(Row.BEST_FIRST)
                    .filter(row -> Double.isFinite(row.outcome().heldOut()))
                    .map(Row::trial)
                    .toList();
        }
        if (rows.values().stream()
                .noneMatch(row -> Double.isFinite(row.outcome().heldOut()))) {
            TrainingOutcome one = row(0).outcome();
            throw new FailureException("None of the " + rows.size() + " trials came out well. The first: "
                    + (one.ended() ? "nothing is held out, so there is nothing to judge by." : one.problem()));
        }
    }

    private void run(List<Integer> trials, int epochs) {
        List<Integer> missing = trials.stream()
                .filter(trial -> log.find(trial + 1, epochs).isEmpty())
                .toList();
        List<Trainings.One> all = missing.stream()
                .map(trial -> new Trainings.One("trial " + (trial + 1) + "/" + settings.size(), words(trial, epochs)))
                .toList();
        new Trainings(command, command.threads.threads)
                .run(
                        all,
                        (long) epochs * missing.size(),
                        (which, outcome) -> log.add(missing.get(which) + 1, epochs, outcome));
        for (int trial : trials) {
            log.find(trial + 1, epochs).ifPresent(outcome -> rows.put(trial, new Row(trial, epochs, outcome)));
        }
    }

    private List<String> words(int trial, int epochs) {
        List<String> words = new ArrayList<>(TrialFiles.names(first.spec));
        words.addAll(values(trial, epochs, model(trial, epochs)).words());
        return words;
    }

    private Path model(int trial, int epochs) {
        return folder.resolve("trial-" + (trial + 1) + "-epochs-" + epochs + ".safetensors");
    }

    /** All options of a trial. */
    OptionValues values(int trial, int epochs, Path output) {
        OptionValues values = base.with(EPOCHS, String.valueOf(epochs)).with("--output", output.toString());
        for (Map.Entry<String, Object> one : settings.get(trial).entrySet()) {
            values = values.with("--" + one.getKey(), SearchText.typed(one.getValue()));
        }
        return values;
    }

    /** The trial with the least loss of those that were trained for all epochs, from 0. */
    int best() {
        return rows.values().stream().min(Row.BEST_FIRST).orElseThrow().trial();
    }

    TrainingOutcome outcome(int trial) {
        return row(trial).outcome();
    }

    private Row row(int trial) {
        return Optional.ofNullable(rows.get(trial)).orElseThrow();
    }

    /** What was drawn for a trial, as it is typed. */
    Map<String, Object> options(int trial) {
        return settings.get(trial);
    }

    /** What a trial gave and with which options. */
    String described(int trial) {
        return "held out " + Format.fixed(outcome(trial).heldOut(), 4) + " with "
                + settings.get(trial).entrySet().stream()
                        .map(one -> "--" + one.getKey() + " " + SearchText.typed(one.getValue()))
                        .collect(Collectors.joining(" "));
    }

    /** Puts the model of a trial where it belongs, and clears away the others unless they are to stay. */
    void place(int best, boolean keepAll) {
        Row row = row(best);
        Path model = model(best, row.epochs());
        if (!Files.exists(model)) {
            // The figures are those of an earlier search, whose models were cleared away.
            command.note("trains trial " + (best + 1) + " again for its model");
            new Trainings(command, command.threads.threads)
                    .run(
                            List.of(new Trainings.One("trial " + (best + 1), words(best, row.epochs()))),
                            row.epochs(),
                            (which, outcome) -> {});
        }
        TrialFiles.place(model, first.output, keepAll);
        if (!keepAll) {
            for (Row one : rows.values()) {
                for (int epochs = 1; epochs <= first.training.epochs; epochs++) {
                    TrialFiles.delete(model(one.trial(), epochs));
                }
            }
        }
    }

    private String typed(int trial, String name) {
        return SearchText.typed(Objects.requireNonNull(settings.get(trial).get(name)));
    }

    /** The table of all trials. */
    void print() {
        List<Row> sorted = rows.values().stream().sorted(Row.BEST_FIRST).toList();
        List<String> names = List.copyOf(settings.get(0).keySet());
        List<String> headings = new ArrayList<>(List.of("trial", "epochs", "held out", "training", "kept", "time"));
        headings.addAll(names);
        TextTable table = new TextTable(headings.toArray(String[]::new));
        for (Row row : sorted) {
            TrainingOutcome outcome = row.outcome();
            List<String> cells = new ArrayList<>(List.of(
                    String.valueOf(row.trial() + 1),
                    String.valueOf(row.epochs()),
                    outcome.ended() ? Format.fixed(outcome.heldOut(), 4) : "failed",
                    outcome.ended() ? Format.fixed(outcome.training(), 4) : "",
                    outcome.ended() ? String.valueOf(outcome.keptEpoch()) : "",
                    Format.clock(outcome.seconds())));
            names.forEach(name -> cells.add(typed(row.trial(), name)));
            table.row(cells.toArray(String[]::new));
        }
        table.lines().forEach(command.console::line);
        for (Row row : sorted) {
            if (!row.outcome().ended()) {
                command.console.line("trial " + (row.trial() + 1) + " failed: "
                        + Trainings.brief(row.outcome().problem()));
            }
        }
    }

    void addTo(Figures figures) {
        List<Object> trials = new ArrayList<>();
        rows.values().stream().sorted(Comparator.comparingInt(Row::trial)).forEach(row -> {
            Map<String, Object> trial = new LinkedHashMap<>();
            trial.put("trial", row.trial() + 1);
            trial.put("for_epochs", row.epochs());
            trial.put("options", settings.get(row.trial()));
            trial.putAll(row.outcome().toJson());
            trials.add(trial);
        });
        figures.with("trials", trials);
    }
}
