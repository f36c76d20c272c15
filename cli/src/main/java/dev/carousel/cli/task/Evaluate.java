package dev.carousel.cli.task;

import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.SpellingOptions;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.command.ThreadsOption;
import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel evaluate}: how good a model is. */
@Command(
        name = "evaluate",
        header = "Evaluate a model on data.",
        description = {
            "What DATA is, and what is printed, depends on the task of the model:",
            "",
            "  forecast   a CSV file, or 'births' for the table that comes with Carousel;",
            "             the errors next to those of naive ones",
            "  anomaly    a CSV file; how many rows raise an alarm, and with --label how",
            "             well they are found",
            "  text       a text file or a folder of them; the loss in nats and bits, the",
            "             perplexity, and the loss by counting characters",
            "  addition   nothing; how many of all pairs it adds right",
            "  classify   sequences with their classes, as in training; accuracy, F1,",
            "             log-loss, confusion",
            "  tag        the same for each step",
            "  pairs      a file of pairs, as in training; how many are right, and how",
            "             far the others are from it"
        },
        footer = {
            "  carousel evaluate births.safetensors births",
            "      the same figures as at the end of the training",
            "  carousel evaluate text.safetensors other.txt",
            "  carousel evaluate addition.safetensors",
            "  carousel evaluate classify.safetensors BasicMotions_TEST.ts"
        })
public final class Evaluate extends Subcommand {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Parameters(index = "1", arity = "0..1", paramLabel = "DATA", description = "What to evaluate it on; see above.")
    public Optional<String> data = Optional.empty();

    @Mixin
    public SpellingOptions dates = new SpellingOptions();

    @Option(
            order = -100,
            names = "--part",
            paramLabel = "PART",
            description =
                    "Which part of the data: ${COMPLETION-CANDIDATES} (default: held_out if the model was trained on"
                            + " this very file, else all).")
    public Optional<Part> part = Optional.empty();

    @Option(
            order = -100,
            names = "--label",
            paramLabel = "COLUMN",
            description = "For anomaly: the column of 0 and 1 that says which rows should be found (default: none).")
    public Optional<String> label = Optional.empty();

    @Option(
            order = -100,
            names = "--labels",
            paramLabel = "FILE.npy",
            description = "For a .npy file of sequences: their classes, whole numbers.")
    public Optional<Path> labels = Optional.empty();

    @Mixin
    ThreadsOption threads = new ThreadsOption();

    /** Which part of the data counts. */
    public enum Part {
        held_out,
        all
    }

    private final Tasks tasks;

    public Evaluate(Console console, Tasks tasks) {
        super(console);
        this.tasks = tasks;
    }

    @Override
    public int run(Figures figures) {
        requireThreads(threads.threads);
        Model model = ImportChoices.withTask(file, "evaluate");
        Network network = Network.of(model.spec(), model.parameters());
        noteSlowKernels();
        figures.with("task", model.task().kind());
        try (Team team = Team.of(threads.threads)) {
            tasks.of(model)
                    .orElseThrow(() -> new DataException(model.name() + ": this command cannot judge the task \""
                            + model.task().kind() + "\". Was the model written by a later version?"))
                    .evaluate(this, model, network, team, figures);
        }
        return ExitCode.OK;
    }

    /** The data of a task that needs some. */
    public String data(String what) {
        return data.orElseThrow(() -> mistake("A model for this task needs DATA to be judged on: " + what + "."));
    }

    /** The part that was asked for, or what suits the data. */
    public Part part(Model model, String sha256) {
        return part(model, DataFile.trainedOn(model, sha256));
    }

    /**
     * The part that was asked for, or what suits the data.
     *
     * @param known whether the model was trained on this very data
     */
    public Part part(Model model, boolean known) {
        if (part.isPresent() && part.get() == Part.held_out && !known) {
            throw new DataException(data.orElse("") + ": this is not the file that " + model.name()
                    + " was trained on, so nothing of it is held out. Use --part all.");
        }
        return part.orElse(known ? Part.held_out : Part.all);
    }
}
