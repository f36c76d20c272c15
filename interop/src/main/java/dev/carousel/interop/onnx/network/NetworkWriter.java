package dev.carousel.interop.onnx.network;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.ModelWriter;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.network.Network;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.TiedDense;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as a graph.
 *
 * <pre>{@code
 * in     input    [time, batch, D], or ids [time, batch]
 *        lengths  [batch]                   optional: all steps count without it
 *        h0, c0   [parts, batch, H]         optional: zero without them
 * out    output   [time, batch, O]          0 beyond a sequence's length
 *        hn, cn   [parts, batch, H]
 * }</pre>
 *
 * <p>ONNX has no optional inputs but those with a default, an initializer of the same name. A default has a fixed shape, so
 * these have a batch of 1, and the graph expands what it gets, default or not, to the batch of the input. With several stacks
 * of recurrent layers each has its own states, with the stack's name in front.
 */
public final class NetworkWriter {

    /** So that a graph is far from the two gigabytes that its format allows. */
    private static final int MOST_TAGS = 400;

    private static final long MOST_PLACES = (long) MOST_TAGS * MOST_TAGS * (MOST_TAGS + 3);

    private static final int ALL_STEPS = Integer.MAX_VALUE;

    private final Network network;
    private final ModelWriter to = new ModelWriter();
    private final MatrixWriter matrices;
    private final boolean defaults;
    private final boolean oneStack;

    /** The value that flows, [T, N, D]; the lengths, INT32 [N]; and N as a shape of one dimension. */
    private String x = "input";

    private String lengths = "";

    /** Of each mask so far, at which step of its input each step that flows now was, INT64 [T, N, 1]. */
    private final List<String> places = new ArrayList<>();

    private String batch = "";

    private NetworkWriter(Network network, boolean defaults) {
        this.defaults = defaults;
        this.network = network;
        this.matrices = new MatrixWriter(to, network.parameters());
        this.oneStack = network.spec().stacks().size() == 1;
    }

    /**
     * The file of a network.
     *
     * @param defaults whether all inputs but the first have a default
     */
    public static byte[] bytes(Network network, boolean defaults) {
        return new NetworkWriter(network, defaults).write();
    }

    private static InteropException noEncoderDecoder() {
        return new InteropException(
                "The network is an EncoderDecoder, which reads a whole sequence before it writes another"
                        + " one of its own length, step by step; a graph of ONNX would need a loop, which is not written. Use"
                        + " Carousel's own format, or PyTorch's for the weights alone.");
    }

    private byte[] write() {
        NetworkSpec spec = network.spec();
        if (spec.encoderDecoder().isPresent()) {
            throw noEncoderDecoder();
        }
        begin(spec);
        LayerNodes nodes = new LayerNodes();
        for (LayerSpec layer : spec.layers()) {
            x = layer.accept(nodes);
        }
        end(spec);
        return to.bytes();
    }

    private void begin(NetworkSpec spec) {
        if (spec.readsIds()) {
            to.input("input", OnnxElementType.INT64, List.of("time", "batch"), "Ids, time first.");
        } else {
            String size = Integer.toString(spec.inputSize());
            to.input("input", OnnxElementType.FLOAT, List.of("time", "batch", size), "The sequences, time first.");
        }
        to.input(
                "lengths",
                OnnxElementType.INT32,
                List.of("batch_of_lengths"),
                "How many steps of each sequence count.");
        if (defaults) {
            to.initializer("lengths", Tensor.of(new int[] {ALL_STEPS}, 1));
        }
        String shape = to.node("Shape", Map.of(), "input");
        String time = to.node("Slice", Map.of(), shape, to.constant(0), to.constant(1));
        batch = to.node("Slice", Map.of(), shape, to.constant(1), to.constant(2));
        String time32 = to.node("Cast", Map.of("to", OnnxElementType.INT32.code()), time);
        lengths = to.node("Expand", Map.of(), to.node("Min", Map.of(), "lengths", time32), batch);
    }

    /** Writes the nodes of each kind of layer behind what there is; gives the name of their result. */
    private final class LayerNodes implements LayerVisitor<String> {

        @Override
        public String oneHot(LayerSpec.OneHot layer) {
            String values = to.constant(Tensor.of(new float[] {0, 1}, 2));
            return to.node("OneHot", Map.of("axis", -1), x, to.constant(layer.vocabularySize()), values);
        }

        @Override
        public String embedding(LayerSpec.Embedding layer) {
            return to.node("Gather", Map.of(), weight(layer.name() + ".weight"), x);
        }

        @Override
        public String columnEmbedding(ColumnEmbedding layer) {
            return embed(layer);
        }

