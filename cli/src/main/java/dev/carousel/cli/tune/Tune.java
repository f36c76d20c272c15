package dev.carousel.cli.tune;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.command.ThreadsOption;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.train.ConfigFile;
import dev.carousel.cli.train.OptionValues;
import dev.carousel.cli.train.TrainCommand;
import dev.carousel.cli.train.Trainings;
import dev.carousel.cli.train.TrialFiles;
import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.train.search.FinishedTrial;
import dev.carousel.train.search.Search;
import dev.carousel.train.search.SearchResult;
import dev.carousel.train.search.SearchSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel tune}: looks for better options of a training. */
@Command(
        name = "tune",
        customSynopsis = "carousel tune [OPTIONS] --search NAME=VALUES TASK [OPTIONS OF THE TASK]",
        header = "Search for better options of a training.",
        description = {
            "Draws options at random, trains with each, and keeps the model with the lowest held-out loss; a test file"
                    + " is never used. The options of the search come before the task, those of every trial after it,"
                    + " as for 'carousel train TASK'.",
            "",
            "  --search hidden=32..256:log:step=16   a whole number, where the option is one",
            "  --search rate=1e-4..1e-2:log          a number; log: factors equally likely",
            "  --search cell=lstm,gru                one of these",
            "",
            "Trials run side by side on --threads; the same seed finds the same on any number of them. A search that"
                    + " was stopped continues where it was when it is started again."
        },
        footer = {
            "  carousel tune --search hidden=32..256:log --search rate=3e-4..1e-2:log \\",
            "      --trials 12 text book.txt --epochs 5",
            "      writes text.safetensors, and text.run.json, which repeats it:",
            "  carousel train text --config text.run.json",
            "  carousel tune --halving 3 --trials 27 --search hidden=16..128:step=16 \\",
            "      forecast sales.csv --target sales --context 56 --horizon 28 --epochs 9",
            "      27 trials for 1 epoch, the best 9 for 3, the best 3 for 9"
        })
public final class Tune extends Subcommand {

    private static final int MOST_TRIALS = 10_000;

    @Parameters(
            arity = "1..*",
            paramLabel = "TASK",
            description = "What to train, with its options: as after 'carousel train'.")
    List<String> words = List.of();

    @Option(
            order = -100,
            names = "--search",
            required = true,
            paramLabel = "NAME=VALUES",
            description = "An option of the task and what it may be; see above. Several times for several options.")
    List<String> searches = List.of();

