package dev.carousel.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.carousel.bench.Engine;
import dev.carousel.bench.LayerCase;
import dev.carousel.bench.LayerData;
import dev.carousel.bench.TimedLayer;
import dev.carousel.bench.Work;
import dev.carousel.cli.timing.Shape;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** ONNX Runtime on the CPU, for inference. */
public final class OnnxRuntimeEngine implements Engine {

    /** Found by {@link java.util.ServiceLoader}. */
    public OnnxRuntimeEngine() {}

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public boolean knows(LayerCase one) {
        return one.work() != Work.TRAIN;
    }

    @Override
    public TimedLayer open(LayerCase one, LayerData data, int threads) {
        try {
            return new Layer(one, data, threads);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not take " + one + ".", e);
        }
    }

    private static final class Layer implements TimedLayer {

        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> first;
        private final boolean carries;
        private OrtSession.Result last;

        Layer(LayerCase one, LayerData data, int threads) throws OrtException {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                session = environment.createSession(OnnxModel.bytes(one, data), options);
            }
            Shape s = one.shape();
            carries = one.work() == Work.STEP;
            inputs.put("X", tensor(environment, data.x(), s.steps(), s.batchSize(), s.inputSize()));
            if (carries) {
                float[] zeros = new float[s.batchSize() * s.hiddenSize()];
                inputs.put("h0", tensor(environment, zeros, 1, s.batchSize(), s.hiddenSize()));
                if (one.cell().equals("lstm")) {
                    inputs.put("c0", tensor(environment, zeros, 1, s.batchSize(), s.hiddenSize()));
                }
            }
            first = Map.copyOf(inputs);
            last = session.run(inputs);
        }

        private static OnnxTensor tensor(OrtEnvironment environment, float[] numbers, long... shape)
                throws OrtException {
            return OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers), shape);
        }

        @Override
        public void run() {
            try {
                OrtSession.Result before = last;
                last = session.run(inputs);
                before.close();
                if (carries) {
                    inputs.put("h0", (OnnxTensor) last.get(0));
                    if (last.size() > 1) {
                        inputs.put("c0", (OnnxTensor) last.get(1));
                    }
                }
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime failed.", e);
            }
        }

        @Override
        public float[] output() {
            FloatBuffer y = ((OnnxTensor) last.get(0)).getFloatBuffer();
            float[] numbers = new float[y.remaining()];
            y.get(numbers);
            return numbers;
        }

        @Override
        public Map<String, float[]> gradients() {
            throw new IllegalStateException("ONNX Runtime does not train.");
        }

        @Override
        public void close() {
            try {
                last.close();
                first.values().forEach(OnnxTensor::close);
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime failed.", e);
            }
        }
    }
}
