package dev.carousel.cli.task;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.DataException;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.ModelFormat;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.numpy.NumpySequences;
import dev.carousel.interop.pytorch.StateFile;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Predictions from arrays to arrays: the part of {@code carousel predict} for models of any format. */
final class ArrayPrediction {

    @Option(
            order = -90,
            names = "--lengths",
            paramLabel = "L.npy",
            description = "How many steps of each sequence count, [N] (default: all).")
    Optional<Path> lengths = Optional.empty();

    @Option(
            order = -90,
            names = "--initial-state",
            paramLabel = "FILE",
            description = "A safetensors file with h0, and c0 for an LSTM: [layers x directions, N, H] (default: zeros,"
                    + " except for your own cells that start from other values).")
    Optional<Path> initialState = Optional.empty();

    @Option(
            order = -90,
            names = "--final-state",
            paramLabel = "FILE",
            description = "Write the final state there, as hn and cn.")
    Optional<Path> finalState = Optional.empty();

    @Option(
            order = -90,
            names = "--layout",
            paramLabel = "ORDER",
            description =
                    "tnd, steps first, or ntd, sequences first, of input and output (default: what the model's file"
                            + " says of its number of steps, else tnd).")
    Optional<NumpySequences.Layout> layout = Optional.empty();

    @Mixin
    ImportChoices choices = new ImportChoices();

    /** Whether an input is one of arrays. */
    static boolean reads(String input) {
        String name = input.toLowerCase(Locale.ROOT);
        return name.endsWith(".npy") || name.endsWith(".npz");
    }

    /** Whether none of the options was given that are for arrays alone. */
    boolean unused() {
        return lengths.isEmpty() && initialState.isEmpty() && finalState.isEmpty();
    }

    /** Refuses options that mean nothing to a model with a task. */
    void requireUnused(Subcommand command) {
        if (!unused()) {
            throw command.mistake("--lengths, --initial-state and --final-state are for an INPUT of arrays, which ends"
                    + " in .npy.");
        }
    }

    /** Runs a model on the arrays of a file. */
    void run(Subcommand command, Path model, Path input, Path output, Figures figures) {
        List<Path> read = new ArrayList<>(List.of(model, input));
        lengths.ifPresent(read::add);
        initialState.ifPresent(read::add);
        finalState.ifPresent(path -> OutputFile.require(command, path, "--final-state", read.toArray(Path[]::new)));
        if (input.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
            named(command, model, input, output, figures);
            return;
        }
        Network network = choices.network(command, model);
        if (network.spec().encoderDecoder().isPresent()) {
            throw new DataException(
                    DataException.Kind.UNSUITABLE_MODEL,
                    model + ": the network reads a text and writes another, of its own length, which no array of steps"
                            + " holds. Give it a text file, a line for each input.");
        }
        command.noteSlowKernels();
        NumpyArray array = NpyFile.read(input);
        NumpySequences.Layout order = layout.orElseGet(() -> order(command, model, network, input, array));
        SequenceBatch x =
                NumpySequences.batch(input.toString(), array, order, lengths.map(NpyFile::read), network.spec());
        State state = initialState
                .map(file -> StateFile.read(file, network.spec(), x.batchSize()))
                .orElseGet(() -> network.freshState(x.batchSize()));
        Sequence y = forward(network, x, state, input);
        NumpyArray result = NumpySequences.array(y, order, array, network.spec().readsIds());
        finalState.ifPresent(file -> StateFile.write(file, network.spec(), state));
        NpyFile.write(output, result);
        written(command, output, Map.of("y", result), figures);
    }

    /** Which axis comes first, as far as the file and the lengths tell; what they do not tell is said. */
    private NumpySequences.Layout order(Subcommand command, Path model, Network network, Path input, NumpyArray array) {
        int rank = network.spec().readsIds() ? 2 : 3;
        if (array.rank() != rank) {
            return NumpySequences.Layout.TND;
        }
        int first = array.shape().get(0);
        int second = array.shape().get(1);
        InputAxes axes = choices.format(model).inputAxes(model);
        Optional<Boolean> told = axes.batchFirst(first, second);
        boolean batchFirst = told.orElse(false);
        boolean byLengths = lengths.isPresent() && first != second;
        if ((told.isEmpty() && !byLengths) || batchFirst) {
            String why = batchFirst
                    ? "as the model's file fixes"
                    : axes.batchFirst().orElse(false)
                            ? "steps first, though the model's own input is sequences first"
                            : "steps first";
            command.note(("note: " + input + " " + array.shape() + " is read as " + (batchFirst ? second : first)
                            + " steps of " + (batchFirst ? first : second) + " sequences, " + why + ". Say --layout "
                            + (batchFirst
                                    ? "tnd if its first axis is the steps."
                                    : "ntd if its first axis is the sequences, or tnd."))
                    .replaceAll("\\p{Cc}", "?"));
        }
        return batchFirst ? NumpySequences.Layout.NTD : NumpySequences.Layout.TND;
    }

    private static Sequence forward(Network network, SequenceBatch x, State state, Path input) {
        try (Team team = Team.ofAllProcessors()) {
            return network.pack().tape(team).forward(x, state);
        } catch (IllegalArgumentException e) {
            throw new DataException(input + ": the network cannot read it: " + e.getMessage(), e);
        }
    }

    /** Named arrays, for a model whose inputs have names. */
    private void named(Subcommand command, Path model, Path input, Path output, Figures figures) {
        if (lengths.isPresent() || initialState.isPresent() || finalState.isPresent()) {
            throw command.mistake("An .npz INPUT holds lengths and states among its arrays, by the model's own names;"
                    + " leave --lengths, --initial-state and --final-state away.");
        }
        ModelFormat format = choices.format(model);
        Map<String, NumpyArray> results = format.run(model, NpzFile.read(input), choices.options(command, format));
        NpzFile.write(output, results);
        written(command, output, results, figures);
    }

    private static void written(Subcommand command, Path output, Map<String, NumpyArray> results, Figures figures) {
        results.forEach((name, array) -> {
            command.console.line((output + ": " + name + " " + array.shape()).replaceAll("\\p{Cc}", "?"));
            figures.with(name, array.shape());
        });
        figures.with("output", output.toString());
    }
}
