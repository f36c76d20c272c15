package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.OnnxDocument.Attribute;
import dev.carousel.interop.onnx.network.Formula.Atom;
import dev.carousel.interop.onnx.network.Formula.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The RNN, LSTM or GRU whose step a formula is, with its weights in ONNX' order of gates.
 *
 * @param operator RNN, LSTM or GRU
 * @param relu whether an RNN has ReLU in place of tanh
 * @param resetsAfter whether a GRU resets after the recurrent product
 * @param input the gates' formulas, of which W and the bias of the input are taken
 * @param recurrent the gates' formulas, of which R and the bias of the state are taken
 */
record UnrolledCell(String operator, boolean relu, boolean resetsAfter, List<Formula> input, List<Formula> recurrent) {

    UnrolledCell {
        input = List.copyOf(input);
        recurrent = List.copyOf(recurrent);
    }

    /** W [kH, D]. */
    float[] w() {
        return Formula.concatenated(input.stream().map(Formula::w).toList());
    }

    /** R [kH, H]. */
    float[] r() {
        return Formula.concatenated(recurrent.stream().map(Formula::r).toList());
    }

    /** The biases of the input [kH]. */
    float[] inputBias() {
        return Formula.concatenated(input.stream().map(Formula::b).toList());
    }

    /** The biases of the state [kH], where they do not stand in the others. */
    float[] recurrentBias() {
        return Formula.concatenated(recurrent.stream()
                .map(part -> input.contains(part) ? new float[part.width()] : part.b())
                .toList());
    }

    /** What its node says besides the direction. */
    Map<String, Attribute> attributes(int hiddenSize) {
        Map<String, Attribute> all = new HashMap<>();
        all.put("hidden_size", new Attribute.Whole(hiddenSize));
        if (relu) {
            all.put("activations", new Attribute.Texts(List.of("Relu")));
        }
        if (operator.equals("GRU")) {
            all.put("linear_before_reset", new Attribute.Whole(resetsAfter ? 1 : 0));
        }
        return all;
    }

    boolean isLike(UnrolledCell other) {
        return operator.equals(other.operator) && relu == other.relu && resetsAfter == other.resetsAfter;
    }

    /** The cell whose state h after a step is this; none if there is no such cell. */
    static Optional<UnrolledCell> of(Formula h) {
        return rnn(h).or(() -> lstm(h)).or(() -> gru(h));
    }

    /**
     * The second state after a step of this cell, if it has one.
     *
     * @param h the state after it
     */
    Optional<Formula> cellState(Formula h) {
        return operator.equals("LSTM")
                ? pair(h, Kind.SIGMOID, Kind.TANH, 1).map(output -> output.two.argument())
                : Optional.empty();
    }

    private static Optional<UnrolledCell> plain(String operator, boolean relu, List<Formula> gates) {
        return gates.stream().allMatch(Formula::isLinear)
                ? Optional.of(new UnrolledCell(operator, relu, false, gates, gates))
                : Optional.empty();
    }

    /** h = f(W x + R h' + b). */
    private static Optional<UnrolledCell> rnn(Formula h) {
        if (!h.isOfProductsOnly() || h.products().size() != 1) {
            return Optional.empty();
        }
        for (Kind kind : List.of(Kind.TANH, Kind.RELU)) {
            for (Map.Entry<List<Atom>, Float> term : h.products().entrySet()) {
                List<Atom> atoms = term.getKey();
                if (atoms.size() == 1 && atoms.get(0).kind() == kind && term.getValue() == 1) {
                    return plain("RNN", kind == Kind.RELU, List.of(atoms.get(0).argument()));
                }
            }
        }
        return Optional.empty();
    }

    /** h = o ⊙ tanh(c), c = f ⊙ c' + i ⊙ g. */
    private static Optional<UnrolledCell> lstm(Formula h) {
        if (!h.isOfProductsOnly() || h.products().size() != 1) {
            return Optional.empty();
        }
        Optional<Pair> output = pair(h, Kind.SIGMOID, Kind.TANH, 1);
        if (output.isEmpty()) {
            return Optional.empty();
        }
        Formula c = output.get().two.argument();
        Optional<Pair> forget = pair(c, Kind.SIGMOID, Kind.C, 1);
        Optional<Pair> input = pair(c, Kind.SIGMOID, Kind.TANH, 1);
        if (!c.isOfProductsOnly() || c.products().size() != 2 || forget.isEmpty() || input.isEmpty()) {
            return Optional.empty();
        }
        return plain(
                "LSTM",
                false,
                List.of(
                        input.get().one.argument(),
                        output.get().one.argument(),
                        forget.get().one.argument(),
                        input.get().two.argument()));
    }

