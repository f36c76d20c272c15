package dev.carousel.interop.onnx.graph;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX Runtime, the judge from outside. */
public final class OnnxRuntime {

    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);

    private OnnxRuntime() {}

    /** The outputs of a model, by name, in order. */
    public static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs) throws OrtException {
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            try (OrtSession session = ENVIRONMENT.createSession(model, options)) {
                for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                    fed.put(input.getKey(), toRuntime(input.getValue()));
                }
                Map<String, Tensor> outputs = new LinkedHashMap<>();
                try (OrtSession.Result result = session.run(fed)) {
                    for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
                        outputs.put(output.getKey(), fromRuntime((OnnxTensor) output.getValue()));
                    }
                }
                return outputs;
            }
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor toRuntime(Tensor tensor) throws OrtException {
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        return switch (tensor.type()) {
            case FLOAT -> OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(tensor.floats()), shape);
            case DOUBLE -> OnnxTensor.createTensor(ENVIRONMENT, DoubleBuffer.wrap(tensor.doubles()), shape);
            case INT32 -> OnnxTensor.createTensor(ENVIRONMENT, IntBuffer.wrap(tensor.ints()), shape);
            case INT64 -> OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(tensor.longs()), shape);
            case BOOL -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(tensor.size()).order(ByteOrder.nativeOrder());
                for (boolean value : tensor.booleans()) {
                    bytes.put((byte) (value ? 1 : 0));
                }
                yield OnnxTensor.createTensor(ENVIRONMENT, bytes.flip(), shape, OnnxJavaType.BOOL);
            }
        };
    }

    private static Tensor fromRuntime(OnnxTensor value) {
        TensorInfo info = value.getInfo();
        int[] shape = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
        Tensor tensor = Tensor.zeros(type(info.type), shape);
        switch (tensor.type()) {
            case FLOAT -> value.getFloatBuffer().get(tensor.floats());
            case DOUBLE -> value.getDoubleBuffer().get(tensor.doubles());
            case INT32 -> value.getIntBuffer().get(tensor.ints());
            case INT64 -> value.getLongBuffer().get(tensor.longs());
            case BOOL -> {
                ByteBuffer bytes = value.getByteBuffer();
                for (int i = 0; i < tensor.size(); i++) {
                    tensor.booleans()[i] = bytes.get(i) != 0;
                }
            }
        }
        return tensor;
    }

    private static OnnxElementType type(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> OnnxElementType.FLOAT;
            case DOUBLE -> OnnxElementType.DOUBLE;
            case INT32 -> OnnxElementType.INT32;
            case INT64 -> OnnxElementType.INT64;
            case BOOL -> OnnxElementType.BOOL;
            default -> throw new IllegalArgumentException("No test has outputs of type " + type);
        };
    }
}
