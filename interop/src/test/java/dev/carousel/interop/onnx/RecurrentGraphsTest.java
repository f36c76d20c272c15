package dev.carousel.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Recurrent nodes in all their forms, judged by ONNX Runtime. */
class RecurrentGraphsTest {

    private static final int GRAPHS = 500;

    @Test
    void randomRecurrentGraphsEqualOnnxRuntime() throws Exception {
        for (long seed = 1; seed <= GRAPHS; seed++) {
            RandomRecurrentGraph graph = RandomRecurrentGraph.forRuntime(seed);
            byte[] bytes = graph.build().bytes();
            Map<String, Tensor> expected = OnnxRuntime.run(bytes, graph.inputs);
            OnnxGraph ours = OnnxGraph.of(ModelReader.read(bytes, ExternalData.none()));
            assertClose("seed " + seed + ": " + graph, ours.runTensors(graph.inputs), expected, 1e-5);
        }
    }

    static void assertClose(String what, Map<String, Tensor> found, Map<String, Tensor> expected, double tolerance) {
        assertThat(found.keySet()).as(what).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            assertThat(found.get(name)).as(what + ", " + name).hasToString(tensor.toString());
            double[] numbers = found.get(name).toDoubles();
            for (int i = 0; i < numbers.length; i++) {
                double size = Math.max(1, Math.abs(tensor.real(i)));
                assertThat(numbers[i])
                        .as(what + ", " + name + "[" + i + "]")
                        .isCloseTo(tensor.real(i), within(tolerance * size));
            }
        });
    }
}
