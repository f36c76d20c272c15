package dev.carousel.cli.command;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.data.DataException;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.ModelFiles;
import dev.carousel.interop.ModelFormat;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a file of another program does not tell: the options that say it. */
public final class ImportChoices {

    @Option(
            order = -70,
            names = "--from",
            paramLabel = "FORMAT",
            description = "The format of a model, if its extension does not say: carousel, pytorch, onnx, keras.")
    Optional<String> from = Optional.empty();

    @Option(
            order = -70,
            names = "--nonlinearity",
            paramLabel = "NAME",
            description = "tanh or relu: what an RNN of a PyTorch file uses, which a file of weights does not hold"
                    + " (default: tanh).")
    Optional<Nonlinearity> nonlinearity = Optional.empty();

    @Option(
            order = -70,
            names = "--modules",
            paramLabel = "NAME",
            split = ",",
            description = "The modules of a PyTorch file from input to output, with the functions between them, such as"
                    + " rnn,fc1,relu,fc2; 'last' keeps only the last step, 'mean' and 'max' make one of all, norm:layernorm"
                    + " says what a module is; others are left out (default: the file's order, if it fits).")
    List<String> modules = List.of();

    @Option(
            order = -70,
            names = "--activation",
            paramLabel = "NAME",
            description = "The function after the last layer of a PyTorch file, such as softmax (default: none).")
    Optional<String> activation = Optional.empty();

    @Option(
            order = -70,
            names = "--state-dict",
            paramLabel = "KEY",
            description =
                    "Which entry of a PyTorch checkpoint holds the weights, such as model (default: the only one).")
    Optional<String> stateDict = Optional.empty();

    @Option(
            order = -70,
            names = "--linear-before-reset",
            paramLabel = "BOOLEAN",
            arity = "1",
            description =
                    "Whether every GRU of an ONNX file resets after its recurrent product, whatever the file says.")
    Optional<Boolean> linearBeforeReset = Optional.empty();

    @Option(
            order = -70,
            names = "--weights",
            paramLabel = "FILE",
            description = "The weights of a Keras model whose layers are in a .json file (default: model.weights.h5,"
                    + " model_weights.h5 or model.h5 next to model.json).")
    Optional<Path> weights = Optional.empty();

    @Option(
            order = -70,
            names = "--cell",
            paramLabel = "KIND",
            description =
                    "The cell of the recurrent layers of a PyTorch file, where names and shapes do not tell: mgu, mingru,"
                            + " sru and others of train --cell (default: RNN, LSTM or GRU, by their shapes).")
    Optional<String> cell = Optional.empty();

    /**
     * The options for a file of a format, with notes that go where the command's notes go; that some of them are not for this
     * format is one of these.
     */
    public ImportOptions options(Subcommand command, ModelFormat format) {
        noteUnread(command, format);
        return new ImportOptions(
                nonlinearity,
                modules,
                stateDict,
                activation,
                linearBeforeReset,
                weights,
                cell.map(kind -> cellOf(command, kind)),
                note -> command.note("note: " + note.replaceAll("\\p{Cc}", "?")));
    }

    /** Says of each option that was given and is for another format that it does nothing. */
    public void noteUnread(Subcommand command, ModelFormat format) {
        noteUnread(command, format, "--nonlinearity", nonlinearity.isPresent(), "pytorch");
        noteUnread(command, format, "--modules", !modules.isEmpty(), "pytorch");
        noteUnread(command, format, "--activation", activation.isPresent(), "pytorch");
        noteUnread(command, format, "--state-dict", stateDict.isPresent(), "pytorch");
        noteUnread(command, format, "--cell", cell.isPresent(), "pytorch");
        noteUnread(command, format, "--linear-before-reset", linearBeforeReset.isPresent(), "onnx");
        noteUnread(command, format, "--weights", weights.isPresent(), "keras");
    }

    private static void noteUnread(
            Subcommand command, ModelFormat format, String option, boolean given, String reader) {
        if (given && !format.name().equals(reader)) {
            command.note("note: " + option + " is for models of the format " + reader + ", and does nothing for one of "
                    + format.name());
        }
    }

    private static Cell cellOf(Subcommand command, String kind) {
        try {
            return Cells.of(kind);
        } catch (IllegalArgumentException e) {
            throw command.mistake("--cell: " + e.getMessage());
        }
    }

    /** The format of a model that is there. */
    public ModelFormat format(Path model) {
        return from.map(ModelFiles::named).orElseGet(() -> ModelFiles.formatOf(model));
    }

    /** Whether an option was given that is for files of other programs. */
    public boolean given() {
        return from.isPresent()
                || nonlinearity.isPresent()
                || !modules.isEmpty()
                || activation.isPresent()
                || stateDict.isPresent()
                || linearBeforeReset.isPresent()
                || weights.isPresent()
                || cell.isPresent();
    }

    /** Whether a file is of another program, by its ending and, where formats share one, its content. */
    public boolean isOther(Path model) {
        return otherFormat(model).isPresent();
    }

    private static Optional<ModelFormat> otherFormat(Path model) {
        String name = model.toString().toLowerCase(Locale.ROOT);
        if (!Files.isRegularFile(model)) {
            return Optional.empty();
        }
        return ModelFiles.FORMATS.stream()
                .filter(format -> format.endings().stream().anyMatch(name::endsWith))
                .filter(format -> format.accepts(model))
                .findFirst()
                .filter(format -> !format.equals(ModelFiles.named("carousel")));
    }

    /** A model of Carousel, for a command that needs its task; of other programs' files it is said what can be done. */
    public static Model withTask(Path model, String command) {
        Optional<ModelFormat> other = otherFormat(model);
        if (other.isPresent()) {
            throw new DataException(model + ": this is a model of the format "
                    + other.get().name()
                    + ", which holds a network and no task, so carousel " + command
                    + " cannot ask or judge it. Run it on arrays:"
                    + " carousel predict " + model + " x.npy --output y.npy; see its layers: carousel inspect " + model
                    + "; or convert it: carousel convert " + model + " model.safetensors.");
        }
        return Model.load(model);
    }

    /** The network of a model. */
    public Network network(Subcommand command, Path model) {
        ModelFormat format = format(model);
        return format.read(model, options(command, format));
    }
}
