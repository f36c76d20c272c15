package dev.carousel.interop.keras;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.ModelFormat;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keras' files, which are read and not written. */
public final class KerasFormat implements ModelFormat {

    /** The format; it has no state. */
    public KerasFormat() {}

    @Override
    public String name() {
        return "keras";
    }

    @Override
    public List<String> endings() {
        return List.of(".keras", ".h5", ".hdf5", ".json");
    }

    @Override
    public Network read(Path file, ImportOptions options) {
        return KerasFiles.read(file, options.weights(), options.notes());
    }

    @Override
    public InputAxes inputAxes(Path file) {
        return new InputAxes(KerasFiles.steps(file), Optional.empty(), Optional.of(true));
    }

    @Override
    public void write(Network network, Path file) {
        throw new InteropException(
                file + ": Keras' files are read but not written. Write .onnx or .safetensors instead.");
    }
}