    @Option(
            order = -100,
            names = "--trials",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many settings are drawn (default: ${DEFAULT-VALUE}).")
    int trials;

    @Option(
            order = -100,
            names = "--halving",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description =
                    "Successive halving: train all for few epochs, the best 1 in FACTOR for FACTOR times as many, up to"
                            + " --epochs of the task; 1 for none (default: ${DEFAULT-VALUE}).")
    int factor;

    @Option(
            order = -60,
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The seed of the draws (default: ${DEFAULT-VALUE}); --seed after the task is that of every"
                    + " training.")
    long seed;

    @Option(
            order = -60,
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where the trials are kept while it searches, and their figures after it (default: next to the"
                            + " model, with its name and .tune).")
    Optional<Path> folder = Optional.empty();

    @Option(order = -60, names = "--keep-models", description = "Keep the model of every trial in the folder.")
    boolean keepModels;

    @Mixin
    ThreadsOption threads = new ThreadsOption();

    public Tune(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        requireThreads(threads.threads);
        requireAtLeast("--trials", 1, trials);
        requireAtMost("--trials", MOST_TRIALS, trials);
        requireAtLeast("--halving", 1, factor);
        CommandSpec training = training();
        SearchSpace space = SearchText.space(this, training, searches);
        List<Map<String, Object>> settings = space.draw(trials, seed);
        if (settings.size() < trials) {
            note("note: there are only " + settings.size() + " different settings; each is tried once");
        }
        TrainCommand first = parsed(space, settings.get(0));
        common.quiet |= first.common.quiet;
        common.json |= first.common.json;
        requireOutput(first);
        Path place = folder.orElseGet(() -> Tuning.folderBeside(first.output));
        OptionValues base = OptionValues.of(first.spec);
        TrialLog log = TrialLog.open(place.resolve("trials.jsonl"), header(base));
        int known = log.trials().size();
        if (known > 0) {
            note("goes on with the " + known + " trainings of " + place);
        }
        Tuning tuning = new Tuning(this, first, base, place);
        SearchResult found =
                tuning.search(new Search(space, trials, first.training.epochs, factor, seed, threads.threads), log);
        tuning.print(found);
        FinishedTrial best = found.best().orElseThrow();
        tuning.place(found, best, keepModels);
        OptionValues winner = tuning.values(found.setting(best), first.training.epochs, first.output);
        Path repeat = ConfigFile.besideModel(first.output);
        ConfigFile.write(first.output, winner, Model.load(first.output).provenance());
        console.line("");
        console.line("best   trial " + best.number() + ": " + Tuning.described(found, best));
        console.line("wrote  " + first.output + " and " + repeat);
        note("Repeat it: " + first.spec.qualifiedName(" ") + " --config " + repeat);
        Tuning.addTo(figures, found);
        figures.with("best", best.number())
                .with("held_out_loss", best.outcome().loss())
                .with("options", found.setting(best))
                .with("seed", seed)
                .with("model", first.output.toString())
                .with("config", repeat.toString());
        return ExitCode.OK;
    }

    /** The words after {@code carousel}. */
    private List<String> task() {
        List<String> task = new ArrayList<>(words);
        if (!task.get(0).equals("train")) {
            task.add(0, "train");
        }
        if (task.size() < 2) {
            throw mistake("Expected a task after 'train', such as 'text book.txt'.");
        }
        return task;
    }

    /** The command that trains, without its words. */
    private CommandSpec training() {
        Map<String, CommandLine> train = Trainings.commands(tree());
        CommandLine found = train.get(task().get(1));
        if (found == null) {
            throw mistake("'" + task().get(1) + "' is no task that can be trained. There are: "
                    + String.join(", ", train.keySet())
                    + ". Options of the search stand before it, each with its value.");
        }
        for (String word : words) {
            if (word.equals("--threads") || word.startsWith("--threads=") || word.startsWith("--seeds")) {
                throw mistake(word + " stands after the task. "
                        + (word.startsWith("--seeds")
                                ? "Search first, then train the best with --seeds."
                                : "Threads are those of the whole search: give them before it."));
            }
        }
        return found.getCommandSpec();
    }

    /** The training with one setting, which tells what is wrong with its words. */
    private TrainCommand parsed(SearchSpace space, Map<String, Object> setting) {
        List<String> all = new ArrayList<>(task());
        for (String name : space.names()) {
            String option = "--" + name;
            for (String word : words) {
                if (word.equals(option) || word.startsWith(option + "=")) {
                    throw mistake(option + " is given after the task and searched too; leave out one of them.");
                }
            }
        }
        TrainCommand first = Trainings.parsed(tree(), with(all, setting));
        // A value that the option does not take is a mistake, not a trial that fails.
        space.choices().forEach((name, values) -> {
            for (String value : values) {
                Map<String, Object> other = new LinkedHashMap<>(setting);
                other.put(name, value);
                Trainings.parsed(tree(), with(all, other));
            }
        });
        TrialFiles.requireNoSideFiles(this, first.spec, "'carousel tune'");
        SearchText.requireComparable(this, first, space.names());
        return first;
    }

    private List<String> with(List<String> words, Map<String, Object> setting) {
        List<String> all = new ArrayList<>(words);
        CommandSpec training = training();
        setting.forEach((name, value) ->
                all.addAll(OptionValues.words(training.findOption("--" + name), List.of(SearchText.typed(value)))));
        return all;
    }

    private void requireOutput(TrainCommand first) {
        OutputFile.require(this, first.output, "--output");
        folder.filter(Files::isRegularFile).ifPresent(file -> {
            throw new DataException("--folder " + file + ": expected a folder but found a file.");
        });
    }

    /** What makes two searches the same, so that one can go on with the trials of the other. */
    private Map<String, Object> header(OptionValues base) {
        OptionValues fixed = base.decisive().without(Tuning.EPOCHS);
        for (String search : searches) {
            fixed = fixed.without(
                    "--" + search.substring(0, search.indexOf('=')).replaceFirst("^-+", ""));
        }
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("search", List.copyOf(searches));
        header.put("seed", seed);
        List<String> task = new ArrayList<>(TrialFiles.names(training()));
        task.addAll(fixed.words());
        header.put("task", task);
        header.put("data", fixed.sums());
        return header;
    }
}