    /** h = (1 - z) ⊙ n + z ⊙ h', or with 1 - z in place of z, which is the logistic function of the negative. */
    private static Optional<UnrolledCell> gru(Formula h) {
        boolean swapped = !h.isOfProductsOnly();
        float sign = swapped ? -1 : 1;
        Optional<Pair> kept = pair(h, Kind.SIGMOID, Kind.H, sign);
        Optional<Pair> taken = pair(h, Kind.SIGMOID, Kind.TANH, -sign);
        if (kept.isEmpty() || taken.isEmpty() || !kept.get().one.equals(taken.get().one)) {
            return Optional.empty();
        }
        Atom n = taken.get().two;
        boolean complete = swapped
                ? h.products().size() == 2 && isState(h.linear())
                : h.products().size() == 3 && h.products().getOrDefault(List.of(n), 0f) == 1;
        Formula z = kept.get().one.argument();
        Formula candidate = n.argument();
        if (!complete || candidate.readsState() || candidate.products().size() != 1 || !z.isLinear()) {
            return Optional.empty();
        }
        Formula update = swapped ? z.plus(-2, z) : z;
        Formula linear = candidate.linear();
        Optional<Pair> after = pair(candidate, Kind.SIGMOID, Kind.LINEAR, 1);
        if (after.isPresent()) {
            Formula reset = after.get().one.argument();
            Formula state = after.get().two.argument();
            return reset.isLinear() && !state.readsInput()
                    ? Optional.of(new UnrolledCell(
                            "GRU", false, true, List.of(update, reset, linear), List.of(update, reset, state)))
                    : Optional.empty();
        }
        return before(candidate)
                .map(part -> new UnrolledCell(
                        "GRU",
                        false,
                        false,
                        List.of(update, part.get(0), linear),
                        List.of(update, part.get(0), part.get(1))));
    }

    /** The reset gate and the matrix of R (r ⊙ h'). */
    private static Optional<List<Formula>> before(Formula candidate) {
        List<Atom> atoms = candidate.products().keySet().iterator().next();
        if (atoms.size() != 1
                || atoms.get(0).kind() != Kind.MATRIX
                || candidate.products().getOrDefault(atoms, 0f) != 1) {
            return Optional.empty();
        }
        Formula argument = atoms.get(0).argument();
        Optional<Pair> reset = pair(argument, Kind.SIGMOID, Kind.H, 1);
        if (reset.isEmpty()
                || argument.products().size() != 1
                || !reset.get().one.argument().isLinear()) {
            return Optional.empty();
        }
        Formula linear = candidate.linear();
        Formula state = new Formula(
                linear.width(),
                new float[linear.w().length],
                atoms.get(0).matrix(),
                new float[linear.width()],
                Map.of(),
                0);
        return Optional.of(List.of(reset.get().one.argument(), state));
    }

    private static boolean isState(Formula linear) {
        float[] identity = new float[linear.r().length];
        for (int i = 0; i < linear.width(); i++) {
            identity[i * linear.width() + i] = 1;
        }
        return !linear.readsInput()
                && Arrays.equals(linear.r(), identity)
                && Arrays.equals(linear.b(), new float[linear.width()]);
    }

    private record Pair(Atom one, Atom two) {}

    /** The product of two atoms of these kinds with this factor, if there is one. */
    private static Optional<Pair> pair(Formula formula, Kind one, Kind two, float factor) {
        for (Map.Entry<List<Atom>, Float> term : formula.products().entrySet()) {
            List<Atom> atoms = term.getKey();
            if (atoms.size() == 2 && term.getValue() == factor) {
                for (int i = 0; i < 2; i++) {
                    if (atoms.get(i).kind() == one && atoms.get(1 - i).kind() == two) {
                        return Optional.of(new Pair(atoms.get(i), atoms.get(1 - i)));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
