package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The long short-term memory with a forget gate; ⊙ is the product element by element, σ the logistic function.
 *
 * <pre>{@code
 * i = σ(W_i x + R_i h' + b_i)      input gate         each gate [N, H]
 * f = σ(W_f x + R_f h' + b_f)      forget gate        W [4H, D], R [4H, H], b [4H]
 * g = tanh(W_g x + R_g h' + b_g)   candidate          gates in the order i f g o
 * o = σ(W_o x + R_o h' + b_o)      output gate
 * c = f ⊙ c' + i ⊙ g               cell state
 * h = o ⊙ tanh(c)                  hidden state, the output
 * }</pre>
 *
 * <p>The bias is the sum of two, as PyTorch has them: b = bW + bR. Variants, which may be combined: other activations for
 * σ, for the candidate's tanh and for the output's; peepholes, by which i and f also see p ⊙ c' and o sees p ⊙ c, inside
 * their activation; f = 1 - i; and pre-activations limited to ±clip, after bias and peephole.
 *
 * <p>Source: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); the forget gate: Gers, Schmidhuber and Cummins,
 * "Learning to Forget" (2000); peepholes: Gers and Schmidhuber, "Recurrent Nets that Time and Count" (2000); coupled gates:
 * Greff et al., "LSTM: A Search Space Odyssey" (2017); the variants' exact form: ONNX, operator LSTM.
 *
 * @param gateActivation of i, f and o, usually {@link Activation#LOGISTIC}
 * @param candidateActivation of g, usually {@link Activation#TANH}
 * @param outputActivation through which c passes on its way to the output, usually {@link Activation#TANH}
 * @param peepholes whether i, f and o look at the cell state; the weights [3H] are those of i, o and f, as in ONNX
 * @param inputForget whether the forget gate is coupled to the input gate: f = 1 - i; its weights are there, but unused
 * @param clip the largest size of a pre-activation, above 0; {@link Cell#NO_CLIP} for no limit
 */
public record Lstm(
        Activation gateActivation,
        Activation candidateActivation,
        Activation outputActivation,
        boolean peepholes,
        boolean inputForget,
        float clip)
        implements Cell {

    /** The usual LSTM: h = o ⊙ tanh(c). */
    public static final Lstm STANDARD = new Lstm(true);

    /** Which of the four gates is the forget gate. */
    public static final int FORGET_GATE = 1;

    private static final int OUTPUT_GATE = 3;

    /** The gates that look at the cell state, in the order of their weights: i, o and f. */
    private static final int[] PEEPHOLE_GATES = {0, OUTPUT_GATE, FORGET_GATE};

    /** Checks the clip. */
    public Lstm {
        VariantText.requireClip("Lstm", clip);
    }

    /** The usual LSTM, or h = o ⊙ c without the output tanh. */
    public Lstm(boolean outputTanh) {
        this(
                Activation.LOGISTIC,
                Activation.TANH,
                outputTanh ? Activation.TANH : Activation.LINEAR,
                false,
                false,
                NO_CLIP);
    }

    /** The same with another activation of i, f and o. */
    public Lstm withGateActivation(Activation activation) {
        return new Lstm(activation, candidateActivation, outputActivation, peepholes, inputForget, clip);
    }

    /** The same with another activation of the candidate. */
    public Lstm withCandidateActivation(Activation activation) {
        return new Lstm(gateActivation, activation, outputActivation, peepholes, inputForget, clip);
    }

    /** The same with another activation of the output: h = o ⊙ φ(c). */
    public Lstm withOutputActivation(Activation activation) {
        return new Lstm(gateActivation, candidateActivation, activation, peepholes, inputForget, clip);
    }

    /** The same with or without peepholes. */
    public Lstm withPeepholes(boolean peepholes) {
        return new Lstm(gateActivation, candidateActivation, outputActivation, peepholes, inputForget, clip);
    }

    /** The same with or without f = 1 - i. */
    public Lstm withInputForget(boolean inputForget) {
        return new Lstm(gateActivation, candidateActivation, outputActivation, peepholes, inputForget, clip);
    }

    /** The same with pre-activations limited to ±clip. */
    public Lstm withClip(float clip) {
        return new Lstm(gateActivation, candidateActivation, outputActivation, peepholes, inputForget, clip);
    }

    /** Whether the cell state passes through tanh on its way to the output, as in the usual LSTM. */
    public boolean outputTanh() {
        return outputActivation.is(Activation.Kind.TANH);
    }

    /** Whether it is the usual LSTM but for a linear output, which have fast kernels. */
    private boolean usual() {
        return gateActivation.is(Activation.Kind.LOGISTIC)
                && candidateActivation.is(Activation.Kind.TANH)
                && (outputTanh() || outputActivation.is(Activation.Kind.LINEAR))
                && !peepholes
                && !inputForget
                && clip == NO_CLIP;
    }

    @Override
    public String kind() {
        return "lstm";
    }

    @Override
    public Map<String, String> variant() {
        VariantText text = new VariantText();
        if (outputTanh() || outputActivation.is(Activation.Kind.LINEAR)) {
            text.put("outputTanh", Boolean.toString(outputTanh()));
        } else {
            text.put("outputActivation", outputActivation.text());
        }
        return text.putUnless("gateActivation", gateActivation.text(), Activation.LOGISTIC.text())
                .putUnless("candidateActivation", candidateActivation.text(), Activation.TANH.text())
                .putUnless("peepholes", Boolean.toString(peepholes), "false")
                .putUnless("inputForget", Boolean.toString(inputForget), "false")
                .putUnless("clip", Float.toString(clip), Float.toString(NO_CLIP))
                .map();
    }

    /** The way back from {@link #variant}; what is missing is as usual. */
    static Lstm ofVariant(Map<String, String> variant) {
        VariantText text = new VariantText(variant);
        Activation plain = text.flag("outputTanh") ? Activation.TANH : Activation.LINEAR;
        return new Lstm(
                text.activation("gateActivation", Activation.LOGISTIC),
                text.activation("candidateActivation", Activation.TANH),
                text.activation("outputActivation", plain),
                text.flag("peepholes"),
                text.flag("inputForget"),
                text.clip());
    }

    @Override
    public int gates() {
        return 4;
    }

    @Override
    public List<StatePart> state(int H) {
        return List.of(StatePart.h(H), new StatePart("c", H, 0));
    }

    /** The four usual weights, and the peepholes: the equations of a variant without them read zeros. */
    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        List<WeightPart> weights = new ArrayList<>(Cell.super.weights(D, H, P));
        weights.add(
                WeightPart.of("weight_ph", Role.OWN, Math.multiplyExact(3, H)).withLearned(peepholes));
        return List.copyOf(weights);
    }

    @Override
    public boolean unitByUnit() {
        return true;
    }

    @Override
    public boolean projects() {
        return true;
    }

    /** dp += da ⊙ c', or ⊙ c for the output gate. */
    @Override
    public void addWeightGradients(int from, int to, Step step, float[] gradient, int at) {
        int H = step.hiddenSize;
        for (int i = 0; i < PEEPHOLE_GATES.length; i++) {
            boolean newState = PEEPHOLE_GATES[i] == OUTPUT_GATE;
            float[] c = newState ? step.c : step.cPrev;
            int cAt = newState ? step.cAt : step.cPrevAt;
            for (int n = 0; n < step.rows; n++) {
                int da = step.aAt + n * step.aStride + PEEPHOLE_GATES[i] * H;
                for (int j = from; j < to; j++) {
                    gradient[at + i * H + j] += step.a[da + j] * c[cAt + n * H + j];
                }
            }
        }
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        if (usual()) {
            kernels.lstm().forward(outputTanh(), step);
        } else {
            kernels.variants()
                    .lstm()
                    .forward(gateActivation, candidateActivation, outputActivation, inputForget, clip, step);
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        if (usual()) {
            kernels.lstm().backward(outputTanh(), step, gradient);
        } else {
            kernels.variants()
                    .lstm()
                    .backward(gateActivation, candidateActivation, outputActivation, inputForget, clip, step, gradient);
        }
    }
}
