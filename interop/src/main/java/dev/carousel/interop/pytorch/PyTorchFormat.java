package dev.carousel.interop.pytorch;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.ModelFormat;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PyTorch's files of weights, for the list of formats. */
public final class PyTorchFormat implements ModelFormat {

    /** The format. */
    public PyTorchFormat() {}

    @Override
    public String name() {
        return "pytorch";
    }

    @Override
    public List<String> endings() {
        List<String> endings = new ArrayList<>(StateDict.archiveEndings());
        endings.add(".safetensors");
        return endings;
    }

    @Override
    public Network read(Path file, ImportOptions options) {
        return PyTorchFiles.read(file, options);
    }

    @Override
    public void write(Network network, Path file) {
        PyTorchFiles.write(network, file);
    }
}
