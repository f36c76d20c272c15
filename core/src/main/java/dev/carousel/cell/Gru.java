package dev.carousel.cell;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.GruVariantKernel;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.Map;

/**
 * The gated recurrent unit; ⊙ is the product element by element, σ the logistic function.
 *
 * <pre>{@code
 * r = σ(W_r x + R_r h' + b_r)                     reset gate         W [3H, D], R [3H, H]
 * z = σ(W_z x + R_z h' + b_z)                     update gate        gates in the order r z n
 * n = tanh(W_n x + bW_n + r ⊙ (R_n h' + bR_n))    candidate, reset AFTER the recurrent product (PyTorch, cuDNN)
 * n = tanh(W_n x + bW_n + R_n (r ⊙ h') + bR_n)    candidate, reset BEFORE it (the paper's first version)
 * h = (1 - z) ⊙ n + z ⊙ h'                        hidden state, the output
 * }</pre>
 *
 * <p>b_r and b_z are sums of two biases, bW + bR. Further variants: other activations for σ and for the candidate's tanh,
 * and pre-activations limited to ±clip.
 *
 * <p>Source: Cho et al., "Learning Phrase Representations using RNN
 * Encoder-Decoder" (2014), where z and 1 - z are exchanged.
 *
 * @param resetGate where the reset gate acts
 * @param gateActivation of r and z, usually {@link Activation#LOGISTIC}
 * @param candidateActivation of n, usually {@link Activation#TANH}
 * @param clip the largest size of a pre-activation, above 0; {@link Cell#NO_CLIP} for no limit
 */
public record Gru(ResetGate resetGate, Activation gateActivation, Activation candidateActivation, float clip)
        implements Cell {

    /** Where the reset gate of a GRU acts. */
    public enum ResetGate {
        /** On h', before the recurrent product: R_n (r ⊙ h'). */
        BEFORE_PRODUCT,
        /** On the recurrent product and its bias: r ⊙ (R_n h' + bR_n). */
        AFTER_PRODUCT
    }

    /** The variant of PyTorch and cuDNN. */
    public static final Gru STANDARD = new Gru(ResetGate.AFTER_PRODUCT);

    /** Checks the clip. */
    public Gru {
        VariantText.requireClip("Gru", clip);
    }

    /** The usual GRU with its reset gate in either place. */
    public Gru(ResetGate resetGate) {
        this(resetGate, Activation.LOGISTIC, Activation.TANH, NO_CLIP);
    }

    /** The same with another activation of r and z. */
    public Gru withGateActivation(Activation activation) {
        return new Gru(resetGate, activation, candidateActivation, clip);
    }

    /** The same with another activation of the candidate. */
    public Gru withCandidateActivation(Activation activation) {
        return new Gru(resetGate, gateActivation, activation, clip);
    }

    /** The same with pre-activations limited to ±clip. */
    public Gru withClip(float clip) {
        return new Gru(resetGate, gateActivation, candidateActivation, clip);
    }

    /** Whether only the place of the reset gate tells it from the usual GRU; these have fast kernels. */
    private boolean usual() {
        return gateActivation.is(Activation.Kind.LOGISTIC)
                && candidateActivation.is(Activation.Kind.TANH)
                && clip == NO_CLIP;
    }

    private boolean resetsAfter() {
        return resetGate == ResetGate.AFTER_PRODUCT;
    }

    @Override
    public String kind() {
        return "gru";
    }

    @Override
    public Map<String, String> variant() {
        return new VariantText()
                .put("resetGate", resetGate.name())
                .putUnless("gateActivation", gateActivation.text(), Activation.LOGISTIC.text())
                .putUnless("candidateActivation", candidateActivation.text(), Activation.TANH.text())
                .putUnless("clip", Float.toString(clip), Float.toString(NO_CLIP))
                .map();
    }

    /** The way back from {@link #variant}; what is missing is as usual. */
    static Gru ofVariant(Map<String, String> variant) {
        VariantText text = new VariantText(variant);
        return new Gru(
                ResetGate.valueOf(variant.getOrDefault("resetGate", "")),
                text.activation("gateActivation", Activation.LOGISTIC),
                text.activation("candidateActivation", Activation.TANH),
                text.clip());
    }

    @Override
    public int gates() {
        return 3;
    }

    @Override
    public boolean unitByUnit() {
        return true;
    }

    /**
     * Reset after: the columns are n r z q with q = R_n h' + bR_n, so that the gradient of the input product stands in the
     * first three and that of the recurrent product in the last three, each in one piece. Reset before: r z n.
     */
    @Override
    public int columns() {
        return resetsAfter() ? 4 : 3;
    }

    @Override
    public int inputColumn(int gate) {
        return resetsAfter() ? (gate + 1) % 3 : gate;
    }

    @Override
    public List<Block> blocks() {
        return resetsAfter() ? List.of(new Block(0, 3, 1)) : List.of(new Block(0, 2, 0), new Block(2, 1, 2));
    }

    @Override
    public void forward(Kernels kernels, int block, Step step) {
        if (!usual()) {
            forwardVariant(kernels.variants().gru(), block, step);
        } else if (resetsAfter()) {
            kernels.gru().forwardResetAfter(step);
        } else if (block == 0) {
            kernels.gru().forwardGates(step);
        } else {
            kernels.gru().forwardCandidate(step);
        }
    }

    private void forwardVariant(GruVariantKernel kernel, int block, Step step) {
        if (resetsAfter()) {
            kernel.forwardResetAfter(gateActivation, candidateActivation, clip, step);
        } else if (block == 0) {
            kernel.forwardGates(gateActivation, clip, step);
        } else {
            kernel.forwardCandidate(gateActivation, candidateActivation, clip, step);
        }
    }

    @Override
    public void backward(Kernels kernels, int block, Step step, StepGradient gradient) {
        if (!usual()) {
            backwardVariant(kernels.variants().gru(), block, step, gradient);
        } else if (resetsAfter()) {
            kernels.gru().backwardResetAfter(step, gradient);
        } else if (block == 0) {
            kernels.gru().backwardGates(step, gradient);
        } else {
            kernels.gru().backwardCandidate(step, gradient);
        }
    }

    private void backwardVariant(GruVariantKernel kernel, int block, Step step, StepGradient gradient) {
        if (resetsAfter()) {
            kernel.backwardResetAfter(gateActivation, candidateActivation, clip, step, gradient);
        } else if (block == 0) {
            kernel.backwardGates(gateActivation, clip, step, gradient);
        } else {
            kernel.backwardCandidate(gateActivation, candidateActivation, clip, step, gradient);
        }
    }
}
