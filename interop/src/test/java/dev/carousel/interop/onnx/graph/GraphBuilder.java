package dev.carousel.interop.onnx.graph;

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Builds models for tests with protobuf's own classes, so that our reader meets files that it has not written. */
public final class GraphBuilder {

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final int opset;
    private String producer = "test";

    public GraphBuilder(int opset) {
        this.opset = opset;
    }

    public GraphBuilder producer(String name) {
        producer = name;
        return this;
    }

    /** An input; a dimension below 0 is open. */
    public GraphBuilder input(String name, OnnxElementType type, long... dimensions) {
        graph.addInput(info(name, type, dimensions));
        return this;
    }

    public GraphBuilder output(String name, OnnxElementType type, int rank) {
        long[] open = new long[rank];
        Arrays.fill(open, -1);
        graph.addOutput(info(name, type, open));
        return this;
    }

    private static ValueInfoProto info(String name, OnnxElementType type, long... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] < 0) {
                shape.addDimBuilder().setDimParam(name + "_" + i);
            } else {
                shape.addDimBuilder().setDimValue(dimensions[i]);
            }
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(type.code())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    public GraphBuilder initializer(String name, Tensor tensor) {
        graph.addInitializer(proto(name, tensor));
        return this;
    }

    public GraphBuilder node(
            String operator, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator + "_" + graph.getNodeCount())
                .addAllInput(inputs)
                .addAllOutput(outputs);
        attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
        graph.addNode(node);
        return this;
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Float real) {
            attribute.setType(AttributeProto.AttributeType.FLOAT).setF(real);
        } else if (value instanceof Integer whole) {
            attribute.setType(AttributeProto.AttributeType.INT).setI(whole);
        } else if (value instanceof String text) {
            attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
        } else if (value instanceof Tensor tensor) {
            attribute.setType(AttributeProto.AttributeType.TENSOR).setT(proto("", tensor));
        } else if (value instanceof long[] wholes) {
            attribute.setType(AttributeProto.AttributeType.INTS);
            Arrays.stream(wholes).forEach(attribute::addInts);
        } else if (value instanceof float[] reals) {
            attribute.setType(AttributeProto.AttributeType.FLOATS);
            for (float real : reals) {
                attribute.addFloats(real);
            }
        } else if (value instanceof List<?> texts) {
            attribute.setType(AttributeProto.AttributeType.STRINGS);
            attribute.addAllStrings(texts.stream()
                    .map(text -> ByteString.copyFromUtf8((String) text))
                    .collect(Collectors.toList()));
        } else {
            throw new IllegalArgumentException("No attribute has a value " + value);
        }
        return attribute.build();
    }

    /** Even names write raw bytes, odd ones lists of numbers, so that both are read. */
    public static TensorProto proto(String name, Tensor tensor) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setName(name).setDataType(tensor.type().code());
        Arrays.stream(tensor.shape()).forEach(proto::addDims);
        if (name.length() % 2 == 0 && tensor.type() != OnnxElementType.BOOL) {
            proto.setRawData(raw(tensor));
            return proto.build();
        }
        for (int i = 0; i < tensor.size(); i++) {
            switch (tensor.type()) {
                case FLOAT -> proto.addFloatData(tensor.floats()[i]);
                case DOUBLE -> proto.addDoubleData(tensor.doubles()[i]);
                case INT32, BOOL -> proto.addInt32Data((int) tensor.whole(i));
                case INT64 -> proto.addInt64Data(tensor.longs()[i]);
            }
        }
        return proto.build();
    }

    static ByteString raw(Tensor tensor) {
        ByteBuffer raw =
                ByteBuffer.allocate(tensor.size() * tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.size(); i++) {
            switch (tensor.type()) {
                case FLOAT -> raw.putFloat(tensor.floats()[i]);
                case DOUBLE -> raw.putDouble(tensor.doubles()[i]);
                case INT32 -> raw.putInt(tensor.ints()[i]);
                case INT64 -> raw.putLong(tensor.longs()[i]);
                case BOOL -> raw.put((byte) tensor.whole(i));
            }
        }
        return ByteString.copyFrom(raw.flip());
    }

    public GraphProto.Builder graph() {
        return graph;
    }

    public ModelProto.Builder model() {
        return ModelProto.newBuilder()
                .setIrVersion(opset < 8 ? 3 : opset < 15 ? 7 : 8)
                .setProducerName(producer)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph);
    }

    public byte[] bytes() {
        return model().build().toByteArray();
    }

    /** The model as our reader sees it. */
    public OnnxDocument read() {
        return ModelReader.read(bytes(), ExternalData.none());
    }
}
