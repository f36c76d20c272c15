package dev.carousel.interop.onnx.run;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxDocument.Attribute;
import dev.carousel.interop.onnx.graph.OnnxDocument.Node;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One node that is being computed: its inputs and attributes, checked as they are asked for, and room for its outputs.
 */
public final class Call {

    /** Stands for an optional input that is left out; never read. */
    public static final Tensor LEFT_OUT = Tensor.of(new float[0], 0);

    private final Node node;
    private final int opset;
    private final List<Tensor> inputs;
    private final Limit limit;
    private final Setting setting;

    /**
     * What holds for a node in every run.
     *
     * @param linearBeforeReset where a GRU resets, whatever the file says
     * @param kept what a recurrent node keeps between runs
     */
    public record Setting(Optional<Boolean> linearBeforeReset, AtomicReference<RecurrentOnEngine.Packed> kept) {

        public Setting(Optional<Boolean> linearBeforeReset) {
            this(linearBeforeReset, new AtomicReference<>());
        }
    }

    Call(Node node, int opset, List<Tensor> inputs, Limit limit) {
        this(node, opset, inputs, limit, new Setting(Optional.empty()));
    }

    public Call(Node node, int opset, List<Tensor> inputs, Limit limit, Setting setting) {
        this.node = node;
        this.opset = opset;
        this.inputs = List.copyOf(inputs);
        this.limit = limit;
        this.setting = setting;
    }

    /** Whether a GRU resets after the recurrent product. */
    boolean linearBeforeReset() {
        return setting.linearBeforeReset.orElseGet(() -> flag("linear_before_reset", false));
    }

    AtomicReference<RecurrentOnEngine.Packed> kept() {
        return setting.kept;
    }

    public Node node() {
        return node;
    }

    /** Whether the graph is written for this version of the operators or a later one. */
    public boolean since(int version) {
        return opset >= version;
    }

    public boolean has(int i) {
        return node.hasInput(i);
    }

    int inputs() {
        return inputs.size();
    }

    /** An input that must be there. */
    public Tensor in(int i) {
        if (!node.hasInput(i)) {
            throw fail("needs input " + i + ", which is not there");
        }
        return inputs.get(i);
    }

    /** An input that must be there and be of reals. */
    Tensor real(int i) {
        Tensor x = in(i);
        if (!x.type().isReal()) {
            throw fail("computes with FLOAT or DOUBLE, but input " + i + " is " + x);
        }
        return x;
    }

    /** An input that must be there and have so many dimensions. */
    public Tensor in(int i, int rank) {
        Tensor x = in(i);
        if (x.rank() != rank) {
            throw fail("needs " + rank + " dimensions of input " + i + ", but it is " + x);
        }
        return x;
    }

    Optional<Attribute> attribute(String name) {
        return Optional.ofNullable(node.attributes().get(name));
    }

