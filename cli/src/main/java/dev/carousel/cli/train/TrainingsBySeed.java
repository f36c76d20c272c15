package dev.carousel.cli.train;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.TextTable;
import dev.carousel.model.Model;
import dev.carousel.train.search.SeveralSeeds;
import dev.carousel.train.search.Spread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One training from several seeds: how far apart they come out, and the best of them. */
final class TrainingsBySeed {

    private final TrainCommand command;
    private final OptionValues values;
    private final List<Long> seeds;

    TrainingsBySeed(TrainCommand command, List<Long> seeds) {
        this.command = command;
        this.values = OptionValues.of(command.spec);
        this.seeds = seeds;
    }

    int run(Figures figures, boolean keepAll) {
        TrialFiles.requireNoSideFiles(command, command.spec, "--seeds");
        command.requireOutput(command.output, "--output");
        command.note(seeds.size() + " seeds, up to " + Math.min(seeds.size(), command.threads.threads) + " at a time");
        SeveralSeeds.Result result = train();
        List<TrainingOutcome> outcomes =
                result.outcomes().values().stream().map(TrainingOutcome::of).toList();
        Optional<Long> best = result.best();
        print(outcomes);
        best.ifPresent(seed -> keep(seed, keepAll));
        for (long seed : seeds) {
            if (!keepAll) {
                TrialFiles.delete(model(seed));
            }
        }
        if (best.isEmpty()) {
            throw new FailureException(
                    "No seed came out well. The first: " + outcomes.get(0).problem());
        }
        long seed = best.get();
        command.console.line("");
        command.console.line("wrote " + command.output + ", seed " + seed + ", the best on held-out data");
        addTo(figures, outcomes);
        figures.with("best_seed", seed).with("model", command.output.toString());
        return ExitCode.OK;
    }

    private SeveralSeeds.Result train() {
        try (Trainings trainings = new Trainings(command)) {
            trainings.begin((long) command.training.epochs * seeds.size());
            return new SeveralSeeds(seeds, command.threads.threads)
                    .run(
                            (seed, threads) ->
                                    trainings.train(words(seed), threads).toTrial(),
                            (seed, outcome) -> trainings.ended("seed " + seed, TrainingOutcome.of(outcome)));
        }
    }

    private void keep(long seed, boolean keepAll) {
        TrialFiles.place(model(seed), command.output, keepAll);
        ConfigFile.write(
                command.output, values(seed), Model.load(command.output).provenance());
    }

    private List<String> words(long seed) {
        List<String> words = new ArrayList<>(TrialFiles.names(command.spec));
        words.addAll(
                values(seed).with(TrainCommand.OUTPUT, model(seed).toString()).words());
        return words;
    }

    /** The options of one training: all are judged by the same part of the data, so that their losses can be compared. */
    private OptionValues values(long seed) {
        OptionValues of = values.with(TrainCommand.SEED, String.valueOf(seed));
        boolean drawn = command.drawsHeldOut() && of.text(SplitSeedOption.NAME).isEmpty();
        return drawn ? of.with(SplitSeedOption.NAME, String.valueOf(command.seed)) : of;
    }

    private Path model(long seed) {
        String name = String.valueOf(command.output.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return command.output.resolveSibling(stem + ".seed-" + seed + (dot > 0 ? name.substring(dot) : ""));
    }

    private void print(List<TrainingOutcome> outcomes) {
        TextTable table = new TextTable("seed", "held out", "training", "epoch", "time");
        for (int i = 0; i < outcomes.size(); i++) {
            TrainingOutcome outcome = outcomes.get(i);
            table.row(
                    String.valueOf(seeds.get(i)),
                    outcome.ended() ? Format.fixed(outcome.heldOut(), 4) : "failed",
                    outcome.ended() ? Format.fixed(outcome.training(), 4) : "",
                    outcome.ended() ? String.valueOf(outcome.keptEpoch()) : "",
                    Format.clock(outcome.seconds()));
        }
        table.lines().forEach(command.console::line);
        for (int i = 0; i < outcomes.size(); i++) {
            if (!outcomes.get(i).ended()) {
                command.console.line(
                        "seed " + seeds.get(i) + ": " + outcomes.get(i).problem());
            }
        }
        Map<String, Spread> spreads = spreads(outcomes);
        if (spreads.isEmpty()) {
            return;
        }
        TextTable spread = new TextTable("", "mean", "deviation", "min", "median", "max");
        spreads.forEach((name, one) -> spread.row(
                name,
                Format.figure(one.mean()),
                Format.figure(one.deviation()),
                Format.figure(one.min()),
                Format.figure(one.median()),
                Format.figure(one.max())));
        command.console.line("");
        spread.lines().forEach(command.console::line);
    }

    /** Of the losses, and of all other figures that the seeds change. */
    private static Map<String, Spread> spreads(List<TrainingOutcome> outcomes) {
        List<Map<String, Double>> rows = outcomes.stream()
                .filter(TrainingOutcome::ended)
                .map(TrainingsBySeed::numbers)
                .toList();
        Map<String, Spread> spreads = new LinkedHashMap<>();
        if (rows.isEmpty()) {
            return spreads;
        }
        for (String name : rows.get(0).keySet()) {
            if (rows.stream().allMatch(row -> row.containsKey(name))) {
                double[] numbers =
                        rows.stream().mapToDouble(row -> row.get(name)).toArray();
                Spread spread = Spread.of(numbers);
                boolean loss = name.endsWith("_loss");
                if (loss || spread.min() < spread.max()) {
                    spreads.put(name, spread);
                }
            }
        }
        return spreads;
    }

    private static Map<String, Double> numbers(TrainingOutcome outcome) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        if (Double.isFinite(outcome.heldOut())) {
            numbers.put("held_out_loss", outcome.heldOut());
        }
        numbers.put("training_loss", outcome.training());
        flatten("", outcome.figures(), numbers);
        // What says the same, or nothing of how good a model is.
        numbers.keySet()
                .removeIf(name -> name.equals("seed")
                        || name.equals("held_out")
                        || name.equals("training")
                        || name.endsWith("_per_second"));
        return numbers;
    }

    private static void flatten(String prefix, Map<?, ?> map, Map<String, Double> numbers) {
        map.forEach((name, value) -> {
            if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
                numbers.put(prefix + name, number.doubleValue());
            } else if (value instanceof Map<?, ?> inner) {
                flatten(prefix + name + ".", inner, numbers);
            }
        });
    }

    private void addTo(Figures figures, List<TrainingOutcome> outcomes) {
        List<Object> runs = IntStream.range(0, outcomes.size())
                .mapToObj(i -> {
                    Map<String, Object> run = new LinkedHashMap<>();
                    run.put("seed", seeds.get(i));
                    run.putAll(outcomes.get(i).toJson());
                    return (Object) run;
                })
                .toList();
        Map<String, Object> spreads = new LinkedHashMap<>();
        spreads(outcomes).forEach((name, spread) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("mean", spread.mean());
            one.put("deviation", spread.deviation());
            one.put("min", spread.min());
            one.put("median", spread.median());
            one.put("max", spread.max());
            spreads.put(name, one);
        });
        figures.with("runs", runs).with("spread", spreads);
    }
}
