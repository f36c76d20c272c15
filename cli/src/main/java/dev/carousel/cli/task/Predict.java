package dev.carousel.cli.task;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.SpellingOptions;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.ModelException;
import dev.carousel.network.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code carousel predict}: a model's answer to an input. */
@Command(
        name = "predict",
        header = "Run a model: on arrays, or to predict the next rows, characters, classes or a sum.",
        description = {
            "With an INPUT of arrays, MODEL may be a file of Carousel, PyTorch, ONNX or Keras:",
            "",
            "  .npy       [T, N, D] steps, sequences, numbers; or ids [T, N] if the model",
            "             begins with an embedding; writes the outputs of all steps to",
            "             --output",
            "  .npz       named arrays, for an ONNX model; writes its named outputs",
            "",
            "Otherwise the answer is CSV on standard output, and INPUT depends on the model's task:",
            "",
            "  forecast   a CSV file with the columns that the model was trained on, or",
            "             'births' for the table that comes with Carousel; prints the rows that",
            "             follow its last one, with dates",
            "  anomaly    such a file; prints each row's score and whether it is an alarm",
            "  text       a text file; prints what character may follow, the likeliest first",
            "  addition   two numbers; prints their sum according to the network",
            "  classify   sequences, as in training, with or without their classes;",
            "             prints the class of each and the probability of every class",
            "  tag        the same for each step",
            "  pairs      a text file, an input in each line, or one input itself; prints",
            "             what is written for it"
        },
        footer = {
            "  carousel predict births.safetensors births",
            "  carousel predict forecast.safetensors sales.csv --output next.csv",
            "  carousel predict text.safetensors letter.txt",
            "  carousel predict addition.safetensors 37 85",
            "  carousel predict classify.safetensors new.ts",
            "  carousel predict model.pt x.npy --output y.npy",
            "  carousel predict model.pt x.npy --lengths l.npy --layout ntd --output y.npy",
            "  carousel predict model.pt x.npy --initial-state s.safetensors --output y.npy",
            "  carousel predict model.onnx inputs.npz --output outputs.npz"
        })
public final class Predict extends Subcommand {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Parameters(index = "1..*", arity = "1..2", paramLabel = "INPUT", description = "What to predict from; see above.")
    public List<String> input = List.of();

    @Option(
            order = -100,
            names = "--output",
            paramLabel = "FILE",
            description = "Write the CSV there instead of printing it; needed for arrays.")
    Optional<Path> output = Optional.empty();

    @Option(
            order = -100,
            names = "--horizon",
            paramLabel = "ROWS",
            description = "For a model that forecasts step by step: how many rows it forecasts (default: as in"
                    + " training).")
    public Optional<Integer> horizon = Optional.empty();

    @Option(
            order = -100,
            names = "--paths",
            paramLabel = "N",
            description =
                    "For a model that forecasts a distribution: print N sampled paths instead of their quantiles.")
    public Optional<Integer> paths = Optional.empty();

    @Option(
            order = -100,
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "For such a model: which paths are drawn (default: ${DEFAULT-VALUE}).")
    public long seed;

    @Mixin
    public SpellingOptions dates = new SpellingOptions();

    @Mixin
    ArrayPrediction arrays = new ArrayPrediction();

    private final Tasks tasks;

    public Predict(Console console, Tasks tasks) {
        super(console);
        this.tasks = tasks;
    }

    @Override
    public int run(Figures figures) {
        output.ifPresent(path -> OutputFile.require(this, path, "--output", read()));
        if (input.size() == 1 && ArrayPrediction.reads(input.get(0)) && !answersToArrays()) {
            arrays.run(this, file, Path.of(input.get(0)), output.orElseThrow(this::withoutOutput), figures);
            return ExitCode.OK;
        }
        arrays.requireUnused(this);
        Model model = ImportChoices.withTask(file, "predict");
        if (horizon.isPresent() && !model.task().kind().equals("forecast")) {
            throw mistake("--horizon is " + horizon.get() + " but the model is for the task "
                    + model.task().kind() + "; it is for models that forecast.");
        }
        if (paths.isPresent() && !model.task().has("distribution")) {
            throw mistake("--paths is " + paths.get() + " but the model has no distribution to draw paths from; a"
                    + " forecaster trained with --distribution has.");
        }
        Network network = Network.of(model.spec(), model.parameters());
        noteSlowKernels();
        figures.with("task", model.task().kind());
        List<String> lines = tasks.of(model)
                .orElseThrow(() -> new DataException(model.name() + ": there is no prediction for the task \""
                        + model.task().kind() + "\" from '" + input.get(0) + "'. Pass the input as an .npy file."))
                .predict(this, model, network, figures);
        if (output.isPresent()) {
            OutputFile.write(output.get(), (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            lines.forEach(console::line);
        }
        return ExitCode.OK;
    }

    /** What may be files among what is read: an input of some tasks is a text, which may hold what no name of a file can. */
    private Path[] read() {
        List<Path> read = new ArrayList<>(List.of(file));
        input.forEach(one -> path(one).ifPresent(read::add));
        return read.toArray(Path[]::new);
    }

    /** None of what is no name of a file: {@code --output} cannot be the same then. */
    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether the model's task has an answer to arrays, and no array is asked for. */
    private boolean answersToArrays() {
        if (!file.toString().endsWith(".safetensors")
                || !arrays.unused()
                || output.filter(path -> ArrayPrediction.reads(path.toString())).isPresent()) {
            return false;
        }
        try {
            return tasks.of(Model.load(file)).filter(TaskCommands::readsArrays).isPresent();
        } catch (ModelException e) {
            // A file of another program, which the reader of arrays knows, or says what is wrong.
            return false;
        }
    }

    private ParameterException withoutOutput() {
        return mistake("An INPUT of arrays needs --output, the file that the output is written to.");
    }

    /** The one input of a task that takes one. */
    public String only(String what) {
        if (input.size() != 1) {
            throw mistake("A model for this task takes one INPUT, " + what + ", but found " + input + ".");
        }
        return input.get(0);
    }
}