    public long whole(String name, long missing) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return missing;
        }
        if (found.get() instanceof Attribute.Whole whole) {
            return whole.value();
        }
        throw wrongKind(name, "a whole number");
    }

    public boolean flag(String name, boolean missing) {
        return whole(name, missing ? 1 : 0) != 0;
    }

    public float real(String name, float missing) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return missing;
        }
        if (found.get() instanceof Attribute.Real real) {
            return real.value();
        }
        throw wrongKind(name, "a float");
    }

    public String text(String name, String missing) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return missing;
        }
        if (found.get() instanceof Attribute.Text text) {
            return text.value();
        }
        throw wrongKind(name, "a text");
    }

    public Optional<long[]> wholes(String name) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get() instanceof Attribute.Wholes wholes) {
            return Optional.of(
                    wholes.values().stream().mapToLong(Long::longValue).toArray());
        }
        throw wrongKind(name, "a list of whole numbers");
    }

    List<Float> reals(String name) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return List.of();
        }
        if (found.get() instanceof Attribute.Reals reals) {
            return reals.values();
        }
        throw wrongKind(name, "a list of floats");
    }

    List<String> texts(String name) {
        Optional<Attribute> found = attribute(name);
        if (found.isEmpty()) {
            return List.of();
        }
        if (found.get() instanceof Attribute.Texts texts) {
            return texts.values();
        }
        throw wrongKind(name, "a list of texts");
    }

    private InteropException wrongKind(String name, String expected) {
        return fail("has an attribute " + name + " that is not " + expected);
    }

    /** Numbers that older versions have as an attribute and newer ones as an input: axes, sizes. */
    public Optional<long[]> wholesOrInput(String name, int input) {
        if (!has(input)) {
            return wholes(name);
        }
        return Optional.of(longs(input));
    }

    /** The numbers of an input that says a shape, axes or the like. */
    long[] longs(int input) {
        Tensor x = in(input);
        if ((x.type() != OnnxElementType.INT64 && x.type() != OnnxElementType.INT32) || x.rank() > 1) {
            throw fail("needs whole numbers as input " + input + ", but it is " + x);
        }
        return x.toLongs();
    }

    /** An axis, counted from the end if negative. */
    public int axis(long axis, int rank) {
        long counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw fail("has axis " + axis + " of a tensor with " + rank + " dimensions");
        }
        return (int) counted;
    }

    /** Axes, as a flag for each dimension. */
    boolean[] axes(long[] axes, int rank) {
        boolean[] named = new boolean[rank];
        for (long axis : axes) {
            named[axis(axis, rank)] = true;
        }
        return named;
    }

    /** A shape from a graph's numbers. */
    int[] shape(long[] dimensions) {
        int[] shape = new int[dimensions.length];
        for (int i = 0; i < shape.length; i++) {
            if (dimensions[i] < 0 || dimensions[i] > Integer.MAX_VALUE) {
                throw fail("asks for the shape " + Arrays.toString(dimensions));
            }
            shape[i] = (int) dimensions[i];
        }
        return shape;
    }

    /** A tensor of zeros for an output, if the limit on its size allows it. */
    Tensor room(OnnxElementType type, int... shape) {
        limit.take(this, shape);
        return Tensor.zeros(type, shape);
    }

    /** Notes that so many multiplications, or other small things, are about to be done. */
    void work(long first, long... factors) {
        long count = first;
        for (long factor : factors) {
            count = factor > 0 && count > Long.MAX_VALUE / 4 / factor ? Long.MAX_VALUE / 4 : count * factor;
        }
        limit.work(this, count);
    }

    /** An error that names the node. */
    InteropException fail(String what) {
        return new InteropException("ONNX " + node.title() + " " + what + ".");
    }

    /**
     * How many elements the tensors of one run may have together, and how many multiplications may be done, so that a small
     * file cannot ask for all memory or all time.
     */
    public static final class Limit {

        private final long elements;
        private final long multiplications;
        private long elementsLeft;
        private long multiplicationsLeft;

        public Limit(long elements, long multiplications) {
            this.elements = elements;
            this.multiplications = multiplications;
            this.elementsLeft = elements;
            this.multiplicationsLeft = multiplications;
        }

        /** For a run that a user asks for, with inputs and initializers of so many elements: as long as they like. */
        static Limit ofRun(long inputs, long initializers) {
            return new Limit((1 << 26) + (1 << 16) * inputs + 256 * initializers, Long.MAX_VALUE);
        }

        /** For the few steps with which a file is tried while it is read. */
        static Limit ofTrial(long inputs, long initializers) {
            return new Limit((1 << 20) + (1 << 10) * inputs + 8 * initializers, (1 << 28) + 256 * initializers);
        }

        private void take(Call call, int... shape) {
            long size = Tensor.sizeOf(shape);
            elementsLeft -= size < 0 ? 0 : size;
            if (size < 0 || elementsLeft < 0 || size > Integer.MAX_VALUE - 16) {
                throw call.fail(
                        "would compute a tensor of " + Arrays.toString(shape) + ", but all of this model's may have "
                                + elements + " elements together, and one at most 2^31");
            }
        }

        private void work(Call call, long count) {
            multiplicationsLeft -= count;
            if (multiplicationsLeft < 0) {
                throw call.fail("and those before it would multiply more than " + multiplications
                        + " times for a few steps, which no model of this size needs");
            }
        }
    }
}
