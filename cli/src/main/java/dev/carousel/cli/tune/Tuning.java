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
import dev.carousel.train.search.FinishedTrial;
import dev.carousel.train.search.Search;
import dev.carousel.train.search.SearchResult;
import dev.carousel.train.search.SearchRound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The trials of a search as trainings of the command: their words, their models, and what is said of them. */
final class Tuning {

    /** What the search itself says: how long a trial is trained. */
    static final String EPOCHS = "--epochs";

    private final Tune command;
    private final TrainCommand first;
    private final OptionValues base;
    private final Path folder;

    /**
     * A search that is about to begin, or to go on.
     *
     * @param first the training with the first setting, parsed
     * @param base what its options are
     * @param folder where the models of the trials are kept
     */
    Tuning(Tune command, TrainCommand first, OptionValues base, Path folder) {
        this.command = command;
        this.first = first;
        this.base = base;
        this.folder = folder;
    }

    static Path folderBeside(Path output) {
        String name = String.valueOf(output.getFileName());
        int dot = name.lastIndexOf('.');
        return output.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".tune");
    }

    /**
     * Tries all settings, then the better ones for longer.
     *
     * @param log the trials that have ended, and where those go that end now
     * @throws FailureException if no trial comes out well
     */
    SearchResult search(Search search, TrialLog log) {
        int settings = search.settings().size();
        SearchResult found;
        try (Trainings trainings = new Trainings(command)) {
            found = search.run(
                    trial -> trainings
                            .train(words(trial.number(), trial.setting(), trial.epochs()), trial.threads())
                            .toTrial(),
                    log.trials(),
                    round -> begin(trainings, round),
                    trial -> {
                        trainings.ended(
                                "trial " + trial.number() + "/" + settings, TrainingOutcome.of(trial.outcome()));
                        log.add(trial);
                    });
        }
        if (found.best().isEmpty()) {
            TrainingOutcome one = TrainingOutcome.of(byNumber(found).get(0).outcome());
            throw new FailureException("None of the " + found.trials().size() + " trials came out well. The first: "
                    + (one.ended() ? "nothing is held out, so there is nothing to judge by." : one.problem()));
        }
        return found;
    }

    private void begin(Trainings trainings, SearchRound round) {
        trainings.close();
        if (round.of() > 1) {
            command.note(round.trials() + (round.trials() == 1 ? " trial, " : " trials, ") + round.epochs()
                    + (round.epochs() == 1 ? " epoch" : " epochs") + " each");
        }
        trainings.begin((long) round.epochs() * round.missing());
    }

    private static List<FinishedTrial> byNumber(SearchResult found) {
        return found.trials().stream()
                .sorted(Comparator.comparingInt(FinishedTrial::number))
                .toList();
    }

    private List<String> words(int trial, Map<String, Object> setting, int epochs) {
        List<String> words = new ArrayList<>(TrialFiles.names(first.spec));
        words.addAll(values(setting, epochs, model(trial, epochs)).words());
        return words;
    }

    private Path model(int trial, int epochs) {
        return folder.resolve("trial-" + trial + "-epochs-" + epochs + ".safetensors");
    }

    /** All options of a trial. */
    OptionValues values(Map<String, Object> setting, int epochs, Path output) {
        OptionValues values = base.with(EPOCHS, String.valueOf(epochs)).with("--output", output.toString());
        for (Map.Entry<String, Object> one : setting.entrySet()) {
            values = values.with("--" + one.getKey(), SearchText.typed(one.getValue()));
        }
        return values;
    }

    /** What a trial gave and with which options. */
    static String described(SearchResult found, FinishedTrial trial) {
        return "held out " + Format.fixed(trial.outcome().loss(), 4) + " with "
                + found.setting(trial).entrySet().stream()
                        .map(one -> "--" + one.getKey() + " " + SearchText.typed(one.getValue()))
                        .collect(Collectors.joining(" "));
    }

    /** Puts the model of the best trial where it belongs, and clears away the others unless they are to stay. */
    void place(SearchResult found, FinishedTrial best, boolean keepAll) {
        int trial = best.number();
        Path model = model(trial, best.epochs());
        if (!Files.exists(model)) {
            // The figures are those of an earlier search, whose models were cleared away.
            command.note("trains trial " + trial + " again for its model");
            try (Trainings trainings = new Trainings(command)) {
                trainings.begin(best.epochs());
                List<String> words = words(trial, found.setting(best), best.epochs());
                trainings.ended("trial " + trial, trainings.train(words, command.threads.threads));
            }
        }
        TrialFiles.place(model, first.output, keepAll);
        if (!keepAll) {
            for (FinishedTrial one : found.trials()) {
                for (int epochs = 1; epochs <= first.training.epochs; epochs++) {
                    TrialFiles.delete(model(one.number(), epochs));
                }
            }
        }
    }

    /** The table of all trials. */
    void print(SearchResult found) {
        List<String> names = List.copyOf(found.settings().get(0).keySet());
        List<String> headings = new ArrayList<>(List.of("trial", "epochs", "held out", "training", "kept", "time"));
        headings.addAll(names);
        TextTable table = new TextTable(headings.toArray(String[]::new));
        List<String> failures = new ArrayList<>();
        for (FinishedTrial trial : found.trials()) {
            TrainingOutcome outcome = TrainingOutcome.of(trial.outcome());
            List<String> cells = new ArrayList<>(List.of(
                    String.valueOf(trial.number()),
                    String.valueOf(trial.epochs()),
                    outcome.ended() ? Format.fixed(outcome.heldOut(), 4) : "failed",
                    outcome.ended() ? Format.fixed(outcome.training(), 4) : "",
                    outcome.ended() ? String.valueOf(outcome.keptEpoch()) : "",
                    Format.clock(outcome.seconds())));
            Map<String, Object> setting = found.setting(trial);
            names.forEach(name -> cells.add(SearchText.typed(Objects.requireNonNull(setting.get(name)))));
            table.row(cells.toArray(String[]::new));
            if (!outcome.ended()) {
                failures.add("trial " + trial.number() + " failed: " + Trainings.brief(outcome.problem()));
            }
        }
        table.lines().forEach(command.console::line);
        failures.forEach(command.console::line);
    }

    static void addTo(Figures figures, SearchResult found) {
        List<Object> trials = new ArrayList<>();
        for (FinishedTrial one : byNumber(found)) {
            Map<String, Object> trial = new LinkedHashMap<>();
            trial.put("trial", one.number());
            trial.put("for_epochs", one.epochs());
            trial.put("options", found.setting(one));
            trial.putAll(one.outcome().figures());
            trials.add(trial);
        }
        figures.with("trials", trials);
    }
}
