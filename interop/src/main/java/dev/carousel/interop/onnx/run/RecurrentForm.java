package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the attributes of an RNN, LSTM or GRU node say, checked.
 *
 * @param kind of which operator
 * @param hiddenSize H
 * @param directions 1 or 2
 * @param firstReversed whether the first direction reads from the end
 * @param activations of each direction
 * @param clip the bound of pre-activations, infinite if there is none
 * @param inputForget whether f = 1 - i
 * @param linearBeforeReset whether a GRU resets after the recurrent product
 * @param batchFirst whether the axes of batch and time are exchanged (layout 1)
 */
public record RecurrentForm(
        Kind kind,
        int hiddenSize,
        int directions,
        boolean firstReversed,
        List<List<GateActivation>> activations,
        float clip,
        boolean inputForget,
        boolean linearBeforeReset,
        boolean batchFirst) {

    /** The recurrent operators. */
    enum Kind {
        /** h = f(W x + R h' + b). */
        RNN(1, "Tanh"),
        /** Gates in the order i o f c. */
        LSTM(4, "Sigmoid Tanh Tanh"),
        /** Gates in the order z r h. */
        GRU(3, "Sigmoid Tanh");

        private final int gates;
        private final String activations;

        Kind(int gates, String activations) {
            this.gates = gates;
            this.activations = activations;
        }

        int gates() {
            return gates;
        }

        /** How many activations a direction has, f, g and h of ONNX' equations. */
        int activations() {
            return names().size();
        }

        private List<String> names() {
            return List.of(activations.split(" ", -1));
        }
    }

    public RecurrentForm {
        activations = List.copyOf(activations);
    }

    /** Of a node whose R has been read: H is what the attribute says, and must be R's last dimension. */
    public static RecurrentForm of(Call call) {
        Kind kind = Kind.valueOf(call.node().operator());
        Tensor r = call.in(2, 3);
        long hiddenSize = call.whole("hidden_size", r.dimension(2));
        if (hiddenSize != r.dimension(2)) {
            throw call.fail("has hidden_size " + hiddenSize + ", but R is " + r);
        }
        String direction = call.text("direction", "forward").toLowerCase(Locale.ROOT);
        int directions = switch (direction) {
            case "forward", "reverse" -> 1;
            case "bidirectional" -> 2;
            default ->
                throw call.fail(
                        "has direction '" + direction + "', which is none of forward, reverse and bidirectional");
        };
        long layout = call.whole("layout", 0);
        if (layout != 0 && layout != 1) {
            throw call.fail("has layout " + layout + ", which is neither 0 nor 1");
        }
        float clip = call.attribute("clip").isPresent() ? call.real("clip", 0) : Float.POSITIVE_INFINITY;
        if (!(clip > 0)) {
            throw call.fail("has clip " + clip + ", which must be above 0");
        }
        return new RecurrentForm(
                kind,
                (int) hiddenSize,
                directions,
                direction.equals("reverse"),
                activations(call, kind, directions),
                clip,
                call.flag("input_forget", false),
                call.linearBeforeReset(),
                layout == 1);
    }

    boolean reversed(int direction) {
        return direction == 1 || firstReversed;
    }

    /** The functions of each direction; alpha and beta go in order to those that have them. */
    private static List<List<GateActivation>> activations(Call call, Kind kind, int directions) {
        List<String> names = call.texts("activations");
        int count = kind.activations() * directions;
        if (names.isEmpty()) {
            names = new ArrayList<>();
            for (int d = 0; d < directions; d++) {
                names.addAll(kind.names());
            }
        } else if (kind == Kind.RNN && directions == 1 && names.size() == 2) {
            // The operator's default names one for each of two directions, also where there is one.
            names = names.subList(0, 1);
        }
        if (names.size() != count) {
            throw call.fail("has " + names.size() + " activations, but " + count + " are needed");
        }
        Numbers alphas = new Numbers(call.reals("activation_alpha"));
        Numbers betas = new Numbers(call.reals("activation_beta"));
        List<GateActivation> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(GateActivation.of(call, names.get(i), alphas, betas));
        }
        List<List<GateActivation>> perDirection = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            perDirection.add(List.copyOf(all.subList(d * kind.activations(), (d + 1) * kind.activations())));
        }
        return perDirection;
    }

    /** The values of alpha or beta, consumed in the order of the functions that take one; what is left over is not used. */
    private static final class Numbers implements GateActivation.Parameter {

        private final List<Float> values;
        private int taken;

        Numbers(List<Float> values) {
            this.values = values;
        }

        @Override
        public float or(float missing) {
            return taken < values.size() ? values.get(taken++) : missing;
        }
    }
}
