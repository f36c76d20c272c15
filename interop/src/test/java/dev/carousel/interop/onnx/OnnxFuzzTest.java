package dev.carousel.interop.onnx;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.fuzz.Fuzzed;
import dev.carousel.interop.onnx.graph.ExternalData;
import dev.carousel.interop.onnx.graph.ModelReader;
import dev.carousel.interop.onnx.network.NetworkReader;
import dev.carousel.interop.onnx.run.RunnableGraph;

/** Whatever bytes an ONNX file has, it is read or refused, and tried on no more than a few steps. */
class OnnxFuzzTest {

    /** The file, its nodes and its weights. */
    @FuzzTest(maxDuration = "10m")
    void graph(byte[] file) {
        Fuzzed.read(file, () -> RunnableGraph.of(ModelReader.read(file, ExternalData.none())));
    }

    /** The network in it, for which it is run. */
    @FuzzTest(maxDuration = "10m")
    void network(byte[] file) {
        Fuzzed.read(
                file, () -> NetworkReader.read(ModelReader.read(file, ExternalData.none()), ImportOptions.defaults()));
    }
}
