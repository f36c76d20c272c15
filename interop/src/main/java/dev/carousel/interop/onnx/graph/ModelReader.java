package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument.Attribute;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxDocument.Producer;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an {@link OnnxDocument} from the bytes of a file. Field numbers are those of onnx.proto (ONNX IR version 3 to 13).
 *
 * <p>The messages are read here rather than by generated classes for three reasons: those build objects for every two bytes of
 * a hostile file, their jar has no module descriptor, and on a JDK from 24 on their runtime makes Java print a warning.
 */
public final class ModelReader {

    /** The newest version of ONNX' operators whose meaning is known here. */
    static final int NEWEST_OPSET = 26;

    static final int OLDEST_OPSET = 7;

    private final TensorReader tensors;
    private final Budget budget;

    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();
    private String producerName = "";
    private String producerVersion = "";
    private long opset;
    private boolean hasGraph;

    private ModelReader(ExternalData external, Budget budget) {
        this.tensors = new TensorReader(external, budget);
        this.budget = budget;
    }

    /**
     * The model of a file.
     *
     * @throws InteropException if it is damaged, or of operators too old or too new
     */
    public static OnnxDocument read(byte[] file, ExternalData external) {
        ModelReader reader = new ModelReader(external, new Budget(file.length));
        reader.model(Wire.of(file));
        return new OnnxDocument(
                new Producer(reader.producerName, reader.producerVersion),
                (int) reader.opset,
                reader.nodes,
                reader.initializers,
                reader.inputs,
                reader.outputs);
    }

    private void model(Wire in) {
        while (in.next()) {
            switch (in.field()) {
                case 2 -> producerName = text(in);
                case 3 -> producerVersion = text(in);
                case 7 -> {
                    hasGraph = true;
                    graph(in.message());
                }
                case 8 -> operatorSet(in.message());
                case 25 ->
                    throw new InteropException(
                            "The ONNX model defines functions of its own, which Carousel does not expand. Inline them before"
                                    + " (onnx.inliner), or export without them.");
                default -> in.skip();
            }
        }
        if (!hasGraph) {
            throw new InteropException("The file holds no ONNX graph. Is it an ONNX model, and complete?");
        }
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new InteropException("The ONNX model is written for version " + opset
                    + " of the operators (opset), but Carousel knows " + OLDEST_OPSET + " to " + NEWEST_OPSET
                    + ". Export it with opset_version 17, or convert it (onnx.version_converter).");
        }
    }

    private void operatorSet(Wire in) {
        String domain = "";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = text(in);
                case 2 -> version = in.number();
                default -> in.skip();
            }
        }
        if (isOwnDomain(domain)) {
            opset = version;
        }
    }

    static boolean isOwnDomain(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private void graph(Wire in) {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> nodes.add(node(in.message()));
                case 5 -> initializer(in.message());
                case 11 -> inputs.add(valueInfo(in.message()));
                case 12 -> outputs.add(valueInfo(in.message()));
                case 15 ->
                    throw new InteropException(
                            "The ONNX graph has a sparse initializer, which Carousel does not read. Export dense weights.");
                default -> in.skip();
            }
        }
    }

    private void initializer(Wire in) {
        TensorReader.Named tensor = tensors.read(in, "initializer");
        if (tensor.name().isEmpty() || initializers.put(tensor.name(), tensor.tensor()) != null) {
            throw new InteropException("The ONNX graph has two initializers named '" + tensor.name()
                    + "', or one without a name; each needs its own.");
        }
    }

    private Node node(Wire in) {
        budget.spend(Budget.NODE);
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        String name = "";
        String operator = "";
        String domain = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> from.add(text(in));
                case 2 -> to.add(text(in));
                case 3 -> name = text(in);
                case 4 -> operator = text(in);
                case 5 -> attribute(in.message(), attributes);
                case 7 -> domain = text(in);
                default -> in.skip();
            }
        }
        return new Node(name, operator, isOwnDomain(domain) ? "" : domain, from, to, attributes);
    }

    private void attribute(Wire in, Map<String, Attribute> attributes) {
        budget.spend(Budget.ATTRIBUTE);
        String name = "";
        float real = 0;
        long whole = 0;
        String text = "";
        Attribute found = new Attribute.Other(0);
        List<Float> reals = new ArrayList<>();
        List<Long> wholes = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int kind = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = text(in);
                case 2 -> real = in.real();
                case 3 -> whole = in.number();
                case 4 -> text = text(in);
                case 5 ->
                    found = new Attribute.TensorValue(
                            tensors.read(in.message(), "attribute " + name).tensor());
                case 7 -> in.reals(reals, budget);
                case 8 -> in.numbers(wholes, budget);
                case 9 -> texts.add(text(in));
                case 20 -> kind = (int) in.number();
                default -> in.skip();
            }
        }
        Attribute value = switch (kind) {
            case 1 -> new Attribute.Real(real);
            case 2 -> new Attribute.Whole(whole);
            case 3 -> new Attribute.Text(text);
            case 4 -> found;
            case 6 -> new Attribute.Reals(reals);
            case 7 -> new Attribute.Wholes(wholes);
            case 8 -> new Attribute.Texts(texts);
            default -> new Attribute.Other(kind);
        };
        attributes.put(name, value);
    }

    private ValueInfo valueInfo(Wire in) {
        budget.spend(Budget.ATTRIBUTE);
        String name = "";
        long type = 0;
        List<String> dimensions = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 1) {
                name = text(in);
            } else if (in.field() == 2) {
                Wire typeProto = in.message();
                while (typeProto.next()) {
                    if (typeProto.field() == 1) {
                        type = tensorType(typeProto.message(), dimensions);
                    } else {
                        typeProto.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
        return new ValueInfo(name, (int) type, dimensions);
    }

    private long tensorType(Wire in, List<String> dimensions) {
        long type = 0;
        while (in.next()) {
            if (in.field() == 1) {
                type = in.number();
            } else if (in.field() == 2) {
                Wire shape = in.message();
                while (shape.next()) {
                    if (shape.field() == 1) {
                        dimensions.add(dimension(shape.message()));
                    } else {
                        shape.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
        return type;
    }

    private String dimension(Wire in) {
        budget.spend(Budget.TEXT);
        String dimension = "?";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> dimension = Long.toString(in.number());
                case 2 -> dimension = text(in);
                default -> in.skip();
            }
        }
        return dimension;
    }

    private String text(Wire in) {
        String text = in.text();
        budget.spend(Budget.TEXT + text.length());
        return text;
    }
}
