package dev.carousel.interop.onnx;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.ModelFormat;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** ONNX models: read as networks, run as graphs, and written. */
public final class OnnxFormat implements ModelFormat {

    /** The format; it has no state. */
    public OnnxFormat() {}

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public List<String> endings() {
        return List.of(".onnx");
    }

    @Override
    public Network read(Path file, ImportOptions options) {
        return OnnxFiles.read(file, options);
    }

    @Override
    public InputAxes inputAxes(Path file) {
        return OnnxFiles.inputAxes(file);
    }

    @Override
    public void write(Network network, Path file) {
        OnnxFiles.write(network, file);
    }

    @Override
    public Map<String, NumpyArray> run(Path file, Map<String, NumpyArray> inputs, ImportOptions options) {
        OnnxGraph read = OnnxGraph.read(file);
        OnnxGraph graph =
                options.linearBeforeReset().map(read::withLinearBeforeReset).orElse(read);
        graph.warnings().forEach(options.notes());
        return OnnxFiles.naming(file, () -> graph.run(inputs));
    }
}
