package dev.carousel.interop;

import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A kind of file that holds a network, in and out. Its place in {@link ModelFiles#FORMATS} makes it known to the command.
 *
 * <p>Implementations are stateless and may be used from any thread.
 */
public interface ModelFormat {

    /** Its name, as {@code --from} and {@code --to} take it. */
    String name();

    /** How its files end, in lower case, such as {@code .onnx}. */
    List<String> endings();

    /** Whether a file with one of its endings is one of its own; asked where formats share an ending. */
    default boolean accepts(Path file) {
        return true;
    }

    /**
     * Reads a network.
     *
     * @param options what the file cannot tell, and where notes go
     * @throws InteropException if the file is damaged, or holds what Carousel has no layer for; the message names it
     */
    Network read(Path file, ImportOptions options);

    /**
     * What a file says of the axes of its model's own input.
     *
     * @throws InteropException as {@link #read} does
     */
    default InputAxes inputAxes(Path file) {
        return InputAxes.UNKNOWN;
    }

    /**
     * Reads a model with its task and where it comes from, for a format whose files hold them.
     *
     * @return nothing if the format's files hold a network alone
     * @throws InteropException as {@link #read} does
     */
    default Optional<Model> model(Path file) {
        return Optional.empty();
    }

    /**
     * Writes a model atomically: with its task and where it comes from if the format's files hold them, else its network alone.
     *
     * @throws InteropException as {@link #write(Network, Path)} does
     */
    default void write(Model model, Path file) {
        write(model.network(), file);
    }

    /**
     * Writes a network atomically.
     *
     * @throws InteropException if the format has no form for a layer, or the file cannot be written
     */
    void write(Network network, Path file);

    /**
     * Runs a model on named arrays, for a format whose models have named inputs.
     *
     * @param inputs by name
     * @return its outputs by name
     * @throws InteropException if the format has no named inputs, or the inputs do not fit
     */
    default Map<String, NumpyArray> run(Path file, Map<String, NumpyArray> inputs, ImportOptions options) {
        throw new InteropException(file + ": a model of the format " + name()
                + " has one input without a name. Pass it as an .npy file instead of an .npz file.");
    }
}
