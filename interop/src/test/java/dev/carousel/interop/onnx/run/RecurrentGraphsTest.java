package dev.carousel.interop.onnx.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.interop.onnx.graph.ExternalData;
import dev.carousel.interop.onnx.graph.ModelReader;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.OnnxRuntime;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Recurrent nodes in all their forms, judged by ONNX Runtime. */
public class RecurrentGraphsTest {

    private static final int GRAPHS = 500;

    @Test
    void randomRecurrentGraphsEqualOnnxRuntime() throws Exception {
        for (long seed = 1; seed <= GRAPHS; seed++) {
            RandomRecurrentGraph graph = RandomRecurrentGraph.forRuntime(seed);
            byte[] bytes = graph.build().bytes();
            Map<String, Tensor> expected = OnnxRuntime.run(bytes, graph.inputs);
            RunnableGraph ours = RunnableGraph.of(ModelReader.read(bytes, ExternalData.none()));
            assertClose("seed " + seed + ": " + graph, ours.run(graph.inputs), expected, 1e-5);
        }
    }

    /** What ONNX Runtime does not run: double precision, and the batch first. */
    @Test
    void doublePrecisionAndBatchFirstEqualTheReference() {
        for (long seed = 1; seed <= 100; seed++) {
            boolean batchFirst = seed % 2 == 0;
            RandomRecurrentGraph graph =
                    new RandomRecurrentGraph(new Random(seed), OnnxElementType.DOUBLE, batchFirst, false);
            Map<String, Tensor> found = RunnableGraph.of(graph.build().read()).run(graph.inputs);
            String what = "seed " + seed + ": " + graph;
            assertClose(what, found, ReferenceGraph.run(graph, batchFirst), 1e-12);
        }
    }

    @Test
    void everyVariantIsTheSameInDoubleAndWithTheBatchFirst() {
        for (long seed = 1; seed <= 100; seed++) {
            RandomRecurrentGraph graph = RandomRecurrentGraph.forRuntime(seed);
            Map<String, Tensor> expected =
                    RunnableGraph.of(graph.build().read()).run(graph.inputs);
            RandomRecurrentGraph turned = RandomRecurrentGraph.forRuntime(seed).turned(OnnxElementType.DOUBLE);
            Map<String, Tensor> found = new LinkedHashMap<>();
            RunnableGraph.of(turned.build().read()).run(turned.inputs).forEach((name, tensor) -> {
                int[] order = name.equals("Y") ? new int[] {1, 2, 0, 3} : new int[] {1, 0, 2};
                found.put(name, RandomRecurrentGraph.single(RandomRecurrentGraph.transposed(tensor, order)));
            });
            assertClose("seed " + seed + ": " + graph, found, expected, 1e-5);
        }
    }

    public static void assertClose(
            String what, Map<String, Tensor> found, Map<String, Tensor> expected, double tolerance) {
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
