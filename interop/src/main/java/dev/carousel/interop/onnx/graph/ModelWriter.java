package dev.carousel.interop.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A graph that is being written: nodes, weights, inputs and outputs, each added as it is needed. */
public final class ModelWriter {

    /** The version of the operators that is written for: the one that most runtimes know. */
    static final int OPSET = 17;

    private static final int IR_VERSION = 8;

    private final WireWriter graph = new WireWriter();
    private final WireWriter inputs = new WireWriter();
    private final WireWriter first = new WireWriter();
    private final WireWriter outputs = new WireWriter();
    private final WireWriter initializers = new WireWriter();
    private final AtomicInteger names = new AtomicInteger();

    /** The finished file. */
    public byte[] bytes() {
        graph.text(2, "carousel");
        WireWriter model = new WireWriter()
                .number(1, IR_VERSION)
                .text(2, "carousel")
                .message(8, opset -> opset.text(1, "").number(2, OPSET));
        byte[] all = concatenated(graph, initializers, inputs, first, outputs);
        return model.bytes(7, all).bytes();
    }

    private static byte[] concatenated(WireWriter... parts) {
        int size = 0;
        for (WireWriter part : parts) {
            size = Math.addExact(size, part.size());
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (WireWriter part : parts) {
            all.put(part.bytes());
        }
        return all.array();
    }

    /**
     * An input.
     *
     * @param dimensions numbers, or names for open ones
     * @param about what it is, for those who look at the file
     */
    public void input(String name, OnnxElementType type, List<String> dimensions, String about) {
        inputs.message(11, info -> valueInfo(info, name, type, dimensions, about));
    }

    public void output(String name, OnnxElementType type, List<String> dimensions, String about) {
        outputs.message(12, info -> valueInfo(info, name, type, dimensions, about));
    }

    /** An output that comes before all others. */
    public void firstOutput(String name, OnnxElementType type, List<String> dimensions, String about) {
        first.message(12, info -> valueInfo(info, name, type, dimensions, about));
    }

    private static void valueInfo(
            WireWriter info, String name, OnnxElementType type, List<String> dimensions, String about) {
        info.text(1, name)
                .message(
                        2,
                        proto -> proto.message(
                                1,
                                tensor -> tensor.number(1, type.code()).message(2, shape -> {
                                    for (String dimension : dimensions) {
                                        shape.message(1, each -> dimension(each, dimension));
                                    }
                                })))
                .text(3, about);
    }

    private static void dimension(WireWriter to, String dimension) {
        if (dimension.chars().allMatch(Character::isDigit)) {
            to.number(1, Long.parseLong(dimension));
        } else {
            to.text(2, dimension);
        }
    }

    /** A weight, or the default of an input; returns its name. */
    public String initializer(String name, Tensor tensor) {
        initializers.message(5, to -> tensor(to, name, tensor));
        return name;
    }

    /** A small constant; returns the name that it gets. */
    public String constant(Tensor tensor) {
        return initializer(fresh("constant"), tensor);
    }

    public String constant(long... values) {
        return constant(Tensor.of(values, values.length));
    }

    private static void tensor(WireWriter to, String name, Tensor tensor) {
        for (int dimension : tensor.shape()) {
            to.number(1, dimension);
        }
        ByteBuffer raw = ByteBuffer.allocate(
                        Math.multiplyExact(tensor.size(), tensor.type().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        switch (tensor.type()) {
            case FLOAT -> raw.asFloatBuffer().put(tensor.floats());
            case DOUBLE -> raw.asDoubleBuffer().put(tensor.doubles());
            case INT32 -> raw.asIntBuffer().put(tensor.ints());
            case INT64 -> raw.asLongBuffer().put(tensor.longs());
            case BOOL -> {
                for (boolean truth : tensor.booleans()) {
                    raw.put((byte) (truth ? 1 : 0));
                }
            }
        }
        to.number(2, tensor.type().code()).text(8, name).bytes(9, raw.array());
    }

    /** A name that nothing has yet. */
    public String fresh(String of) {
        return "/" + of + "_" + names.incrementAndGet();
    }

    /** A node with one output; returns the output's name. */
    public String node(String operator, Map<String, Object> attributes, String... from) {
        String output = fresh(operator);
        node(operator, attributes, List.of(from), List.of(output));
        return output;
    }

    public void node(String operator, Map<String, Object> attributes, List<String> from, List<String> to) {
        String name = fresh(operator);
        graph.message(1, node -> {
            from.forEach(input -> node.text(1, input));
            to.forEach(output -> node.text(2, output));
            node.text(3, name).text(4, operator);
            // In the order of their names, so that the same network gives the same bytes.
            attributes.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> node.message(5, each -> attribute(each, entry.getKey(), entry.getValue())));
        });
    }

    private static void attribute(WireWriter to, String name, Object value) {
        to.text(1, name);
        if (value instanceof Float real) {
            to.real(2, real).number(20, 1);
        } else if (value instanceof Integer whole) {
            to.number(3, whole).number(20, 2);
        } else if (value instanceof String text) {
            to.text(4, text).number(20, 3);
        } else if (value instanceof float[] reals) {
            for (float real : reals) {
                to.real(7, real);
            }
            to.number(20, 6);
        } else if (value instanceof long[] wholes) {
            for (long whole : wholes) {
                to.number(8, whole);
            }
            to.number(20, 7);
        } else if (value instanceof List<?> texts) {
            texts.forEach(text -> to.text(9, text.toString()));
            to.number(20, 8);
        } else {
            throw new IllegalArgumentException("No attribute has the value " + value + ".");
        }
    }
}