        @Override
        public String recurrent(LayerSpec.Recurrent layer) {
            RecurrentWriter writer = new RecurrentWriter(to, network.parameters(), layer, prefix(layer), defaults);
            String y = writer.write(x, lengths, batch);
            if (layer.lastOnly()) {
                places.clear();
                lengths = to.node("Min", Map.of(), lengths, to.constant(Tensor.of(new int[] {1}, 1)));
            }
            return y;
        }

        @Override
        public String dense(LayerSpec.Dense layer) {
            String product = matrices.product(x, layer.name() + ".weight");
            return layer.bias() ? to.node("Add", Map.of(), product, weight(layer.name() + ".bias")) : product;
        }

        @Override
        public String tiedDense(TiedDense layer) {
            String columns = to.node("Transpose", Map.of("perm", new long[] {1, 0}), layer.weight());
            return to.node("Add", Map.of(), to.node("MatMul", Map.of(), x, columns), weight(layer.bias()));
        }

        @Override
        public String adaptiveSoftmax(AdaptiveSoftmax layer) {
            return matrices.adaptiveSoftmax(x, layer);
        }

        @Override
        public String layerNorm(LayerNorm layer) {
            String gain = weight(layer.gain());
            String bias = weight(layer.bias());
            return to.node("LayerNormalization", Map.of("axis", -1, "epsilon", layer.epsilon()), x, gain, bias);
        }

        @Override
        public String elementwiseAffine(ElementwiseAffine layer) {
            String centred = to.node("Sub", Map.of(), x, weight(layer.center()));
            String scaled = to.node("Mul", Map.of(), centred, weight(layer.gain()));
            return to.node("Add", Map.of(), scaled, weight(layer.bias()));
        }

        @Override
        public String crfScores(CrfScores layer) {
            int K = layer.tags();
            int O = layer.outputSize();
            if ((long) K * O > MOST_PLACES) {
                throw new InteropException(
                        "ONNX: " + layer + " has " + K + " tags, and the graph would need a matrix of "
                                + K + " x " + O + " numbers to put their scores in place; at most " + MOST_TAGS
                                + " tags can be written. Save the model as .safetensors or .pt.");
            }
            float[] places = new float[K * O];
            for (int k = 0; k < K; k++) {
                places[k * O + k] = 1;
            }
            float[] scores = new float[O];
            int at = K;
            for (String name : List.of(layer.transitions(), layer.start(), layer.end())) {
                float[] some = network.parameters().get(name);
                System.arraycopy(some, 0, scores, at, some.length);
                at += some.length;
            }
            String beside = to.node("MatMul", Map.of(), x, to.constant(Tensor.of(places, K, O)));
            return to.node("Add", Map.of(), beside, to.constant(Tensor.of(scores, O)));
        }

        @Override
        public String elementwise(Parameterless.Elementwise layer) {
            return ActivationWriter.write(to, layer.activation(), x);
        }

        @Override
        public String softmax(Parameterless.Softmax layer) {
            return to.node("Softmax", Map.of("axis", -1), x);
        }

        @Override
        public String logSoftmax(Parameterless.LogSoftmax layer) {
            return to.node("LogSoftmax", Map.of("axis", -1), x);
        }

        /** Outside training it changes nothing, nor do the two below. */
        @Override
        public String drop(Parameterless.Drop layer) {
            return x;
        }

        @Override
        public String dropWords(Parameterless.DropWords layer) {
            return x;
        }

        @Override
        public String activityPenalty(Parameterless.ActivityPenalty layer) {
            return x;
        }

        @Override
        public String mean(Parameterless.Mean layer) {
            return average();
        }

        @Override
        public String max(Parameterless.Max layer) {
            return maximum(layer);
        }

        @Override
        public String repeat(Parameterless.Repeat layer) {
            String shape =
                    to.node("Concat", Map.of("axis", 0), to.constant(layer.steps()), batch, to.constant(layer.size()));
            lengths = to.node("Expand", Map.of(), to.constant(Tensor.of(new int[] {layer.steps()}, 1)), batch);
            places.clear();
            return to.node("Expand", Map.of(), x, shape);
        }

        /** Sequences first, then cut, then steps first again. */
        @Override
        public String reshape(Reshape layer) {
            String sequences = to.node("Transpose", Map.of("perm", new long[] {1, 0, 2}), x);
            String shape = to.node(
                    "Concat", Map.of("axis", 0), batch, to.constant(layer.steps()), to.constant(layer.outputSize()));
            String cut = to.node("Reshape", Map.of(), sequences, shape);
            lengths = to.node("Expand", Map.of(), to.constant(Tensor.of(new int[] {layer.steps()}, 1)), batch);
            places.clear();
            return to.node("Transpose", Map.of("perm", new long[] {1, 0, 2}), cut);
        }

        @Override
        public String masking(Parameterless.Masking layer) {
            Masks masks = new Masks(to, x, lengths, counts(), steps());
            x = masks.write(layer);
            lengths = masks.lengths();
            places.add(masks.places());
            return x;
        }

