package dev.carousel.bench.peers;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.carousel.bench.Gates;
import dev.carousel.bench.LayerCase;
import dev.carousel.bench.LayerData;
import dev.carousel.bench.Work;
import dev.carousel.cli.timing.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * An ONNX model of one node, LSTM, GRU or RNN, its weights inside.
 *
 * <p>Input {@code X}; to carry a state also {@code h0} and, for an LSTM, {@code c0}. Output {@code Y}; to carry a state instead
 * {@code h} and {@code c}. Gates of an LSTM are i o f g, of a GRU z r h.
 */
final class OnnxModel {

    private static final int IR_VERSION = 8;
    private static final int OPERATORS = 14;

    private OnnxModel() {}

    static byte[] bytes(LayerCase one, LayerData data) {
        boolean lstm = one.cell().equals("lstm");
        boolean carries = one.work() == Work.STEP;
        Shape s = one.shape();
        int k = one.gates();
        int[] order = order(one.cell());
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(one.cell().toUpperCase(Locale.ROOT))
                .addInput("X")
                .addInput("W")
                .addInput("R")
                .addInput("B")
                .addAttribute(integer("hidden_size", s.hiddenSize()));
        if (one.cell().equals("gru")) {
            node.addAttribute(integer("linear_before_reset", 1));
        }
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("layer")
                .addInput(value("X", s.steps(), s.batchSize(), s.inputSize()))
                .addInitializer(weights("W", Gates.reordered(data.W(), order), k * s.hiddenSize(), s.inputSize()))
                .addInitializer(weights("R", Gates.reordered(data.R(), order), k * s.hiddenSize(), s.hiddenSize()));
        float[] bias = new float[2 * data.bW().length];
        System.arraycopy(Gates.reordered(data.bW(), order), 0, bias, 0, data.bW().length);
        System.arraycopy(Gates.reordered(data.bR(), order), 0, bias, data.bW().length, data.bR().length);
        graph.addInitializer(weights("B", bias, bias.length));
        if (carries) {
            node.addInput("").addInput("h0").addOutput("").addOutput("h");
            graph.addInput(value("h0", 1, s.batchSize(), s.hiddenSize()));
            graph.addOutput(value("h", 1, s.batchSize(), s.hiddenSize()));
            if (lstm) {
                node.addInput("c0").addOutput("c");
                graph.addInput(value("c0", 1, s.batchSize(), s.hiddenSize()));
                graph.addOutput(value("c", 1, s.batchSize(), s.hiddenSize()));
            }
        } else {
            node.addOutput("Y");
            graph.addOutput(value("Y", s.steps(), 1, s.batchSize(), s.hiddenSize()));
        }
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
                .setGraph(graph.addNode(node))
                .build()
                .toByteArray();
    }

    /** For each gate of ONNX, which it is in i f g o, in r z n, or in the one of the plain cell. */
    private static int[] order(String cell) {
        return switch (cell) {
            case "lstm" -> new int[] {0, 3, 1, 2};
            case "gru" -> new int[] {1, 0, 2};
            default -> new int[] {0};
        };
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static ValueInfoProto value(String name, int... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** A constant of one direction: [1, sizes]. */
    private static TensorProto weights(String name, float[] numbers, int... sizes) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addDims(1);
        for (int size : sizes) {
            tensor.addDims(size);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return tensor.setRawData(ByteString.copyFrom(bytes)).build();
    }
}
