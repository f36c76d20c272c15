package dev.carousel.interop;

import dev.carousel.cell.Cell;
import dev.carousel.kernel.Nonlinearity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What files of other programs do not tell, and their readers cannot know.
 *
 * @param nonlinearity φ of plain recurrent layers, which PyTorch's files of weights lack; tanh if not given
 * @param modules the order of the modules of a PyTorch file, with the functions between them; the file's if empty
 * @param stateDict which dictionary of a PyTorch checkpoint holds the weights, such as {@code ema.model}; the only one if not
 *     given
 * @param activation the function after the last layer, by PyTorch's name, which its files lack; none if not given
 * @param linearBeforeReset overrides {@code linear_before_reset} of every GRU of an ONNX file, some of which are wrong
 * @param weights the file of weights that belongs to a Keras model whose layers are in a .json file; that of its name if not given
 * @param cell of the recurrent layers of a PyTorch file, whose names and shapes do not tell it; RNN, LSTM or GRU if not given
 * @param notes receives what the user should know, one sentence each; nothing is printed
 */
public record ImportOptions(
        Optional<Nonlinearity> nonlinearity,
        List<String> modules,
        Optional<String> stateDict,
        Optional<String> activation,
        Optional<Boolean> linearBeforeReset,
        Optional<Path> weights,
        Optional<Cell> cell,
        Consumer<String> notes) {

    /** Takes a copy of the modules. */
    public ImportOptions {
        modules = List.copyOf(modules);
    }

    /** Nothing is given, and notes are dropped. */
    public static ImportOptions defaults() {
        return new ImportOptions(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                note -> {});
    }

    /** The same with a nonlinearity of plain recurrent layers. */
    public ImportOptions withNonlinearity(Nonlinearity nonlinearity) {
        return new ImportOptions(
                Optional.of(nonlinearity), modules, stateDict, activation, linearBeforeReset, weights, cell, notes);
    }

    /** The same with an order of modules. */
    public ImportOptions withModules(String... modules) {
        return new ImportOptions(
                nonlinearity, List.of(modules), stateDict, activation, linearBeforeReset, weights, cell, notes);
    }

    /** The same with a dictionary of a checkpoint. */
    public ImportOptions withStateDict(String stateDict) {
        return new ImportOptions(
                nonlinearity, modules, Optional.of(stateDict), activation, linearBeforeReset, weights, cell, notes);
    }

    /** The same with a function after the last layer. */
    public ImportOptions withActivation(String activation) {
        return new ImportOptions(
                nonlinearity, modules, stateDict, Optional.of(activation), linearBeforeReset, weights, cell, notes);
    }

    /** The same with a place of the reset gate of every GRU of an ONNX file. */
    public ImportOptions withLinearBeforeReset(boolean linearBeforeReset) {
        return new ImportOptions(
                nonlinearity, modules, stateDict, activation, Optional.of(linearBeforeReset), weights, cell, notes);
    }

    /** The same with a file of weights for a Keras model in a .json file. */
    public ImportOptions withWeights(Path weights) {
        return new ImportOptions(
                nonlinearity, modules, stateDict, activation, linearBeforeReset, Optional.of(weights), cell, notes);
    }

    /** The same with a cell of recurrent layers. */
    public ImportOptions withCell(Cell cell) {
        return new ImportOptions(
                nonlinearity, modules, stateDict, activation, linearBeforeReset, weights, Optional.of(cell), notes);
    }

    /** The same with a receiver of notes. */
    public ImportOptions withNotes(Consumer<String> notes) {
        return new ImportOptions(nonlinearity, modules, stateDict, activation, linearBeforeReset, weights, cell, notes);
    }
}
