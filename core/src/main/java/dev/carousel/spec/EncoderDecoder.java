package dev.carousel.spec;

import dev.carousel.cell.StatePart;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A network of networks that writes a sequence of ids for a sequence of ids, of any other length: an encoder reads the input, a
 * decoder begins from its final state and reads what has been written, a head gives the scores of what comes next. It is the only
 * layer of its network.
 *
 * <pre>{@code
 * e_s = encoder(x)_s                       E numbers for each step of the input
 * d_0 = the encoder's final state          of two directions side by side, part by part and layer by layer
 * h_t = decoder(0, y_1 ... y_t-1)_t        H numbers for each step of the output, from d_0
 * c_t = Σ_s α_ts e_s                       Attention
 * scores of y_t = head(c_t, h_t)           without attention: head(h_t)
 * }</pre>
 *
 * <p>A batch has one sequence of ids for each pair, {@link #join}: those of the input, 0 to V_in - 1, then those that the decoder
 * reads, V_in higher: id 0, which says that the output begins, then the output but for its end. The network's output has a step for
 * each step of the decoder, and is as long as that. Its target is the output and then 0, which says that it has ended; so the decoder
 * is taught with what it should have written before (teacher forcing).
 *
 * <p>Parameters are those of the parts, behind {@code encoder.}, {@code decoder.} and {@code head.}, and between them
 * {@code attention.query.weight} [A, H], {@code attention.key.weight} [A, E] or [H, E], {@code attention.score.weight} [1, A].
 *
 * <p>Sources: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks" (2014); for the rest see
 * {@link Attention}.
 *
 * @param encoder reads ids, gives a step for each of its steps
 * @param decoder reads ids, 0 for begin, in one direction, with states like the encoder's
 * @param attention how the decoder looks at the encoder's steps
 * @param head stateless layers, to a score for each id that the decoder reads
 */
public record EncoderDecoder(NetworkSpec encoder, NetworkSpec decoder, Attention attention, NetworkSpec head)
        implements LayerSpec {

    /** What the names of the encoder's parameters begin with. */
    public static final String ENCODER = "encoder.";

    /** What the names of the decoder's parameters begin with. */
    public static final String DECODER = "decoder.";

    /** What the names of the attention's parameters begin with. */
    public static final String ATTENTION = "attention.";

    /** What the names of the head's parameters begin with. */
    public static final String HEAD = "head.";

    /**
     * Checks that the parts fit each other.
     *
     * @throws IllegalArgumentException if they do not; the message says which size must be which
     */
    public EncoderDecoder {
        Objects.requireNonNull(encoder, "EncoderDecoder: encoder is null");
        Objects.requireNonNull(decoder, "EncoderDecoder: decoder is null");
        Objects.requireNonNull(attention, "EncoderDecoder: attention is null; Attention.none() is none");
        Objects.requireNonNull(head, "EncoderDecoder: head is null");
        requireReader("encoder", encoder);
        requireReader("decoder", decoder);
        require(
                decoder.stepwise(),
                "the decoder must take one step at a time, but reads sequences from their end: " + decoder);
        require(
                head.stacks().isEmpty() && !head.readsIds() && head.keepsSteps(),
                "the head must be layers without a state, with an output for each step, but is " + head);
        requireStates(encoder.stacks(), decoder.stacks());
        int E = encoder.outputSize();
        int H = decoder.outputSize();
        require(
                attention.score() != Attention.Score.DOT || E == H,
                "DOT attention needs outputs of one size, but the encoder gives " + E
                        + " numbers a step and the decoder " + H + ". Take GENERAL");
        int reads = attention.attends() ? Math.addExact(E, H) : H;
        require(
                head.inputSize() == reads,
                "the head reads " + head.inputSize() + " numbers a step but must read " + reads
                        + (attention.attends() ? ", the encoder's " + E + " and the decoder's " : ", the decoder's ")
                        + H);
        require(
                head.outputSize() == decoder.inputSize(),
                "the head gives " + head.outputSize() + " scores but the decoder reads " + decoder.inputSize()
                        + " kinds of id; they must be as many, since it reads what was written");
        Math.addExact(encoder.inputSize(), decoder.inputSize());
    }

    private static void requireReader(String which, NetworkSpec network) {
        require(
                network.readsIds() && network.keepsSteps() && !network.stacks().isEmpty(),
                "the " + which + " must read ids, have recurrent layers and give an output for each step, but is "
                        + network);
        require(
                network.layers().stream().noneMatch(Parameterless.Masking.class::isInstance),
                "the " + which + " reads ids, so it has nothing to mask: " + network);
    }

    private static void requireStates(List<Recurrent> encoder, List<Recurrent> decoder) {
        boolean fits = encoder.size() == decoder.size()
                && encoder.stream().map(Recurrent::directions).distinct().count() == 1;
        for (int i = 0; fits && i < encoder.size(); i++) {
            fits = fit(encoder.get(i), decoder.get(i));
        }
        require(
                fits,
                "the decoder begins from the encoder's final state, so they must have as many layers of one cell, and"
                        + " the units of the encoder, of both directions together where it has two, must be as many as the"
                        + " decoder's; but the encoder has " + encoder + " and the decoder " + decoder);
    }

    private static boolean fit(Recurrent encoder, Recurrent decoder) {
        List<StatePart> read = LayerParts.state(encoder);
        List<StatePart> needed = LayerParts.state(decoder);
        boolean fits = encoder.layers() == decoder.layers() && read.size() == needed.size();
        for (int i = 0; fits && i < read.size(); i++) {
            fits = read.get(i).name().equals(needed.get(i).name())
                    && (long) read.get(i).size() * encoder.directions()
                            == needed.get(i).size();
        }
        return fits;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("EncoderDecoder: " + problem + ".");
        }
    }

    /** The network of this layer alone. */
    public NetworkSpec network() {
        return NetworkSpec.of(this);
    }

    /**
     * The ids of a pair as the network reads them: those of the input, then what the decoder reads.
     *
     * @param input ids, 0 to V_in - 1
     * @param output ids of what should be written, 1 to V_out - 1; 0 stands for its begin and its end
     * @return input.length + 1 + output.length ids
     * @throws IllegalArgumentException if the input is empty, or an id is not among those
     */
    public int[] join(int[] input, int... output) {
        int V = encoder.inputSize();
        if (input.length == 0) {
            throw new IllegalArgumentException("EncoderDecoder: the input is empty; it must have one id at least.");
        }
        int[] joined = new int[input.length + 1 + output.length];
        for (int i = 0; i < input.length; i++) {
            joined[i] = requireId("input", i, input[i], 0, V);
        }
        joined[input.length] = V;
        for (int i = 0; i < output.length; i++) {
            joined[input.length + 1 + i] = V + requireId("output", i, output[i], 1, decoder.inputSize());
        }
        return joined;
    }

    private static int requireId(String side, int i, int id, int from, int to) {
        if (id < from || id >= to) {
            throw new IllegalArgumentException("EncoderDecoder: id " + i + " of the " + side + " is " + id
                    + " but must be " + from + " to " + (to - 1) + ". Was it made with another vocabulary?");
        }
        return id;
    }

    /** The same with no more layers in any stack than this: fewer parameters, of which a file is asked first. */
    public EncoderDecoder withLayersAtMost(int most) {
        return new EncoderDecoder(bounded(encoder, most), bounded(decoder, most), attention, head);
    }

    private static NetworkSpec bounded(NetworkSpec network, int most) {
        return new NetworkSpec(network.layers().stream()
                .map(layer ->
                        layer instanceof Recurrent stack ? stack.withLayers(Math.min(stack.layers(), most)) : layer)
                .toList());
    }

    /** The stacks of the encoder and of the decoder. */
    Stream<Recurrent> stacks() {
        return Stream.of(encoder, decoder).flatMap(network -> network.stacks().stream());
    }

    /** Q and K of the attention, where it has them, named as within {@link #ATTENTION}. */
    public List<Dense> projections() {
        int E = encoder.outputSize();
        int H = decoder.outputSize();
        return switch (attention.score()) {
            case NONE, DOT -> List.of();
            case GENERAL -> List.of(new Dense("key", E, H, false));
            case ADDITIVE ->
                List.of(new Dense("query", H, attention.size(), false), new Dense("key", E, attention.size(), false));
        };
    }

    @Override
    public int inputSize() {
        return encoder.inputSize() + decoder.inputSize();
    }

    @Override
    public int outputSize() {
        return head.outputSize();
    }

    @Override
    public boolean readsIds() {
        return true;
    }

    @Override
    public void addTo(Parameters.Layout layout) {
        addTo(layout, ENCODER, encoder.layers());
        addTo(layout, DECODER, decoder.layers());
        addTo(layout, ATTENTION, projections());
        if (attention.score() == Attention.Score.ADDITIVE) {
            layout.add(ATTENTION + "score.weight", 1, attention.size());
        }
        addTo(layout, HEAD, head.layers());
    }

    private static void addTo(Parameters.Layout layout, String prefix, List<? extends LayerSpec> layers) {
        Parameters.Layout part = new Parameters.Layout();
        layers.forEach(layer -> layer.addTo(part));
        part.slices()
                .forEach(
                        slice -> layout.add(prefix + slice.name(), slice.shape().toArray(Integer[]::new)));
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.encoderDecoder(this);
    }
}