        @Override
        public String encoderDecoder(EncoderDecoder layer) {
            throw noEncoderDecoder();
        }
    }

    /** What the names of a stack's states begin with. */
    private String prefix(Recurrent recurrent) {
        return oneStack ? "" : recurrent.name() + ".";
    }

    private String weight(String name) {
        int[] shape = network.parameters().slice(name).shape().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        return to.initializer(name, Tensor.of(network.parameters().get(name), shape));
    }

    /** The columns of numbers, then the vectors of the ids; padding becomes 0 first, which every table has. */
    private String embed(ColumnEmbedding embedding) {
        String rows = whatCounts();
        List<String> parts = new ArrayList<>();
        if (embedding.numbers() > 0) {
            long[] numbers =
                    Arrays.stream(embedding.numberColumns()).asLongStream().toArray();
            parts.add(to.node("Gather", Map.of("axis", 2), rows, to.constant(numbers)));
        }
        for (ColumnEmbedding.Column column : embedding.columns()) {
            String index = to.constant(Tensor.of(new long[] {column.index()}));
            String ids = to.node(
                    "Cast",
                    Map.of("to", OnnxElementType.INT64.code()),
                    to.node("Gather", Map.of("axis", 2), rows, index));
            parts.add(to.node("Gather", Map.of(), weight(embedding.parameterName(column)), ids));
        }
        return to.node("Concat", Map.of("axis", -1), parts.toArray(String[]::new));
    }

    /** The sum over the steps that count, divided by how many there are; 0 for a sequence of none. From here there is one step. */
    private String average() {
        String one = to.constant(Tensor.of(new int[] {1}, 1));
        String sum = to.node("ReduceSum", Map.of("keepdims", 1), whatCounts(), to.constant(0));
        String divisor = to.node("Max", Map.of(), lengths, one);
        String numbers = to.node("Cast", Map.of("to", OnnxElementType.FLOAT.code()), divisor);
        String mean = to.node("Div", Map.of(), sum, to.node("Unsqueeze", Map.of(), numbers, to.constant(0, 2)));
        lengths = to.node("Min", Map.of(), lengths, one);
        places.clear();
        return mean;
    }

    /** The maximum over the steps that count, and 0 for a sequence of none; or over those of padding, too. One step from here. */
    private String maximum(Parameterless.Max layer) {
        String one = to.constant(Tensor.of(new int[] {1}, 1));
        String rows = layer.paddingCounts()
                ? whatCounts()
                : to.node(
                        "Where",
                        Map.of(),
                        counts(),
                        x,
                        to.constant(Tensor.of(new float[] {Float.NEGATIVE_INFINITY}, 1)));
        String max = to.node("ReduceMax", Map.of("axes", new long[] {0}, "keepdims", 1), rows);
        lengths = to.node("Min", Map.of(), lengths, one);
        x = max;
        places.clear();
        return layer.paddingCounts() ? max : whatCounts();
    }

    /** x, set to 0 where a sequence has ended. */
    private String whatCounts() {
        return to.node("Where", Map.of(), counts(), x, to.constant(Tensor.of(new float[1])));
    }

    /** Whether a step of a sequence counts, [T, N, 1]. */
    private String counts() {
        String column = to.node("Unsqueeze", Map.of(), steps(), to.constant(1, 2));
        String row = to.node("Unsqueeze", Map.of(), lengths, to.constant(0, 2));
        return to.node("Less", Map.of(), column, row);
    }

    /** 0, 1, ... T - 1 of what flows now. */
    private String steps() {
        String time = to.node("Gather", Map.of(), to.node("Shape", Map.of(), x), to.constant(Tensor.of(new long[1])));
        String time32 = to.node("Cast", Map.of("to", OnnxElementType.INT32.code()), time);
        String zero = to.constant(Tensor.of(new int[1]));
        String one = to.constant(Tensor.of(new int[] {1}));
        return to.node("Range", Map.of(), zero, time32, one);
    }

    /** The output, set to 0 where a sequence has ended. */
    private void end(NetworkSpec spec) {
        String zero = to.constant(Tensor.of(new float[1]));
        if (places.isEmpty()) {
            to.node("Where", Map.of(), List.of(counts(), x, zero), List.of("output"));
        } else {
            String y = to.node("Where", Map.of(), counts(), x, zero);
            for (int i = places.size() - 1; i > 0; i--) {
                y = Masks.restored(to, y, places.get(i));
            }
            Masks.restoredOutput(to, y, places.get(0), "output");
        }
        String time = spec.keepsSteps() ? "time" : Integer.toString(spec.outputSteps(1));
        List<String> dimensions = List.of(time, "batch", Integer.toString(spec.outputSize()));
        to.firstOutput("output", OnnxElementType.FLOAT, dimensions, "Zero beyond a sequence's length.");
    }
}
